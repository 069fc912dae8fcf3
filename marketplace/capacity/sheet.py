"""What does a park's sheet say on a given day, and which of it still holds?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, true
from sqlmodel import Session, col, select

from marketplace.capacity.amounts import free_of, free_told
from marketplace.capacity.measured import SAID
from marketplace.capacity.tables import OF_PARK, Capacity, SheetFields, Term
from marketplace.parks import Park
from marketplace.resources import EMISSION, FACTS, RESOURCES, TERMS, Source, ages_as, pollutant_of, quantity_of
from marketplace.units import Measure
from matching.freshness import LIFETIME_DAYS, is_fresh
from matching.records import EnergyBasis


class State(StrEnum):
    """Of a value on a day. Stale and unknown count alike: never a pass, never a fail."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet. `value` is what is free of a resource, else the term itself; None is unsaid.

    To a stranger `value` is rounded down once something is promised, and `committed` and `held` are None then.
    """

    name: str
    field: str
    state: State
    value: Any = None
    measure: Measure | None = None
    design: Decimal | None = None
    used: Decimal | None = None
    committed: Decimal | None = None
    held: Decimal | None = None
    basis: EnergyBasis | None = None
    as_of: date | None = None
    valid_until: date | None = None
    source: Source | None = None
    typed: Mapping[str, str] | str = ""

    @property
    def simulated(self) -> bool:
        """Whether 模拟 must stand beside it."""
        return self.source == Source.SIMULATED


@dataclass(frozen=True, slots=True)
class Sheet:
    """All resources and terms of a park in a fixed order; what nobody said is there as unknown."""

    on: date
    resources: tuple[Entry, ...]
    terms: tuple[Entry, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Resources, then terms."""
        return self.resources + self.terms

    @property
    def simulated(self) -> bool:
        """Whether any value is simulated."""
        return any(entry.simulated for entry in self.entries)

    @property
    def said(self) -> int:
        """How many values there are, fresh or stale."""
        return sum(entry.source is not None for entry in self.entries)

    @property
    def stale(self) -> int:
        """How many values no longer hold."""
        return sum(entry.state is State.STALE for entry in self.entries)

    def __getitem__(self, name: str) -> Entry:
        return next(entry for entry in self.entries if entry.name == name)


def holds(name: str, as_of: date | None, valid_until: date | None, on: date) -> bool:
    """Whether a value of a sheet holds on a day; rules do not age."""
    kind = ages_as(name)
    return kind is None or is_fresh(kind, as_of, valid_until, on)


def sheet_of(session: Session, park: Park, *, on: date, exact: bool = False) -> Sheet:
    """The sheet of a park as seen on a day, in two queries; `exact` for the park's own people and the platform."""
    lines = {row.resource: row for row in session.exec(select(Capacity).where(Capacity.park_id == park.id, OF_PARK))}
    terms = {row.name: row for row in session.exec(select(Term).where(Term.park_id == park.id))}
    emitted = sorted(name for name in lines if pollutant_of(name))
    return Sheet(
        on,
        tuple(_resource(name, lines.get(name), on, exact=exact) for name in (*RESOURCES, *emitted)),
        tuple(_term(name, terms.get(name), on) for name in (*TERMS, *FACTS)),
    )


def fields_of(session: Session, park: Park) -> SheetFields:
    """The sheet as its form: what was said, whatever its age, with the units it was typed in."""
    lines = session.exec(select(Capacity).where(Capacity.park_id == park.id, OF_PARK)).all()
    return fields_from(lines, session.exec(select(Term).where(Term.park_id == park.id, SAID)).all())


def fields_from(lines: Iterable[Capacity], terms: Iterable[Term]) -> SheetFields:
    """The same of rows that were read already."""
    said: dict[str, Any] = {"emissions_t_a": {}, "emissions_t_a_used": {}, "typed": {}}
    for line in lines:
        measure, pollutant = quantity_of(line.resource).measure, pollutant_of(line.resource)
        for field, whole in (("", line.design), ("_used", line.used)):
            if field and not whole:
                continue
            if pollutant:
                said[EMISSION.field + field][pollutant] = measure.of_base(whole)
            else:
                said[quantity_of(line.resource).field + field] = measure.of_base(whole)
        said["energy_basis"] = line.basis or said.get("energy_basis")
        said["typed"] |= line.typed
    for term in terms:
        said[term.name] = term.value if term.amount is None else TERMS[term.name].measure.of_base(term.amount)
        said["typed"] |= {term.name: term.typed} if term.typed else {}
    return SheetFields.model_validate(said)


def simulated_fields(session: Session, park: Park) -> frozenset[str]:
    """Names of the resources and terms of a park that are invented."""
    return frozenset(
        name
        for table, column, own in ((Capacity, col(Capacity.resource), OF_PARK), (Term, col(Term.name), true()))
        for name in session.exec(select(column).where(table.park_id == park.id, own, table.source == Source.SIMULATED))
    )


def simulated_among(session: Session, codes: Iterable[str]) -> frozenset[str]:
    """Which of these parks have an invented value."""
    wanted = list(codes)
    found: set[str] = set()
    for table in (Capacity, Term):
        rows = select(Park.code).join(table, col(table.park_id) == Park.id)
        rows = rows.where(col(Park.code).in_(wanted), table.source == Source.SIMULATED)
        found |= set(session.exec(rows.distinct()))
    return frozenset(found)


def fresh_clause(name: str, on: date) -> ColumnElement[bool]:
    """`holds` of a Capacity row, in SQL; a test holds the two equal."""
    oldest = on - timedelta(days=LIFETIME_DAYS[ages_as(name) or ""])
    until, as_of = col(Capacity.valid_until), col(Capacity.as_of)
    return and_(as_of <= on, case((until.is_not(None), until >= on), else_=as_of >= oldest))


def _resource(name: str, row: Capacity | None, on: date, *, exact: bool) -> Entry:
    quantity = quantity_of(name)
    pollutant = pollutant_of(name)
    field = f"{quantity.field}.{pollutant}" if pollutant else quantity.field
    if row is None:
        return Entry(name, field, State.UNKNOWN, measure=quantity.measure)
    amount, told = quantity.measure.of_base, exact or row.committed + row.held == 0
    return Entry(
        name,
        field,
        _state(name, row, on),
        amount(free_of(row) if told else free_told(row)),
        quantity.measure,
        amount(row.design),
        amount(row.used),
        amount(row.committed) if told else None,
        amount(row.held) if told else None,
        row.basis,
        row.as_of,
        row.valid_until,
        row.source,
        row.typed,
    )


def _term(name: str, row: Term | None, on: date) -> Entry:
    quantity = TERMS.get(name)
    measure = quantity.measure if quantity else None
    if row is None:
        return Entry(name, name, State.UNKNOWN, measure=measure)
    value = row.value if measure is None or row.amount is None else measure.of_base(row.amount)
    dates: dict[str, Any] = {"as_of": row.as_of, "valid_until": row.valid_until, "source": row.source}
    return Entry(name, name, _state(name, row, on), value, measure, typed=row.typed, **dates)


def _state(name: str, row: Capacity | Term, on: date) -> State:
    if row.as_of > on:
        return State.UNKNOWN  # said later than the day of the question
    return State.FRESH if holds(name, row.as_of, row.valid_until, on) else State.STALE
