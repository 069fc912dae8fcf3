"""What is to be done later, when, and by whom just now?

A job is planned in the transaction of the act and lies in our database, on both kinds. A worker claims it for some
minutes under a fence, a number that every claim and every new plan raises: who comes back late finds another number and
changes nothing. So what a job does in the database happens once, what it does outside at least once (record 0070).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, bindparam, delete, func, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace.database import Moment
from marketplace.errors import Conflict, Fault
from marketplace.journal import is_word_of_ours

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240, 720, 1440))
LEASE = timedelta(minutes=5)  # a worker that died lets go of its job after this; one that lives renews it
LOST = Fault("job", "Another worker has this by now: nothing was changed")
OPEN = text("done_at IS NULL")
_RUNNING = "job"  # in Session.info: what is carried out in this transaction

Rule = Callable[..., None]  # rule(session, facts, *, now)


class Job(SQLModel, table=True):
    """One thing to be done. There is one open job of a kind and key; done ones stay for a while, to be looked at."""

    __tablename__ = "job"
    __table_args__ = (
        Index("uq_job_open", "kind", "key", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_job_open_due_at", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    key: str = Field(max_length=80)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # words and counts of ours, see `plan`
    created_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    fence: int = 0
    tries: int = 0
    failed: str = Field(default="", max_length=80)  # the kind of the last failure, never its words
    done_at: datetime | None = Field(default=None, sa_type=Moment, index=True)


_PLANNED = select(col(Job.due_at), col(Job.lease_until), col(Job.tries)).where(  # built once: every hold asks
    col(Job.kind) == bindparam("a_kind"), col(Job.key) == bindparam("a_key"), col(Job.done_at).is_(None)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until its lease ends or its fence is raised."""

    id: int
    kind: str
    key: str
    facts: Mapping[str, Any]
    fence: int
    tries: int

    @property
    def is_worn_out(self) -> bool:
        """Whether whoever held it for the last time died of it."""
        return self.tries > len(PAUSES) + 1


def plan(session: Session, kind: str, key: str, *, due_at: datetime, now: datetime, **facts: Any) -> None:
    """Something is to be done at a moment; while it is open, planning it again moves it and replaces its facts.

    `facts` are words, codes and counts of ours, as in the journal: anything else is a ValueError, ours to mend.
    """
    row = _row(session, kind, key, due_at, now, facts)
    running: Claim | None = session.info.get(_RUNNING)
    if running and (running.kind, running.key) == (kind, key):  # a rule that plans its own next time
        finish(session, running, now=now)
        session.info[_RUNNING] = None
    fresh = {name: row.excluded[name] for name in ("due_at", "facts", "tries", "failed", "lease_until")}
    fresh["fence"] = Job.fence + 1
    moved = row.on_conflict_do_update(index_elements=["kind", "key"], index_where=OPEN, set_=fresh)
    session.connection().execute(moved)


def plan_if_none(session: Session, kind: str, key: str, *, due_at: datetime, now: datetime) -> None:
    """Likewise, but an open one stays as it is."""
    row = _row(session, kind, key, due_at, now, {})
    session.connection().execute(row.on_conflict_do_nothing(index_elements=["kind", "key"], index_where=OPEN))


def is_planned(session: Session, kind: str, key: str, *, due_at: datetime) -> bool:
    """Whether just this is planned already, and nobody works on it."""
    found = session.connection().execute(_PLANNED, {"a_kind": kind, "a_key": key}).first()
    return found is not None and (found.due_at, found.lease_until, found.tries) == (due_at, None, 0)


def cancel(session: Session, kind: str, key: str) -> None:
    """It is not to be done any more; whoever does it at this moment changes nothing."""
    session.connection().execute(delete(Job).where(col(Job.kind) == kind, col(Job.key) == key, _open()))


def is_due(session: Session, kinds: Collection[str], *, now: datetime) -> bool:
    """Whether a claim would find something; reads only."""
    return session.exec(select(Job.id).where(*_due(kinds, now)).limit(1)).first() is not None


def claim(session: Session, kinds: Collection[str], *, now: datetime, lease: timedelta = LEASE) -> Claim | None:
    """What has been due longest, ours until the lease ends. The caller commits before it begins."""
    longest = select(Job).where(*_due(kinds, now)).order_by(col(Job.due_at), col(Job.id)).limit(1)
    found = session.exec(longest.with_for_update(skip_locked=True)).first()  # SQLite has one writer anyway
    if found is None:
        return None
    ours = update(Job).where(col(Job.id) == found.id, col(Job.fence) == found.fence, _open())
    values = {"lease_until": now + lease, "fence": found.fence + 1, "tries": found.tries + 1}
    if session.connection().execute(ours.values(**values)).rowcount != 1:
        return None
    made = Claim(found.id, found.kind, found.key, found.facts, found.fence + 1, found.tries + 1)
    session.expunge(found)
    return made


