"""Is an Office file a document or a workbook without macros, outside links, files within and entity tricks?"""

import re
from xml.etree import ElementTree

from marketplace.errors import Fault, Refusal
from marketplace.uploads.archives import Archive, checked_archive, is_packed

_MAIN = {
    ".docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    ".xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}
_TYPES = "[Content_Types].xml"
_ACTIVE = re.compile(r"vbaproject|vbadata|activex|macrosheet|embeddings/|oleobject|customui", re.IGNORECASE)
_RAW = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".bmp", ".bin", ".svg")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_KEPT = 32  # what a word split over two pieces may need
_LINKED = "This file points to other files: break its links and save it again"
_ACTIVE_FAULT = "This file carries macros or other files: save it again without them"
_BROKEN = "This file is not what its name says: open it and save it again"


def suffix_inside(where: str, content: bytes) -> str:
    """`.docx` or `.xlsx`, by what is inside. Raises Refusal."""
    archive = checked_archive(where, content)
    if any(_ACTIVE.search(name) for name in archive.entries):
        raise Refusal(Fault(where, _ACTIVE_FAULT))
    try:
        for name in archive.entries:
            _look_through(where, archive, name)
        suffix = _declared(where, archive)
        for name in archive.entries:
            if name.endswith(".rels"):
                _refuse_links(where, archive.part(name))
    except ElementTree.ParseError:
        raise Refusal(Fault(where, _BROKEN)) from None
    except Refusal as refusal:
        raise Refusal([Fault(where, fault.message, fault.params) for fault in refusal.faults]) from None
    return suffix


def _declared(where: str, archive: Archive) -> str:
    """What the list of types says the main part is."""
    if _TYPES not in archive.entries:
        raise Refusal(Fault(where, _BROKEN))
    root = ElementTree.fromstring(archive.part(_TYPES))  # has no DTD: looked through before
    types = {entry.get("PartName", "").lstrip("/"): entry.get("ContentType", "") for entry in root}
    if any("macroenabled" in entry.get("ContentType", "").casefold() for entry in root):
        raise Refusal(Fault(where, _ACTIVE_FAULT))
    for suffix, (part, kind) in _MAIN.items():
        if part in archive.entries and types.get(part, "").endswith(kind):
            return suffix
    raise Refusal(Fault(where, _BROKEN))


def _look_through(where: str, archive: Archive, name: str) -> None:
    """Every byte of a part: no archive within, and in XML no document type, which is where entities come from."""
    is_raw = name.casefold().endswith(_RAW)
    before, first = b"", True
    for piece in archive.pieces(name):
        if first and is_packed(piece):
            raise Refusal(Fault(where, _ACTIVE_FAULT))
        if first and not is_raw and not _is_xml(piece):
            raise Refusal(Fault(where, _BROKEN))
        first = False
        seen = before + piece
        if not is_raw and b"<!" in seen and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
            raise Refusal(Fault(where, _BROKEN))
        before = seen[-_KEPT:]


def _is_xml(piece: bytes) -> bool:
    """UTF-8 from its first sign on; in another encoding a document type could hide from who looks for it."""
    text = piece.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in text[:4] or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    encoding = _ENCODING.match(text.lstrip())
    return encoding is None or encoding.group(1).lower() in _ENCODINGS


def _refuse_links(where: str, relations: bytes) -> None:
    """Links to pages may stay; templates, pictures and books that would be fetched may not."""
    for entry in ElementTree.fromstring(relations):
        outside = entry.get("TargetMode", "").casefold() == "external"
        if outside and not entry.get("Type", "").endswith("/hyperlink"):
            raise Refusal(Fault(where, _LINKED))
