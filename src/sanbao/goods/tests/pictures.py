"""What a scanner sees: a PDF drawn as pictures. Reading them is in ``tests.pictures``."""

from __future__ import annotations

import json
from typing import Any

from sanbao.kernel import documents
from sanbao.kernel.canonical import plain


def drawn(template: str, facts: dict[str, Any], ppi: int = 200) -> list[bytes]:
    """The pages of a template as PNG, as the printer would draw them."""
    data = {**plain(facts), "company": plain(documents.company()), "missing": {"mark": "", "codes": []}}
    compiler = documents._compiler(template)
    pages = compiler.compile(format="png", ppi=ppi, sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    return pages if isinstance(pages, list) else [pages]
