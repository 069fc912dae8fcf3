"""Is a picture whole, of a size somebody can open, and nothing besides?"""

import struct

MOST_PIXELS = 60_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the start-of-frame marks, where a JPEG says its size


def is_png(content: bytes) -> bool:
    """Whether this is one PNG from its first byte to its last, of at most 60 million pixels."""
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return False
    at = len(_PNG)
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        at += 12 + length
        if kind == b"IEND":
            width, height = struct.unpack_from(">II", content, 16)
            return bool(at == len(content) and 0 < width * height <= MOST_PIXELS)
    return False


def is_jpeg(content: bytes) -> bool:
    """Whether this is a JPEG with an end, of at most 60 million pixels."""
    if not content.startswith(b"\xff\xd8\xff") or not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        return False
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if mark in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return bool(0 < width * height <= MOST_PIXELS)
        at += 2 + length
    return False
