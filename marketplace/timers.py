"""What does the market do by itself at a moment, without anybody asking?

A rule's effect and the end of its job are one transaction (`jobs.carry_out`): once in the database, also with several
workers. What repeats is planned anew in that transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from marketplace import capacity, exchanges, inbox, jobs, retention, searches
from marketplace.database import SHANGHAI, empty_log
from marketplace.jobs import Rule
from marketplace.talks import escalate_due, lapse_due, measure


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that is done every so often, or once a day at a time in China."""

    rule: Rule
    every: timedelta | None = None
    at: time | None = None

    def next_after(self, now: datetime) -> datetime:
        """When it is due next."""
        if self.at is None:
            return now + (self.every or timedelta(days=1))
        there = now.astimezone(SHANGHAI)
        due = datetime.combine(there.date(), self.at, SHANGHAI)
        return due if due > there else due + timedelta(days=1)


def _purge(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    retention.purge(session, now=now)


def _expire(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    capacity.expire_due(session, now=now)


def _measure(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    measure(session, now=now)


# kind → rule(session, facts, *, now). Planned by whoever needs it: jobs.plan(session, kind, key, due_at=…, now=now, …).
TIMERS: Mapping[str, Rule] = {capacity.EXPIRE: _expire, exchanges.FALL: exchanges.close_if_fallen}
# kind → what repeats; planned when a worker begins, under the key "".
RECURRING: Mapping[str, Recurring] = {
    "retention.purge": Recurring(_purge, at=time(3, 30)),
    "inbox.digest": Recurring(inbox.digest_due, at=time(8, 30)),
    "searches.look": Recurring(searches.look_again, every=timedelta(minutes=10)),
    "exchanges.look": Recurring(exchanges.look_for_fallen, every=timedelta(minutes=10)),
    "talks.escalate": Recurring(escalate_due, every=timedelta(hours=1)),
    "talks.lapse": Recurring(lapse_due, every=timedelta(hours=1)),
    "talks.measure": Recurring(_measure, at=time(4, 30)),
}
KINDS = frozenset({*TIMERS, *RECURRING})
# What follows outside of the transaction.
AFTERWARDS: Mapping[str, Callable[[Engine], None]] = {"retention.purge": empty_log}


def begin(session: Session, *, now: datetime) -> None:
    """Plan what repeats and is not planned yet; the first time is now."""
    for kind in RECURRING:
        jobs.plan_if_none(session, kind, "", due_at=now, now=now)


def carry_out(session: Session, claimed: jobs.Claim, *, now: datetime) -> None:
    """Do what a claimed job says; the caller commits. Raises Conflict where another has it by now."""
    recurring = RECURRING.get(claimed.kind)
    rule = recurring.rule if recurring else TIMERS[claimed.kind]
    jobs.carry_out(session, claimed, rule, now=now, again_at=recurring.next_after(now) if recurring else None)
