"""A plain Word document: headings, and tables of labelled rows; written directly as the parts of an OOXML package.

Only what an 8D report needs, so no library: the same text gives the same bytes. Text is escaped, never markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from re import compile as pattern
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

type Row = Sequence[str]
#: What XML 1.0 cannot hold, however it is written.
_ILLEGAL = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WIDTH = 9600
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
_STYLES = (
    f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Microsoft YaHei" w:cs="Arial"/>'
    '<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="40"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="34"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:keepNext/>'
    '<w:spacing w:before="200" w:after="60"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="23"/></w:rPr>'
    "</w:style></w:styles>"
)


def document(title: str, under: str, parts: Sequence[tuple[str, Sequence[Row]]]) -> bytes:
    """Title, a line under it, and for each part its heading and a table; a row's first cell is its label."""
    body = [_paragraph(title, "Title"), _paragraph(under)]
    for heading, rows in parts:
        body += [_paragraph(heading, "Heading1"), _table(rows)]
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1000" w:right="1000" w:bottom="1000" '
        'w:left="1200" w:header="500" w:footer="500" w:gutter="0"/></w:sectPr>'
    )
    main = f"{_HEAD}<w:document {_W}><w:body>{''.join(body)}{page}</w:body></w:document>"
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELS.format(kind="officeDocument", target="word/document.xml")),
            ("word/document.xml", main),
            ("word/_rels/document.xml.rels", _RELS.format(kind="styles", target="styles.xml")),
            ("word/styles.xml", _STYLES),
        ):
            archive.writestr(ZipInfo(name), text, compress_type=ZIP_DEFLATED)
    return made.getvalue()


def _paragraph(text: str, style: str = "", *, bold: bool = False) -> str:
    looks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p>{looks}<w:r>{weight}<w:t xml:space="preserve">{escape(_ILLEGAL.sub("", text))}</w:t></w:r></w:p>'


def _table(rows: Sequence[Row]) -> str:
    cells = max(len(row) for row in rows)
    widths = [1900, _WIDTH - 1900] if cells == 2 else [_WIDTH // cells] * cells
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="87949A"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    looks = f'<w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders></w:tblPr>'
    told = "".join(
        f"<w:tr>{''.join(_cell(text, widths[n], label=n == 0 and cells == 2) for n, text in enumerate(row))}</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{looks}<w:tblGrid>{grid}</w:tblGrid>{told}</w:tbl>"


def _cell(text: str, width: int, *, label: bool) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F1F4F4"/>' if label else ""
    lines = "".join(_paragraph(line, bold=label) for line in (text.splitlines() or [""]))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{lines}</w:tc>'
