"""Documents that a program writes and a test holds: a change is seen in review, never by accident."""

import os
from pathlib import Path


def same_as(document: Path, text: str) -> None:
    """The document says this; with ``WRITE_SNAPSHOTS=1`` it is written instead."""
    if os.environ.get("WRITE_SNAPSHOTS"):
        document.write_text(text, encoding="utf-8")
    found = document.read_text(encoding="utf-8") if document.exists() else ""
    assert found == text, f"{document.name} is out of date; write it anew with WRITE_SNAPSHOTS=1 and look at the change"
