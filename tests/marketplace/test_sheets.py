"""Are files from offices read as they were meant, and refused in one sentence where they cannot be?"""

import io
import zipfile
from datetime import date

import pytest

from marketplace.errors import Refusal
from marketplace.sheets import Row, read_sheet

COLUMNS = {"code": ("Code", "园区代码"), "land_mu": ("Land", "用地"), "available_on": ("Available from", "可供日期")}
TEXT = "园区代码,用地（亩）\nP1,１５０亩\n,\nP2,10 公顷\n"
READ = [Row(2, {"code": "P1", "land_mu": "１５０亩"}), Row(4, {"code": "P2", "land_mu": "10 公顷"})]


def workbook(*rows: tuple[object, ...]) -> bytes:
    """An .xlsx as small as the format allows."""
    body = "".join("<row>" + "".join(_cell(value) for value in row) + "</row>" for row in rows)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships {related}><Relationship Id="r" Type="{links}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{links}"><sheets><sheet name="s" sheetId="1" r:id="r"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships {related}><Relationship Id="r" Type="{links}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        read_sheet(name, content, COLUMNS)
    return refusal.value.faults[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_offices_save(encoding: str) -> None:
    assert read_sheet("a.csv", TEXT.encode(encoding), COLUMNS) == READ


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_may_be_divided_by_semicolon_or_tab(delimiter: str) -> None:
    assert read_sheet("a.csv", TEXT.replace(",", delimiter).encode(), COLUMNS) == READ


def test_a_quoted_cell_may_hold_a_line_break_and_rows_keep_their_numbers() -> None:
    rows = read_sheet("a.csv", b'code,land_mu\n"P\n1",3\nP2,4\n', COLUMNS)
    assert [row.cells["code"] for row in rows] == ["P\n1", "P2"]


def test_a_workbook_is_read_as_it_was_typed() -> None:
    content = workbook(("Code", "用地"), ("P1", 150), ("P2", 0.1))
    assert read_sheet("a.xlsx", content, COLUMNS) == [
        Row(2, {"code": "P1", "land_mu": "150"}),
        Row(3, {"code": "P2", "land_mu": "0.1"}),
    ]


def test_an_unknown_heading_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(Refusal) as refusal:
        read_sheet("a.csv", b"code,Lands\n", COLUMNS)
    assert refusal.value.faults[0].params == {"heading": "Lands", "nearest": "Land"}


def test_a_heading_that_resembles_none_is_not_given_a_wrong_one() -> None:
    assert refused("a.csv", b"code,qqq\n") == "There is no column {heading}: take it out"


@pytest.mark.parametrize(
    ("name", "content", "begins"),
    [
        ("a.csv", b"", "There is nothing in this file"),
        ("a.csv", b"\n,\n", "There is nothing in this file"),
        ("a.csv", b"code,Code\n", "The column {heading} is there twice"),
        ("a.csv", b"code\nP1,2\n", "Row {row} has more cells"),
        ("a.csv", b'code\n"P1\n', "The quotes of this CSV do not close"),
        ("a.csv", b"\x81\xff\x81\xff,\n", "This text is neither"),
        ("a.csv", b"PK\x03\x04", "This is no text file"),
        ("a.csv", b"\xd0\xcf\x11\xe0", "This is no text file"),
        ("a.xlsx", b"not a workbook", "This workbook cannot be read"),
        ("a.xlsx", b"PK\x03\x04 broken", "This file is packed in a way"),
        ("a.csv", b"x" * 20_000_001, "This file is larger"),
        ("a.csv", b"code\n" + b"P\n" * 20_001, "There are more than {most} rows"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str, content: bytes, begins: str) -> None:
    assert refused(name, content).startswith(begins)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 12_000_000)
    assert refused("a.xlsx", packed.getvalue()).startswith("This file unpacks")


def test_a_date_cell_reads_as_a_date() -> None:
    from marketplace.sheets.opened import _cell as cell

    assert [cell(date(2027, 6, 30)), cell(True), cell(1234567.0), cell(12.50)] == [
        "2027-06-30",
        "是",
        "1234567",
        "12.5",
    ]
