"""Code 128 and the QR code of a label as paths of an SVG; pure. The QR code's modules come from segno."""

from __future__ import annotations

import io
import re

import segno

_WIDTHS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232 2331112
""".split()  # noqa: SIM905 (a hundred short words are read more easily as text)
_TO_C, _TO_B, _START_B, _START_C, _STOP = 99, 100, 104, 105, 106
#: Fewer digits than these are shorter in set B than with the switch to set C and back.
_WORTH_C = 4
_PIECES = re.compile(r"(?:\d\d){2,}|.")
QUIET = 10


def code128(text: str) -> list[int]:
    """The symbol's values: set C for long runs of digits, set B for the rest. ValueError outside printable ASCII."""
    if not text or not all(" " <= char <= "~" for char in text):
        raise ValueError(text)
    values: list[int] = []
    in_c = False
    for piece in _PIECES.findall(text):
        dense = len(piece) >= _WORTH_C
        if not values:
            values.append(_START_C if dense else _START_B)
        elif dense != in_c:
            values.append(_TO_C if dense else _TO_B)
        in_c = dense
        values += [int(piece[n : n + 2]) for n in range(0, len(piece), 2)] if dense else [ord(piece) - 32]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return [*values, check, _STOP]


def code128_svg(text: str, height: int = 30) -> str:
    """The symbol one unit a module, with its quiet zones; empty for a text that Code 128 cannot hold."""
    try:
        values = code128(text)
    except ValueError:
        return ""
    bars, x = [], QUIET
    for value in values:
        for place, width in enumerate(map(int, _WIDTHS[value])):
            if place % 2 == 0:
                bars.append(f"M{x} 0h{width}v{height}h-{width}z")
            x += width
    return _svg(x + QUIET, height, "".join(bars))


#: The pattern laid over the modules. Trying all eight for each label is nine tenths of the time of a large print and
#: makes the penalty of ISO/IEC 18004 smaller by 4 % (measured on addresses of ours); readers take any.
_MASK = 4


def qr(address: str) -> segno.QRCode:
    """Level M, as small as it gets: a torn or dusty corner does not matter, and it still reads at 20 mm."""
    return segno.make_qr(address, error="m", boost_error=False, mask=_MASK)


def qr_svg(address: str, border: int = 0) -> str:
    """One path. ``border`` is the quiet zone in modules, where the surroundings leave none."""
    out = io.BytesIO()
    qr(address).save(out, kind="svg", border=border, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue().decode()


def _svg(width: int, height: int, path: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{path}"/></svg>'
