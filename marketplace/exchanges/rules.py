"""How does an exchange begin, become mutual, open, and end?

Every rule locks the need and then the exchange, in this order, and judges anew: two who act at the same moment act one
after the other.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from marketplace import capacity, mandates, signals
from marketplace.database import day_of
from marketplace.disclosure import Level, grant, level_of, onlooker_of, revoke
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges.opening import Opening, consent_of, consent_to, is_current, opening_for
from marketplace.exchanges.standing import (
    LAPSE,
    is_standing,
    may_consent,
    may_show_interest,
    office,
    sees_as,
    side_of,
)
from marketplace.exchanges.tables import Exchange, ExchangeStatus, Promise, Side
from marketplace.exchanges.telling import tell_closed, tell_interest, tell_side
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, note
from marketplace.lifecycle import Lifecycle, rewrite
from marketplace.needs import Need, document_of
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkStatus
from marketplace.signals import SignalKind

LIFE = Lifecycle(
    {
        "offered": frozenset({"mutual", "closed"}),
        "mutual": frozenset({"open", "closed"}),
        "open": frozenset({"closed"}),
        "closed": frozenset({"offered"}),
    }
)
ENDINGS: list[Callable[..., None]] = []  # ending(session, exchange, *, by, now, was_open): what hangs on it
OVER = Fault("exchange", "This is closed: nothing was opened")
LIST_CHANGED = Fault("digest", "The list of what opens has changed since you read it: read it again and agree anew")


def show_interest(session: Session, need: Need, park: Park, *, by: Viewer, now: datetime) -> Exchange:
    """One side wants to talk; where the other does already, the interest is mutual. Asking again changes nothing.

    Raises NotFound for who is neither side or does not see the need, Refusal where the park cannot be asked, Conflict.
    """
    side = _side_to_be(session, need, park, by, now)
    if side is Side.PARK:
        _speak(session, need, park, by, now)
    session.refresh(need, with_for_update=True)
    organisation_id = _spoken_for(session, need, park, side, by, now)
    exchange = _pair(session, need, park)
    if exchange is None:
        exchange = _first(session, need, park, side, organisation_id, now)
    session.refresh(exchange, with_for_update=True)
    if not is_standing(session, exchange, need, park, now=now):
        _begin_anew(session, exchange, need, side, organisation_id, by=by, now=now)
    elif side_of(exchange, by) is not side:
        raise Conflict(Fault("park", "Somebody else who speaks for this park talks about this need already"))
    if exchange.interest_at(side) is None:
        _interest(session, exchange, side, by=by, now=now)
    return exchange


def consent(
    session: Session, exchange: Exchange, need: Need, park: Park, digest: str, *, by: Viewer, now: datetime
) -> Opening:
    """A side agrees to open exactly the list it was shown; with both consents the exchange is open.

    Raises NotFound for who may not, Conflict where it is closed or the list is another by now.
    """
    side = _own(exchange, by)
    if not may_consent(by, side):
        raise NotFound
    lock(session, exchange, need, park, now=now)
    opening = opening_for(session, need, side, by)
    if digest != opening.sha256:
        raise Conflict(LIST_CHANGED)
    if exchange.interest_at(side) is None:
        _interest(session, exchange, side, by=by, now=now)
    before = consent_of(session, exchange, side)
    if before is not None:
        before.ended_at = now
        session.flush()
    made = consent_to(opening, exchange, by, now=now)
    session.add(made)
    session.flush()
    facts = {"side": str(side), "text": made.text_version, "sha256": made.text_sha256, "fields": list(opening.fields)}
    note_act(session, Act.CONSENTED, exchange, by=by, now=now, **facts)
    if side is Side.NEED:
        question, on = document_of(need), day_of(now)
        signals.note(session, need, park, SignalKind.CONTACT, question, on=on, by=by, now=now)
    _open_if_agreed(session, exchange, need, by=by, now=now)
    return opening


def decline(session: Session, exchange: Exchange, need: Need, park: Park, *, by: Viewer, now: datetime) -> None:
    """A side wants to hear no more of an interest; nobody else is told. Raises NotFound, Conflict."""
    side = _own(exchange, by)
    if not may_show_interest(by):
        raise NotFound
    lock(session, exchange, need, park, now=now)
    if exchange.status != ExchangeStatus.OFFERED or exchange.interest_at(side):
        raise Conflict(Fault("exchange", "This is answered already: withdraw instead"))
    rewrite(session, exchange, version=exchange.version, now=now, **{f"{side}_declined_at": now})
    note_act(session, Act.DECLINED, exchange, by=by, now=now, side=str(side))


def withdraw(session: Session, exchange: Exchange, need: Need, park: Park, *, by: Viewer, now: datetime) -> None:
    """A side takes back its interest and consent: everything closes at once. Raises NotFound, Conflict.

    Who withdrew is not asked again by the other side until it acts itself.
    """
    side = _own(exchange, by)
    if not may_show_interest(by):
        raise NotFound
    lock(session, exchange, need, park, now=now)
    if exchange.interest_at(side) is None:
        raise Conflict(Fault("exchange", "There is nothing of yours to withdraw"))
    if side is Side.NEED:
        signals.forget(session, need, park, SignalKind.CONTACT, by=by)
    quiet = {f"{side}_declined_at": now} if exchange.status != ExchangeStatus.OFFERED else {}
    _close(session, exchange, need, by=by, now=now, closed_at=now, closed_by=side, **quiet)


def close_fallen(session: Session, need: Need, *, by: Viewer | None, now: datetime) -> None:
    """Close for good what no longer stands around a need: called where it is withdrawn, hidden or excludes somebody."""
    session.refresh(need, with_for_update=True)
    query = select(Exchange).where(Exchange.need_id == need.id).order_by(col(Exchange.id)).with_for_update()
    for exchange in session.exec(query.execution_options(populate_existing=True)).all():
        park = session.get_one(Park, exchange.park_id)
        lives = is_standing(session, exchange, need, park, now=now)
        if exchange.status != ExchangeStatus.CLOSED and not lives:
            _close(session, exchange, need, by=by, now=now, closed_at=_end_of(exchange, now))


def close_fallen_of(session: Session, organisation_id: int, *, by: Viewer | None, now: datetime) -> None:
    """The same around an organisation and, where an agent speaks, its parks: called where it is suspended or goes."""
    ours = or_(*(col(each) == organisation_id for each in (Exchange.owner_id, Exchange.organisation_id, Park.owner_id)))
    ids = session.exec(select(Exchange.need_id).join(Park).where(ours).distinct()).all()
    for need_id in sorted(ids):
        close_fallen(session, session.get_one(Need, need_id), by=by, now=now)


def close_fallen_at(session: Session, park: Park, *, now: datetime) -> None:
    """The same around a park: called where somebody else speaks for it, or an agent no longer or again does.

    Nobody's own doing, so that nobody reads of others' exchanges what closed with theirs.
    """
    ids = session.exec(select(Exchange.need_id).where(Exchange.park_id == park.id).distinct()).all()
    for need_id in sorted(ids):
        close_fallen(session, session.get_one(Need, need_id), by=None, now=now)


def _side_to_be(session: Session, need: Need, park: Park, by: Viewer, now: datetime) -> Side:
    """Which side somebody asks for. Raises NotFound."""
    if not may_show_interest(by):
        raise NotFound
    if by.organisation_id == need.owner_id:
        return Side.NEED
    if not sees_as(session, need, park, by, now=now):
        raise NotFound
    return Side.PARK


def _speak(session: Session, need: Need, park: Park, by: Viewer, now: datetime) -> None:
    """One voice for one park about a need, of an agent too; what lapsed holds none. Raises NotFound, Conflict."""
    ours = select(Exchange, Park).join(Park).where(Exchange.need_id == need.id)
    rows = session.exec(ours.where(Exchange.organisation_id == by.organisation_id)).all()
    standing = {about.id for other, about in rows if is_standing(session, other, need, about, now=now)}
    for about in {about.id: about for _, about in rows if about.id not in standing}.values():
        mandates.fall_silent(session, need, about, by.organisation_id, now=now)
    mandates.speak(session, need, park, by=by, now=now)


def _spoken_for(session: Session, need: Need, park: Park, side: Side, by: Viewer, now: datetime) -> int:
    """Who speaks for the park in a round that begins. Raises Conflict, Refusal."""
    if need.listing_id is None:
        raise Conflict(Fault("need", "This need is not listed: list it before you ask parks"))
    if side is Side.PARK:
        return by.organisation_id
    if park.status != ParkStatus.LISTED or park.owner_id is None:
        raise Refusal(Fault("park", "Nobody speaks for this park here yet: it cannot be asked"))
    asked = office(session, park.owner_id, now=now)
    if park.code not in onlooker_of(session, asked, now=now).speaks_for:
        raise Refusal(Fault("park", "Nobody speaks for this park here yet: it cannot be asked"))
    if level_of(session, asked, need, now=now) is None:
        raise Refusal(Fault("park", "Your need does not exist for this park: take it off your exclusions first"))
    return park.owner_id


def _pair(session: Session, need: Need, park: Park) -> Exchange | None:
    """What there is of this listing: of an earlier one a park could know the firm again."""
    both = select(Exchange).where(Exchange.need_id == need.id, Exchange.park_id == park.id)
    return session.exec(both.where(Exchange.listing_id == need.listing_id)).first()


def _first(session: Session, need: Need, park: Park, side: Side, organisation_id: int, now: datetime) -> Exchange:
    """The row of a pair: who comes second at the same moment waits for the need and finds it."""
    made = Exchange(
        need_id=need.id,
        park_id=park.id,
        owner_id=need.owner_id,
        organisation_id=organisation_id,
        listing_id=need.listing_id or "",
        began_by=side,
        since_at=now,
        simulated=need.simulated,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _begin_anew(
    session: Session, exchange: Exchange, need: Need, side: Side, organisation_id: int, *, by: Viewer, now: datetime
) -> None:
    """The next round: nothing of the last one holds, but who wanted quiet keeps it, and no successor reads of it."""
    if exchange.status != ExchangeStatus.CLOSED:
        _close(session, exchange, need, by=by, now=now, closed_at=_end_of(exchange, now))
    another = {} if exchange.organisation_id == organisation_id else {"park_declined_at": None}
    LIFE.move(
        session,
        exchange,
        ExchangeStatus.OFFERED,
        now=now,
        round=exchange.round + 1,
        organisation_id=organisation_id,
        began_by=side,
        need_interest_at=None,
        park_interest_at=None,
        since_at=now,
        closed_at=None,
        closed_by=None,
        **another,
    )


def _interest(session: Session, exchange: Exchange, side: Side, *, by: Viewer, now: datetime) -> None:
    values: dict[str, Any] = {f"{side}_interest_at": now, f"{side}_declined_at": None}
    if exchange.interest_at(side.other):
        LIFE.move(session, exchange, ExchangeStatus.MUTUAL, now=now, since_at=now, **values)
    else:
        rewrite(session, exchange, version=exchange.version, now=now, **values)
    note_act(session, Act.INTERESTED, exchange, by=by, now=now, side=str(side), round=exchange.round)
    tell_interest(session, exchange, side, now=now)


def _open_if_agreed(session: Session, exchange: Exchange, need: Need, *, by: Viewer, now: datetime) -> None:
    """Both sides agreed to what they would open today: identities open, in the transaction of the second consent."""
    given = {side: consent_of(session, exchange, side) for side in Side}
    if exchange.status != ExchangeStatus.MUTUAL or not all(is_current(session, need, each) for each in given.values()):
        return
    LIFE.move(session, exchange, ExchangeStatus.OPEN, now=now, since_at=now)
    set_level(session, exchange, need, by=by, now=now)
    theirs = given[Side.PARK]
    facts = {"level": int(Level.BOTH), "fields": list(theirs.fields) if theirs else [], "to": exchange.owner_id}
    note(
        session, Act.DISCLOSED, "exchange", exchange.public_id, by=by, now=now, whose=exchange.organisation_id, **facts
    )
    tell_side(session, exchange, _own(exchange, by).other, NoticeKind.OPENED, now=now)


def set_level(session: Session, exchange: Exchange, need: Need, *, by: Viewer | None, now: datetime) -> None:
    """An organisation sees a need as far as the furthest of its exchanges about it has come."""
    open_ones = select(Exchange).where(
        Exchange.need_id == need.id,
        Exchange.organisation_id == exchange.organisation_id,
        Exchange.listing_id == need.listing_id,
        Exchange.status == ExchangeStatus.OPEN,
    )
    levels = [Level.PROMISE if promise_of(session, each) else Level.BOTH for each in session.exec(open_ones)]
    of_a_side = by if by is not None and side_of(exchange, by) else None
    if not levels:
        revoke(session, need, exchange.organisation_id, by=of_a_side, now=now)
    elif of_a_side:
        grant(session, need, exchange.organisation_id, max(levels), by=of_a_side, now=now)


def promise_of(session: Session, exchange: Exchange) -> Promise | None:
    """The promise the park's organisation gave in this round."""
    query = select(Promise).where(Promise.exchange_id == exchange.id, Promise.round == exchange.round)
    return session.exec(query.where(col(Promise.ended_at).is_(None))).first()


