"""Reads the words of scans, photographs and PDFs, offline: ``python -m sanbao.letters.ocr FILE MEDIA-TYPE …``.

A process of its own without Django: what strangers send may be broken on purpose, and the recogniser takes memory that
no web process should keep. It prints JSON: the text, how many pages there are, and how many of them were read.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

#: A letter is short; what is longer is told and read by a person.
MOST_PAGES = 12
#: Processor seconds for all of it.
SECONDS = 180
#: Of a line that reaches so far to the right the sentence goes on in the next.
FULL = 0.8
ENDS = "。！？!?；;"


def main(files: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """``files`` are (path, media type), in their order."""
    texts, pages, read = [], 0, 0
    for path, media_type in files:
        if media_type == "application/pdf":
            there, found = of_pdf(Path(path), MOST_PAGES - read)
        else:
            there, found = 1, ["\n".join(of_picture(Path(path).read_bytes()))] if read < MOST_PAGES else []
        pages, read = pages + there, read + len(found)
        texts += found
    return {"text": "\n".join(text for text in texts if text), "pages": pages, "read": read}


def of_pdf(path: Path, most: int) -> tuple[int, list[str]]:
    """How many pages there are, and the text of the first: its layer, or what stands on its pictures. A file that
    cannot be opened has one page on which nothing stands."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = list(PdfReader(path).pages)
        return len(pages), [_of_page(page) for page in pages[:most]]
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        print(f"{path.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1, [""]


def _of_page(page: Any) -> str:
    layer = (page.extract_text() or "").strip()
    if layer:
        lines = [line.strip() for line in layer.splitlines() if line.strip()]
        longest = max(map(len, lines))
        return "\n".join(joined((line, len(line) / longest) for line in lines))
    return "\n".join(line for image in page.images for line in of_picture(image.data))


def of_picture(data: bytes) -> list[str]:
    """The lines of a picture as sentences go on in them. Nothing for what is no picture that can be opened."""
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return []
    found = _recogniser()(np.array(picture), use_cls=False)
    if found is None or not found.txts:
        return []
    ends = [float(max(corner[0] for corner in box)) for box in found.boxes]
    furthest = max(ends)
    return joined(zip(found.txts, (end / furthest for end in ends), strict=True))


def _recogniser() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.disable(logging.WARNING)
    global _engine
    _engine = _engine or RapidOCR()
    return _engine


_engine: Any = None


def joined(lines: Iterable[tuple[str, float]]) -> list[str]:
    """Lines as paragraphs: a full line (its length, to the longest) that ends no sentence goes on in the next."""
    told: list[str] = []
    goes_on = False
    for line, reach in lines:
        if goes_on:
            blank = " " if told[-1][-1:].isascii() and line[:1].isascii() and told[-1][-1:].isalnum() else ""
            told[-1] += blank + line
        else:
            told.append(line)
        goes_on = reach >= FULL and line[-1:] not in ENDS
    return told


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    told = sys.argv[1:]
    sys.stdout.write(json.dumps(main(list(zip(told[::2], told[1::2], strict=True))), ensure_ascii=False))
