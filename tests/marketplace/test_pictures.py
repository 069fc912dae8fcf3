"""Is a photograph kept without where, when and by whom it was taken, and still the same picture?"""

import struct
import zlib

import pytest

from marketplace.uploads import checked_upload, pictures

ROWS = b"\x12\xff\x00\x34\xff\xd0\x56"  # packed rows with a stuffed byte and a restart
PLACE = b"GPS 32.3N 118.3E"


def segment(mark: int, body: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2) + body


def exif(order: str, way_up: int) -> bytes:
    """A directory with the way up, a pointer to the place, and the place."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8)
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, way_up, 0) + struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    return segment(
        0xE1, b"Exif\0\0" + head + struct.pack(f"{order}H", 2) + entries + struct.pack(f"{order}I", 0) + PLACE
    )


def frame() -> bytes:
    return segment(0xC0, b"\x08" + struct.pack(">HH", 2, 3) + b"\x01\x01\x11\x00")


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + ROWS
JFIF, ICC, ADOBE = segment(0xE0, b"JFIF\0\x01"), segment(0xE2, b"ICC_PROFILE\0\x01\x01x"), segment(0xEE, b"Adobe\0d")
SECOND = b"\xff\xd8" + exif("<", 1) + frame() + SCAN + b"\xff\xd9"  # what a phone hangs behind the picture
TOLD = (
    segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
    segment(0xE2, b"MPF\0" + PLACE),
    segment(0xED, b"Photoshop 3.0\0" + PLACE),
    segment(0xFE, PLACE),
)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photograph_loses_its_place_and_keeps_its_rows_colours_and_way_up(order: str) -> None:
    begin = b"\xff\xd8" + JFIF + exif(order, 6) + b"".join(TOLD) + ICC + ADOBE
    made = checked_upload("photo.jpg", begin + frame() + SCAN + SCAN + b"\xff\xd9" + SECOND).content
    assert PLACE not in made
    assert (made.count(b"Exif"), made.count(b"\xff\xd8")) == (1, 1)
    held = struct.pack(">HHIH", 0x0112, 3, 1, 6)
    assert held in made
    assert made.startswith(b"\xff\xd8" + JFIF)
    assert made.endswith(ICC + ADOBE + frame() + SCAN + SCAN + b"\xff\xd9")
    assert pictures.is_jpeg(made)
    assert pictures.bare(made) == made


def test_a_picture_that_lies_as_it_was_taken_says_nothing_at_all() -> None:
    made = pictures.bare(b"\xff\xd8" + exif("<", 1) + frame() + SCAN + b"\xff\xd9")
    assert made == b"\xff\xd8" + frame() + SCAN + b"\xff\xd9"


@pytest.mark.parametrize("broken", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff\x01\x00", b"MM\0*" + b"\0" * 4])
def test_a_broken_directory_is_thrown_away(broken: bytes) -> None:
    made = pictures.bare(b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + broken) + frame() + SCAN + b"\xff\xd9")
    assert made == b"\xff\xd8" + frame() + SCAN + b"\xff\xd9"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_drawing_loses_its_texts_and_times() -> None:
    head, rows, end = (
        chunk(b"IHDR", struct.pack(">II", 1, 1) + b"\x08\0\0\0\0"),
        chunk(b"IDAT", b"x"),
        chunk(b"IEND", b""),
    )
    told = [chunk(kind, PLACE) for kind in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")]
    content = b"\x89PNG\r\n\x1a\n" + head + b"".join(told) + rows + end
    assert checked_upload("plan.png", content).content == b"\x89PNG\r\n\x1a\n" + head + rows + end
