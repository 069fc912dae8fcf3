"""Is a document a PDF, a Word or Excel file or a picture, by what is inside it, and harmless to who opens it?"""

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum

from marketplace.errors import Fault, Refusal
from marketplace.uploads import office, pictures
from marketplace.uploads.names import shown_name, suffix_of

MOST_BYTES = 20_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also what a password makes of a new one
_ZIP_END = b"PK\x05\x06"
_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,400}>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)(?![A-Za-z0-9])")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_MOST_OBJECTS_BYTES = 20_000_000


class Kind(StrEnum):
    """What may be handed in."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPEG = "jpg"


_MEDIA = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked through. `name_shown` is for people and headers, never for a path."""

    kind: Kind
    name_shown: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The type it is sent out as: by what is inside, never by what the sender said."""
        return media_type_of(self.kind)


def media_type_of(kind: str) -> str:
    """The type a kept file is sent out as."""
    return _MEDIA[Kind(kind)]


def checked_upload(name: str, content: bytes, *, where: str = "file", most_bytes: int = MOST_BYTES) -> Upload:
    """A document that is what its name says; a picture without where and when it was taken.

    Raises Refusal with the fault at the form's field `where`.
    """
    if not content:
        raise Refusal(Fault(where, "This file is empty: choose another"))
    if len(content) > most_bytes:
        raise Refusal(Fault(where, "This file is larger than {most} MB: split it", {"most": most_bytes // 10**6}))
    kind = _kind_inside(where, content)
    said = ".jpg" if suffix_of(name) == ".jpeg" else suffix_of(name)
    if said != f".{kind}":
        raise Refusal(Fault(where, "This file is not what its name says: inside it is {kind}", {"kind": f".{kind}"}))
    kept = pictures.bare(content) if kind in (Kind.PNG, Kind.JPEG) else content
    return Upload(kind, shown_name(name, said), kept)


def _kind_inside(where: str, content: bytes) -> Kind:
    if content.startswith(b"PK"):
        return Kind(office.suffix_inside(where, content)[1:])
    if content.startswith(_OLD_OFFICE):
        raise Refusal(Fault(where, "Old Office files and files with a password are not taken: save as .docx or .xlsx"))
    if content.rfind(_ZIP_END, -66_000) >= 0:  # a second file behind the first
        raise Refusal(Fault(where, "This file carries macros or other files: save it again without them"))
    if re.match(rb"%PDF-[12]\.[0-9]", content):
        _check_pdf(where, content)
        return Kind.PDF
    if pictures.is_png(content):
        return Kind.PNG
    if pictures.is_jpeg(content):
        return Kind.JPEG
    raise Refusal(Fault(where, "Only PDF, Word (.docx), Excel (.xlsx), PNG and JPEG files are taken"))


def _check_pdf(where: str, content: bytes) -> None:
    """A PDF that ends as one, is not locked, and does nothing by itself."""
    if b"%%EOF" not in content[-2048:]:
        raise Refusal(Fault(where, "This PDF is cut off: save it again"))
    outside = _STREAM.sub(b"stream", content)
    for text in (outside, *_object_streams(where, content)):
        plain = _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), text)
        if _LOCKED.search(plain):
            raise Refusal(Fault(where, "This file is locked with a password: save it without one"))
        if _ACTIVE.search(plain):
            raise Refusal(Fault(where, "This PDF carries scripts or other files: print it to a new PDF"))


def _object_streams(where: str, content: bytes) -> list[bytes]:
    """The packed lists of objects, where names may hide; at most 20 MB of them."""
    made, left = [], _MOST_OBJECTS_BYTES
    for found in _OBJECTS.finditer(content):
        stream = zlib.decompressobj()
        try:
            made.append(stream.decompress(found.group(1), left))
        except zlib.error:
            made.append(found.group(1))
        left -= len(made[-1])
        if left <= 0:
            raise Refusal(Fault(where, "This file unpacks to more than can be read here: split it"))
    return made