def _close(
    session: Session,
    exchange: Exchange,
    need: Need,
    *,
    by: Viewer | None,
    now: datetime,
    closed_at: datetime,
    closed_by: Side | None = None,
    **values: Any,
) -> None:
    was_open = exchange.status == ExchangeStatus.OPEN
    had_lapsed = not was_open and now >= exchange.since_at + LAPSE
    LIFE.move(
        session,
        exchange,
        ExchangeStatus.CLOSED,
        now=now,
        closed_at=closed_at,
        closed_by=closed_by,
        since_at=now,
        **values,
    )
    for row in (*(consent_of(session, exchange, side) for side in Side), promise_of(session, exchange)):
        if row is not None:
            row.ended_at = now
    session.flush()
    for ending in ENDINGS:
        actor = by if by is not None and side_of(exchange, by) else None
        ending(session, exchange, by=actor, now=now, was_open=was_open)
    capacity.let_go(session, "exchange", exchange.public_id, by=None, now=now)  # nobody's own doing
    mandates.fall_silent(session, need, session.get_one(Park, exchange.park_id), exchange.organisation_id, now=now)
    note_act(session, Act.WITHDRAWN, exchange, by=by, now=now, side=str(closed_by or ""), round=exchange.round)
    if was_open:
        set_level(session, exchange, need, by=by, now=now)
    if not had_lapsed:
        tell_closed(session, exchange, by.organisation_id if by else None, now=now)


def _own(exchange: Exchange, by: Viewer) -> Side:
    side = side_of(exchange, by)
    if side is None:
        raise NotFound
    return side


def lock(session: Session, exchange: Exchange, need: Need, park: Park, *, now: datetime) -> None:
    """Nobody else changes the two from here on. Raises Conflict where the exchange no longer stands."""
    session.refresh(need, with_for_update=True)
    session.refresh(exchange, with_for_update=True)
    if not is_standing(session, exchange, need, park, now=now):
        raise Conflict(OVER)


def _end_of(exchange: Exchange, now: datetime) -> datetime:
    return now if exchange.status == ExchangeStatus.OPEN else min(now, exchange.since_at + LAPSE)


def note_act(session: Session, act: Act, exchange: Exchange, *, by: Viewer | None, now: datetime, **facts: Any) -> None:
    """Each side reads its own acts: an entry belongs to who acted."""
    whose = by.organisation_id if by else None
    note(session, act, "exchange", exchange.public_id, by=by, now=now, whose=whose, **facts)
