"""In which words does one park's sheet stand in a file, filled in and ready to be handed back?"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from marketplace import capacity, sheets
from marketplace.capacity import Line, Sheet, SheetFields
from marketplace.parks import Park
from marketplace.resources import SupplyMode
from marketplace.sheets import Cell, Leaf
from web import i18n, labels
from web.amounts import measure_for
from web.csv_files import csv_of
from web.i18n import N_, gettext

HEADINGS: Mapping[str, str] = {
    "section": N_("Part"),
    "item": N_("Item"),
    "unit": N_("Unit"),
    "value": N_("In all, or the value"),
    "used": N_("Of which used"),
    "multiple": N_("Multiple"),
    "as_of": N_("As of"),
    "code": N_("Field (leave as it is)"),
}
CHOICES: Mapping[str, tuple[str, Sequence[str]]] = {  # field: whose words stand in the labels under which name
    "energy_basis": ("energy_basis", ("calorific", "coal_equivalent")),
    "supply_modes": ("supply_mode", tuple(SupplyMode)),
}
YES, NO = "是", "否"  # as they are read back, in both languages
HELP = (
    N_("Fill in the yellow cells. A blank cell changes nothing; to take a figure away, use the page."),
    N_("Write numbers in the unit of the row, or with any other unit of the same kind: 20 MVA, 10 公顷, １５０亩."),
    N_("“Of which used” is what is taken outside this market: what is free is what is in all less what is used."),
    N_("Several supply modes or industry codes stand in one cell with commas between them."),
    N_("Dates as 2027-06-30. Shares in percent, as 30%."),
    N_("Hand the file back on the page it came from. It shows each change before anything is kept."),
    N_("Save as .xlsx, or as CSV (UTF-8 or GB18030)."),
)


def book(park: Park, sheet: Sheet, fields: SheetFields) -> bytes:
    """The sheet as a workbook with instructions, ready to be filled in."""
    rows = _rows(sheet, fields)
    choices: dict[tuple[int, int], Sequence[str]] = {}
    column = list(HEADINGS).index("value")
    for number, line in enumerate(capacity.lines(), 1):
        if line.field == "chemical_park":
            choices[number, column] = (YES, NO)
        elif line.field == "energy_basis":
            choices[number, column] = [word for word, _ in _words(line.field)]
    typed = frozenset(list(HEADINGS).index(name) for name in ("value", "used", "multiple"))
    head = [gettext(word) for word in HEADINGS.values()]
    helped = [[park.name], *([gettext(text)] for text in HELP)]
    return sheets.workbook(
        [
            Leaf(gettext(N_("Capacity sheet")), head, rows, (18, 26, 14, 20, 14, 10, 13, 22), choices, typed),
            Leaf(gettext(N_("How to fill it in")), [gettext(N_("How to fill it in"))], helped, (110,)),
        ]
    )


def text(sheet: Sheet, fields: SheetFields) -> bytes:
    """The same as CSV."""
    return csv_of([gettext(word) for word in HEADINGS.values()], _rows(sheet, fields))


def columns() -> dict[str, list[str]]:
    """How each column's heading may be written, in both languages."""
    return _in_both({name: (lambda word=word: gettext(word)) for name, word in HEADINGS.items()})


def items() -> dict[str, str]:
    """How each row's item may be written → its field."""
    ways = _in_both({line.field: (lambda line=line: item(line)) for line in capacity.lines()})
    found = {capacity.folded(word): field for field, words in ways.items() for word in words}
    return found | {capacity.folded(field): field for field in ways}


def spoken(rows: Sequence[sheets.Row]) -> list[sheets.Row]:
    """The rows with words of choices put into what is kept (出让 is sale), and without units that go without saying."""
    known = {word: stored for field in CHOICES for word, stored in _both_words(field)}
    usual, fields = _in_both({line.field: (lambda line=line: unit(line)) for line in capacity.lines()}), items()
    made = []
    for row in rows:
        cells = {name: _stored(text, known) for name, text in row.cells.items()}
        field = fields.get(capacity.folded(cells.get("code") or cells.get("item", "")), "")
        if capacity.folded(cells.get("unit", "")) in map(capacity.folded, usual.get(field, ())):
            cells.pop("unit", None)
        made.append(sheets.Row(row.number, cells))
    return made


def unit(line: Line) -> str:
    """The unit that numbers of a row are in."""
    measure = measure_for(line.field)
    return "%" if line.field == "green_power_share" else gettext(measure.unit) if measure else ""


def item(line: Line) -> str:
    """What a row is called; pollutants bear the word for emissions."""
    head, dot, last = line.field.partition(".")
    return f"{labels.field(head)} {last}" if dot else labels.field(line.field)


def said(field: str, value: Any) -> str:
    """A value of a document in words, with its unit."""
    measure = measure_for(field)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field in CHOICES or isinstance(value, list):
        kind = CHOICES.get(field, ("", ()))[0]
        return "、".join(labels.value(kind, each) for each in (value if isinstance(value, list) else [value]))
    if measure is None:
        return str(value)
    if field == "green_power_share":
        return _percent(value)
    return f"{Decimal(value).normalize():,f} {gettext(measure.unit)}"


def _rows(sheet: Sheet, fields: SheetFields) -> list[list[Cell]]:
    told = capacity.document(fields)
    dates = {entry.field: entry.as_of.isoformat() for entry in sheet.entries if entry.as_of}
    return [_row(line, told, dates) for line in capacity.lines()]


def _row(line: Line, told: Mapping[str, Any], dates: Mapping[str, str]) -> list[Cell]:
    amounts = [_cell(field, capacity.value_at(told, field)) for field in (line.field, line.used, line.multiple)]
    return [
        labels.value("section", line.section),
        item(line),
        unit(line),
        *amounts,
        dates.get(line.field, ""),
        line.field,
    ]


def _cell(field: str, value: Any) -> Cell:
    if value is None or not field:
        return None
    if isinstance(value, bool):
        return YES if value else NO
    if field == "green_power_share":
        return _percent(value)
    if measure_for(field):
        return Decimal(value)
    if field in CHOICES:
        words = {stored: word for word, stored in _words(field)}
        return "、".join(words.get(str(each), str(each)) for each in (value if isinstance(value, list) else [value]))
    return "、".join(value) if isinstance(value, list) else str(value)


def _percent(share: Any) -> str:
    return f"{(Decimal(share) * 100).normalize():f}%"


def _words(field: str) -> list[tuple[str, str]]:
    kind, stored = CHOICES[field]
    return [(labels.value(kind, each), str(each)) for each in stored]


def _both_words(field: str) -> list[tuple[str, str]]:
    before, found = i18n.current.get(), []
    for language in i18n.Language:
        i18n.current.set(language)
        found += _words(field)
    i18n.current.set(before)
    return found


def _stored(text: str, known: Mapping[str, str]) -> str:
    for signs in ("、", "、，,;；"):  # a word of ours may hold a comma
        words = [word.strip() for word in re.split(f"[{signs}]", text)]
        if all(word in known for word in words):
            return "、".join(known[word] for word in words)
    return text


def _in_both(words: Mapping[str, Any]) -> dict[str, list[str]]:
    before = i18n.current.get()
    found: dict[str, list[str]] = {name: [] for name in words}
    for language in (before, *i18n.Language):
        i18n.current.set(language)
        for name, word in words.items():
            found[name].append(word())
    i18n.current.set(before)
    return found