def renew(session: Session, claimed: Claim, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Whoever still works on it keeps it for another lease, under the same fence; whether it is theirs."""
    ours = update(Job).where(col(Job.id) == claimed.id, col(Job.fence) == claimed.fence, _open())
    return session.connection().execute(ours.values(lease_until=now + lease)).rowcount == 1


def carry_out(session: Session, claimed: Claim, rule: Rule, *, now: datetime, again_at: datetime | None = None) -> None:
    """The rule and the end of its job in one transaction, which the caller commits: once in the database.

    The job's row is taken last, as by those who plan, so that neither waits for the other. With `again_at` the job
    stays and is due then. Raises Conflict where another has it by now, and what the rule raises.
    """
    session.info[_RUNNING] = claimed
    try:
        rule(session, claimed.facts, now=now)
        session.flush()
        if session.info[_RUNNING] is not None:
            finish(session, claimed, now=now, again_at=again_at)
    finally:
        del session.info[_RUNNING]


def finish(session: Session, claimed: Claim, *, now: datetime, again_at: datetime | None = None) -> None:
    """It was done; with `again_at` it is due again then. Raises Conflict where another has it by now."""
    ended: dict[str, Any] = {"done_at": now, "lease_until": None, "failed": ""}
    if again_at is not None:
        ended |= {"done_at": None, "due_at": again_at, "tries": 0, "fence": claimed.fence + 1}
    _guarded(session, claimed, ended)


def fail(session: Session, claimed: Claim, why: str, *, now: datetime, gives_up: bool = True) -> bool:
    """It could not be done: again after a growing pause. After the last it is given up, and that is the answer.

    Raises Conflict where another has it by now.
    """
    late = claimed.tries > len(PAUSES)
    failed: dict[str, Any] = {"lease_until": None, "failed": why[:80]}
    if late and gives_up:
        _guarded(session, claimed, failed | {"done_at": now})
        return True
    _guarded(session, claimed, failed | {"due_at": now + PAUSES[min(claimed.tries, len(PAUSES)) - 1]})
    return False


def waiting(session: Session, kinds: Collection[str], *, now: datetime) -> tuple[int, datetime | None]:
    """How many jobs of these kinds are due, and since when the oldest."""
    due = (_open(), col(Job.kind).in_(kinds), col(Job.due_at) <= now)
    found = session.exec(select(func.count(), func.min(Job.due_at)).where(*due)).one()
    return found[0], found[1]


def failing(session: Session) -> list[tuple[str, str, int, int]]:
    """(kind, what failed, how many are tried again, how many were given up), most first; no keys and no facts."""
    open_ones, given_up = func.count().filter(_open()), func.count().filter(col(Job.done_at).is_not(None))
    grouped = select(Job.kind, Job.failed, open_ones, given_up).where(col(Job.failed) != "")
    rows = session.exec(grouped.group_by(col(Job.kind), col(Job.failed))).all()
    return sorted(((str(a), str(b), c, d) for a, b, c, d in rows), key=lambda row: (-row[2] - row[3], row))


def _row(session: Session, kind: str, key: str, due_at: datetime, now: datetime, facts: Mapping[str, Any]) -> Any:
    wrong = [name for name, value in {"key": key, **facts}.items() if not is_word_of_ours(value)]
    if wrong:
        raise ValueError(f"a job holds words and counts of ours, no values: {', '.join(wrong)}")
    session.flush()
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    return insert(Job).values(
        kind=kind, key=key, facts=dict(facts), created_at=now, due_at=due_at, fence=0, tries=0, failed=""
    )


def _open() -> ColumnElement[bool]:
    return col(Job.done_at).is_(None)


def _due(kinds: Collection[str], now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(col(Job.lease_until).is_(None), col(Job.lease_until) <= now)
    return _open(), col(Job.kind).in_(kinds), col(Job.due_at) <= now, free


def _guarded(session: Session, claimed: Claim, values: Mapping[str, Any]) -> None:
    row = update(Job).where(col(Job.id) == claimed.id, col(Job.fence) == claimed.fence, _open())
    if session.connection().execute(row.values(**values)).rowcount != 1:
        raise Conflict(LOST)
