"""Which plots and buildings does a park have, and what is each like?

A place of its own in the ledger: its resources stand beside the park's, and what is held of it is held of the park too.
What is said here describes the place; needs are matched with the park's sheet (record 0063).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import JSON, Index, text
from sqlmodel import Field, Session, col, select

from marketplace import journal, mandates, screening, units
from marketplace.database import Moment, Shaped, Word, day_of, one_of, public_id
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.journal import Act
from marketplace.lifecycle import rewrite
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park
from marketplace.resources import SupplyMode
from marketplace.units import Scaled

MOST = 200  # of one park
FLOORS_MOST = 60
STANDS = text("withdrawn_at IS NULL")
_NUMBERED = re.compile(r"(\d{1,2})\.(\w+)")


class PlotKind(StrEnum):
    """Land to build on, or a building that stands."""

    PLOT = "plot"
    BUILDING = "building"


class LandUse(StrEnum):
    """Industrial land by how much it may disturb, and the new kind. Source: GB 50137-2011; M0 by city rules."""

    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M0 = "M0"


class Levelling(StrEnum):
    """How far a plot is made ready: raw land, 三通一平, 五通一平, 七通一平."""

    RAW = "raw"
    THREE = "three"
    FIVE = "five"
    SEVEN = "seven"


class FireClass(StrEnum):
    """The fire hazard of what may be made there, 甲 to 戊. Source: GB 50016-2014 table 3.1.1."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Floor(Fields):
    """One floor of a building, or several alike: 首层, 2–4."""

    name: str = Field(min_length=1, max_length=20)
    area_m2: Annotated[Decimal | None, units.FLOOR] = None
    height_m: Annotated[Decimal | None, units.HEIGHT] = None
    load_t_m2: Annotated[Decimal | None, units.FLOOR_LOAD] = None
    crane_t: Annotated[Decimal | None, units.TONNES] = None
    lift_t: Annotated[Decimal | None, units.TONNES] = None


class PlotFields(Fields):
    """What people may fill in about a plot or a building."""

    name: str = Field(min_length=1, max_length=80)
    area_mu: Annotated[Decimal | None, units.LAND] = Field(default=None, sa_type=Scaled(units.LAND))
    floor_area_m2: Annotated[Decimal | None, units.FLOOR] = Field(default=None, sa_type=Scaled(units.FLOOR))
    far_limit: Annotated[Decimal | None, units.FLOOR_AREA_RATIO] = Field(
        default=None, sa_type=Scaled(units.FLOOR_AREA_RATIO)
    )
    land_use: LandUse | None = Field(default=None, sa_type=Word(LandUse))
    levelling: Levelling | None = Field(default=None, sa_type=Word(Levelling))
    supply_mode: SupplyMode | None = Field(default=None, sa_type=Word(SupplyMode))
    price_10k_mu: Annotated[Decimal | None, units.LAND_PRICE] = Field(default=None, sa_type=Scaled(units.LAND_PRICE))
    rent_cny_m2_month: Annotated[Decimal | None, units.RENT] = Field(default=None, sa_type=Scaled(units.RENT))
    fire_class: FireClass | None = Field(default=None, sa_type=Word(FireClass))
    available_on: date | None = None
    floors: list[Floor] = Field(default_factory=list, sa_type=Shaped(list[Floor]), max_length=FLOORS_MOST)
    evidence: str = Field(default="", max_length=160)
    evidence_on: date | None = None
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON, max_length=40)

    @field_validator("floors", mode="before")
    @classmethod
    def _rows_of_a_form(cls, given: Any) -> Any:
        """A form says `floors.2.area_m2`; rows without any word are left out."""
        if not isinstance(given, Mapping):
            return given
        rows: dict[int, dict[str, Any]] = {}
        for name, words in given.items():
            if (found := _NUMBERED.fullmatch(str(name))) and str(words).strip():
                rows.setdefault(int(found[1]), {})[found[2]] = words
        return [_floor(number, rows[number]) for number in sorted(rows)]

    @model_validator(mode="after")
    def _evidence_has_its_day(self) -> Self:
        if self.evidence and self.evidence_on is None:
            message = "Say of which day the paper is"
            raise PydanticCustomError("evidence_day", message, {"message": message})
        return self


