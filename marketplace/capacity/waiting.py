"""Who waits for amounts that are not free today, and to whom is offered what becomes free?

In the order in which people came; whom it does not suffice for keeps their place and the next is asked. An offer is a
hold in their name for three working days, so that what is offered is really there.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from marketplace import inbox
from marketplace.capacity.amounts import field_of, shown
from marketplace.capacity.ledger import Hold, HoldStatus, Reason, Waiting, WaitingStatus
from marketplace.capacity.moving import (
    PAST,
    TERM,
    Ask,
    Books,
    Place,
    close_books,
    due_holds,
    enter,
    faults_of,
    grant,
    open_books,
    places_of,
    settle,
)
from marketplace.capacity.tables import Capacity
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, note
from marketplace.lifecycle import Lifecycle
from marketplace.organisations import Viewer, may_act_for, may_see_for
from marketplace.parks import Park
from marketplace.resources import quantity_of
from marketplace.workdays import due_after

OFFER_WORKDAYS = 3
STANDING = (WaitingStatus.WAITING, WaitingStatus.OFFERED)
LIFE = Lifecycle(
    {
        "waiting": frozenset({"offered", "gone"}),
        "offered": frozenset({"taken", "gone"}),
    }
)


def join_queue(session: Session, ask: Ask, *, now: datetime) -> Waiting:
    """A place at the end of the queue; what is free already is offered at once. Raises NotFound, Refusal, Conflict."""
    books = open_books(session, [ask.park_id])
    park = books.parks.get(ask.park_id)
    if park is None or (ask.by is not None and not may_act_for(ask.by, park.owner_id)):
        raise NotFound
    _refuse(session, books, ask, now)
    made = Waiting(
        park_id=ask.park_id,
        plot_id=ask.plot_id,
        wanted=dict(ask.amounts),
        for_kind=ask.for_kind,
        for_id=ask.for_id,
        owner_id=ask.owner_id,
        user_id=ask.by.user_id if ask.by else None,
        simulated=ask.simulated,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    note(session, Act.CHANGED, "waiting", made.public_id, by=ask.by, now=now, whose=park.owner_id, park=park.code)
    expire(session, books, now=now)
    offer(session, books, now=now)
    close_books(session, books, now=now)
    return made


def take(session: Session, waiting: Waiting, *, by: Viewer | None, now: datetime) -> Hold:
    """The offer is taken: it becomes a hold for the usual time. Raises NotFound, Conflict."""
    books = _opened(session, waiting, by)
    hold = session.get_one(Hold, waiting.hold_id) if waiting.hold_id is not None else None
    if waiting.status != WaitingStatus.OFFERED or hold is None:
        raise Conflict(Fault("waiting", "There is no offer to take any more: load the page again"))
    session.refresh(hold, with_for_update=True)
    if hold.status != HoldStatus.HELD or hold.expires_at <= now:
        raise Conflict(PAST)
    hold.offered, hold.expires_at, hold.updated_at = False, now + TERM, now
    hold.version += 1
    session.flush()
    LIFE.move(session, waiting, WaitingStatus.TAKEN, now=now)
    _note(session, books, waiting, Act.HELD, by, now)
    books.moved.add(waiting.park_id)
    close_books(session, books, now=now)
    return hold


def leave(session: Session, waiting: Waiting, *, by: Viewer | None, now: datetime) -> None:
    """A place in the queue, or an offer, is given up; the next is asked. Raises NotFound, Conflict."""
    books = _opened(session, waiting, by)
    if waiting.status not in STANDING:
        raise Conflict(Fault("waiting", "This place in the queue is given up already"))
    go(session, books, [waiting], Reason.DECLINED, by=by, now=now)
    expire(session, books, now=now)
    offer(session, books, now=now)
    close_books(session, books, now=now)


def go(
    session: Session, books: Books, rows: Sequence[Waiting], reason: Reason, *, by: Viewer | None, now: datetime
) -> None:
    """Places in the queue end, and with them what they were offered."""
    for row in rows:
        hold = session.get_one(Hold, row.hold_id) if row.hold_id is not None else None
        LIFE.move(session, row, WaitingStatus.GONE, now=now)
        if hold is not None and hold.status == HoldStatus.HELD and hold.offered:
            settle(session, books, [hold], HoldStatus.RELEASED, by=by, now=now, reason=reason)
        _note(session, books, row, Act.WITHDRAWN, by, now)


def expire(session: Session, books: Books, *, now: datetime) -> int:
    """Holds of the locked parks whose day is over are free again; an offer nobody took ends the place in the queue."""
    due = due_holds(session, books, now=now)
    if not due:
        return 0
    settle(session, books, due, HoldStatus.EXPIRED, by=None, now=now)
    ids = [hold.id for hold in due]
    offered = select(Waiting).where(col(Waiting.hold_id).in_(ids), Waiting.status == WaitingStatus.OFFERED)
    for row in session.exec(offered).all():
        LIFE.move(session, row, WaitingStatus.GONE, now=now)
    for hold in due:
        _tell(session, books, hold, NoticeKind.HOLD_EXPIRED, now)
    return len(due)


def offer(session: Session, books: Books, *, now: datetime) -> list[Waiting]:
    """Offer what is free to who waits for it, first come first served, as long as it suffices for somebody."""
    query = select(Waiting).where(col(Waiting.park_id).in_(list(books.parks)), Waiting.status == WaitingStatus.WAITING)
    offered = []
    for row in session.exec(query.order_by(col(Waiting.id)).with_for_update()).all():
        until = due_after(now, OFFER_WORKDAYS).ends_at
        ask = Ask(
            row.park_id, row.wanted, row.for_kind, row.for_id, row.owner_id, None, row.plot_id, until, True,
            row.simulated,
        )  # fmt: skip
        if grant(books, ask, now=now):
            continue
        [hold] = enter(session, books, [ask], now=now)
        LIFE.move(session, row, WaitingStatus.OFFERED, now=now, hold_id=hold.id, offered_at=now, offer_until=until)
        _tell(session, books, hold, NoticeKind.CAPACITY_OFFERED, now)
        offered.append(row)
    return offered


def queue_of(session: Session, park: Park) -> list[Waiting]:
    """Who waits or was offered something, the first first."""
    query = select(Waiting).where(Waiting.park_id == park.id, col(Waiting.status).in_(STANDING))
    return list(session.exec(query.order_by(col(Waiting.id))).all())


def queue_for(session: Session, for_kind: str, for_id: str) -> list[Waiting]:
    """The places in queues for an exchange or a project."""
    query = select(Waiting).where(Waiting.for_kind == for_kind, Waiting.for_id == for_id)
    return list(session.exec(query.where(col(Waiting.status).in_(STANDING)).order_by(col(Waiting.id))).all())


def waiting_by_id(session: Session, park: Park, id: str, viewer: Viewer | None) -> Waiting:
    """A place in a park's queue, for the office or whose it is. Raises NotFound."""
    found = session.exec(select(Waiting).where(Waiting.public_id == id, Waiting.park_id == park.id)).first()
    if found is None or not (may_see_for(viewer, park.owner_id) or may_see_for(viewer, found.owner_id)):
        raise NotFound
    return found


