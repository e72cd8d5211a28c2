"""The same folder as one file for the browser and for programs; put together on disk, never in memory."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import IO

from django.http import FileResponse

from sanbao.exchange.export import folder
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today


def answer(*, by: Actor, form: str = "xlsx") -> FileResponse:
    """``sanbao-20260511.zip``. Attachments are left to the command line: they may be larger than any download."""
    return FileResponse(
        packed(by=by, form=form),
        as_attachment=True,
        filename=f"sanbao-{today():%Y%m%d}.zip",
        content_type="application/zip",
    )


def packed(*, by: Actor, form: str) -> IO[bytes]:
    """The files as an archive that is gone when it is closed."""
    target = tempfile.TemporaryFile(suffix=".zip")  # noqa: SIM115 - the response closes it
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "out"
        folder.write(root, by=by, form=form, attachments=False)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(root).as_posix())
                    path.unlink()
    target.seek(0)
    return target
