"""How does an amount move between free, held and committed, so that it cannot be promised twice?

Every movement locks the park, then changes its rows by guarded updates in the order of their ids; CHECK constraints
stand behind them. A sheet locks the park as well, so that nothing changes between a look and an update.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, BindParameter, bindparam, insert, update
from sqlmodel import Session, col, func, select

from marketplace import jobs
from marketplace.capacity.amounts import field_of, free_of, is_holdable, shown
from marketplace.capacity.ledger import Hold, HoldLine, HoldStatus, LedgerEntry, Movement, Reason
from marketplace.capacity.tables import Capacity
from marketplace.database import public_id
from marketplace.errors import Conflict, Fault, Refusal
from marketplace.journal import Act, enter_all, said_of
from marketplace.lifecycle import CHANGED_MEANWHILE
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.parks.versions import raise_versions
from marketplace.resources import quantity_of

TERM = timedelta(days=30)  # unless said
TERM_MOST = timedelta(days=366)
EXPIRE = "ledger.expire"  # the kind of the job; its key is the park's code
PAST = Fault("hold", "This is held no longer: load the page again")

Place = tuple[int, int | None, str]  # park, plot or None for the park as a whole, resource


@dataclass(frozen=True, slots=True)
class Ask:
    """Amounts (resource → base units) that somebody wants set aside until a moment, and what for."""

    park_id: int
    amounts: Mapping[str, int]
    for_kind: str
    for_id: str
    owner_id: int
    by: Viewer | None
    plot_id: int | None = None
    until: datetime | None = None
    offered: bool = False
    simulated: bool = False


@dataclass(slots=True)
class Row:
    """A row of the ledger as it stands in this transaction."""

    id: int
    free: int


@dataclass(slots=True)
class Books:
    """The parks that are locked in this transaction, their rows, and which of them changed."""

    parks: Mapping[int, Park]
    rows: dict[Place, Row] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)


# Built once: every hold asks this, and to build a query costs more than to ask it.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_PARKS = select(Park).where(col(Park.id).in_(_IDS)).order_by(col(Park.id)).with_for_update(key_share=True)
_ROWS = select(
    *(getattr(Capacity, name) for name in ("id", "park_id", "plot_id", "resource")),
    *(getattr(Capacity, name) for name in ("design", "used", "committed", "held")),
).where(col(Capacity.park_id).in_(_IDS))
_HELD = col(Hold.park_id).in_(_IDS), col(Hold.status) == HoldStatus.HELD
_DUE = select(Hold).where(*_HELD, col(Hold.expires_at) <= bindparam("now")).order_by(col(Hold.id))
_FIRST = select(func.min(Hold.expires_at)).where(*_HELD)
_ANEW = {"populate_existing": True}


def open_books(session: Session, park_ids: Collection[int]) -> Books:
    """Lock parks in the order of their ids and read their rows."""
    session.flush()
    parks = session.scalars(_PARKS, {"ids": sorted(park_ids)}, execution_options=_ANEW).all()
    books = Books({park.id: park for park in parks})
    read(session, books)
    return books


def read(session: Session, books: Books) -> None:
    """Read the rows as they stand."""
    session.flush()
    rows = session.connection().execute(_ROWS, {"ids": list(books.parks)})
    books.rows = {(row.park_id, row.plot_id, row.resource): Row(row.id, free_of(row)) for row in rows}


def places_of(books: Books, ask: Ask) -> dict[Place, int]:
    """The rows that amounts are taken from: a plot's, and with it the park's where the park declares the resource."""
    wanted: dict[Place, int] = {}
    for name, amount in ask.amounts.items():
        if ask.plot_id is not None:
            wanted[ask.park_id, ask.plot_id, name] = amount
        if ask.plot_id is None or (ask.park_id, None, name) in books.rows:
            wanted[ask.park_id, None, name] = amount
    return wanted


def grant(books: Books, ask: Ask, *, now: datetime) -> Refusal | None:
    """Take the amounts of an ask from what is free in the books, or say why not: `enter` then writes it."""
    faults = [*faults_of(books, ask, now=now), *_shortfalls(books, ask)]
    if faults:
        return Refusal(faults)
    for place, amount in places_of(books, ask).items():
        books.rows[place].free -= amount
    return None


def faults_of(books: Books, ask: Ask, *, now: datetime) -> list[Fault]:
    """What is wrong with an ask, however much is free."""
    faults = [] if ask.amounts else [Fault("amounts", "Say how much of which resource")]
    if not now < (ask.until or now + TERM) <= now + TERM_MOST:
        faults.append(Fault("until", "The day must be after today and at most a year away"))
    for name, amount in ask.amounts.items():
        if amount <= 0 or not is_holdable(name):
            faults.append(Fault(field_of(name), "This cannot be held"))
        elif (ask.park_id, ask.plot_id, name) not in books.rows:
            message = "The park has not declared this: put it on its sheet first"
            if ask.plot_id is not None:
                message = "This is not declared for the plot or building"
            faults.append(Fault(field_of(name), message))
    return faults


def _shortfalls(books: Books, ask: Ask) -> list[Fault]:
    """By how much amounts are too many: in the plot, or in the park as a whole."""
    faults = []
    for place, amount in places_of(books, ask).items():
        row = books.rows.get(place)
        if row is None or row.free >= amount:
            continue
        message = "{asked} {unit} are asked and {free} {unit} are free: {short} {unit} too little"
        if place[1] is not None:
            message = "{asked} {unit} are asked and {free} {unit} of the plot are free: {short} {unit} too little"
        numbers = {"asked": amount, "free": row.free, "short": amount - row.free}
        told = {key: shown(place[2], base) for key, base in numbers.items()}
        faults.append(Fault(field_of(place[2]), message, {**told, "unit": quantity_of(place[2]).measure.unit}))
    return faults


def enter(session: Session, books: Books, asks: Sequence[Ask], *, now: datetime) -> list[Hold]:
    """Set amounts aside that were granted: all of it is one guarded update per row. Raises Conflict."""
    taken: dict[int, int] = defaultdict(int)
    if not asks:
        return []
    made = [_as_hold(ask, now) for ask in asks]  # rows, not objects: in a group there are many
    holds = list(session.scalars(_HOLDS, made))
    lines: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for ask, hold in zip(asks, holds, strict=True):
        for (_, plot_id, name), amount in places_of(books, ask).items():
            row = books.rows[ask.park_id, plot_id, name]
            taken[row.id] += amount
            of_plot = plot_id is not None
            line = {"resource": name, "of_plot": of_plot, "amount": amount}
            lines.append({**line, "hold_id": hold.id, "capacity_id": row.id})
            moves.append(_move(hold, name, amount, Movement.HELD, now, of_plot=of_plot))
        books.moved.add(ask.park_id)
    enter_all(session, [_noted(books, hold, ask.by, now, Act.HELD) for ask, hold in zip(asks, holds, strict=True)])
    session.connection().execute(_INTO_LINES, lines)
    session.connection().execute(_INTO_MOVES, moves)
    for id in sorted(taken):
        _change(session, id, held=taken[id])
    return holds


_HOLDS = insert(Hold).returning(Hold, sort_by_parameter_order=True)
_INTO_LINES, _INTO_MOVES = insert(HoldLine), insert(LedgerEntry)


def _as_hold(ask: Ask, now: datetime) -> dict[str, Any]:
    return {
        "public_id": public_id(),
        "park_id": ask.park_id,
        "plot_id": ask.plot_id,
        "for_kind": ask.for_kind,
        "for_id": ask.for_id,
        "owner_id": ask.owner_id,
        "status": HoldStatus.HELD,
        "offered": ask.offered,
        "expires_at": ask.until or now + TERM,
        "user_id": ask.by.user_id if ask.by else None,
        "simulated": ask.simulated,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def settle(
    session: Session,
    books: Books,
    holds: Sequence[Hold],
    to: HoldStatus,
    *,
    by: Viewer | None,
    now: datetime,
    reason: Reason | None = None,
) -> None:
    """Commit, release or expire holds of parks that are locked. Raises Conflict where one is no longer as it was."""
    change: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = {row.id: row for row in books.rows.values()}
    lines = lines_of_holds(session, holds)
    movement, moves = Movement(to.value), []
    for hold in holds:
        for line in lines.get(hold.id, ()):
            moved = _move(hold, line.resource, line.amount, movement, now, of_plot=line.of_plot)
            moves.append(moved)
            if line.capacity_id is not None:
                change[line.capacity_id][0] += moved["held"]
                change[line.capacity_id][1] += moved["committed"]
                rows[line.capacity_id].free -= moved["held"] + moved["committed"]
        books.moved.add(hold.park_id)
    enter_all(session, [_noted(books, hold, by, now, ACTS[to], reason) for hold in holds])
    if moves:
        session.connection().execute(_INTO_MOVES, moves)
    for id in sorted(change):
        _change(session, id, held=change[id][0], committed=change[id][1])
    _restate(session, holds, to, reason, now)


def _restate(session: Session, holds: Sequence[Hold], to: HoldStatus, reason: Reason | None, now: datetime) -> None:
    """The status of holds, each from the one it has."""
    by_status: dict[HoldStatus, list[int]] = defaultdict(list)
    for hold in holds:
        by_status[hold.status].append(hold.id)
    committed = to is HoldStatus.COMMITTED
    values = {"committed_at": now} if committed else {"ended_at": now, "reason": reason}
    session.flush()
    for before, ids in by_status.items():
        moved = update(Hold).where(col(Hold.id).in_(ids), col(Hold.status) == before)
        raised = moved.values(**values, status=to, offered=False, version=col(Hold.version) + 1, updated_at=now)
        if session.connection().execute(raised).rowcount != len(ids):
            raise Conflict(PAST)
    for hold in holds:
        session.refresh(hold)


def close_books(session: Session, books: Books, *, now: datetime) -> None:
    """Raise the versions of parks that changed, so that every list is made anew; plan when the next hold expires."""
    session.flush()
    if books.moved:
        raise_versions(session, books.moved, now=now)
    for id in sorted(books.moved):
        park = books.parks[id]
        session.expire(park, ["version", "updated_at"])
        due = session.connection().execute(_FIRST, {"ids": [id]}).scalar_one()
        if due is None:
            jobs.cancel(session, EXPIRE, park.code)
        elif not jobs.is_planned(session, EXPIRE, park.code, due_at=due):
            jobs.plan(session, EXPIRE, park.code, due_at=due, now=now)


def due_holds(session: Session, books: Books, *, now: datetime) -> Sequence[Hold]:
    """Holds of the locked parks whose day is over, the oldest first."""
    return session.scalars(_DUE, {"ids": list(books.parks), "now": now}, execution_options=_ANEW).all()


def lines_of_holds(session: Session, holds: Iterable[Hold]) -> dict[int, list[HoldLine]]:
    """The lines of holds, by the hold's id."""
    query = select(HoldLine).where(col(HoldLine.hold_id).in_([hold.id for hold in holds]))
    found: dict[int, list[HoldLine]] = defaultdict(list)
    for line in session.exec(query.order_by(col(HoldLine.resource), col(HoldLine.of_plot).desc())):
        found[line.hold_id].append(line)
    return found


