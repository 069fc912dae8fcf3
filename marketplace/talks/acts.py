"""Who did what in an exchange, and when: what its clocks are read from?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import TypeVar

from sqlmodel import Session, col, select

from marketplace.exchanges import Exchange, Side
from marketplace.talks.tables import (
    Enquiry,
    EnquiryStatus,
    InRound,
    Message,
    MessageKind,
    Offer,
    Transfer,
    Visit,
)

Row = TypeVar("Row", bound=InRound)


class Did(StrEnum):
    """What an act was, as far as clocks care."""

    SAID = "said"
    ASKED = "asked"
    ANSWERED = "answered"
    ASSESSED = "assessed"
    FED_BACK = "fed_back"
    REPORTED = "reported"
    OFFERED = "offered"
    VISIT = "visit"
    PROJECT = "project"  # it has become a project, or something was entered there


_SAID = {
    MessageKind.PLAIN: Did.SAID,
    MessageKind.ASSESSMENT: Did.ASSESSED,
    MessageKind.FEEDBACK: Did.FED_BACK,
    MessageKind.REPORT: Did.REPORTED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a side. `answered_at` is when the other side answered a list of questions."""

    side: Side
    did: Did
    at: datetime
    answered_at: datetime | None = None


# what(session, ids of exchanges): acts known above alone, of the present round
ELSEWHERE: list[Callable[[Session, Iterable[int]], Iterable[tuple[int, Step]]]] = []


def steps_of(session: Session, exchanges: Sequence[Exchange]) -> dict[int, list[Step]]:
    """Exchange → the acts of its present round, in order; six queries for any number of exchanges."""
    rounds = {row.id: row.round for row in exchanges}
    found: dict[int, list[Step]] = {id: [] for id in rounds}
    for id, step in chain(*(acts(session, rounds) for acts in (_steps, _asked, *ELSEWHERE))):
        found[id].append(step)
    return {id: sorted(steps, key=lambda step: step.at) for id, steps in found.items()}


def _steps(session: Session, rounds: Mapping[int, int]) -> Iterator[tuple[int, Step]]:
    for message in _rows(session, Message, rounds):
        yield message.exchange_id, Step(message.side, _SAID[message.kind], message.created_at)
    for offer in _rows(session, Offer, rounds):
        if offer.sent_at is not None:
            yield offer.exchange_id, Step(offer.side, Did.OFFERED, offer.sent_at)
    for visit in _rows(session, Visit, rounds):
        yield visit.exchange_id, Step(visit.side, Did.VISIT, visit.created_at)
    for transfer in _rows(session, Transfer, rounds):  # it cannot take the project, and says so
        yield transfer.exchange_id, Step(transfer.side, Did.FED_BACK, transfer.created_at)


def _asked(session: Session, rounds: Mapping[int, int]) -> Iterator[tuple[int, Step]]:
    for enquiry in _rows(session, Enquiry, rounds):
        if enquiry.status is not EnquiryStatus.WITHDRAWN:
            yield enquiry.exchange_id, Step(enquiry.side, Did.ASKED, enquiry.created_at, enquiry.answered_at)
        if enquiry.answered_at is not None:
            yield enquiry.exchange_id, Step(enquiry.side.other, Did.ANSWERED, enquiry.answered_at)


def _rows(session: Session, table: type[Row], rounds: Mapping[int, int]) -> Iterable[Row]:
    query = select(table).where(col(table.exchange_id).in_(rounds))
    return [row for row in session.exec(query) if row.round == rounds[row.exchange_id]]
