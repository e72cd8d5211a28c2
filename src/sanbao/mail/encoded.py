"""Encodings of mail headers, read as mail programs really write them. Pure."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from urllib.parse import unquote_to_bytes

_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?]{0,20})?\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
#: What mail calls GB2312 is written by programs that write more than GB2312 holds.
_SAME = dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "ms936", "euc-cn", "chinese"), "gb18030")


def from_bytes(content: bytes, charset: str = "") -> str:
    """Bytes as text: by the declared charset if it fits, else UTF-8, else GB18030, and what is left is marked."""
    declared = charset.strip().strip("\"'").lower()
    declared = _SAME.get(declared, declared)
    tried = [declared] if declared not in ("", "us-ascii", "ascii", "unknown-8bit", "8bit", "default") else []
    for name in dict.fromkeys([*tried, "utf-8", "gb18030"]):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode(tried[0] if tried and tried[0] in ("utf-8", "gb18030") else "utf-8", "replace")


def plain_header(value: str) -> str:
    """A header unfolded, and bytes that no standard allows there (raw UTF-8 or GB18030) read all the same."""
    if any("\udc80" <= char <= "\udcff" for char in value):
        value = from_bytes(value.encode("utf-8", "surrogateescape"))
    return re.sub(r"\r?\n[ \t]*|\r", " ", value)


def decoded(text: str) -> str:
    """Encoded words (RFC 2047) as text. A character that was cut in two between neighbours is put together again."""
    out: list[str] = []
    held, held_as, end = b"", "", 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        charset, content = match[1].lower(), _bytes_of(match[2], match[3])
        if held and (between.strip() or charset != held_as):
            out.append(from_bytes(held, held_as))
            held = b""
        if between.strip() or not end:
            out.append(between)
        held, held_as, end = held + content, charset, match.end()
    if held:
        out.append(from_bytes(held, held_as))
    return "".join(out) + text[end:]


def _bytes_of(kind: str, content: str) -> bytes:
    if kind in "qQ":
        return quopri.decodestring(content.replace("_", " ").encode("utf-8"), header=False)
    squeezed = re.sub(r"[^A-Za-z0-9+/]", "", content)
    squeezed = squeezed[: len(squeezed) - (len(squeezed) % 4 == 1)]
    try:
        return base64.b64decode(squeezed + "=" * (-len(squeezed) % 4))
    except binascii.Error:
        return content.encode()


def parameters(header: str) -> dict[str, str]:
    """The parameters of a header by lower-case name, continued and encoded ones (RFC 2231) put together."""
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in _PARAMETER.findall(";" + header.partition(";")[2]):
        match = _SECTION.fullmatch(name.lower())
        if match is None:
            continue
        text = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value.strip()
        sections.setdefault(match[1], {}).setdefault(int(match[2] or 0), (text, bool(match[3])))
    return {name: _joined([parts[n] for n in sorted(parts)]) for name, parts in sections.items()}


def _joined(parts: list[tuple[str, bool]]) -> str:
    if not any(encoded for _, encoded in parts):
        return "".join(text for text, _ in parts)
    first = parts[0][0]
    charset = ""
    if parts[0][1] and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
    texts = [(first, parts[0][1]), *parts[1:]]
    content = b"".join(unquote_to_bytes(text) if encoded else text.encode() for text, encoded in texts)
    return from_bytes(content, charset)
