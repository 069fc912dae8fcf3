"""How does a table become a workbook that an office opens, fills in and hands back? No cell of it is a formula."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Cell = str | int | float | Decimal | None
UNDATED = {"created": datetime(2000, 1, 1, tzinfo=UTC)}  # the same content is the same file, whenever it is made


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet of a workbook. `choices` offers words in a cell, by row and column counted from the heading's 0."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()
    choices: Mapping[tuple[int, int], Sequence[str]] = field(default_factory=dict)
    typed_in: frozenset[int] = frozenset()  # columns that are filled in by people


def workbook(leaves: Sequence[Leaf]) -> bytes:
    """The sheets as one .xlsx. Texts are texts, whatever they begin with. Source: OWASP, CSV injection."""
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, plain) as book:
        book.set_properties(UNDATED)
        head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "top"})
        filled = book.add_format({"bg_color": "#FFFBE6", "border": 1, "border_color": "#D9D9D9"})
        for leaf in leaves:
            _write(book.add_worksheet(leaf.title[:31]), leaf, head, filled)
    return out.getvalue()


def _write(sheet: Worksheet, leaf: Leaf, head: Format, filled: Format) -> None:
    for column, width in enumerate(leaf.widths):
        sheet.set_column(column, column, width)
    for column, heading in enumerate(leaf.headings):
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(leaf.rows, 1):
        for column, cell in enumerate(row):
            style = filled if column in leaf.typed_in else None
            if cell is None or cell == "":
                sheet.write_blank(number, column, None, style)
            elif isinstance(cell, str):
                sheet.write_string(number, column, cell, style)
            else:
                sheet.write_number(number, column, float(cell), style)
    for (number, column), words in leaf.choices.items():
        sheet.data_validation(
            number, column, number, column, {"validate": "list", "source": list(words), "error_type": "warning"}
        )
    sheet.freeze_panes(1, 0)