class Plot(PlotFields, table=True):
    """A plot of land or a building within a park."""

    __tablename__ = "plot"
    __table_args__ = (
        Index("ix_plot_name", "park_id", "name", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        one_of("kind", PlotKind),
        one_of("land_use", LandUse),
        one_of("levelling", Levelling),
        one_of("supply_mode", SupplyMode),
        one_of("fire_class", FireClass),
    )
    model_config = {"extra": "ignore"}  # noqa: RUF012 - what SQLModel asks for

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id")
    kind: PlotKind = Field(sa_type=Word(PlotKind))
    simulated: bool = False
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


def list_plot(
    session: Session,
    park: Park,
    kind: PlotKind,
    fields: PlotFields,
    *,
    by: Viewer | None,
    now: datetime,
    simulated: bool = False,
) -> Plot:
    """Enter a plot or a building; its row of the ledger is `capacity.list_plot`'s. Raises NotFound, Refusal."""
    may_write_plots(session, park, by, now=now)
    _check(session, park, kind, fields, None, now=now)
    if len(plots_of(session, park)) >= MOST:
        raise Refusal(Fault("name", "{most} plots and buildings are listed already", {"most": MOST}))
    times = {"created_at": now, "updated_at": now}
    values = {"park_id": park.id, "kind": kind, "simulated": simulated, **times}
    row = Plot.model_validate(fields, update=values)
    session.add(row)
    session.flush()
    _note(session, park, row, by=by, now=now, kind=kind)
    return row


def revise_plot(
    session: Session, park: Park, row: Plot, fields: PlotFields, *, version: int, by: Viewer, now: datetime
) -> None:
    """Say anew what a place is like; `capacity.revise_plot` minds the ledger. Raises NotFound, Refusal, Conflict."""
    may_write_plots(session, park, by, now=now)
    if row.park_id != park.id:
        raise NotFound
    _check(session, park, row.kind, fields, row, now=now)
    said = {name: getattr(fields, name) for name in PlotFields.model_fields}
    rewrite(session, row, version=version, now=now, **said)
    _note(session, park, row, by=by, now=now)


def withdraw_plot(session: Session, park: Park, row: Plot, *, version: int, by: Viewer, now: datetime) -> None:
    """A place is listed no longer; the ledger's history still names it. Raises Conflict."""
    rewrite(session, row, version=version, now=now, withdrawn_at=now)
    journal.note(session, Act.WITHDRAWN, "plot", row.public_id, by=by, now=now, whose=park.owner_id, park=park.code)


def may_write_plots(session: Session, park: Park, by: Viewer | None, *, now: datetime) -> None:
    """Editors of the park's office and of its agents; None is the platform itself. Raises NotFound."""
    if by is not None and not (by.may(Role.EDITOR) and mandates.may_act_for_park(session, by, park, now=now)):
        raise NotFound


def plots_of(session: Session, park: Park, *, withdrawn: bool = False) -> list[Plot]:
    """The plots of a park, then its buildings, by name; those that were withdrawn only where history names them."""
    query = select(Plot).where(Plot.park_id == park.id).order_by(col(Plot.name), col(Plot.id))
    rows = session.exec(query if withdrawn else query.where(col(Plot.withdrawn_at).is_(None))).all()
    return sorted(rows, key=lambda row: row.kind != PlotKind.PLOT)


def plot_by_id(session: Session, park: Park, id: str) -> Plot:
    """A plot of this park. Raises NotFound, the same for another park's as for none."""
    listed = select(Plot).where(Plot.park_id == park.id, col(Plot.withdrawn_at).is_(None))
    found = session.exec(listed.where(Plot.public_id == id)).first()
    if found is None:
        raise NotFound
    return found


def largest_listed_mu(rows: list[Plot]) -> Decimal | None:
    """The area of the largest plot that is listed: what a sheet may say is its largest."""
    return max((row.area_mu for row in rows if row.kind == PlotKind.PLOT and row.area_mu), default=None)


def doubts_of_plot(fields: PlotFields) -> list[Fault]:
    """What is allowed and worth a second look."""
    return units.doubts(fields)


def _floor(number: int, said: Mapping[str, Any]) -> Floor:
    try:
        return Floor.model_validate(said)
    except ValidationError as wrong:
        message = "Floor row {row}: {column} cannot be read"
        column = str(wrong.errors()[0]["loc"][0]) if wrong.errors()[0]["loc"] else ""
        raise PydanticCustomError("floor", message, {"message": message, "row": number, "column": column}) from None


def _check(
    session: Session, park: Park, kind: PlotKind, fields: PlotFields, row: Plot | None, *, now: datetime
) -> None:
    same = select(Plot.id).where(Plot.park_id == park.id, Plot.name == fields.name)
    twin = session.exec(same.where(col(Plot.withdrawn_at).is_(None))).first()
    faults = []
    if twin is not None and (row is None or twin != row.id):
        faults.append(Fault("name", "A plot or building of this name is listed already: give each its own"))
    if screening.screened(f"{fields.name}\n{fields.evidence}"):
        message = "This reads like an incentive or a demand: name the paper, its number and who issued it"
        faults.append(Fault("evidence", message))
    if fields.evidence_on is not None and fields.evidence_on > day_of(now):
        message = "{date} is still to come: give the day of the paper"
        faults.append(Fault("evidence_on", message, {"date": fields.evidence_on}))
    floors = sum(floor.area_m2 or 0 for floor in fields.floors)
    if fields.floor_area_m2 is not None and floors > fields.floor_area_m2:
        message = "The floors add up to {floors} ㎡, more than the building's {whole} ㎡"
        faults.append(Fault("floor_area_m2", message, {"floors": floors, "whole": fields.floor_area_m2}))
    if kind == PlotKind.PLOT and fields.floors:
        faults.append(Fault("floors", "A plot of land has no floors: list the building by itself"))
    if faults:
        raise Refusal(faults)


def _note(session: Session, park: Park, row: Plot, *, by: Viewer | None, now: datetime, **facts: object) -> None:
    about = {"park": park.code, **facts}
    journal.note(session, Act.CHANGED, "plot", row.public_id, by=by, now=now, whose=park.owner_id, **about)
