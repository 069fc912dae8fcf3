"""Which share of what it was asked does a park answer in time?

Counted are the enquiries of the last twelve months that both sides saw: lists of questions and messages of the
enterprise once the exchange was open, and its interest where the park showed interest too. An interest that was
declined or never answered counts nowhere: a public figure must not tell an enterprise which it was (record 0065).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from marketplace.capacity.measured import measured_parks, write_measured
from marketplace.exchanges import Exchange, Side
from marketplace.parks import Park
from marketplace.talks.acts import Did, Step, steps_of
from marketplace.talks.clocks import DAYS, ClockKind
from marketplace.workdays import due_after

WINDOW = timedelta(days=365)
LEAST = 5  # enquiries, below which a share says nothing
RENEWED_AFTER = timedelta(days=30)
NAME = "response_rate"


def measure(session: Session, *, now: datetime) -> int:
    """Write the rate of every park down that has enough enquiries, with today's date; how many changed."""
    rows = session.exec(select(Exchange).where(col(Exchange.updated_at) > now - WINDOW)).all()
    steps, asked = steps_of(session, rows), dict[int, list[bool]]()
    for exchange in rows:
        asked.setdefault(exchange.park_id, []).extend(_enquiries(exchange, steps[exchange.id], now))
    changed = 0
    for id in sorted(asked.keys() | measured_parks(session, NAME)):
        park, found = session.get_one(Park, id), asked.get(id, [])
        share = round(sum(found) / len(found), 2) if len(found) >= LEAST else None
        changed += write_measured(session, park, NAME, share, renewed_after=RENEWED_AFTER, now=now)
    return changed


def _enquiries(exchange: Exchange, steps: Sequence[Step], now: datetime) -> Iterator[bool]:
    """Of each enquiry to the park that is answered or overdue: whether it was answered in time."""
    interest, answer = exchange.need_interest_at, exchange.park_interest_at
    if interest is not None and answer is not None and interest < answer:
        yield from _in_time(interest, answer, now)
    waiting: datetime | None = None
    for step in (step for step in steps if step.did is not Did.PROJECT):
        if step.side is Side.PARK:
            if waiting is not None:
                yield from _in_time(waiting, step.at, now)
            waiting = None
        elif step.did is Did.ASKED:
            yield from _in_time(step.at, step.answered_at, now)
        elif step.did is Did.SAID:
            waiting = waiting or step.at
    if waiting is not None:
        yield from _in_time(waiting, None, now)


def _in_time(asked: datetime, answered: datetime | None, now: datetime) -> Iterator[bool]:
    if asked <= now - WINDOW:
        return
    ends_at = due_after(asked, DAYS[ClockKind.ANSWER]).ends_at
    if answered is not None:
        yield answered < ends_at
    elif now >= ends_at:
        yield False
