"""What did the market know of each park at any earlier moment?

Append-only. Every commit that raises the version of a park writes one row of the market (how many parks, the sum of
their versions, which name a state of it) and one row for each such park with what the engine may look at: the park and
its sheet, as read. It is one transaction with the change itself, whoever makes it: a list made then can be made again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    Row,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    event,
    func,
    insert,
    text,
)
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace.capacity import OF_PARK, Capacity, Term
from marketplace.database import Moment
from marketplace.organisations import Organisation, Standing
from marketplace.parks import Park, ParkStatus
from marketplace.parks.versions import risen_in
from marketplace.resources import Source

Stamp = tuple[int, int]  # how many parks, the sum of their versions: parks are never deleted, versions only rise

_IDS_AT_ONCE = 500
_WAIT = text("SELECT pg_advisory_xact_lock(20261124)")
_PARK: tuple[Any, ...] = (
    *(Park.id, Park.code, Park.name, Park.adcode, Park.lon, Park.lat, Park.level, Park.zone_type),
    *(Park.area_ha, Park.industries, Park.note, Park.facts),
)
_DATED = ("park_id", "as_of", "valid_until", "source")
_COLUMNS: Mapping[type[Any], Sequence[Any]] = {
    Capacity: [
        getattr(Capacity, name) for name in (*_DATED, "resource", "design", "used", "committed", "held", "basis")
    ],
    Term: [getattr(Term, name) for name in (*_DATED, "name", "amount", "value")],
}


# What the office of a park declared counts as unknown while the platform has suspended it (record 0074).
_SUSPENDED = (
    select(Park.id)
    .join(Organisation, col(Organisation.id) == col(Park.owner_id))
    .where(Organisation.standing == Standing.SUSPENDED)
)


class MarketState(SQLModel, table=True):
    """One state of the market; `at` is when the last of its changes was made."""

    __tablename__ = "market_state"
    __table_args__ = (UniqueConstraint("parks", "versions"),)

    id: int = Field(default=None, primary_key=True)
    parks: int
    versions: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)


class ParkState(SQLModel, table=True):
    """A park as it was from one state of the market on: its row and its sheet; None once it is no longer listed."""

    __tablename__ = "park_state"

    park_id: int = Field(foreign_key="park.id", primary_key=True)
    version: int = Field(primary_key=True)
    market_id: int = Field(foreign_key="market_state.id", index=True)
    told: Any = Field(default=None, sa_type=JSON(none_as_null=True), nullable=True)


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of a park and its sheet, as read: the engine's record of it follows from this and a day."""

    park: Any
    lines: tuple[Any, ...]
    terms: tuple[Any, ...]

    @property
    def simulated(self) -> bool:
        """Whether any value of the sheet is invented."""
        return any(row.source == Source.SIMULATED for row in (*self.lines, *self.terms))