ACTS: Mapping[HoldStatus, Act] = {
    HoldStatus.COMMITTED: Act.COMMITTED,
    HoldStatus.RELEASED: Act.RELEASED,
    HoldStatus.EXPIRED: Act.EXPIRED,
}


def _move(
    hold: Hold, resource: str, amount: int, movement: Movement, now: datetime, *, of_plot: bool
) -> dict[str, Any]:
    """What a movement does to a row of the ledger, as it is kept."""
    was_held = hold.status == HoldStatus.HELD
    held, committed = {
        Movement.HELD: (amount, 0),
        Movement.COMMITTED: (-amount, amount),
    }.get(movement, (-amount, 0) if was_held else (0, -amount))
    return {
        "hold_id": hold.id,
        "park_id": hold.park_id,
        "plot_id": hold.plot_id if of_plot else None,
        "resource": resource,
        "movement": movement,
        "held": held,
        "committed": committed,
        "at": now,
    }


def _noted(
    books: Books, hold: Hold, by: Viewer | None, now: datetime, act: Act, reason: Reason | None = None
) -> dict[str, Any]:
    """The journal's entry: the office reads it as its own; amounts stand in the ledger alone."""
    whose = books.parks[hold.park_id].owner_id
    facts = {"park": books.parks[hold.park_id].code} | ({"reason": str(reason)} if reason else {})
    return said_of(act, "hold", hold.public_id, by=by, now=now, whose=whose, **facts)


_FREE = col(Capacity.design) - col(Capacity.used) - col(Capacity.committed) - col(Capacity.held)
_HOLD, _COMMIT = bindparam("more_held", type_=BigInteger), bindparam("more_committed", type_=BigInteger)
_GUARDED = (
    update(Capacity)
    .where(
        col(Capacity.id) == bindparam("row"),
        _FREE >= _HOLD + _COMMIT,
        col(Capacity.held) + _HOLD >= 0,
        col(Capacity.committed) + _COMMIT >= 0,
    )
    .values(held=col(Capacity.held) + _HOLD, committed=col(Capacity.committed) + _COMMIT)
)


def _change(session: Session, id: int, *, held: int = 0, committed: int = 0) -> None:
    """The guarded update. Raises Conflict where the row does not have it."""
    numbers = {"row": id, "more_held": held, "more_committed": committed}
    if session.connection().execute(_GUARDED, numbers).rowcount != 1:
        raise Conflict(CHANGED_MEANWHILE)
