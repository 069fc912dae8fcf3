"""How is a capacity sheet written, changed and confirmed again?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, true, update
from sqlmodel import Session, SQLModel, col, select

from marketplace import members
from marketplace.capacity.amounts import field_of, too_little
from marketplace.capacity.holding import offer_freed
from marketplace.capacity.measured import SAID
from marketplace.capacity.sections import FIELDS, Section, holds_pollutants, resources_in
from marketplace.capacity.tables import OF_PARK, Capacity, SheetFields, Term
from marketplace.database import day_of
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.lifecycle import hold_still, rewrite
from marketplace.organisations import Organisation, Role, Viewer, may_approve_for
from marketplace.parks import Park
from marketplace.parks.versions import raise_versions
from marketplace.resources import FACTS, RESOURCES, TERMS, Source, electricity_fault, emission, quantity_of
from marketplace.units import doubts
from matching.reading import Section as Reading

Rows = Mapping[str, Mapping[str, Any]]
KEYS: Mapping[type[SQLModel], str] = {Capacity: "resource", Term: "name"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """As of when a value is said, until when it holds, by whom, and when that was written."""

    as_of: date
    valid_until: date | None
    source: Source
    updated_at: datetime

    def values(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "valid_until": self.valid_until,
            "source": self.source,
            "updated_at": self.updated_at,
        }


def save_sheet(
    session: Session,
    park: Park,
    fields: SheetFields,
    *,
    by: Viewer | None,
    now: datetime,
    source: Source = Source.DECLARED,
    as_of: date | None = None,
    valid_until: date | None = None,
) -> bool:
    """Write what changed and raise the park's version; whether anything did. Raises NotFound, Refusal, Conflict.

    What did not change keeps its date: `reconfirm` says that all of it still holds. `by` None is the platform itself,
    anybody else one whose own edit holds at once: others use `submit_sheet`.
    """
    _may_change(session, park, by)
    check(fields)
    hold_still(session, park)
    stamp = Stamp(as_of or day_of(now), valid_until, source, now)
    lines = session.exec(select(Capacity).where(Capacity.park_id == park.id, OF_PARK)).all()
    terms = session.exec(select(Term).where(Term.park_id == park.id, SAID)).all()
    refuse_promised(fields, lines)
    changed = _merge(session, Capacity, park, {row.resource: row for row in lines}, _lines(fields), stamp)
    changed |= _merge(session, Term, park, {row.name: row for row in terms}, _terms(fields), stamp)
    if changed:
        rewrite(session, park, version=park.version, now=now)
        offer_freed(session, park, now=now)
    return changed


def enter_sheets(
    session: Session, sheets: Iterable[tuple[Park, SheetFields, date]], *, source: Source, now: datetime
) -> int:
    """First sheets of many parks at once, each with its date; how many values were written. Raises Refusal."""
    lines: list[dict[str, Any]] = []
    terms: list[dict[str, Any]] = []
    ids: list[int] = []
    for park, fields, as_of in sheets:
        check(fields)
        stamp = {**Stamp(as_of, None, source, now).values(), "park_id": park.id}
        lines += ({**row, **stamp, "resource": name, "committed": 0, "held": 0} for name, row in _lines(fields).items())
        terms += ({**row, **stamp, "name": name} for name, row in _terms(fields).items())
        ids.append(park.id)
    connection = session.connection()
    for table, rows in ((Capacity, lines), (Term, terms)):
        if rows:
            connection.execute(insert(table), rows)
    raise_versions(session, ids, now=now)
    session.expire_all()
    return len(lines) + len(terms)


def reconfirm(session: Session, park: Park, *, by: Viewer | None, now: datetime, section: Section | None = None) -> int:
    """Say that the sheet or one section still holds today; how many values were stamped. Raises NotFound, Conflict."""
    _may_change(session, park, by)
    on, stamped = day_of(now), 0
    session.flush()
    hold_still(session, park)
    for table in (Capacity, Term):
        own = and_(col(table.park_id) == park.id, _within(table, section))
        ended = update(table).where(own, col(table.valid_until) < on).values(valid_until=None)
        session.connection().execute(ended)
        older = or_(col(table.as_of) < on, col(table.as_of) > on)
        said = update(table).where(own, older).values(as_of=on, updated_at=now)
        stamped += session.connection().execute(said).rowcount
    if stamped:
        session.expire_all()
        rewrite(session, park, version=park.version, now=now)
    return stamped


def _within(table: type[Capacity] | type[Term], section: Section | None) -> ColumnElement[bool]:
    """Rows of one section; all rows where there is none."""
    if section is None:
        return SAID if table is Term else true()
    if table is Term:
        return col(Term.name).in_(FIELDS[section])
    named = col(Capacity.resource).in_(resources_in(section))
    return or_(named, col(Capacity.resource).startswith("emission:")) if holds_pollutants(section) else named


def doubts_of_sheet(fields: SheetFields) -> list[Fault]:
    """What is allowed and worth a second look."""
    faults = doubts(fields)
    if fields.energy_tce is not None and fields.energy_basis is None:
        message = "Say on which basis the energy is counted: without it no need can be compared"
        faults.append(Fault("energy_basis", message))
    return faults


def check(fields: SheetFields) -> None:
    """Raises Refusal with every fault of a sheet."""
    faults = [*_used_faults(fields)]
    codes_of(fields, faults)
    land_free = None if fields.land_mu is None else fields.land_mu - (fields.land_mu_used or 0)
    if land_free is not None and 0 <= land_free < (fields.largest_plot_mu or 0):
        message = "The largest plot ({plot} mu) is larger than all free land ({land} mu)"
        faults.append(Fault("largest_plot_mu", message, {"plot": fields.largest_plot_mu, "land": land_free}))
    typed = fields.typed.get("energy_tce", "") + fields.typed.get("energy_tce_used", "")
    faults += electricity_fault(typed, fields.energy_basis)
    if faults:
        raise Refusal(faults)


def stands_alone(session: Session, park: Park, by: Viewer) -> bool:
    """Whether what this person saves holds at once: the only approver, or an approver where four eyes are off."""
    if not may_approve_for(by, park.owner_id):
        return False
    organisation = session.get_one(Organisation, by.organisation_id)
    return not organisation.four_eyes or members.reaching(session, organisation.id, Role.APPROVER) < 2


def _may_change(session: Session, park: Park, by: Viewer | None) -> None:
    if by is not None and not stands_alone(session, park, by):
        raise NotFound


def codes_of(fields: SheetFields, faults: list[Fault]) -> dict[str, list[str]]:
    """GB/T 4754 codes by the engine's own check, without the letter of their section; wrong ones become faults."""
    said = {"prohibited": fields.prohibited, "restricted": fields.restricted}
    reading = Reading(said, faults)
    return {name: list(reading.texts(name, reading.checked_industry)) for name in said}


