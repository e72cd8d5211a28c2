"""Paper forms by Typst: data in as JSON, A4 out as PDF/A; a character that the font lacks is an error, never a box."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from sanbao.kernel.canonical import plain
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W

FORMS = Path(__file__).parent / "templates" / "forms"


def fonts() -> list[str]:
    """Where the packaged CJK font lies; the fonts of the machine are not used, so that every machine prints alike."""
    found = find_spec("manimgx_fonts_cjk")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the font package manimgx-fonts-cjk is not installed")
    return list(found.submodule_search_locations)


def pdf(form: str, data: dict[str, Any]) -> bytes:
    """The form as PDF/A-2b. Refuses ``form.unprintable`` when a character has no glyph."""
    return _compiled(form, data, format="pdf", pdf_standards=["a-2b"])


def png(form: str, data: dict[str, Any], ppi: int = 110) -> list[bytes]:
    """The pages as pictures, for a look at them."""
    pages = _compiled(form, data, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compiled(form: str, data: dict[str, Any], **how: Any) -> Any:
    try:
        return typst.compile(
            str(FORMS / f"{form}.typ"),
            root=str(FORMS),
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(plain(data), ensure_ascii=False)},
            timestamp=int(now().timestamp()),
            **how,
        )
    except typst.TypstError as error:
        if "could not be displayed" not in str(error) and "glyph" not in str(error):
            raise
        raise Refusal(
            "form.unprintable",
            W(
                "表中有字体里没有的字符（如表情符号），不能打印：{why}",
                "A character has no glyph (an emoji, say): {why}",
            ),
            "C-20",
            422,
            facts={"why": str(error)[:200]},
        ) from error
