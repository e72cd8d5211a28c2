"""Codes are compared after NFKC, without white space, dashes folded, in upper case; and numbers out of addresses."""

import re
import unicodedata

# The hyphens, dashes and minus signs that spreadsheets and scanners put for "-".
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u30fc\ufe58\ufe63\uff0d]")
_is_clean = re.compile("[0-9A-Z./_-]*").fullmatch
_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\ufeff\u00ad]+")
_WHOLE = re.compile("[0-9]{1,18}")


def code_key(text: object) -> str:
    """``" bq００００００６ "`` → ``"BQ0000006"``; an empty string stays empty."""
    if isinstance(text, str) and _is_clean(text):
        return text  # nearly every code is; an import asks several times for each of its lines
    folded = unicodedata.normalize("NFKC", str(text or ""))
    return _BLANKS.sub("", _DASHES.sub("-", folded)).upper()


def whole(text: str) -> int | None:
    """A whole number as an address or a hidden field carries it, or nothing.

    At most 18 digits, so that it fits a database's 64 bits; ``str.isdigit`` lets ² and 5,000 digits through.
    """
    return int(text) if _WHOLE.fullmatch(text) else None
