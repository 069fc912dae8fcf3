"""What does the platform itself measure of a park, that no sheet says and no park can change?"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from marketplace.capacity.tables import Term
from marketplace.database import day_of
from marketplace.lifecycle import rewrite
from marketplace.parks import Park
from marketplace.resources import MEASURED, Source

SAID = col(Term.name).not_in(MEASURED)  # what the park's sheet says, and may change


def measured_of(session: Session, park: Park, name: str) -> Term | None:
    """What was measured last."""
    return session.exec(select(Term).where(Term.park_id == park.id, Term.name == name)).first()


def measured_parks(session: Session, name: str) -> set[int]:
    """The parks that something stands written of."""
    return set(session.exec(select(Term.park_id).where(col(Term.name) == name)))


def write_measured(
    session: Session, park: Park, name: str, value: float | None, *, renewed_after: timedelta, now: datetime
) -> bool:
    """Write a figure down with today's date, or take it away; whether anything changed. The same one is left as it is
    until its date is `renewed_after` old. Raises Conflict.
    """
    on, row = day_of(now), measured_of(session, park, name)
    if row is None and value is None:
        return False
    if row is not None and row.value == value and on - row.as_of < renewed_after:
        return False
    if value is None:
        session.delete(row)
    else:
        row = row or Term(park_id=park.id, name=name, as_of=on, updated_at=now)
        row.value, row.as_of, row.updated_at, row.source = value, on, now, Source.VERIFIED
        session.add(row)
    session.flush()
    rewrite(session, park, version=park.version, now=now)
    return True