def _amounts(fields: SheetFields) -> Iterable[tuple[str, str, Decimal | None, Decimal | None]]:
    """(resource, field, in all, used) of everything a sheet may say."""
    for name, quantity in RESOURCES.items():
        used = getattr(fields, quantity.field + "_used", None)
        yield name, quantity.field, getattr(fields, quantity.field), used
    for pollutant in sorted({*fields.emissions_t_a, *fields.emissions_t_a_used}):
        design, used = fields.emissions_t_a.get(pollutant), fields.emissions_t_a_used.get(pollutant)
        yield emission(pollutant), f"emissions_t_a.{pollutant}", design, used


def _used_faults(fields: SheetFields) -> Iterable[Fault]:
    for _, field, design, used in _amounts(fields):
        where = field.replace("emissions_t_a.", "emissions_t_a_used.") if "." in field else field + "_used"
        if used and design is None:
            yield Fault(where, "Say how much there is in all before how much of it is used")
        elif used and design is not None and used > design:
            yield Fault(where, "More is used ({used}) than there is ({design})", {"used": used, "design": design})


def refuse_promised(fields: SheetFields, rows: Iterable[Capacity]) -> None:
    """What is held or committed cannot be taken off a sheet."""
    lines, faults = _lines(fields), []
    for row in rows:
        new = lines.get(row.resource, {"design": 0, "used": 0})
        if fault := too_little(row, new["design"] - new["used"], field_of(row.resource)):
            faults.append(fault)
    if faults:
        raise Refusal(faults)


def _lines(fields: SheetFields) -> Rows:
    """Resource → columns of its row."""
    rows = {}
    for name, field, design, used in _amounts(fields):
        if design is not None:
            measure = quantity_of(name).measure
            typed = {key: fields.typed[key] for key in (field, field + "_used") if key in fields.typed}
            basis = fields.energy_basis if name == "energy" else None
            base = {"design": measure.base_of(design), "used": measure.base_of(used or 0)}
            rows[name] = {**base, "basis": basis, "typed": typed}
    return rows


def _terms(fields: SheetFields) -> Rows:
    """Term → columns of its row: amounts in base units, everything else as JSON."""
    rows: dict[str, dict[str, Any]] = {}
    for name, quantity in TERMS.items():
        amount = getattr(fields, name)
        if amount is not None:
            typed = fields.typed.get(name, "")
            rows[name] = {"amount": quantity.measure.base_of(amount), "value": None, "typed": typed}
    said = fields.model_dump(mode="json", include=set(FACTS)) | codes_of(fields, [])
    for name in FACTS:
        if said[name] not in (None, [], {}):
            rows[name] = {"amount": None, "value": said[name], "typed": ""}
    return rows


def _merge(
    session: Session, table: type[SQLModel], park: Park, known: Mapping[str, Any], said: Rows, stamp: Stamp
) -> bool:
    """Make the rows of a park say what is said; whether anything but the spelling changed."""
    changed = False
    for name, row in known.items():
        if name not in said:
            session.delete(row)
            changed = True
    for name, values in said.items():
        row = known.get(name)
        if row is not None and all(getattr(row, key) == value for key, value in values.items() if key != "typed"):
            row.typed = values["typed"]
            continue
        if row is None:
            row = table()
            row.park_id = park.id
            setattr(row, KEYS[table], name)
            session.add(row)
        for column, value in {**values, **stamp.values()}.items():
            setattr(row, column, value)
        changed = True
    return changed
