"""On which side is a reader, does an exchange still stand, and whose turn is it?

All of it is judged when it is asked: nothing has to run for an interest to lapse, and what is withdrawn, hidden,
excluded or suspended is closed to both sides in the same moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from marketplace.disclosure import Level, level_of, onlooker_of
from marketplace.exchanges.opening import consent_of, is_current
from marketplace.exchanges.tables import Exchange, ExchangeStatus, Side
from marketplace.needs import Need
from marketplace.organisations import Organisation, Role, Viewer
from marketplace.parks import Park

LAPSE = timedelta(days=30)  # an interest without an answer, or two without both consents


class State(StrEnum):
    """What an exchange is to one side: it must act, the other must, it is open, or it is over."""

    OURS = "ours"
    THEIRS = "theirs"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an exchange stands for one side. `until` is when it lapses; `closed_at` None was not written down."""

    state: State
    until: datetime | None = None
    closed_at: datetime | None = None
    declined: bool = False  # by this side, which alone knows it


def side_of(exchange: Exchange, viewer: Viewer | None) -> Side | None:
    """The reader's side; None for everybody else."""
    if viewer is None:
        return None
    sides = {exchange.owner_id: Side.NEED, exchange.organisation_id: Side.PARK}
    return sides.get(viewer.organisation_id)


def may_show_interest(viewer: Viewer) -> bool:
    """Editors begin, answer and end."""
    return viewer.is_verified and viewer.may(Role.EDITOR)


def may_consent(viewer: Viewer, side: Side) -> bool:
    """Who may say who the enterprise is approves for it; a park's editor gives its own name away."""
    return viewer.is_verified and viewer.may(Role.APPROVER if side is Side.NEED else Role.EDITOR)


def may_promise(viewer: Viewer) -> bool:
    """A promise binds the organisation."""
    return viewer.is_verified and viewer.may(Role.APPROVER)


def office(session: Session, organisation_id: int, *, now: datetime) -> Viewer:
    """An organisation as one who looks, whoever of it that would be."""
    row = session.get_one(Organisation, organisation_id)
    return Viewer(
        user_id=0,
        login="",
        name="",
        organisation_id=row.id,
        organisation_name=row.name,
        kind=row.kind,
        standing=row.standing,
        adcode=row.adcode,
        seen_at=now,
    )


def sees_as(session: Session, need: Need, park: Park, viewer: Viewer, *, now: datetime) -> bool:
    """Whether a need exists, as verified parks see it, for who speaks for this park, itself or by a mandate."""
    if park.code not in onlooker_of(session, viewer, now=now).speaks_for:
        return False
    level = level_of(session, viewer, need, now=now)
    return level is not None and level >= Level.PARKS


def is_standing(session: Session, exchange: Exchange, need: Need, park: Park, *, now: datetime) -> bool:
    """Whether it is neither closed nor lapsed, and the need is still there for who speaks for the park."""
    if exchange.status == ExchangeStatus.CLOSED or exchange.listing_id != need.listing_id:
        return False
    if exchange.status != ExchangeStatus.OPEN and now >= exchange.since_at + LAPSE:
        return False
    return sees_as(session, need, park, office(session, exchange.organisation_id, now=now), now=now)


def standing_for(
    session: Session, exchange: Exchange, need: Need, park: Park, side: Side, *, now: datetime
) -> Standing:
    """How it stands for a side. That the other side declined shows nowhere: to this one it lapses."""
    if not is_standing(session, exchange, need, park, now=now):
        return Standing(State.CLOSED, closed_at=_closed_at(exchange, now))
    if exchange.status == ExchangeStatus.OPEN:
        return Standing(State.OPEN)
    until = exchange.since_at + LAPSE
    if exchange.status == ExchangeStatus.MUTUAL:
        done = is_current(session, need, consent_of(session, exchange, side))
        return Standing(State.THEIRS if done else State.OURS, until)
    if exchange.interest_at(side):
        return Standing(State.THEIRS, until)
    if exchange.declined_at(side):
        return Standing(State.CLOSED, until, exchange.declined_at(side), declined=True)
    return Standing(State.OURS, until)


def _closed_at(exchange: Exchange, now: datetime) -> datetime | None:
    """When it was closed, or when it lapsed."""
    if exchange.closed_at is not None or exchange.status == ExchangeStatus.OPEN:
        return exchange.closed_at
    until = exchange.since_at + LAPSE
    return until if until <= now else None