# Built once: every hold asks this, and to build a query costs more than to ask it.
_STAMP = select(func.count(), func.coalesce(func.sum(Park.version), 0)).select_from(Park)
_LATEST = select(MarketState).order_by(col(MarketState.id).desc()).limit(1)
_STANDS: Select[Any] = (
    select(col(MarketState.id), col(MarketState.parks), col(MarketState.versions))
    .add_columns(select(func.count()).select_from(Park).scalar_subquery())
    .add_columns(select(func.coalesce(func.sum(Park.version), 0)).scalar_subquery())
    .order_by(col(MarketState.id).desc())
    .limit(1)
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_TOLD = select(*_PARK).where(col(Park.id).in_(_IDS))
_KEPT = select(func.coalesce(func.max(ParkState.version), 0)).where(col(ParkState.park_id) == Park.id)
_LAST = _KEPT.correlate(Park).scalar_subquery()
_RISEN: Select[Any] = select(col(Park.id), col(Park.version), col(Park.status), col(Park.updated_at)).add_columns(_LAST)
# A rule's word may have been taken back with its savepoint: then its park stands as it was kept.
_NAMED = _RISEN.where(col(Park.id).in_(_IDS), col(Park.version) > _LAST)
_HERE = and_(col(ParkState.park_id) == Park.id, col(ParkState.version) == Park.version)
_UNKEPT = _RISEN.outerjoin(ParkState, _HERE).where(col(ParkState.park_id).is_(None))


def _lines_of(table: type[Capacity] | type[Term]) -> Select[Any]:
    query: Select[Any] = select(*_COLUMNS[table])
    query = query.where(col(table.park_id).in_(_IDS), col(table.park_id).not_in(_SUSPENDED))
    return (query.where(OF_PARK) if table is Capacity else query).order_by(col(table.id))


_LINES = {table: _lines_of(table) for table in (Capacity, Term)}


def stamp_of(session: Session) -> Stamp:
    """Which state the market is in, by the parks themselves."""
    session.flush()
    count, total = session.connection().execute(_STAMP).one()
    return int(count), int(total)


def told_of(session: Session, ids: Sequence[int]) -> dict[int, Told]:
    """Parks and their sheets as they stand, read in pieces of three queries."""
    found: dict[int, Told] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        lines = _by_park(session, Capacity, some)
        terms = _by_park(session, Term, some)
        rows = session.connection().execute(_TOLD, {"ids": some})
        found |= {row.id: Told(row, tuple(lines.get(row.id, ())), tuple(terms.get(row.id, ()))) for row in rows}
    return found


def latest_state(session: Session) -> MarketState | None:
    """The last state of the market that was kept."""
    return session.exec(_LATEST).first()


def state_of(session: Session, stamp: Stamp) -> MarketState | None:
    """The state with this stamp, if it was kept."""
    query = select(MarketState).where(MarketState.parks == stamp[0], MarketState.versions == stamp[1])
    return session.exec(query).first()


def told_at(session: Session, market_id: int) -> dict[int, Told]:
    """The listed parks and their sheets as they were in a state of the market, by id."""
    last = (
        select(ParkState.park_id, func.max(ParkState.version).label("version"))
        .where(ParkState.market_id <= market_id)
        .group_by(col(ParkState.park_id))
        .subquery()
    )
    here = and_(col(ParkState.park_id) == last.c.park_id, col(ParkState.version) == last.c.version)
    rows = session.connection().execute(
        select(col(ParkState.park_id), col(ParkState.told)).join(last, here).order_by(col(ParkState.park_id))
    )
    return {row.park_id: _read(row.told) for row in rows if row.told is not None}


def record(session: Session) -> MarketState | None:
    """Keeps the parks whose version has risen; the state the market is now in, None where there are no parks.

    Called by every commit. Where rules named what they raised, only that is looked at, as long as it accounts for all
    that is new in the market. States are numbered in the order in which they are committed, so that nothing is ever
    added to an earlier one: on PostgreSQL who changed a park waits for others who did, once everything is read.
    """
    id = _recorded(session)
    return None if id is None else session.get(MarketState, id)


def _recorded(session: Session) -> int | None:
    session.flush()
    connection, named = session.connection(), risen_in(session)
    rows: Sequence[Any] = connection.execute(_NAMED, {"ids": named}).all() if named else ()
    told = _kept_of(session, rows)
    stands: Any = None if rows else connection.execute(_STANDS).first()
    if stands and stands[1:3] == stands[3:]:
        return int(stands[0])
    if connection.dialect.name == "postgresql":
        connection.execute(_WAIT)
    stands = connection.execute(_STANDS).first()
    risen = (0, sum(row[1] - row[4] for row in rows))
    if stands is None or (stands[3] - stands[1], stands[4] - stands[2]) != risen:
        rows = connection.execute(_UNKEPT).all()
        told = _kept_of(session, rows)
    if not rows:
        return int(stands[0]) if stands else None
    count, total = stands[3:] if stands else stamp_of(session)
    state = MarketState(parks=count, versions=total, at=max(row[3] for row in rows))
    session.add(state)
    session.flush()
    connection.execute(insert(ParkState), [{**row, "market_id": state.id} for row in told])
    return state.id


def _kept_of(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What is kept of parks that have risen: (id, version, status, …)."""
    told = told_of(session, [row[0] for row in rows if row[2] == ParkStatus.LISTED])
    written = {id: _written(each) for id, each in told.items()}
    return [{"park_id": row[0], "version": row[1], "told": written.get(row[0])} for row in rows]


@event.listens_for(Session, "before_commit")
def _keep(session: Session) -> None:
    """A savepoint is no commit."""
    if not session.in_nested_transaction():
        _recorded(session)


def _by_park(session: Session, table: type[Capacity] | type[Term], ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    grouped: dict[int, list[Row[Any]]] = {}
    for row in session.connection().execute(_LINES[table], {"ids": ids}):
        grouped.setdefault(row.park_id, []).append(row)
    return grouped


def _written(told: Told) -> dict[str, Any]:
    """The park by name, the lines of its sheet as lists in the order of `_COLUMNS`: names would double the size."""
    return {
        "park": {column.key: _plain(value) for column, value in zip(_PARK, told.park, strict=True)},
        "lines": [[_plain(value) for value in row[1:]] for row in told.lines],
        "terms": [[_plain(value) for value in row[1:]] for row in told.terms],
    }


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _read(document: Mapping[str, Any]) -> Told:
    said = dict(document["park"])
    if said["area_ha"] is not None:
        said["area_ha"] = Decimal(said["area_ha"])
    lines, terms = (
        tuple(_row(_COLUMNS[table], said["id"], row) for row in document[name])
        for name, table in (("lines", Capacity), ("terms", Term))
    )
    return Told(SimpleNamespace(**said), lines, terms)


def _row(columns: Sequence[Any], park_id: int, values: Iterable[Any]) -> SimpleNamespace:
    """A line of a sheet with its days read. A column added since is None."""
    said: dict[str, Any] = dict.fromkeys(column.key for column in columns)
    said |= dict(zip(said, (park_id, *values), strict=False))
    days = {name: date.fromisoformat(said[name]) for name in ("as_of", "valid_until") if said[name]}
    return SimpleNamespace(**{**said, **days})
