"""What would a zip unpack to? Asked, counted and looked through before anything else opens it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marketplace.errors import Fault, Refusal

MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 100_000_000
MOST_RATIO, RATIO_FROM_BYTES = 100, 10_000_000  # small files may be mostly zeros; a page of a table is not
_PIECE = 1 << 20
_LOCAL = struct.Struct("<4s5H3L2H")
_END = b"PK\x05\x06"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ")
_MESSAGE = "This file is packed in a way that is not read here: open it and save it again"


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip that holds what it says: its parts by name, unpacked one at a time."""

    entries: Mapping[str, zipfile.ZipInfo]
    content: bytes

    def pieces(self, name: str) -> Iterator[bytes]:
        """One part in pieces of at most 1 MB, never more than it said it holds."""
        return _pieces(self.content, self.entries[name])

    def part(self, name: str, *, most: int = 2_000_000) -> bytes:
        """A small part whole. Raises Refusal where it is none."""
        if self.entries[name].file_size > most:
            raise Refusal(Fault("", _MESSAGE))
        return b"".join(self.pieces(name))


def checked_archive(where: str, content: bytes) -> Archive:
    """A zip whose parts are few, small, plain and apart from each other. Raises Refusal.

    Only what the directory says is read here: a bomb is refused before a byte of it is unpacked. `pieces` then holds
    each part to what the directory said.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = opened.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeDecodeError):
        raise Refusal(Fault(where, _MESSAGE)) from None
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES or _is_bomb(unpacked, len(content)):
        raise Refusal(Fault(where, "This file unpacks to more than can be read here: split it"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refusal(Fault(where, "This file is locked with a password: save it without one"))
    named = {entry.filename: entry for entry in entries}
    if len(named) < len(entries) or not all(map(_is_plain, entries)) or not _is_whole(content, entries):
        raise Refusal(Fault(where, _MESSAGE))
    return Archive(named, content)


def is_packed(beginning: bytes) -> bool:
    """Whether something begins as an archive does: one inside another is unpacked by nobody here."""
    return beginning.startswith(_ARCHIVES)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_FROM_BYTES and unpacked > MOST_RATIO * packed


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A relative name without ways out, stored or deflated."""
    name, steps = entry.filename, entry.filename.split("/")
    fits = 0 < len(name) <= 200 and name.isprintable() and not any(sign in name for sign in "\\:\0")
    return fits and not name.startswith("/") and ".." not in steps and entry.compress_type in (0, 8)


def _is_whole(content: bytes, entries: list[zipfile.ZipInfo]) -> bool:
    """Nothing before the first part, nothing after the directory, no two parts in the same bytes."""
    if not content.startswith(b"PK\x03\x04") or content[-22:-18] != _END:
        return False
    reached = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < reached or entry.header_offset + _LOCAL.size > len(content):
            return False
        reached = _begin(content, entry) + entry.compress_size
    return bool(entries) and min(entry.header_offset for entry in entries) == 0 and reached <= len(content)


def _begin(content: bytes, entry: zipfile.ZipInfo) -> int:
    """Where the packed bytes of a part begin: its own header counts, not the directory's copy."""
    *_, name_length, extra_length = _LOCAL.unpack_from(content, entry.header_offset)
    return entry.header_offset + _LOCAL.size + int(name_length) + int(extra_length)


def _pieces(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    begin = _begin(content, entry)
    packed = content[begin : begin + entry.compress_size]
    left = entry.file_size
    for piece in _inflated(packed) if entry.compress_type else (packed,):
        left -= len(piece)
        if left < 0:  # a reader that believes the packed bytes would go on
            raise Refusal(Fault("", _MESSAGE))
        yield piece
    if left:
        raise Refusal(Fault("", _MESSAGE))


def _inflated(packed: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj(-15)
    try:
        while not stream.eof:
            piece = stream.decompress(packed, _PIECE)
            packed = stream.unconsumed_tail
            if not piece and not packed:
                break
            yield piece
    except zlib.error:
        raise Refusal(Fault("", _MESSAGE)) from None
