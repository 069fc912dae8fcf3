"""Which exchanges has somebody, and what may they read in one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, or_, select

from marketplace.disclosure import Level, level_of, levels_of, onlooker_of
from marketplace.errors import NotFound
from marketplace.exchanges.opening import agreed, consent_of, is_current, waiting
from marketplace.exchanges.rules import promise_of
from marketplace.exchanges.standing import Standing, State, office, side_of, standing_for
from marketplace.exchanges.tables import Exchange, ExchangeStatus, Promise, Side
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.parks import Park

ORDER = (State.OURS, State.OPEN, State.THEIRS, State.CLOSED)  # what waits for the reader comes first


@dataclass(frozen=True, slots=True)
class Talk:
    """An exchange as one side has it; what it may not read is not in here but behind `opened`."""

    exchange: Exchange
    need: Need
    park: Park
    side: Side
    standing: Standing

    @property
    def state(self) -> State:
        """Whose turn it is."""
        return self.standing.state


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open exchange shows one side."""

    theirs: Mapping[str, Any]  # field → value, as the other side agreed to
    waiting: tuple[str, ...]  # own fields that came or changed since: they take a new consent
    promise: Promise | None


def exchange_by_id(session: Session, id: str, viewer: Viewer | None, *, now: datetime) -> Talk:
    """An exchange of one's own. Raises NotFound, the same for others' as for none."""
    exchange = session.exec(select(Exchange).where(Exchange.public_id == id)).first()
    side = side_of(exchange, viewer) if exchange is not None else None
    if exchange is None or side is None:
        raise NotFound
    return _talk(session, exchange, side, now)


def exchanges_of(session: Session, viewer: Viewer, *, now: datetime) -> list[Talk]:
    """All exchanges of the reader's organisation: what waits for it first, within that the latest first."""
    return _talks(session, viewer, true(), now)


def exchanges_about(session: Session, need: Need, viewer: Viewer, *, now: datetime) -> list[Talk]:
    """The exchanges of one need: all of them for its owner, for a park's side its own."""
    return _talks(session, viewer, col(Exchange.need_id) == need.id, now)


def opened(session: Session, talk: Talk, viewer: Viewer, *, now: datetime) -> Opened | None:
    """What is open to the reader now; None unless both consents stand and the need's level says so too."""
    if talk.state is not State.OPEN:
        return None
    level = level_of(session, viewer, talk.need, now=now)
    if level is None or level < Level.BOTH:
        return None
    own, other = (consent_of(session, talk.exchange, side) for side in (talk.side, talk.side.other))
    return Opened(
        agreed(session, talk.need, other), waiting(session, talk.need, own), promise_of(session, talk.exchange)
    )


def open_among(
    session: Session, rows: Sequence[tuple[Exchange, Need, Park]], viewer: Viewer, *, now: datetime
) -> set[int]:
    """Ids of those exchanges that are open to the reader now, by the rules of `standing_for` and `opened`."""
    ours = [row for row in rows if side_of(row[0], viewer) is not None]
    levels = levels_of(session, viewer, [need for _, need, _ in ours], now=now)
    seen = [row for row in ours if (levels[row[1].id] or Level.PUBLIC) >= Level.BOTH]
    return standing_among(session, seen, now=now)


def standing_among(session: Session, rows: Sequence[tuple[Exchange, Need, Park]], *, now: datetime) -> set[int]:
    """Ids of those open exchanges for which `is_standing` holds.

    For lists: a few queries for each organisation that speaks for a park in them, none for each exchange.
    """
    live = [row for row in rows if row[0].status == ExchangeStatus.OPEN and row[0].listing_id == row[1].listing_id]
    found: set[int] = set()
    for house in sorted({exchange.organisation_id for exchange, _, _ in live}):
        theirs = [row for row in live if row[0].organisation_id == house]
        speaks = office(session, house, now=now)
        looks = onlooker_of(session, speaks, now=now)
        levels = levels_of(session, speaks, [need for _, need, _ in theirs], now=now, looks=looks)
        for exchange, need, park in theirs:
            if park.code in looks.speaks_for and (levels[need.id] or Level.PUBLIC) >= Level.PARKS:
                found.add(exchange.id)
    return found


def has_agreed(session: Session, talk: Talk) -> bool:
    """Whether the reader's side has consented to everything it would open now."""
    return is_current(session, talk.need, consent_of(session, talk.exchange, talk.side))


def _talks(session: Session, viewer: Viewer, about: ColumnElement[bool], now: datetime) -> list[Talk]:
    house = viewer.organisation_id
    ours = or_(col(Exchange.owner_id) == house, col(Exchange.organisation_id) == house)
    rows = session.exec(select(Exchange).where(ours, about)).all()
    found = [_talk(session, row, side, now) for row in rows if (side := side_of(row, viewer))]
    newest = sorted(found, key=lambda talk: (talk.exchange.since_at, talk.exchange.public_id), reverse=True)
    return sorted(newest, key=lambda talk: ORDER.index(talk.state))


def _talk(session: Session, exchange: Exchange, side: Side, now: datetime) -> Talk:
    need, park = session.get_one(Need, exchange.need_id), session.get_one(Park, exchange.park_id)
    return Talk(exchange, need, park, side, standing_for(session, exchange, need, park, side, now=now))
