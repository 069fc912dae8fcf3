"""Does a table say exactly what it would change, take back what went out, and write nothing by itself?"""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from marketplace import capacity
from marketplace.capacity import Draft, SheetFields
from marketplace.capacity.tables import OF_PARK, Capacity
from marketplace.parks import Park
from marketplace.sheets import Leaf, Row, read_sheet, workbook

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ITEMS = {capacity.folded(line.field): line.field for line in capacity.lines()}
SAID = {"land_mu": "10 公顷", "land_mu_used": 50, "largest_plot_mu": 80, "prohibited": ["2614"], "land_10k_mu": 18}


def rows(*cells: tuple[str, str, str, str]) -> list[Row]:
    """(item, value, used, unit)."""
    names = ("item", "value", "used", "unit")
    pairs = [dict(zip(names, row, strict=True)) for row in cells]
    return [Row(number, {name: cell for name, cell in row.items() if cell}) for number, row in enumerate(pairs, 2)]


def drafted(session: Session, park: Park, *cells: tuple[str, str, str, str]) -> Draft:
    capacity.save_sheet(session, park, SheetFields.model_validate(SAID), by=None, now=NOW)
    return capacity.draft(session, park, rows(*cells), ITEMS, by=None)


def test_what_is_new_what_changes_and_what_stands_are_told_apart(session: Session, park: Park) -> None:
    found = drafted(
        session, park, ("land_mu", "２００亩", "", ""), ("power_kva", "20 MVA", "", ""), ("prohibited", "C2614", "", "")
    )
    changes = [(change.row, change.field, change.old, change.new) for change in found.changes]
    assert changes == [(2, "land_mu", "150", "200"), (3, "power_kva", None, "20000")]
    assert (found.unchanged, found.rejects) == (1, ())
    assert "land_mu" not in found.after.get("typed", {})
    assert (found.after["land_mu_used"], found.after["largest_plot_mu"]) == ("50", "80")
    assert capacity.fields_of(session, park).land_mu == 150


@pytest.mark.parametrize(
    ("cell", "row", "column"),
    [
        (("land_mu", "many", "", ""), 2, "value"),
        (("land_mu", "120", "", "kVA"), 2, "value"),
        (("nothing like it", "5", "", ""), 2, "item"),
        (("largest_plot_mu", "", "5", ""), 2, "used"),
        (("prohibited", "9999", "", ""), 2, "value"),
        (("available_on", "soon", "", ""), 2, "value"),
        (("energy_basis", "whichever", "", ""), 2, "value"),
        (("land_mu", "", "151", ""), 2, "used"),
        (("land_mu", "100", "", ""), 2, "value"),  # less than the largest plot leaves
        (("power_kva", "", "5", ""), 2, "used"),
    ],
)
def test_a_cell_that_is_wrong_is_named_by_row_and_column_and_the_rest_is_taken(
    session: Session, park: Park, cell: tuple[str, str, str, str], row: int, column: str
) -> None:
    found = drafted(session, park, cell, ("gas_m3_d", "77", "", ""))
    assert [(each.row, each.column) for each in found.rejects] == [(row, column)]
    assert [change.field for change in found.changes] == ["gas_m3_d"]
    assert capacity.document(SheetFields.model_validate(found.after)) == found.after


def test_what_is_promised_cannot_be_taken_off_by_a_file_either(session: Session, park: Park) -> None:
    capacity.save_sheet(session, park, SheetFields.model_validate(SAID), by=None, now=NOW)
    line = session.exec(select(Capacity).where(OF_PARK, Capacity.resource == "land")).one()
    line.held = 90 * 10**6
    session.flush()
    said = rows(("land_mu", "139", "", ""), ("land_10k_mu", "19", "", ""))
    found = capacity.draft(session, park, said, ITEMS, by=None)
    assert [each.fault.message.split(" ")[0] for each in found.rejects] == ["{promised}"]
    assert [change.field for change in found.changes] == ["land_10k_mu"]


def test_a_row_that_is_there_twice_counts_once_and_a_blank_cell_changes_nothing(session: Session, park: Park) -> None:
    found = drafted(session, park, ("land_mu", "", "", "亩"), ("water_t_d", "5", "", ""), ("water_t_d", "6", "", ""))
    assert [(each.row, each.column) for each in found.rejects] == [(4, "item")]
    assert [(change.field, change.new) for change in found.changes] == [("water_t_d", "5")]


def test_a_bare_number_is_in_the_unit_written_beside_it(session: Session, park: Park) -> None:
    found = drafted(session, park, ("power_kva", "20", "", "MVA"), ("land_mu", "1,600", "10", "亩"))
    assert [(change.field, change.new) for change in found.changes] == [
        ("power_kva", "20000"),
        ("land_mu", "1600"),
        ("land_mu_used", "10"),
    ]


def test_a_workbook_holds_texts_and_numbers_and_no_formula() -> None:
    cells = ["=1+1", "@SUM(A1)", "http://example.org", 20, None, "-5"]
    made = workbook([Leaf("清单", ["甲", "乙", "丙", "丁", "戊", "己"], [cells], choices={(1, 0): ("是", "否")})])
    names = {name: [name] for name in ("甲", "乙", "丙", "丁", "戊", "己")}
    [row] = read_sheet("a.xlsx", made, names)
    assert row.cells == {"甲": "=1+1", "乙": "@SUM(A1)", "丙": "http://example.org", "丁": "20", "己": "-5"}
    assert b"<f>" not in _unpacked(made)


def _unpacked(book: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())
