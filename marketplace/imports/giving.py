"""Which sheet would bring the same parks in again? What nobody said is blank, and what is invented is named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from marketplace import journal
from marketplace.capacity import OF_PARK, Capacity, Term, row_of
from marketplace.capacity.measured import SAID
from marketplace.capacity.sheet import fields_from
from marketplace.imports.taking import park_columns
from marketplace.journal import Act
from marketplace.parks import Park, ParkStatus
from marketplace.resources import Source
from marketplace.sheets import Cell

YES, NO = "是", "否"  # as they are read back


@dataclass(frozen=True, slots=True)
class Given:
    """The rows of a sheet under `park_columns`, and how many of them hold an invented figure."""

    rows: list[list[Cell]]
    simulated: int


def park_sheet(session: Session, named: Callable[[str], str], *, now: datetime) -> Given:
    """Every listed park with its facts and its sheet, by code; `named`: how a column's heading reads. Noted.

    One date stands for a whole row: the oldest of its figures, so that nothing looks younger than it is.
    """
    lines = _by_park(session.exec(select(Capacity).where(OF_PARK).order_by(col(Capacity.id))).all())
    terms = _by_park(session.exec(select(Term).where(SAID).order_by(col(Term.id))).all())
    columns, rows, simulated = park_columns(), [], 0
    for park in session.exec(select(Park).where(Park.status == ParkStatus.LISTED).order_by(col(Park.code))):
        told = [*lines.get(park.id, ()), *terms.get(park.id, ())]
        sheet = fields_from(lines.get(park.id, ()), terms.get(park.id, ()))
        cells = {column: _cell(park, sheet, column) for column in columns}
        invented = {_name(row) for row in told if row.source == Source.SIMULATED}
        marked = [column for column in columns if _bears(column, cells) and row_of(column) in invented]
        cells |= {"as_of": _oldest(row.as_of for row in told), "simulated": "、".join(map(named, marked))}
        rows.append([cells[column] for column in columns])
        simulated += bool(marked)
    journal.note(session, Act.EXPORTED, "park", "", by=None, now=now, rows=len(rows))
    return Given(rows, simulated)


def _by_park(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.park_id, []).append(row)
    return found


def _name(row: Capacity | Term) -> str:
    return row.resource if isinstance(row, Capacity) else row.name


def _bears(column: str, cells: Mapping[str, Cell]) -> bool:
    """Whether a mark stands by this column: what is used already goes with what there is in all."""
    return cells[column] not in (None, "") and not column.partition(".")[0].endswith("_used")


def _oldest(days: Iterable[date]) -> str:
    return min((day.isoformat() for day in days), default="")


def _cell(park: Park, sheet: SQLModel, column: str) -> Cell:
    outer, _, inner = column.partition(".")
    value = getattr(sheet if outer in type(sheet).model_fields else park, outer, None)
    match value.get(inner) if inner and isinstance(value, Mapping) else value:
        case bool() as yes:
            return YES if yes else NO
        case Decimal() as amount:
            return amount
        case list() as words:
            return "、".join(map(str, words))
        case date() as day:
            return day.isoformat()
        case None:
            return None
        case other:
            return str(other)