def _refuse(session: Session, books: Books, ask: Ask, now: datetime) -> None:
    """Raises Refusal for what can never be offered, Conflict for a second place for the same."""
    faults = faults_of(books, ask, now=now)
    faults += [fault for place, amount in places_of(books, ask).items() if (fault := _never(session, place, amount))]
    if faults:
        raise Refusal(faults)
    there = select(Waiting.id).where(Waiting.for_kind == ask.for_kind, Waiting.for_id == ask.for_id)
    there = there.where(Waiting.park_id == ask.park_id, Waiting.plot_id == ask.plot_id)
    if session.exec(there.where(col(Waiting.status).in_(STANDING))).first() is not None:
        raise Conflict(Fault("for_id", "This waits in the queue already: give the place up first"))


def _never(session: Session, place: Place, amount: int) -> Fault | None:
    park_id, plot_id, name = place
    most = select(col(Capacity.design) - col(Capacity.used)).where(
        Capacity.park_id == park_id, Capacity.plot_id == plot_id, Capacity.resource == name
    )
    there = session.exec(most).first()
    if there is None or amount <= there:
        return None
    message = "{asked} {unit} are asked and there are {most} {unit} at the most: it can never be offered"
    params = {"asked": shown(name, amount), "most": shown(name, there)}
    return Fault(field_of(name), message, {**params, "unit": quantity_of(name).measure.unit})


def _opened(session: Session, waiting: Waiting, by: Viewer | None) -> Books:
    """The books of a park with a place in its queue, for the office or whose place it is. Raises NotFound."""
    books = open_books(session, [waiting.park_id])
    park = books.parks[waiting.park_id]
    if by is not None and not (may_act_for(by, park.owner_id) or may_act_for(by, waiting.owner_id)):
        raise NotFound
    session.refresh(waiting, with_for_update=True)
    return books


def _note(session: Session, books: Books, row: Waiting, act: Act, by: Viewer | None, now: datetime) -> None:
    park = books.parks[row.park_id]
    note(session, act, "waiting", row.public_id, by=by, now=now, whose=park.owner_id, park=park.code)


def _tell(session: Session, books: Books, hold: Hold, kind: NoticeKind, now: datetime) -> None:
    """Both sides learn that something happened; the page they come to says what."""
    park = books.parks[hold.park_id]
    inbox.tell(session, kind, to=hold.owner_id, about=(hold.for_kind, hold.for_id), now=now)
    if park.owner_id is not None:
        inbox.tell(session, kind, to=park.owner_id, about=("park", park.code), now=now)
