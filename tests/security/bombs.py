"""Files that would fill the memory or the time of their reader, and what reading one takes.

`python -m tests.security.bombs NAME` in a process of its own: how much its children took at most counts only them.
"""

import io
import resource
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Mapping

from marketplace.errors import Refusal
from marketplace.sheets import read_sheet
from marketplace.uploads import checked_upload

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = b'<worksheet xmlns="' + SPACE.encode() + b'"><sheetData>%s</sheetData></worksheet>'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def book(sheet: bytes, more: Mapping[str, bytes] | None = None) -> bytes:
    related = f'<Relationships xmlns="{RELATED}"><Relationship Id="r" Type="{LINKS}/%s" Target="%s"/></Relationships>'
    parts = {
        "[Content_Types].xml": TYPES.encode(),
        "_rels/.rels": (related % ("officeDocument", "xl/workbook.xml")).encode(),
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{LINKS}"><sheets><sheet name="s" sheetId="1" r:id="r"/>'
        "</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": (related % ("worksheet", "worksheets/sheet1.xml")).encode(),
        "xl/worksheets/sheet1.xml": SHEET % sheet,
        **(more or {}),
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def saying_less(content: bytes) -> bytes:
    """The directory says that the sheet holds a thousand bytes; its packed bytes hold more."""
    made = bytearray(content)
    for head, at, name_at in ((b"PK\1\2", 24, 46), (b"PK\3\4", 22, 30)):
        place = made.find(head)
        while made[place + name_at : place + name_at + 24] != b"xl/worksheets/sheet1.xml":
            place = made.find(head, place + 1)
        made[place + at : place + at + 4] = struct.pack("<I", 1000)
    return bytes(made)


def overlapping(content: bytes) -> bytes:
    """Every part of the directory points at the bytes of the sheet: a small file, many times unpacked."""
    made = bytearray(content)
    sheet = content.find(b"xl/worksheets/sheet1.xml") - 30
    place = made.find(b"PK\1\2")
    while place >= 0:
        made[place + 42 : place + 46] = struct.pack("<I", sheet)
        place = made.find(b"PK\1\2", place + 1)
    return bytes(made)


CELL = b"<c><v>1</v></c>"
BOMBS = {
    "186 MB in 700 kB": lambda: book(b"<row>" + CELL * 12_400_000 + b"</row>"),
    "says less than it holds": lambda: saying_less(book(b"<row>" + b" " * 90_000_000 + b"</row>")),
    "parts over each other": lambda: overlapping(book(CELL * 1000)),
    "a cell at the far corner": lambda: book(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "an archive within": lambda: book(CELL, {"xl/media/image1.png": book(CELL)}),
    "two thousand parts": lambda: book(CELL, {f"xl/{each}.xml": b"<a/>" for each in range(2_000)}),
    "a laughing entity": lambda: book(
        CELL, {"xl/sharedStrings.xml": b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'}
    ),
}
NOT_OPENED = {"a cell at the far corner"}  # we hand on what is in it, and only a sheet is read
NOT_READ = {"an archive within", "a laughing entity"}  # the reader of sheets looks at none of it


def refuses(act: Callable[[], object]) -> bool:
    """Whether this is refused; anything but a refusal is raised."""
    try:
        act()
    except Refusal:
        return True
    return False


def main(bomb: str) -> None:
    """Prints whether it was refused, the seconds of processor and the largest MB of a child."""
    content = BOMBS[bomb]()
    assert len(content) < 2_000_000
    began_s = time.process_time()
    refused = bomb in NOT_OPENED or refuses(lambda: checked_upload("清单.xlsx", content))
    if bomb not in NOT_READ:
        refused &= refuses(lambda: read_sheet("清单.xlsx", content, {"code": ["编号"]}))
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(refused, time.process_time() - began_s + child.ru_utime + child.ru_stime, child.ru_maxrss / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
