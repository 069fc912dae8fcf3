"""What would a sheet of parks or needs change, and what stands in its way? All of it is written, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Field, Session

from marketplace import capacity, needs, parks
from marketplace.capacity import SheetFields
from marketplace.database import day_of
from marketplace.errors import Fault, NotFound, Refusal, faults_of
from marketplace.fields import Fields
from marketplace.needs import NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields
from marketplace.resources import Pollutant
from marketplace.sheets import Row
from matching import criteria

_OWN = {"typed"}
_NESTED = {
    "emissions_t_a": tuple(Pollutant),
    "emissions_t_a_used": tuple(Pollutant),
    "replacement": tuple(Pollutant),
    "regions": ("only", "prefer", "exclude"),
    "weights": (*criteria.NEED_SIDE, *criteria.PARK_SIDE),
    "phases": tuple(f"{n}.{name}" for n in range(1, needs.MOST_PHASES + 1) for name in needs.PhaseFields.model_fields),
}


@dataclass(slots=True)
class Outcome:
    """How many rows add, change, or say nothing new; and the faults, each with its row."""

    adds: int = 0
    changes: int = 0
    unchanged: int = 0
    rejects: list[tuple[int, Fault]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}


class Said(Fields):
    """Of a row: as of which day its figures are (today unless given), and which columns are invented."""

    as_of: date | None = None
    simulated: list[str] = Field(default_factory=list)


def park_columns() -> list[str]:
    """Every column a sheet of parks may have; `code` finds the park."""
    return ["code", *_columns(ParkFields), *_columns(SheetFields), *_columns(Said)]


def need_columns() -> list[str]:
    """Every column a sheet of needs may have."""
    return _columns(NeedFields)


def _columns(model: type[Any]) -> list[str]:
    names = [name for name in model.model_fields if name not in _OWN]
    return [column for name in names for column in ([f"{name}.{part}" for part in _NESTED.get(name, ())] or [name])]


def import_parks(session: Session, rows: Iterable[Row], *, now: datetime) -> Outcome:
    """Enter or change parks and their capacity sheets, one row a park; a blank cell changes nothing."""
    outcome, seen = Outcome(), set[str]()
    for row in rows:
        code = row.cells.get("code", "")
        if code and code in seen:
            message = "{code} is in this file twice: keep one row"
            outcome.rejects.append((row.number, Fault("code", message, {"code": code})))
            continue
        seen.add(code)
        try:
            with session.begin_nested():
                _count(outcome, *_park(session, code, row.cells, now=now))
        except Refusal as refusal:
            outcome.rejects += ((row.number, fault) for fault in refusal.faults)
    return outcome


def _park(session: Session, code: str, cells: Mapping[str, str], *, now: datetime) -> tuple[bool, bool]:
    """Whether the park was added, and whether anything changed."""
    facts = _only(cells, ParkFields)
    park = _known(session, code) if code else None
    if park is None:
        park, added = parks.join(session, _read(ParkFields, facts), by=None, now=now), True
    else:
        added = False
    changed = False
    if facts and not added:
        said = {name: getattr(park, name) for name in ParkFields.model_fields}
        fields = _read(ParkFields, {**said, **facts})
        if any(getattr(fields, name) != value for name, value in said.items() if name not in _OWN):
            parks.revise_park(session, park, fields, version=park.version, by=None, now=now)
            changed = True
    sheet = _only(cells, SheetFields)
    if sheet:
        changed |= _sheet(session, park, sheet, _said(cells, now=now), now=now)
    return added, changed


def _sheet(session: Session, park: Park, cells: Mapping[str, str], said: Said, *, now: datetime) -> bool:
    before = capacity.fields_of(session, park).model_dump(exclude_none=True)
    fields = _read(SheetFields, _over(before, cells))
    changed = capacity.save_sheet(session, park, fields, by=None, now=now, as_of=said.as_of)
    return capacity.mark_simulated(session, park, said.simulated, now=now) or changed


def _said(cells: Mapping[str, str], *, now: datetime) -> Said:
    """Raises Refusal."""
    said: Said = _read(Said, _only(cells, Said))
    faults = [Fault("simulated", "There is no column {heading}: take it out", {"heading": name})
              for name in said.simulated if not capacity.row_of(name)]  # fmt: skip
    if said.as_of is not None and said.as_of > day_of(now):
        faults.append(Fault("as_of", "{date} is still to come: give the day of the figures", {"date": said.as_of}))
    if faults:
        raise Refusal(faults)
    return said


def _known(session: Session, code: str) -> Park:
    try:
        return parks.park_by_code(session, code)
    except NotFound:
        message = "{code} is no park here: leave the code empty to enter a new one"
        raise Refusal(Fault("code", message, {"code": code})) from None


def import_needs(session: Session, rows: Iterable[Row], *, owner: Viewer, now: datetime) -> Outcome:
    """Publish needs of one enterprise, one row a need."""
    outcome = Outcome()
    for row in rows:
        try:
            with session.begin_nested():
                needs.enter(session, _read(NeedFields, row.cells), owner=owner, now=now)
            outcome.adds += 1
        except Refusal as refusal:
            outcome.rejects += ((row.number, fault) for fault in refusal.faults)
    return outcome


def _count(outcome: Outcome, added: bool, changed: bool) -> None:
    outcome.adds += added
    outcome.changes += changed and not added
    outcome.unchanged += not added and not changed


def _only(cells: Mapping[str, str], model: type[Any]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if name.partition(".")[0] in model.model_fields}


def _over(before: Mapping[str, Any], cells: Mapping[str, str]) -> dict[str, Any]:
    """What stood, with the cells' values in place of theirs."""
    made = {name: dict(value) if isinstance(value, dict) else value for name, value in before.items()}
    for name, cell in cells.items():
        outer, _, inner = name.partition(".")
        if inner:
            made.setdefault(outer, {})[inner] = cell
        else:
            made[outer] = cell
    return made


def _read(model: type[Any], values: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Refusal(faults_of(error)) from None
