"""Which parks are there, and what does one say? As JSON, by the rules of the pages."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from marketplace import capacity, directory, parks, taxonomy
from marketplace.capacity import Entry, State
from marketplace.directory import Order, Row, Wish
from marketplace.errors import Fault, Refusal
from marketplace.parks import Level, NameKind, ParkStatus, TieKind
from marketplace.resources import Source
from marketplace.units import LAND, Unfit, plain_number
from web.dependencies import Reading, Today, viewer

LIST_MOST = 100


def only_known(request: Request) -> None:
    """Refuses query parameters that do not exist, by name. Raises Refusal."""
    known = {"words", "place", "level", "zone_type", "industry", "land_mu", "order", "after", "size"}
    wrong = [name for name in request.query_params if name not in known]
    if wrong:
        raise Refusal([Fault(name, "There is no such field") for name in wrong])


router = APIRouter(prefix="/api/v1/parks", tags=["parks"], dependencies=[Depends(viewer)])


class ParkLine(BaseModel):
    """A park in a list. `free_land_mu` is null where the park has not said it within 30 days."""

    code: str
    name: str
    level: Level | None
    zone_type: str | None
    adcode: str | None
    area_ha: float | int | None
    industries: list[str]
    free_land_mu: float | int | None
    free_land_as_of: date | None
    simulated: bool


class ParkPage(BaseModel):
    """One page; give `next` as `after` to go on, null at the end."""

    total: int
    parks: list[ParkLine]
    next: str | None


class SheetLine(BaseModel):
    """One resource or term: a number in the unit the field names, a list, yes or no; null is unknown."""

    field: str
    value: Any = Field(description="what is free of a resource, or the term itself; null unless fresh")
    state: State
    design: float | int | None
    used: float | int | None
    committed: float | int | None
    held: float | int | None
    basis: str | None
    as_of: date | None
    valid_until: date | None
    source: Source | None


class OtherName(BaseModel):
    """A name beside the current one."""

    name: str
    kind: NameKind


class Tie(BaseModel):
    """How a park hangs together with another; `away` leads from this park to the other."""

    kind: TieKind
    away: bool
    code: str


class ParkDocument(BaseModel):
    """Everything public about a park."""

    code: str
    catalogue_code: str | None
    name: str
    status: ParkStatus
    level: Level | None
    zone_type: str | None
    adcode: str | None
    address: str
    lon: float | None
    lat: float | None
    place_source: str
    place_confidence: str
    area_ha: float | int | None
    industries: list[str]
    sectors: dict[str, float]
    approved: str | None
    website: str
    introduction: str
    source: Source
    as_of: date | None
    names: list[OtherName]
    ties: list[Tie]
    sheet: list[SheetLine]


@router.get("", dependencies=[Depends(only_known)])
def found(
    session: Reading,
    on: Today,
    words: Annotated[str, Query(max_length=80)] = "",
    place: Annotated[str, Query(max_length=6)] = "",
    level: Level | None = None,
    zone_type: Annotated[str, Query(max_length=40)] = "",
    industry: Annotated[str, Query(max_length=2)] = "",
    land_mu: Annotated[Decimal | None, Query(ge=0, le=10**7)] = None,
    order: Order = Order.LAND,
    after: Annotated[str, Query(max_length=16)] = "",
    size: Annotated[int, Query(ge=1, le=LIST_MOST)] = 30,
) -> ParkPage:
    """Parks by words (name, pinyin, initials, industry, place), region, level, type, GB/T division, free land."""
    _check(place, industry, zone_type, land_mu)
    wish = Wish(words, place, level or "", zone_type, industry, land_mu)
    page = directory.found_parks(session, wish, on=on, order=order, after=after, size=size)
    return ParkPage(total=page.total, parks=[_line(row) for row in page.rows], next=page.next)


@router.get("/{code}")
def one(session: Reading, on: Today, code: str) -> ParkDocument:
    """One park with its sheet as of today."""
    park = parks.park_by_code(session, code)
    names = [OtherName(name=row.name, kind=row.kind) for row in parks.names_of(session, park)]
    ties = [Tie(kind=kind, away=away, code=other.code) for kind, away, other in parks.ties_of(session, park)]
    return ParkDocument(
        **park.model_dump(include=set(ParkDocument.model_fields) - {"area_ha"}),
        area_ha=_number(park.area_ha),
        sectors=parks.sectors_of(session, park),
        names=names,
        ties=ties,
        sheet=[_sheet_line(entry) for entry in capacity.sheet_of(session, park, on=on).entries],
    )


def _check(place: str, industry: str, zone_type: str, land_mu: Decimal | None) -> None:
    faults = []
    try:
        LAND.base_of(land_mu or 0)
    except Unfit as unfit:
        faults.append(Fault("land_mu", unfit.message, unfit.params))
    if place and taxonomy.region_of(place) is None:
        faults.append(Fault("place", "{code} is no region code: give 2, 4 or 6 digits", {"code": place}))
    if industry and taxonomy.industry_of(industry) is None:
        faults.append(Fault("industry", "{code} is no division of GB/T 4754: give 2 digits", {"code": industry}))
    if zone_type and zone_type not in taxonomy.ZONE_TYPES:
        faults.append(
            Fault("zone_type", "This is none of the choices: {expected}", {"expected": list(taxonomy.ZONE_TYPES)})
        )
    if faults:
        raise Refusal(faults)


def _line(row: Row) -> ParkLine:
    return ParkLine(
        code=row.code,
        name=row.name,
        level=Level(row.level) if row.level else None,
        zone_type=row.zone_type,
        adcode=row.adcode,
        area_ha=_number(row.area_ha),
        industries=list(row.industries),
        free_land_mu=_number(row.free_mu),
        free_land_as_of=row.land_as_of,
        simulated=row.simulated,
    )


def _sheet_line(entry: Entry) -> SheetLine:
    fresh = entry.state is State.FRESH
    return SheetLine(
        field=entry.field,
        value=(_number(entry.value) if isinstance(entry.value, Decimal) else entry.value) if fresh else None,
        state=entry.state,
        design=_number(entry.design),
        used=_number(entry.used),
        committed=_number(entry.committed),
        held=_number(entry.held),
        basis=entry.basis,
        as_of=entry.as_of,
        valid_until=entry.valid_until,
        source=entry.source,
    )


def _number(value: Decimal | None) -> float | int | None:
    return None if value is None else plain_number(value)
