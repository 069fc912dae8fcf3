"""What is held and committed of a park, for whom, until when, and how did it come about?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import Session, col, select

from marketplace.capacity.amounts import is_holdable
from marketplace.capacity.ledger import Hold, HoldLine, HoldStatus, LedgerEntry
from marketplace.capacity.moving import lines_of_holds
from marketplace.capacity.tables import OF_PARK, Capacity
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_read_journal, may_see_for
from marketplace.parks import Park
from marketplace.parks.tenure import office_since

HISTORY_MOST = 200


@dataclass(frozen=True, slots=True)
class Promised:
    """A hold with its amounts: resource → base units, once for a plot and its park."""

    hold: Hold
    amounts: Mapping[str, int]

    def is_past(self, now: datetime) -> bool:
        """Whether its day is over, though nobody has swept it up yet."""
        return self.hold.status == HoldStatus.HELD and self.hold.expires_at <= now


def may_read_ledger(viewer: Viewer | None, park: Park) -> bool:
    """Who reads exact amounts of what is promised: the people of the park's own office, and the platform's auditors.

    A mandate to keep the sheet is none to read whom the park is talking to, nor how much it is about.
    """
    return may_see_for(viewer, park.owner_id) or may_read_journal(viewer)


def holds_of(session: Session, park: Park, *, now: datetime) -> list[Promised]:
    """What is held now, the first to expire first, then what is committed."""
    query = select(Hold).where(Hold.park_id == park.id, _alive(now))
    return with_amounts(session, session.exec(query.order_by(col(Hold.status).desc(), col(Hold.expires_at))).all())


def past_holds_of(session: Session, park: Park, viewer: Viewer, *, most: int = 50) -> list[Promised]:
    """Released or expired, the latest first. An office reads its own time and what still bound when it came."""
    over = (HoldStatus.RELEASED, HoldStatus.EXPIRED)
    query = select(Hold).where(Hold.park_id == park.id, col(Hold.status).in_(over), _in_time_of(session, park, viewer))
    return with_amounts(session, session.exec(query.order_by(col(Hold.ended_at).desc()).limit(most)).all())


def holds_for(session: Session, for_kind: str, for_id: str, *, now: datetime) -> list[Promised]:
    """What stands for an exchange or a project."""
    query = select(Hold).where(Hold.for_kind == for_kind, Hold.for_id == for_id, _alive(now))
    return with_amounts(session, session.exec(query.order_by(col(Hold.id))).all())


def hold_by_id(session: Session, park: Park, id: str, viewer: Viewer | None) -> Hold:
    """A hold of a park, for its office or whose it is. Raises NotFound, the same for others' as for none."""
    found = session.exec(select(Hold).where(Hold.public_id == id, Hold.park_id == park.id)).first()
    if found is None or not (may_see_for(viewer, park.owner_id) or may_see_for(viewer, found.owner_id)):
        raise NotFound
    return found


def movements_of(
    session: Session, park: Park, viewer: Viewer, *, most: int = HISTORY_MOST
) -> Sequence[tuple[LedgerEntry, str]]:
    """Every movement of a park's amounts that its reader may know, with its hold, the latest first."""
    query = select(LedgerEntry, Hold.public_id).join(Hold).where(LedgerEntry.park_id == park.id)
    if not may_read_journal(viewer):
        since = office_since(session, park)
        query = query.where(_in_time_of(session, park, viewer), col(LedgerEntry.at) >= since)
    return session.exec(query.order_by(col(LedgerEntry.id).desc()).limit(most)).all()


def first_expiry(session: Session, park: Park, *, now: datetime) -> date | None:
    """When the next hold of a park ends."""
    query = select(Hold.expires_at).where(Hold.park_id == park.id, Hold.status == HoldStatus.HELD)
    found = session.exec(query.where(col(Hold.expires_at) > now).order_by(col(Hold.expires_at)).limit(1)).first()
    return found.date() if found else None


def rows_of(session: Session, park: Park) -> list[Capacity]:
    """The rows of the ledger of a park as a whole."""
    query = select(Capacity).where(Capacity.park_id == park.id, OF_PARK).order_by(col(Capacity.id))
    return [row for row in session.exec(query).all() if is_holdable(row.resource)]


def plot_rows(session: Session, park: Park) -> dict[int, list[Capacity]]:
    """The rows of the ledger of each plot of a park."""
    query = select(Capacity).where(Capacity.park_id == park.id, col(Capacity.plot_id).is_not(None))
    found: dict[int, list[Capacity]] = {}
    for row in session.exec(query.order_by(col(Capacity.id))):
        found.setdefault(row.plot_id or 0, []).append(row)
    return found


def _in_time_of(session: Session, park: Park, viewer: Viewer) -> ColumnElement[bool]:
    """Auditors read every time; an office none before its own but what was committed then and bound it as well."""
    if may_read_journal(viewer):
        return true()
    since = office_since(session, park)
    bound = and_(col(Hold.committed_at).is_not(None), col(Hold.ended_at) > since)
    return or_(col(Hold.created_at) >= since, bound)


def _alive(now: datetime) -> ColumnElement[bool]:
    status = col(Hold.status)
    return or_(status == HoldStatus.COMMITTED, and_(status == HoldStatus.HELD, col(Hold.expires_at) > now))


def with_amounts(session: Session, holds: Sequence[Hold]) -> list[Promised]:
    """Holds with their amounts."""
    lines = lines_of_holds(session, holds)
    return [Promised(hold, _amounts(lines.get(hold.id, []))) for hold in holds]


def _amounts(lines: Sequence[HoldLine]) -> dict[str, int]:
    return {line.resource: line.amount for line in lines}
