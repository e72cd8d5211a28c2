"""Codes are compared after NFKC, without white space, dashes folded, in upper case."""

import re
import unicodedata

# The hyphens, dashes and minus signs that spreadsheets and scanners put for "-".
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u30fc\ufe58\ufe63\uff0d]")
_CLEAN = re.compile("[0-9A-Z./_-]*")
_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\ufeff\u00ad]+")


def code_key(text: object) -> str:
    """``" bq００００００６ "`` → ``"BQ0000006"``; an empty string stays empty."""
    if isinstance(text, str) and _CLEAN.fullmatch(text):
        return text  # nearly every code is; an import asks several times for each of its lines
    folded = unicodedata.normalize("NFKC", str(text or ""))
    return _BLANKS.sub("", _DASHES.sub("-", folded)).upper()
