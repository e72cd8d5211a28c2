"""Reading scans beside the house: a process of its own, offline, with an end (C-03)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from time import monotonic
from typing import IO, Any

from sanbao.kernel.attachments import Attachment
from sanbao.kernel.words import W

PDF = "application/pdf"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp"})
#: Seconds after which nobody waits for the reading of one letter any more.
PATIENCE = 300
FAILED = W("没有识别出来，请对照原件键入全文。", "It could not be read; type the letter from its original.")
NOTHING = W("原件上没有识别出文字，请键入全文。", "No words were found on the original; type the letter.")
CUT = W("共 {pages} 页，只识别了前 {read} 页。", "{pages} pages; only the first {read} were read.")


def available() -> bool:
    """Whether the optional extra is installed."""
    return find_spec("rapidocr") is not None and find_spec("pypdf") is not None


def legible(files: Iterable[Attachment]) -> list[Attachment]:
    """Those of which words can be read."""
    return [file for file in files if file.media_type == PDF or file.media_type in PICTURES]


@dataclass
class Reading:
    """One letter that is being read."""

    letter: int
    process: subprocess.Popen[bytes]
    out: IO[bytes]
    until: float

    @classmethod
    def begun(cls, letter: int, files: Sequence[Attachment]) -> Reading:
        out = tempfile.TemporaryFile()  # noqa: SIM115 - result() closes it
        told = [word for file in legible(files) for word in (str(file.path), file.media_type)]
        command = [sys.executable, "-m", "sanbao.letters.ocr", *told]
        return cls(letter, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out), out, monotonic() + PATIENCE)

    def over(self) -> bool:
        if self.process.poll() is None and monotonic() > self.until:
            self.process.kill()
            self.process.wait()
        return self.process.poll() is not None

    def result(self) -> tuple[str, W | None]:
        """The words, and what could not be done."""
        self.out.seek(0)
        said = self.out.read()
        self.out.close()
        if self.process.returncode != 0:
            return "", FAILED
        found: dict[str, Any] = json.loads(said)
        text = str(found["text"])[:40_000]
        if not text.strip():
            return "", NOTHING
        if found["read"] < found["pages"]:
            return text, CUT.format(pages=found["pages"], read=found["read"])
        return text, None
