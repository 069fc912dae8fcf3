"""Which clock runs for whom in an exchange, until when, and what happens when one runs out?

Answer within one working day, assess within three, feed back within seven, then report every fourteen. Nothing is
started or stopped by hand: the acts of both sides say which clock runs. Source: 江门市招商引资项目线索办理时限 2024.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from marketplace.database import day_of
from marketplace.exchanges import Exchange, ExchangeStatus, Side
from marketplace.exchanges.opening import consent_of
from marketplace.exchanges.standing import is_standing
from marketplace.inbox import NoticeKind, tell
from marketplace.needs import Need
from marketplace.organisations import Organisation, OrganisationKind, Role
from marketplace.parks import Park
from marketplace.talks.acts import Did, Step, steps_of
from marketplace.talks.offers import LIFE as OFFERS
from marketplace.talks.tables import Offer, OfferStatus
from marketplace.workdays import Due, add_workdays, due_after

ESCALATED_AFTER = 2  # working days past the end of a clock, the platform is told too


class ClockKind(StrEnum):
    """What is awaited."""

    ANSWER = "answer"
    ASSESS = "assess"
    FEEDBACK = "feedback"
    REPORT = "report"


DAYS: Mapping[ClockKind, int] = {
    ClockKind.ANSWER: 1,
    ClockKind.ASSESS: 3,
    ClockKind.FEEDBACK: 7,
    ClockKind.REPORT: 14,
}
_ASSESSES = frozenset({Did.ASSESSED, Did.FED_BACK, Did.REPORTED, Did.OFFERED, Did.ASKED, Did.VISIT, Did.PROJECT})
_FEEDS_BACK = frozenset({Did.FED_BACK, Did.REPORTED, Did.OFFERED, Did.PROJECT})


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock that runs for a side since a moment."""

    kind: ClockKind
    side: Side
    since: datetime
    due: Due

    def is_over(self, *, now: datetime) -> bool:
        """Whether its last day is past."""
        return now >= self.due.ends_at


@dataclass(frozen=True, slots=True)
class Late:
    """A clock that ran out, in which exchange, of which park."""

    exchange: Exchange
    park: Park
    clock: Clock


def running(exchange: Exchange, steps: Sequence[Step], *, consents: frozenset[Side] = frozenset()) -> tuple[Clock, ...]:
    """The clocks of an exchange that stands, the most urgent first. `consents` are the sides that agreed already."""
    if exchange.status == ExchangeStatus.OPEN:
        found = [*_of_open(exchange.since_at, steps)]
    else:
        found = [*_before_open(exchange, consents)]
    return tuple(sorted(found, key=lambda clock: (clock.due.on, DAYS[clock.kind])))


def clocks_of(session: Session, exchange: Exchange) -> tuple[Clock, ...]:
    """The same for one exchange; whether it stands its caller knows."""
    consents = frozenset(side for side in Side if consent_of(session, exchange, side) is not None)
    return running(exchange, steps_of(session, [exchange])[exchange.id], consents=consents)


def late_ones(session: Session, *, now: datetime) -> list[Late]:
    """Every clock that ran out in an exchange that stands, the longest overdue first."""
    alive = col(Exchange.status).in_([ExchangeStatus.OFFERED, ExchangeStatus.MUTUAL, ExchangeStatus.OPEN])
    rows = session.exec(
        select(Exchange, Need, Park).join(Need).join(Park).where(alive).order_by(col(Exchange.id))
    ).all()
    steps = steps_of(session, [exchange for exchange, _, _ in rows])
    found: list[Late] = []
    for exchange, need, park in rows:
        clocks = running(exchange, steps[exchange.id], consents=_consents(session, exchange))
        over = [clock for clock in clocks if clock.is_over(now=now)]
        if over and is_standing(session, exchange, need, park, now=now):
            found += [Late(exchange, park, clock) for clock in over]
    return sorted(found, key=lambda late: (late.clock.due.on, late.exchange.id))


