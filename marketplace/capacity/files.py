"""How does one park's sheet leave as a table, and what would a table that comes back change?

One row a resource, price or rule. A blank cell changes nothing; nothing is written here.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, select

from marketplace.capacity.promised import may_read_ledger
from marketplace.capacity.rules import check, codes_of, refuse_promised
from marketplace.capacity.sections import FIELDS, Said, Section, document
from marketplace.capacity.sheet import fields_of
from marketplace.capacity.tables import OF_PARK, Capacity, SheetFields
from marketplace.errors import Fault, Refusal, faults_of
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.resources import EMISSION, Pollutant
from marketplace.sheets import Row
from marketplace.units import measures_of

COLUMNS = ("code", "item", "unit", "value", "used", "multiple")  # those that are read; others may stand beside them
VALUE, USED, MULTIPLE = "value", "used", "multiple"
ROUNDS = 8  # how often what is left is checked again after a cell was taken out


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: the field of its value, of what is used of it, and of its multiple."""

    field: str
    section: Section
    used: str = ""
    multiple: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Column → field."""
        columns = {VALUE: self.field, USED: self.used, MULTIPLE: self.multiple}
        return {column: field for column, field in columns.items() if field}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something new: what stood before is None where nothing did."""

    row: int
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Reject:
    """One cell that is not taken, and why. `column` is empty where the whole row is meant."""

    row: int
    column: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Draft:
    """What a table would make of a sheet: `after` is the whole sheet, as it is confirmed or not."""

    after: Said
    changes: tuple[Change, ...]
    unchanged: int
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    column: str
    field: str
    text: str


def lines() -> list[Line]:
    """Every row of the table, in the order of the sheet's sections."""
    return [line for section in Section for line in _lines(section)]


def draft(session: Session, park: Park, rows: Iterable[Row], items: Mapping[str, str], *, by: Viewer | None) -> Draft:
    """What these rows would change. `items` finds the field by a row's folded item or code; see `folded`.

    Who does not read the ledger is not told what is promised: the office is, when it lets the sheet stand. None is the
    platform itself.
    """
    before = document(fields_of(session, park))
    cells, rejects = _cells(rows, items)
    told, unchanged = [], 0
    for cell in cells:
        try:
            value = _read(cell)
        except Refusal as refusal:
            rejects += [Reject(cell.row, cell.column, fault) for fault in refusal.faults]
            continue
        old = _at(before, cell.field)
        nothing_used = cell.column == USED and value == "0" and old is None
        if value is None or value == old or nothing_used:
            unchanged += value is not None
            continue
        told.append((cell, Change(cell.row, cell.field, old, value)))
    own = select(Capacity).where(Capacity.park_id == park.id, OF_PARK)
    promised = session.exec(own).all() if by is None or may_read_ledger(by, park) else []
    after, kept = _fitting(promised, before, told, rejects)
    ranked = sorted(rejects, key=lambda reject: (reject.row, reject.column))
    return Draft(after, tuple(change for _, change in kept), unchanged, tuple(ranked))


def value_at(said: Mapping[str, Any], field: str) -> Any:
    """What a document says in one field (`land_mu`, `emissions_t_a.COD`); None for nothing."""
    return _at(said, field)


