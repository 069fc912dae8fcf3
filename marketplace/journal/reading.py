"""Which entries may somebody read, newest first?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from marketplace.database import SHANGHAI
from marketplace.journal.tables import Act, Entry
from marketplace.organisations import Viewer, may_administer

# what happens to an organisation's things all its people may read; who signed in when is for its admins
_THINGS = (
    *(Act.DISCLOSED, Act.EXPORTED, Act.PUBLISHED, Act.CHANGED, Act.WITHDRAWN, Act.SCREENED, Act.DELETED),
    *(Act.CONSENTED, Act.INTERESTED, Act.DECLINED, Act.PROMISED),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the journal begins: after `shown` entries of a moment. An id would count others' acts."""

    at: datetime
    shown: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the journal."""

    act: Act | None = None
    user_ids: Sequence[int] | None = None
    organisation_ids: Sequence[int] | None = None
    day: date | None = None


def mine(viewer: Viewer) -> ColumnElement[bool]:
    """An organisation's own part: its things and the acts of its people; without its admins' rights, one's own acts."""
    things = col(Entry.whose_id) == viewer.organisation_id
    if may_administer(viewer):
        return or_(things, col(Entry.by_organisation_id) == viewer.organisation_id)
    return or_(col(Entry.by_user_id) == viewer.user_id, and_(things, col(Entry.act).in_(_THINGS)))


def entries(
    session: Session, part: ColumnElement[bool] | None, asked: Asked, *, after: Place | None = None, most: int
) -> list[Entry]:
    """The newest entries of a part of the journal (None: of all of it) that are asked for."""
    query = select(Entry).order_by(col(Entry.at).desc(), col(Entry.id).desc()).limit(most)
    for condition in (part, *_conditions(asked)):
        if condition is not None:
            query = query.where(condition)
    if after:
        query = query.where(col(Entry.at) <= after.at).offset(after.shown)
    return list(session.exec(query))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.act:
        found.append(col(Entry.act) == asked.act)
    if asked.user_ids is not None:
        found.append(col(Entry.by_user_id).in_(asked.user_ids))
    if asked.organisation_ids is not None:
        ids = asked.organisation_ids
        found.append(or_(col(Entry.by_organisation_id).in_(ids), col(Entry.whose_id).in_(ids)))
    if asked.day:
        begin = datetime.combine(asked.day, time(), SHANGHAI)
        found.append(and_(col(Entry.at) >= begin, col(Entry.at) < begin + timedelta(days=1)))
    return found
