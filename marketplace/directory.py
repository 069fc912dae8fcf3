"""Which parks answer a search, in which order, and how many of each kind are there?

Core rows and keyset pages: the list costs the same on page 1 and on page 80.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, literal, or_, select, type_coerce
from sqlmodel import Session, col

from marketplace.capacity import OF_PARK, Capacity, free_told_clause, fresh_clause
from marketplace.parks import Level, Park, ParkSector, ParkStatus
from marketplace.parks.words import folded
from marketplace.resources import Source, quantity_of

LAND = quantity_of("land").measure
LAND_STEPS = tuple(Decimal(step) for step in (1, 100, 300, 1000))  # 亩: any, and the sizes people ask for
FACETS: Mapping[str, Any] = {
    "place": Park.province,
    "level": Park.level,
    "zone_type": Park.zone_type,
    "division": ParkSector.division,
}
WORDS_MOST = 6
SHORT_LATIN = 4  # shorter Latin words match where a word begins, or they would match nearly everything


Rows = Select[*tuple[Any, ...]]
Key = tuple[Any, bool]


class Order(StrEnum):
    """How a list of parks is sorted."""

    LAND = "land"
    AREA = "area"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for; empty fields ask nothing. `place` is a region code, `division` a GB/T division."""

    words: str = ""
    place: str = ""
    level: str = ""
    zone_type: str = ""
    division: str = ""
    land_mu: Decimal | None = None
    within: tuple[str, ...] = ()  # any of these regions
    least: tuple[tuple[str, int], ...] = ()  # (resource, base units): so much free, by the park's own word of today


