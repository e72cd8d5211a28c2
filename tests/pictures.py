"""What a scanner sees in a picture: a PNG read as codes. No picture library is needed for it."""

from __future__ import annotations

import struct
import zlib

import zxingcpp


def read_codes(png: bytes) -> dict[str, str]:
    """What the codes of a picture say: ``QR Code`` and ``Code 128`` → text; several of one kind joined by a blank."""
    width, height, grey = grey_of(png)
    picture = memoryview(grey).cast("B", shape=[height, width])
    found: dict[str, list[str]] = {}
    for code in zxingcpp.read_barcodes(picture):
        found.setdefault(code.format.name, []).append(code.text)
    return {kind: " ".join(sorted(texts)) for kind, texts in found.items()}


def grey_of(png: bytes) -> tuple[int, int, bytes]:
    """A PNG of 8 bits a channel, not interlaced, as shades of grey on white."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    width = height = channels = 0
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
            assert (depth, interlaced) == (8, 0)
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    rows = _unfiltered(zlib.decompress(data), width * channels, height, channels)
    return width, height, bytes(_grey(rows, channels))


def _unfiltered(raw: bytes, stride: int, height: int, step: int) -> bytearray:
    out = bytearray()
    before = bytearray(stride)
    for row in range(height):
        kind = raw[row * (stride + 1)]
        line = bytearray(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)])
        for n in range(stride):
            left = line[n - step] if n >= step else 0
            up, corner = before[n], before[n - step] if n >= step else 0
            if kind == 1:
                line[n] = (line[n] + left) & 255
            elif kind == 2:
                line[n] = (line[n] + up) & 255
            elif kind == 3:
                line[n] = (line[n] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                line[n] = (line[n] + near[2]) & 255
        out += line
        before = line
    return out


def _grey(pixels: bytearray, channels: int) -> bytearray:
    """The green channel stands for all three; what is transparent is the white of the paper."""
    shade = pixels[min(1, channels - 1) :: channels] if channels > 2 else pixels[0::channels]
    if channels in (2, 4):
        alpha = pixels[channels - 1 :: channels]
        return bytearray((s * a + 255 * (255 - a)) // 255 for s, a in zip(shade, alpha, strict=True))
    return bytearray(shade)
