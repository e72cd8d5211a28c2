"""EPC URNs and GS1 Digital Links that name the same thing get the same key; patterns become ranges of keys.

A key begins with its scheme and puts the company prefix first, so that ``urn:epc:idpat:sgtin:4012345.*.*`` is a range:
``sgtin:<prefix and item, 12 digits><indicator>.<serial>``. An identifier that is neither an EPC nor a Digital Link is
its own key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

_URN = re.compile(r"urn:epc:(id|class|idpat|pat):([a-z]+):(.+)", re.I)
_DIGITS = re.compile(r"\d+")
#: Application identifiers that begin a Digital Link path, with their names in older links.
_PRIMARY = {
    "01": "01", "gtin": "01", "00": "00", "sscc": "00", "414": "414", "gln": "414", "417": "417", "party": "417",
    "8003": "8003", "grai": "8003", "8004": "8004", "giai": "8004", "8006": "8006", "itip": "8006", "8010": "8010",
    "cpid": "8010", "8017": "8017", "gsrnp": "8017", "8018": "8018", "gsrn": "8018", "253": "253", "gdti": "253",
    "255": "255", "gcn": "255",
}  # fmt: skip
_QUALIFIERS = {"22": "22", "cpv": "22", "10": "10", "lot": "10", "21": "21", "ser": "21", "235": "235", "254": "254",
               "8011": "8011"}  # fmt: skip
#: Into how many components a URN of a scheme falls; the last one may hold points of its own.
_COMPONENTS = {
    "sgtin": 3, "lgtin": 3, "upui": 3, "itip": 5, "sscc": 2, "sgln": 3, "pgln": 2, "grai": 3, "giai": 2, "gsrn": 2,
    "gsrnp": 2, "gdti": 3, "sgcn": 3, "cpi": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """What an identifier names. ``lot`` and ``serial`` as people write them; ``gtin`` has 14 digits where known.

    ``is_class``: goods of a kind, without lot or serial, of which any number may exist.
    """

    key: str
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    is_class: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Keys that match: ``exact`` itself, and everything from ``low`` up to, not including, ``high``."""

    exact: str = ""
    low: str = ""
    high: str = ""