class Row(NamedTuple):
    """One line of the list. `free_mu` is None where the park has not said it, or said it too long ago (`stale`)."""

    code: str
    name: str
    level: str | None
    zone_type: str | None
    adcode: str | None
    area_ha: Decimal | None
    industries: Sequence[str]
    free_mu: Decimal | None
    land_as_of: date | None
    stale: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows; `next` is the code to go on after, `total` counts all pages."""

    rows: Sequence[Row]
    total: int
    next: str | None


def found_parks(
    session: Session, wish: Wish, *, on: date, order: Order = Order.LAND, after: str = "", size: int = 30
) -> Found:
    """A page of listed parks that answer a wish. An unknown `after` begins anew."""
    keys = _keys(order, on)
    query = _matching(wish, on)
    total = session.connection().scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    at = _place_of(session, after, keys, on) if after else None
    if at is not None:
        query = query.where(_beyond(keys, at))
    free, fresh = _free(), fresh_clause("land", on)
    query = query.with_only_columns(
        *(col(column) for column in (Park.code, Park.name, Park.level, Park.zone_type, Park.adcode, Park.area_ha)),
        col(Park.industries),
        case((fresh, free)),
        col(Capacity.as_of),
        col(Capacity.source),
    ).order_by(*(key.desc() if falling else key for key, falling in keys))
    rows = [_row(*row) for row in session.connection().execute(query.limit(size + 1))]
    return Found(rows[:size], total, rows[size - 1].code if len(rows) > size else None)


def answering(session: Session, wish: Wish, *, on: date, among: Sequence[int] | None = None) -> Sequence[int]:
    """The ids of all listed parks that answer a wish, or of those `among` them."""
    query = _matching(wish, on)
    if among is not None:
        query = query.where(col(Park.id).in_(among))
    return [int(id) for (id,) in session.connection().execute(query.order_by(col(Park.id)))]


def counts_by(session: Session, facet: str, wish: Wish, *, on: date) -> Mapping[str, int]:
    """How many parks each choice of a facet (place, level, zone_type, division) would leave, its own choice lifted."""
    query, column = _matching(_without(wish, facet), on), FACETS[facet]
    if facet == "division":
        within = query.with_only_columns(col(Park.id), maintain_column_froms=True)
        grouped = select(column, func.count()).where(col(ParkSector.park_id).in_(within)).group_by(column)
    else:
        grouped = query.with_only_columns(column, func.count(), maintain_column_froms=True).group_by(column)
    rows = [(str(choice), int(count)) for choice, count in session.connection().execute(grouped) if choice]
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def _without(wish: Wish, facet: str) -> Wish:
    lifted: dict[str, Any] = {facet: ""}
    return replace(wish, **lifted)


def counts_by_land(session: Session, wish: Wish, *, on: date) -> Mapping[Decimal, int]:
    """How many parks have at least so many 亩 free today, by their own word."""
    query, free = _matching(replace(wish, land_mu=None), on), case((fresh_clause("land", on), _free()))
    sums = [func.count(case((free >= LAND.base_of(step), 1))) for step in LAND_STEPS]
    row = session.connection().execute(query.with_only_columns(*sums, maintain_column_froms=True)).one()
    return dict(zip(LAND_STEPS, map(int, row), strict=True))


def counts_with_sheet(session: Session) -> tuple[int, int]:
    """How many parks have said what they have free, whenever that was; and of how many that is invented."""
    invented = case((col(Capacity.source) == Source.SIMULATED, col(Capacity.park_id)))
    counts = [func.count(func.distinct(parks)) for parks in (col(Capacity.park_id), invented)]
    row = session.connection().execute(select(*counts)).one()
    return int(row[0]), int(row[1])


class News(NamedTuple):
    """A park that said something about its capacity."""

    code: str
    name: str
    province: str | None
    moment: datetime
    simulated: bool


def latest_sheets(session: Session, *, since: datetime, most: int = 6) -> Sequence[News]:
    """Parks whose sheet changed or was confirmed since a moment, the latest first."""
    moment, invented = (
        func.max(col(Capacity.updated_at)),
        func.max(case((col(Capacity.source) == Source.SIMULATED, 1), else_=0)),
    )
    query = (
        select(col(Park.code), col(Park.name), col(Park.province), moment, invented)
        .join(Capacity, col(Capacity.park_id) == col(Park.id))
        .where(col(Park.status) == ParkStatus.LISTED)
        .group_by(col(Park.code), col(Park.name), col(Park.province))
        .having(moment >= since)
        .order_by(moment.desc(), col(Park.code))
        .limit(most)
    )
    rows = session.connection().execute(query)
    return [News(code, name, province, at, bool(is_invented)) for code, name, province, at, is_invented in rows]


def _matching(wish: Wish, on: date) -> Rows:
    """Listed parks beside what they say of their land, filtered; the caller picks the columns."""
    land = and_(col(Capacity.park_id) == col(Park.id), col(Capacity.resource) == "land", OF_PARK)
    query = (
        select(col(Park.id)).select_from(Park).outerjoin(Capacity, land).where(col(Park.status) == ParkStatus.LISTED)
    )
    for word in folded(wish.words).split()[:WORDS_MOST]:
        query = query.where(_says(word))
    for codes in filter(None, ((wish.place,) if wish.place else (), wish.within)):
        query = query.where(or_(*(_lies_in(code) for code in codes)))
    if wish.level:
        query = query.where(col(Park.level) == wish.level)
    if wish.zone_type:
        query = query.where(col(Park.zone_type) == wish.zone_type)
    if wish.division:
        within = select(col(ParkSector.park_id)).where(col(ParkSector.division) == wish.division[:2])
        query = query.where(col(Park.id).in_(within))
    if wish.land_mu is not None:
        query = query.where(fresh_clause("land", on), _free() >= LAND.base_of(wish.land_mu))
    for resource, least in wish.least:
        query = query.where(col(Park.id).in_(_having(resource, least, on)))
    return query


def _having(resource: str, least: int, on: date) -> Select[Any]:
    """Parks with at least so much of a resource free, as everybody is told it."""
    own = select(col(Capacity.park_id)).where(col(Capacity.resource) == resource, OF_PARK, fresh_clause(resource, on))
    return own.where(free_told_clause() >= least).correlate(None)


def _says(word: str) -> ColumnElement[bool]:
    """A word in names, places, industries or the code; Latin letters also in pinyin and initials."""
    said = [col(Park.search).contains(word, autoescape=True)]
    if word.isascii():
        sounds = [col(Park.pinyin), col(Park.initials)]
        said += [column.startswith(word, autoescape=True) for column in sounds]
        said += [column.contains(" " + word, autoescape=True) for column in sounds]
        if len(word) >= SHORT_LATIN:
            said.append(col(Park.pinyin).contains(word, autoescape=True))
    return or_(*said)


def _lies_in(code: str) -> ColumnElement[bool]:
    """Within a province by who answers for the park, within anything smaller by where it lies."""
    digits = code.rstrip("0")
    digits += "0" * (len(digits) % 2)
    if len(digits) <= 2:
        return col(Park.province) == digits + "0000"
    return col(Park.adcode).startswith(digits, autoescape=True)


def _free() -> ColumnElement[int]:
    return free_told_clause()


def _keys(order: Order, on: date) -> list[Key]:
    """(expression, whether it falls); the code makes it total."""
    land: Key = (func.coalesce(case((fresh_clause("land", on), _free())), literal(-1)), True)
    area: Key = (func.coalesce(type_coerce(col(Park.area_ha), BigInteger), literal(-1)), True)
    national: Key = (case((col(Park.level) == Level.NATIONAL, 0), else_=1), False)
    name: Key = (col(Park.pinyin), False)
    first = {Order.LAND: [land, national, name], Order.AREA: [area], Order.NAME: [name]}[order]
    return [*first, (col(Park.code), False)]


def _place_of(session: Session, code: str, keys: Sequence[Key], on: date) -> Sequence[Any] | None:
    query = _matching(Wish(), on).with_only_columns(*(key for key, _ in keys)).where(col(Park.code) == code)
    return session.connection().execute(query).first()


def _beyond(keys: Sequence[Key], at: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that come after the one with these keys: equal so far, then past it."""
    ways = []
    for place, (key, falling) in enumerate(keys):
        past = key < at[place] if falling else key > at[place]
        ways.append(and_(*(earlier == at[index] for index, (earlier, _) in enumerate(keys[:place])), past))
    return or_(*ways)


def _row(code: str, name: str, level: str, zone_type: str, adcode: str, area_ha: Decimal, *rest: Any) -> Row:
    industries, free, as_of, source = rest
    free_mu = None if free is None else LAND.of_base(free)
    stale = as_of is not None and free is None
    return Row(
        code, name, level, zone_type, adcode, area_ha, industries, free_mu, as_of, stale, source == Source.SIMULATED
    )