def late_parks(session: Session, *, now: datetime) -> list[Late]:
    """What the platform's desk reads: parks alone. That an enterprise is late is between the two."""
    on = day_of(now)
    late = (each for each in late_ones(session, now=now) if each.clock.side is Side.PARK)
    return [each for each in late if on > add_workdays(each.clock.due.on, ESCALATED_AFTER).on]


def escalate_due(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Tell whose clock ran out, its approvers; the platform some days later. Each clock is told of once.

    Offers whose last day is past become expired for good.
    """
    for late in late_ones(session, now=now):
        exchange, clock = late.exchange, late.clock
        house = exchange.owner_id if clock.side is Side.NEED else exchange.organisation_id
        key = f"overdue {exchange.public_id} {exchange.round} {clock.kind} {clock.due.on}"
        about = ("exchange", exchange.public_id)
        tell(session, NoticeKind.OVERDUE, to=house, about=about, now=now, least=Role.APPROVER, key=key)
    for late in late_parks(session, now=now):
        exchange, clock = late.exchange, late.clock
        key = f"overdue {exchange.public_id} {exchange.round} {clock.kind} {clock.due.on}"
        for desk in _desks(session):
            about = ("park", late.park.code)
            tell(session, NoticeKind.OVERDUE_DESK, to=desk, about=about, now=now, least=Role.EDITOR, key=key)
    _expire(session, day_of(now), now)


def _of_open(opened_at: datetime, steps: Sequence[Step]) -> Iterator[Clock]:
    park = [step for step in steps if step.side is Side.PARK]
    for side in Side:
        since = _unanswered(steps, side)
        if since is not None:
            yield _clock(ClockKind.ANSWER, side, since)
    if not any(step.did in _ASSESSES for step in park):
        yield _clock(ClockKind.ASSESS, Side.PARK, opened_at)
    told = [step.at for step in park if step.did in _FEEDS_BACK]
    if told:
        yield _clock(ClockKind.REPORT, Side.PARK, max(told))
    else:
        yield _clock(ClockKind.FEEDBACK, Side.PARK, opened_at)


def _before_open(exchange: Exchange, consents: frozenset[Side]) -> Iterator[Clock]:
    """A park owes an answer to an enterprise that asked; an enterprise that is blind owes nothing yet."""
    if exchange.declined_at(Side.PARK) is not None:
        return
    if exchange.need_interest_at is not None and exchange.park_interest_at is None:
        yield _clock(ClockKind.ANSWER, Side.PARK, exchange.need_interest_at)
    elif exchange.status == ExchangeStatus.MUTUAL and Side.PARK not in consents:
        yield _clock(ClockKind.ASSESS, Side.PARK, exchange.since_at)


def _unanswered(steps: Sequence[Step], side: Side) -> datetime | None:
    """Since when a side owes an answer: to questions; a park also to a message it has said nothing to since."""
    asked = [step.at for step in steps if step.side is not side and step.did is Did.ASKED and step.answered_at is None]
    if side is Side.PARK:
        spoke = (step.at for step in steps if step.side is side and step.did is not Did.PROJECT)
        last = max(spoke, default=None)
        said = (step.at for step in steps if step.side is not side and step.did is Did.SAID)
        asked += [at for at in said if last is None or at > last]
    return min(asked, default=None)


def _clock(kind: ClockKind, side: Side, since: datetime) -> Clock:
    return Clock(kind, side, since, due_after(since, DAYS[kind]))


def _consents(session: Session, exchange: Exchange) -> frozenset[Side]:
    if exchange.status != ExchangeStatus.MUTUAL:
        return frozenset()
    return frozenset(side for side in Side if consent_of(session, exchange, side) is not None)


def _desks(session: Session) -> Sequence[int]:
    return session.exec(select(Organisation.id).where(Organisation.kind == OrganisationKind.PLATFORM)).all()


def _expire(session: Session, on: date, now: datetime) -> None:
    over = select(Offer).where(Offer.status == OfferStatus.SENT, col(Offer.expires_on) < on)
    for offer in session.exec(over.order_by(col(Offer.id))).all():
        OFFERS.move(session, offer, OfferStatus.EXPIRED, now=now)
