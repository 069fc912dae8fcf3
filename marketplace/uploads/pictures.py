"""Is a picture whole, of a size somebody can open, and nothing besides? What does it tell that it should not?"""

import struct
from collections.abc import Iterator

MOST_PIXELS = 60_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the start-of-frame marks, where a JPEG says its size
_TOLD_CHUNKS = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_APP1, _SCAN, _END, _COMMENT, _EXIF = 0xE1, 0xDA, 0xD9, 0xFE, b"Exif\0\0"


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


def bare(content: bytes) -> bytes:
    """A PNG or JPEG without what a camera or program wrote besides the picture: place, time, names, a second picture.

    The way up is kept. Anything else comes back as it is.
    """
    if content.startswith(_PNG):
        return b"".join([_PNG, *(piece for kind, piece in _chunks(content) if kind not in _TOLD_CHUNKS)])
    if content.startswith(b"\xff\xd8\xff"):
        return _bare_jpeg(content)
    return content


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        yield kind, content[at : at + 12 + length]
        at += 12 + length


def _bare_jpeg(content: bytes) -> bytes:
    """Up to the end of the first picture: phones hang a second one with its own data behind it."""
    kept, way_up, at = [content[:2]], b"", 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        if mark == _END:
            break
        if mark == 0xFF:  # fill between segments
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at:end]
        if mark == _APP1 and segment[4:10] == _EXIF and not way_up:
            way_up = _orientation(segment[10:])
            kept.append(way_up)
        elif _is_of_the_picture(mark, segment):
            kept.append(segment)
        at = end
        if mark == _SCAN:
            at = _after_scan(content, end)
            kept.append(content[end:at])
    return b"".join([*kept, b"\xff\xd9"])


def _is_of_the_picture(mark: int, segment: bytes) -> bool:
    """Tables, frames, the colours of ICC and Adobe; of what programs add besides, nothing."""
    if 0xE0 <= mark <= 0xEF:
        named = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(mark)
        return named is not None and segment[4:].startswith(named)
    return mark != _COMMENT


def _after_scan(content: bytes, at: int) -> int:
    """Where the packed rows end: at a mark that is neither a stuffed byte nor a restart."""
    while at + 1 < len(content):
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2
    return len(content)


def _orientation(tiff: bytes) -> bytes:
    """A segment that says how the picture is held and nothing else; empty where it is held as it lies.

    Source: Exif 2.32, 4.6.2 (the first directory of a TIFF), tag 0x0112.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return b""
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first) if first + 2 <= len(tiff) else (0,)
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if (tag, kind) == (0x0112, 3) and 1 < value <= 8:
            body = _EXIF + b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, value, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return b""