def check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9."""
    weighed = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return str(-weighed % 10)


@lru_cache(maxsize=20_000)
def thing(uri: str) -> Thing:
    """What an identifier names."""
    if found := _URN.fullmatch(uri):
        return _of_urn(found[1].lower(), found[2].lower(), found[3]) or Thing(uri)
    if uri[:4].lower() == "http":
        return _of_link(uri) or Thing(uri)
    return Thing(uri)


def key(uri: str) -> str:
    return thing(uri).key


def _components(scheme: str, rest: str) -> list[str]:
    return [unquote(part) for part in rest.split(".", _COMPONENTS.get(scheme, 1) - 1)]


def _of_urn(form: str, scheme: str, rest: str) -> Thing | None:
    parts = _components(scheme, rest)
    if len(parts) != _COMPONENTS.get(scheme) or not all(parts):
        return None
    if form in ("idpat", "pat"):
        return _class_of(scheme, parts)
    if not _DIGITS.fullmatch(parts[0]):
        return None
    match scheme, parts:
        case "lgtin", [prefix, item, lot] if gtin := _gtin(prefix, item):
            return Thing(f"lgtin:{_body(gtin)}.{lot}", gtin, lot=lot)
        case "sgtin" | "upui", [prefix, item, serial] if gtin := _gtin(prefix, item):
            return Thing(f"{scheme}:{_body(gtin)}.{serial}", gtin, serial=serial)
        case "itip", [prefix, item, piece, total, serial] if gtin := _gtin(prefix, item):
            return Thing(f"itip:{_body(gtin)}{piece}{total}.{serial}", gtin, serial=serial)
        case "sscc", [prefix, ref] if len(prefix + ref) == 17 and ref.isdigit():
            return Thing(f"sscc:{prefix}{ref[1:]}{ref[0]}", serial=_sscc(ref[0] + prefix + ref[1:]))
        case "sgln", [prefix, place, extension] if len(prefix + place) == 12:
            return Thing(f"sgln:{prefix}{place}" + (f".{extension}" if extension != "0" else ""))
        case "pgln", [prefix, party] if len(prefix + party) == 12:
            return Thing(f"pgln:{prefix}{party}")
        case "grai" | "gdti" | "sgcn", [prefix, kind, serial] if len(prefix + kind) == 12:
            return Thing(f"{scheme}:{prefix}{kind}.{serial}", serial=serial)
        case "giai", [prefix, asset]:
            return Thing(f"giai:{prefix}{asset}", serial=f"{prefix}{asset}")
        case "gsrn" | "gsrnp", [prefix, ref] if len(prefix + ref) == 17:
            return Thing(f"{scheme}:{prefix}{ref}")
        case "cpi", [prefix, part, serial]:
            return Thing(f"cpi:{prefix}{part}.{serial}", serial=serial)
    return None


def _class_of(scheme: str, parts: list[str]) -> Thing | None:
    """``urn:epc:idpat:sgtin:C.I.*``: all goods of a kind. Wider patterns name nothing and are only asked for."""
    if scheme in ("sgtin", "lgtin") and len(parts) == 3 and parts[2] == "*" and "*" not in parts[:2]:
        gtin = _gtin(parts[0], parts[1])
        return Thing(f"{scheme}:{_body(gtin)}", gtin, is_class=True) if gtin else None
    return None


def _gtin(prefix: str, item: str) -> str:
    digits = f"{item[:1]}{prefix}{item[1:]}"
    return digits + check_digit(digits) if len(digits) == 13 and _DIGITS.fullmatch(digits) else ""


def _body(gtin: str) -> str:
    return gtin[1:13] + gtin[0]


def _sscc(seventeen: str) -> str:
    return seventeen + check_digit(seventeen)


def _of_link(uri: str) -> Thing | None:
    """A GS1 Digital Link, on whatever domain and below whatever path it stands."""
    parts = urlsplit(uri)
    segments = [unquote(s) for s in parts.path.split("/")[1:]]
    for place, segment in enumerate(segments[:-1]):
        ai = _PRIMARY.get(segment)
        value = segments[place + 1]
        if ai and value and (found := _of_ai(ai, value, _qualifiers(segments[place + 2 :]))):
            return found
    return None


def _qualifiers(segments: list[str]) -> dict[str, str]:
    pairs = zip(segments[::2], segments[1::2], strict=False)
    return {_QUALIFIERS[name]: value for name, value in pairs if name in _QUALIFIERS and value}


def _of_ai(ai: str, value: str, more: dict[str, str]) -> Thing | None:
    if ai == "01":
        return _of_gtin(value, more)
    digits = bool(_DIGITS.fullmatch(value))
    match ai:
        case "00" if digits and len(value) == 18:
            return Thing(f"sscc:{value[1:17]}{value[0]}", serial=value)
        case "414" if digits and len(value) == 13:
            return Thing(f"sgln:{value[:12]}" + (f".{more['254']}" if more.get("254", "0") != "0" else ""))
        case "417" if digits and len(value) == 13:
            return Thing(f"pgln:{value[:12]}")
        case "8003" if _DIGITS.match(value) and len(value) >= 14:
            return Thing(f"grai:{value[1:13]}.{value[14:]}", serial=value[14:])
        case "8004":
            return Thing(f"giai:{value}", serial=value)
        case "8010" if "8011" in more:
            return Thing(f"cpi:{value}.{more['8011']}", serial=more["8011"])
        case "8017" | "8018" if digits and len(value) == 18:
            return Thing(f"{'gsrnp' if ai == '8017' else 'gsrn'}:{value[:17]}")
        case "253" | "255" if len(value) >= 13:
            return Thing(f"{'gdti' if ai == '253' else 'sgcn'}:{value[:12]}.{value[13:]}", serial=value[13:])
        case "8006" if digits and len(value) == 18 and "21" in more:
            return Thing(f"itip:{_body(value[:14])}{value[14:]}.{more['21']}", value[:14], serial=more["21"])
    return None


def _of_gtin(value: str, more: dict[str, str]) -> Thing | None:
    if not _DIGITS.fullmatch(value) or len(value) not in (8, 12, 13, 14):
        return None
    gtin = value.zfill(14)
    body = _body(gtin)
    if "235" in more:
        return Thing(f"upui:{body}.{more['235']}", gtin, more.get("10", ""), more["235"])
    if "21" in more:
        return Thing(f"sgtin:{body}.{more['21']}", gtin, more.get("10", ""), more["21"])
    if "10" in more:
        return Thing(f"lgtin:{body}.{more['10']}", gtin, more["10"])
    return Thing(f"sgtin:{body}", gtin, is_class=True)


def matching(uri: str) -> Range:
    """What a MATCH parameter looks for: an identifier exactly, a pattern or a kind of goods as a range."""
    found = _URN.fullmatch(uri)
    if found and found[1].lower() in ("idpat", "pat") and "*" in found[3]:
        return _pattern(found[2].lower(), _components(found[2].lower(), found[3]), uri)
    named = thing(uri)
    if named.is_class:
        return Range(named.key, *_below(f"{named.key}."))
    return Range(named.key)


def _pattern(scheme: str, parts: list[str], uri: str) -> Range:
    known = parts[: parts.index("*")] if "*" in parts else parts
    if any(part != "*" for part in parts[len(known) :]):
        return Range(uri)  # a star before a number: the standard knows no such pattern, so it names only itself
    if not known:
        return Range("", *_below(f"{scheme}:"))
    if len(known) == 1:
        return Range("", *_below(f"{scheme}:{known[0]}"))
    if scheme in ("sgtin", "lgtin") and (gtin := _gtin(known[0], known[1])):
        return Range(f"{scheme}:{_body(gtin)}", *_below(f"{scheme}:{_body(gtin)}."))
    return Range(f"{scheme}:{''.join(known[:2])}", *_below(f"{scheme}:{''.join(known[:2])}."))


def _below(prefix: str) -> tuple[str, str]:
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def digital_link(uri: str) -> str:
    """The Digital Link of an EPC URN (``GS1-EPC-Format: Always_GS1_Digital_Link``); anything else as it is."""
    if not _URN.fullmatch(uri):
        return uri
    named = thing(uri)
    scheme, _, rest = named.key.partition(":")
    if named.gtin and scheme in ("sgtin", "lgtin"):
        tail = f"/10/{_quoted(named.lot)}" if scheme == "lgtin" and named.lot else ""
        tail = f"/21/{_quoted(named.serial)}" if scheme == "sgtin" and named.serial else tail
        return f"https://id.gs1.org/01/{named.gtin}{tail}"
    return _other_link(scheme, rest) or uri


def _other_link(scheme: str, rest: str) -> str:
    body, _, tail = rest.partition(".")
    match scheme:
        case "sscc":
            return f"https://id.gs1.org/00/{_sscc(rest[-1] + rest[:-1])}"
        case "sgln":
            return f"https://id.gs1.org/414/{body}{check_digit(body)}" + (f"/254/{_quoted(tail)}" if tail else "")
        case "pgln":
            return f"https://id.gs1.org/417/{body}{check_digit(body)}"
        case "grai":
            return f"https://id.gs1.org/8003/0{body}{check_digit(body)}{_quoted(tail)}"
        case "giai":
            return f"https://id.gs1.org/8004/{_quoted(rest)}"
        case "gsrn" | "gsrnp":
            return f"https://id.gs1.org/{'8018' if scheme == 'gsrn' else '8017'}/{rest}{check_digit(rest)}"
        case "gdti" | "sgcn":
            return f"https://id.gs1.org/{'253' if scheme == 'gdti' else '255'}/{body}{check_digit(body)}{_quoted(tail)}"
        case "cpi":
            return f"https://id.gs1.org/8010/{_quoted(body)}/8011/{_quoted(tail)}"
    return ""


def _quoted(text: str) -> str:
    return quote(text, safe="")
