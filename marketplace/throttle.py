"""How often has this been tried, by all our processes together, and when may it be tried again?

Counted in our database, so that replicas share it and a restart forgets nothing (record 0045).
"""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import Insert, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace.database import SHANGHAI, Moment, Shaped
from marketplace.errors import Busy, Fault

PARTS = 15  # a count is kept for each fifteenth of the time: never more than `limit` in any stretch of it
_Spent = list[tuple[int, int]]


class Throttle(SQLModel, table=True):
    """What was spent lately under one key. The key is kept as a hash: it holds a sign-in name or an address."""

    __tablename__ = "throttle"

    key: str = Field(primary_key=True, max_length=64)
    spent: list[tuple[int, int]] = Field(sa_type=Shaped(_Spent))
    ends_at: datetime = Field(sa_type=Moment, index=True)  # nothing of it counts any more


def spend(session: Session, key: str, *, limit: int, per: timedelta, now: datetime) -> None:
    """Count one try of at most `limit` in any `per`. Raises Busy with the seconds to wait.

    A refused try is not counted, so that nobody is locked out for ever. Give it a session of its own and commit that:
    a try must be counted though what was tried is rolled back.
    """
    width = per.total_seconds() / PARTS
    step = int(now.timestamp() // width)
    counts = {part: count for part, count in _held(session, key, now=now) if step - part <= PARTS}
    over = sum(counts.values()) + 1 - limit
    if over > 0:
        raise _busy(counts, over, width, now)
    counts[step] = counts.get(step, 0) + 1
    _keep(session, key, counts, now + per + timedelta(seconds=width))


def give_back(session: Session, key: str) -> None:
    """Take back the latest try: it was no failure."""
    kept = session.exec(select(Throttle).where(Throttle.key == _hashed(key)).with_for_update()).first()
    if kept is None or not kept.spent:
        return
    part, count = max(kept.spent)
    rest = [(each, n) for each, n in kept.spent if each != part]
    _keep(session, key, dict([*rest, (part, count - 1)] if count > 1 else rest), kept.ends_at)


def forget(session: Session, key: str) -> None:
    """Begin anew: the right one came."""
    session.connection().execute(delete(Throttle).where(col(Throttle.key) == _hashed(key)))


def tidy(session: Session, *, now: datetime) -> None:
    """Throw away what counts no more."""
    session.connection().execute(delete(Throttle).where(col(Throttle.ends_at) < now))


def _held(session: Session, key: str, *, now: datetime) -> _Spent:
    """What was spent under a key; its row is made if it is missing, and is ours until the transaction ends."""
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = kind.insert(Throttle).values(key=_hashed(key), spent=[], ends_at=now)
    held: Insert = row.on_conflict_do_update(index_elements=["key"], set_={"key": row.excluded.key})
    spent: _Spent = session.connection().execute(held.returning(col(Throttle.spent))).scalar_one()
    return spent


def _keep(session: Session, key: str, counts: dict[int, int], ends_at: datetime) -> None:
    row = update(Throttle).where(col(Throttle.key) == _hashed(key))
    session.connection().execute(row.values(spent=sorted(counts.items()), ends_at=ends_at))


def _busy(counts: dict[int, int], over: int, width: float, now: datetime) -> Busy:
    """When enough of the oldest tries are past."""
    until = now.timestamp()
    for part, count in sorted(counts.items()):
        until, over = (part + PARTS + 1) * width, over - count
        if over <= 0:
            break
    wait_s = max(1, math.ceil(until - now.timestamp()))
    at = (now + timedelta(seconds=wait_s + 59)).astimezone(SHANGHAI)  # the whole minute after
    message = "Too many tries: wait until {time} (about {minutes} min), then try again"
    return Busy(Fault("", message, {"time": f"{at:%H:%M}", "minutes": math.ceil(wait_s / 60)}), retry_s=wait_s)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
