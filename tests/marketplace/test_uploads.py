"""Is a file from outside taken only when it is what its name says and does nothing by itself?"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from marketplace.errors import Refusal
from marketplace.uploads import Kind, checked_upload, shown_name

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)
DOCX = {
    "[Content_Types].xml": TYPES.format(part="word/document.xml", kind="wordprocessingml.document"),
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
    "word/document.xml": "<document>保密</document>",
}
XLSX = {
    "[Content_Types].xml": TYPES.format(part="xl/workbook.xml", kind="spreadsheetml.sheet"),
    "xl/workbook.xml": "<workbook/>",
    "xl/printerSettings/printerSettings1.bin": "\1\2",
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction[3 0 R/Fit]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\1\1\x11\0\xff\xd9"


def zipped(parts: Mapping[str, str | bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def chunk(kind: bytes, inside: bytes) -> bytes:
    return struct.pack(">I", len(inside)) + kind + inside + struct.pack(">I", zlib.crc32(kind + inside))


def png(width: int = 2, height: int = 2) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 14)) + chunk(b"IEND", b"")


TAKEN = {
    "委托书.pdf": PDF,
    "说明.docx": zipped(DOCX),
    "设备清单.xlsx": zipped(XLSX),
    "图.png": png(),
    "照片.JPG": JPEG,
    "照片.jpeg": JPEG,
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_offices_hand_in_is_taken_as_it_is(name: str) -> None:
    upload = checked_upload(name, TAKEN[name])
    assert upload.content == TAKEN[name]
    assert upload.name_shown == name.replace(".JPG", ".jpg").replace(".jpeg", ".jpg")
    assert upload.kind == Kind(upload.name_shown.rpartition(".")[2])


def small_saying(parts: Mapping[str, str | bytes], more: bytes) -> bytes:
    """A zip whose directory says that a part is smaller than what its packed bytes unpack to."""
    made = bytearray(zipped({**parts, "word/more.xml": b"<a>" + more + b"</a>"}))
    for head, at in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        place = made.rfind(head)
        made[place + at : place + at + 4] = struct.pack("<I", 10)
    return bytes(made)


def locked(content: bytes) -> bytes:
    made = bytearray(content)
    for head, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        place = made.find(head)
        made[place + at] |= 1
    return bytes(made)


DTD = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
SEVEN = DTD.replace("?>", ' encoding="utf-7"?>', 1).replace("<!", "+ADw!")
OUTSIDE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="http://a/b" '
    'TargetMode="External"/></Relationships>'
)
MACROS = TYPES.replace("application/vnd.openxmlformats-officedocument.{kind}", "application/vnd.ms-word.macroEnabled")
REFUSED = {
    "empty.pdf": b"",
    "page.pdf": b"<html><script>alert(1)</script>",
    "program.pdf": b"MZ\x90\0" + PDF,
    "image.png": PDF,
    "workbook.docx": zipped(XLSX),
    "zip.zip": zipped({"a.txt": "a"}),
    "any.docx": zipped({"a.txt": "a"}),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "dtd.docx": zipped({**DOCX, "word/styles.xml": DTD}),
    "late dtd.docx": zipped({**DOCX, "word/styles.xml": "<!--" + "x" * ((1 << 20) - 8) + "-->" + DTD}),
    "wide dtd.docx": zipped({**DOCX, "word/styles.xml": DTD.encode("utf-16")}),
    "other code.docx": zipped({**DOCX, "word/a.xml": SEVEN}),
    "template.docx": zipped({**DOCX, "word/_rels/settings.xml.rels": OUTSIDE.format("attachedTemplate")}),
    "macros.docx": zipped({**DOCX, "word/vbaProject.bin": b"\0"}),
    "says macros.docx": zipped({**DOCX, "[Content_Types].xml": MACROS.format(part="word/document.xml", kind="x")}),
    "embedded.docx": zipped({**DOCX, "word/embeddings/book.xlsx": zipped(XLSX)}),
    "nested.docx": zipped({**DOCX, "word/media/image1.png": zipped(XLSX)}),
    "out.docx": zipped({**DOCX, "../../etc/cron.d/x": "a"}),
    "absolute.docx": zipped({**DOCX, "/etc/cron.d/x": "a"}),
    "backslash.docx": zipped({**DOCX, "word\\..\\..\\x.xml": "<a/>"}),
    "many.docx": zipped({**DOCX, **{f"word/{number}.xml": "<a/>" for number in range(2_001)}}),
    "liar.docx": small_saying(DOCX, b"x" * 5_000_000),
    "locked.docx": locked(zipped(DOCX)),
    "before.docx": b"PK\x03\x04" + zipped(DOCX),
    "behind.docx": zipped(DOCX) + b"<html>",
    "lzma.docx": zipped(DOCX, zipfile.ZIP_LZMA),
    "cut.docx": zipped(DOCX)[:-30],
    "cut.pdf": PDF[:-8],
    "late.pdf": b" " + PDF,
    "script.pdf": PDF.replace(b"/OpenAction", b"/JS(app.alert(1))/OpenAction"),
    "escaped.pdf": PDF.replace(b"/OpenAction", b"/Java#53cript 4 0 R/OpenAction"),
    "packed.pdf": PDF.replace(
        b"trailer", b"4 0 obj<</Type/ObjStm/N 1>>stream\n" + zlib.compress(b"<</S/Launch>>") + b"\nendstream\ntrailer"
    ),
    "locked.pdf": PDF.replace(b"<</Root", b"<</Encrypt 5 0 R/Root"),
    "second.pdf": PDF + zipped({"a.txt": "a"}),
    "second.png": png() + b"<script>",
    "second.jpg": JPEG + zipped({"a.txt": "a"}),
    "huge.png": png(60_000, 60_000),
    "cut.png": png()[:-4],
    "cut.jpg": JPEG[:-2],
    "svg.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_something_else_or_acts_by_itself_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_upload(name, REFUSED[name])
    assert [fault.where for fault in refused.value.faults] == ["file"]


def test_links_to_pages_and_the_words_of_a_stream_are_no_reason_to_refuse() -> None:
    checked_upload("a.docx", zipped({**DOCX, "word/_rels/document.xml.rels": OUTSIDE.format("hyperlink")}))
    checked_upload("a.pdf", PDF.replace(b"trailer", b"4 0 obj<<>>stream\n/JS /Launch\nendstream endobj\ntrailer"))


def test_a_file_beyond_the_limit_is_refused_whatever_it_is() -> None:
    with pytest.raises(Refusal, match="larger"):
        checked_upload("a.pdf", PDF, most_bytes=20)


NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Users\\a\\委托书.pdf": "委托书.pdf",
    "a\r\nSet-Cookie: x=y.pdf": "a Set-Cookie x=y.pdf",
    "invoice\u202efdp.exe.pdf": "invoicefdp.exe.pdf",
    "a\u200b\u2066b.pdf": "ab.pdf",
    'a";filename="b.pdf': "afilename=b.pdf",
    "..pdf": "document.pdf",
    "....": "document.pdf",
    "": "document.pdf",
    "长" * 300 + ".pdf": "长" * 80 + ".pdf",
    "a.PDF": "a.pdf",
    "a\0b.pdf": "ab.pdf",
    "／etc／a.pdf": "a.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_for_reading_and_leads_nowhere(name: str) -> None:
    assert shown_name(name, ".pdf") == NAMES[name]
