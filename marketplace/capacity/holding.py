"""How is an amount set aside for somebody, committed by contract, given back, and never promised twice?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from marketplace.capacity.ledger import Hold, HoldStatus, Reason, Waiting, WaitingStatus
from marketplace.capacity.moving import (
    PAST,
    TERM_MOST,
    Ask,
    Books,
    close_books,
    due_holds,
    enter,
    grant,
    open_books,
    settle,
)
from marketplace.capacity.waiting import STANDING as IN_QUEUE
from marketplace.capacity.waiting import expire, go, offer
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.journal import Act, note
from marketplace.lifecycle import rewrite
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks import Park
from marketplace.plots import Plot

STANDING = (HoldStatus.HELD, HoldStatus.COMMITTED)


def hold(
    session: Session,
    park: Park,
    amounts: Mapping[str, int],
    *,
    for_kind: str,
    for_id: str,
    owner_id: int,
    by: Viewer | None,
    now: datetime,
    plot: Plot | None = None,
    until: datetime | None = None,
    simulated: bool = False,
) -> Hold:
    """Set amounts (resource → base units) aside, for 30 days unless said: all of them or none.

    What is past its day is freed and offered to the queue first. Raises NotFound for who may not, Refusal with the
    shortfall of each resource.
    """
    plot_id = plot.id if plot else None
    ask = Ask(park.id, amounts, for_kind, for_id, owner_id, by, plot_id, until, simulated=simulated)
    [answer] = hold_all(session, [ask], now=now)
    if isinstance(answer, Refusal):
        raise answer
    session.refresh(park)
    return answer


def hold_all(session: Session, asks: Sequence[Ask], *, now: datetime) -> list[Hold | Refusal]:
    """Each of several asks in their order: a hold, or why not. Who is refused leaves nothing behind."""
    books = open_books(session, {ask.park_id for ask in asks})
    if due_holds(session, books, now=now):
        expire(session, books, now=now)
        offer(session, books, now=now)
    answers: list[Ask | Refusal] = [_judged(books, ask, now) for ask in asks]
    granted = [answer for answer in answers if isinstance(answer, Ask)]
    holds = iter(enter(session, books, granted, now=now))
    close_books(session, books, now=now)
    return [next(holds) if isinstance(answer, Ask) else answer for answer in answers]


def commit(session: Session, hold: Hold, *, by: Viewer | None, now: datetime) -> None:
    """What was held is promised by contract: the caller has checked the stage. Raises NotFound, Conflict."""
    books = _opened(session, hold, by)
    if hold.status != HoldStatus.HELD or hold.expires_at <= now or hold.offered:
        raise Conflict(PAST)
    settle(session, books, [hold], HoldStatus.COMMITTED, by=by, now=now)
    close_books(session, books, now=now)


def release(session: Session, hold: Hold, reason: Reason, *, by: Viewer | None, now: datetime) -> None:
    """What was held or committed is free again and offered to who waits for it. Raises NotFound, Conflict."""
    books = _opened(session, hold, by)
    if hold.status not in STANDING:
        raise Conflict(PAST)
    waiting = select(Waiting).where(Waiting.hold_id == hold.id, Waiting.status == WaitingStatus.OFFERED)
    if offered := session.exec(waiting).all():
        go(session, books, offered, reason, by=by, now=now)
    else:
        settle(session, books, [hold], HoldStatus.RELEASED, by=by, now=now, reason=reason)
    _pass_on(session, books, now)


def extend(session: Session, hold: Hold, until: datetime, *, by: Viewer | None, now: datetime) -> None:
    """The office holds it until another day. Raises NotFound, Refusal, Conflict."""
    books = _opened(session, hold, by)
    if by is not None and not may_act_for(by, books.parks[hold.park_id].owner_id):
        raise NotFound
    if hold.status != HoldStatus.HELD or hold.expires_at <= now or hold.offered:
        raise Conflict(PAST)
    if not now < until <= now + TERM_MOST:
        raise Refusal(Fault("until", "The day must be after today and at most a year away"))
    rewrite(session, hold, version=hold.version, now=now, expires_at=until)
    park = books.parks[hold.park_id]
    facts = {"park": park.code, "until": until.date()}
    note(session, Act.CHANGED, "hold", hold.public_id, by=by, now=now, whose=park.owner_id, **facts)
    books.moved.add(park.id)
    close_books(session, books, now=now)


def hand_on(
    session: Session, for_kind: str, for_id: str, to_kind: str, to_id: str, *, by: Viewer | None, now: datetime
) -> int:
    """What was held and asked for one thing is so for another from here on: an exchange became a project."""
    held = select(Hold).where(Hold.for_kind == for_kind, Hold.for_id == for_id, col(Hold.status).in_(STANDING))
    asked = select(Waiting).where(Waiting.for_kind == for_kind, Waiting.for_id == for_id)
    rows: list[Hold | Waiting] = [*session.exec(held.order_by(col(Hold.id))).all()]
    rows += session.exec(asked.where(col(Waiting.status).in_(IN_QUEUE)).order_by(col(Waiting.id))).all()
    for row in rows:
        rewrite(session, row, version=row.version, now=now, for_kind=to_kind, for_id=to_id)
        park = session.get_one(Park, row.park_id)
        noun = str(type(row).__tablename__)
        note(session, Act.CHANGED, noun, row.public_id, by=by, now=now, whose=park.owner_id, park=park.code)
    return len(rows)


def let_go(session: Session, for_kind: str, for_id: str, *, by: Viewer | None, now: datetime) -> int:
    """What was only held, and places in the queue, end with what they were for. What is committed stays."""
    own = Hold.for_kind == for_kind, Hold.for_id == for_id, Hold.status == HoldStatus.HELD
    asked = Waiting.for_kind == for_kind, Waiting.for_id == for_id, col(Waiting.status).in_(IN_QUEUE)
    park_ids = {*session.exec(select(Hold.park_id).where(*own)), *session.exec(select(Waiting.park_id).where(*asked))}
    if not park_ids:
        return 0
    books = open_books(session, park_ids)
    go(session, books, session.exec(select(Waiting).where(*asked)).all(), Reason.CLOSED, by=by, now=now)
    holds = session.exec(select(Hold).where(*own).order_by(col(Hold.id))).all()
    if holds:
        settle(session, books, holds, HoldStatus.RELEASED, by=by, now=now, reason=Reason.CLOSED)
    _pass_on(session, books, now)
    return len(holds)


def expire_due(session: Session, *, now: datetime) -> int:
    """What is past its day is free again, in every park, and offered to who waits; how many holds ended."""
    due = select(Hold.park_id).where(Hold.status == HoldStatus.HELD, col(Hold.expires_at) <= now).distinct()
    park_ids = session.exec(due).all()
    if not park_ids:
        return 0
    books = open_books(session, park_ids)
    count = expire(session, books, now=now)
    offer(session, books, now=now)
    close_books(session, books, now=now)
    return count


def offer_freed(session: Session, park: Park, *, now: datetime) -> None:
    """After a sheet says there is more: offer it to who waits. The caller has locked the park."""
    waits = select(Waiting.id).where(Waiting.park_id == park.id, Waiting.status == WaitingStatus.WAITING)
    if session.exec(waits.limit(1)).first() is not None:
        _pass_on(session, open_books(session, [park.id]), now)


def _judged(books: Books, ask: Ask, now: datetime) -> Ask | Refusal:
    park = books.parks.get(ask.park_id)
    if park is None or (ask.by is not None and not may_act_for(ask.by, park.owner_id)):
        return NotFound()
    return grant(books, ask, now=now) or ask


def _opened(session: Session, hold: Hold, by: Viewer | None) -> Books:
    """The books of a hold's park, for the office or whose hold it is: the rule above says which. Raises NotFound."""
    books = open_books(session, [hold.park_id])
    owner_id = books.parks[hold.park_id].owner_id
    if by is not None and not (may_act_for(by, owner_id) or may_act_for(by, hold.owner_id)):
        raise NotFound
    session.refresh(hold, with_for_update=True)
    return books


def _pass_on(session: Session, books: Books, now: datetime) -> None:
    """What became free goes to who waits for it."""
    expire(session, books, now=now)
    offer(session, books, now=now)
    close_books(session, books, now=now)