def folded(text: str) -> str:
    """An item as it is looked up: without width, case and spaces."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").casefold()


def _lines(section: Section) -> Iterable[Line]:
    names = FIELDS[section]
    for name in names:
        if name == EMISSION.field:
            for pollutant in Pollutant:
                parts = (f"{head}.{pollutant}" for head in (name, f"{name}_used", "replacement"))
                yield Line(next(parts), section, next(parts), next(parts))
        elif not name.endswith("_used") and name != "replacement":
            yield Line(name, section, f"{name}_used" if f"{name}_used" in names else "")


def _cells(rows: Iterable[Row], items: Mapping[str, str]) -> tuple[list[_Cell], list[Reject]]:
    known = {line.field: line for line in lines()}
    cells, rejects, seen = [], [], set[str]()
    for row in rows:
        said = {name: text for name, text in row.cells.items() if name in (VALUE, USED, MULTIPLE)}
        name = row.cells.get("code") or row.cells.get("item", "")
        field = items.get(folded(name))
        if field is None or field in seen:
            message = "{item} is no row of this table: take it from the template"
            if field is not None:
                message = "{item} is in this table twice: keep one row"
            if said:
                rejects.append(Reject(row.number, "item", Fault("item", message, {"item": name[:40]})))
            continue
        seen.add(field)
        places = known[field].fields
        for column, text in said.items():
            if column in places:
                cells.append(_Cell(row.number, column, places[column], _meant(text, places[column], row.cells)))
            else:
                fault = Fault(column, "This row has no such amount: leave the cell empty")
                rejects.append(Reject(row.number, column, fault))
    return cells, rejects


def _meant(text: str, field: str, cells: Mapping[str, str]) -> str:
    """A bare number is in the unit that stands beside it; a share above 1 is in percent."""
    bare = text.replace(",", "").replace(".", "", 1).isdigit()
    if not bare:
        return text
    if field == "green_power_share":
        return f"{text}%" if float(text.replace(",", "")) > 1 else text
    return f"{text} {cells['unit']}" if cells.get("unit") and field in measures_of(SheetFields) else text


def _read(cell: _Cell) -> Any:
    """The cell as a document says it. Raises Refusal."""
    try:
        fields = SheetFields.model_validate({cell.field: cell.text})
    except ValidationError as error:
        raise Refusal(faults_of(error)) from None
    faults: list[Fault] = []
    codes = codes_of(fields, faults)  # as they are kept: without the letter of their section
    if faults:
        raise Refusal(faults)
    return _at(document(fields) | {name: each for name, each in codes.items() if each}, cell.field)


def _fitting(
    promised: Sequence[Capacity], before: Said, told: list[tuple[_Cell, Change]], rejects: list[Reject]
) -> tuple[Said, list[tuple[_Cell, Change]]]:
    """The sheet with every change that agrees with the rest and what is promised; those that do not become rejects."""
    for _ in range(ROUNDS):
        after = _over(before, [change for _, change in told])
        fields = SheetFields.model_validate(after)
        try:
            check(fields)
            refuse_promised(fields, promised)
        except Refusal as refusal:
            wrong = {fault.where: fault for fault in refusal.faults}
            guilty = [(cell, wrong[where]) for cell, _ in told if (where := _guilty(cell.field, wrong))]
            if not guilty:
                rejects += [Reject(0, "", fault) for fault in refusal.faults]
                return before, []
            rejects += [Reject(cell.row, cell.column, fault) for cell, fault in guilty]
            out = {id(cell) for cell, _ in guilty}
            told = [each for each in told if id(each[0]) not in out]
            continue
        return document(fields), told
    return before, []


def _guilty(field: str, wrong: Mapping[str, Fault]) -> str:
    """The fault that this cell brings, or its twin: of what is used of an amount, also the amount."""
    head, dot, last = field.partition(".")
    twins = (field, f"{head}_used{dot}{last}", head.removesuffix("_used") + dot + last)
    own = next((name for name in twins if name in wrong), "")
    return own or ("largest_plot_mu" if head.startswith("land_mu") and "largest_plot_mu" in wrong else "")


def _over(before: Said, changes: Iterable[Change]) -> Said:
    made = {name: dict(value) if isinstance(value, dict) else value for name, value in before.items()}
    for change in changes:
        head, dot, last = change.field.partition(".")
        if dot:
            made.setdefault(head, {})[last] = change.new
        else:
            made[head] = change.new
        spelled = made.get("typed", {})
        if change.field in spelled:
            made["typed"] = {name: text for name, text in spelled.items() if name != change.field}
    return made


def _at(said: Mapping[str, Any], field: str) -> Any:
    head, dot, last = field.partition(".")
    value = said.get(head)
    return value.get(last) if dot and isinstance(value, Mapping) else None if dot else value
