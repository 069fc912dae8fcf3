"""Which listings does the platform look at, and which does it take from view?

A moderator sees a listing as a verified park does, and no more. The reason is for its owner; the journal keeps that a
listing was hidden, not why.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace import exchanges
from marketplace.disclosure import Level, Seen, note_view, seen
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.journal import Act, note
from marketplace.needs import LIFE, Need, NeedStatus
from marketplace.organisations import Viewer, may_moderate

REASON_MOST = 500


def listings(session: Session, *, by: Viewer) -> list[tuple[NeedStatus, str, Seen]]:
    """(status, reason, what a moderator sees) of each open or hidden need, the hidden first. Raises NotFound."""
    rows = _listed(session, by)
    return [(NeedStatus(need.status), need.hidden_reason, seen(need, Level.PARKS)) for need in rows]


def note_look(session: Session, *, by: Viewer, now: datetime) -> None:
    """Count the moderator's look at every listing, and note what it disclosed. Raises NotFound."""
    for need in _listed(session, by):
        note_view(session, need, Level.PARKS, by, now=now)


def hide(session: Session, listing_id: str, reason: str, *, by: Viewer, now: datetime) -> None:
    """Take a listing from everybody's view but its owner's, who is told why. Raises NotFound, Refusal, Conflict."""
    need = _listing(session, listing_id, by)
    words = reason.strip()
    if not words:
        raise Refusal(Fault("reason", "Say why: its owner reads it, and must be able to mend it"))
    if len(words) > REASON_MOST:
        raise Refusal(Fault("reason", "This is too long: at most {max_length} characters", {"max_length": REASON_MOST}))
    LIFE.move(session, need, NeedStatus.HIDDEN, now=now, hidden_reason=words)
    note(session, Act.WITHDRAWN, "need", need.public_id, by=by, now=now, whose=need.owner_id, kind="moderation")
    exchanges.close_fallen(session, need, by=by, now=now)


def restore(session: Session, listing_id: str, *, by: Viewer, now: datetime) -> None:
    """Show a hidden listing again. Raises NotFound, Conflict."""
    need = _listing(session, listing_id, by)
    LIFE.move(session, need, NeedStatus.OPEN, now=now, hidden_reason="")
    note(session, Act.PUBLISHED, "need", need.public_id, by=by, now=now, whose=need.owner_id, kind="moderation")


def _listed(session: Session, by: Viewer) -> list[Need]:
    if not may_moderate(by):
        raise NotFound
    query = select(Need).where(col(Need.status).in_((NeedStatus.OPEN, NeedStatus.HIDDEN)))
    return list(session.exec(query.order_by(col(Need.status), col(Need.listed_on).desc(), col(Need.listing_id))))


def _listing(session: Session, listing_id: str, by: Viewer) -> Need:
    need = session.exec(select(Need).where(Need.listing_id == listing_id)).first()
    if need is None or not may_moderate(by):
        raise NotFound
    return need
