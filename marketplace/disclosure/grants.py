"""When does an organisation come to see more of a need, and when no longer?"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace.disclosure.levels import Level, fields_opening
from marketplace.disclosure.tables import Grant
from marketplace.errors import NotFound
from marketplace.journal import Act, note
from marketplace.lifecycle import hold_still
from marketplace.needs import Need
from marketplace.organisations import Viewer


def grant(
    session: Session, need: Need, organisation_id: int, level: Level, *, by: Viewer | None, now: datetime
) -> Grant:
    """Open a need to an organisation up to a level. Raises NotFound for who is neither side, Conflict.

    What was granted before ends. The consents it rests on are kept by who calls this; `by` None is the platform itself.
    """
    _either_side(need, organisation_id, by)
    hold_still(session, need)
    before = _running(session, need, organisation_id)
    opened = [step for step in (Level.BOTH, Level.PROMISE) if (before.level if before else 0) < step <= level]
    _end(session, before, now)
    made = Grant(need_id=need.id, organisation_id=organisation_id, level=int(level), since=now)
    session.add(made)
    session.flush()
    names = [name for step in opened for name in fields_opening(need, step)]
    facts = {"level": int(level), "fields": names, "to": organisation_id}
    about, id = _known_as(need, by)
    note(session, Act.DISCLOSED, about, id, by=by, now=now, whose=need.owner_id, **facts)
    return made


def revoke(session: Session, need: Need, organisation_id: int, *, by: Viewer | None, now: datetime) -> None:
    """Take back what was opened to an organisation, at once; `by` None is the platform's own doing. Raises NotFound."""
    _either_side(need, organisation_id, by)
    before = _running(session, need, organisation_id)
    if before is None:
        return
    _end(session, before, now)
    facts = {"level": 0, "to": organisation_id}
    about, id = _known_as(need, by)
    note(session, Act.RIGHTS, about, id, by=by, now=now, whose=need.owner_id, **facts)


def _running(session: Session, need: Need, organisation_id: int) -> Grant | None:
    query = select(Grant).where(
        Grant.need_id == need.id, Grant.organisation_id == organisation_id, col(Grant.ended_at).is_(None)
    )
    return session.exec(query).first()


def _end(session: Session, before: Grant | None, now: datetime) -> None:
    if before is not None:
        before.ended_at = now
        session.add(before)
        session.flush()


def _known_as(need: Need, by: Viewer | None) -> tuple[str, str]:
    """Who acts reads the entry too: a park knows a need by its listing alone, or it would know the next one again."""
    is_theirs = by is not None and by.organisation_id != need.owner_id and need.listing_id
    return ("listing", need.listing_id or "") if is_theirs else ("need", need.public_id)


def _either_side(need: Need, organisation_id: int, by: Viewer | None) -> None:
    if by is not None and by.organisation_id not in (need.owner_id, organisation_id):
        raise NotFound
