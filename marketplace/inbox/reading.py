"""What has somebody been told, what of it is new to them, and how is it read?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from marketplace.database import day_of
from marketplace.errors import NotFound
from marketplace.inbox.kinds import NoticeKind, Topic, kinds_about
from marketplace.inbox.tables import Notice, NoticeRead
from marketplace.organisations import Role, User, Viewer

COUNT_MOST = 99  # of what is unread; more is said as 99+


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for among their notices."""

    topic: Topic | None = None
    kind: NoticeKind | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, and whether its reader has seen it."""

    notice: Notice
    is_read: bool


def notices_of(session: Session, viewer: Viewer, asked: Asked, *, after: str = "", size: int = 50) -> Sequence[Told]:
    """What somebody may read, the latest first; one more than `size` where there is more."""
    query = select(Notice, _is_new(viewer)).outerjoin(NoticeRead, _own_mark(viewer))
    query = query.where(_for(viewer), *_asked(asked, viewer))
    last = session.exec(select(Notice).where(Notice.public_id == after, _for(viewer))).first() if after else None
    at, id = col(Notice.created_at), col(Notice.id)
    if last is not None:
        query = query.where(or_(at < last.created_at, and_(at == last.created_at, id < last.id)))
    rows = session.exec(query.order_by(at.desc(), id.desc()).limit(size + 1)).all()
    return [Told(notice, not is_new) for notice, is_new in rows]


def unread_count(session: Session, viewer: Viewer) -> int:
    """How many notices are new to somebody; counted up to COUNT_MOST + 1, as every page asks."""
    new = columns(literal(1)).select_from(Notice).outerjoin(NoticeRead, _own_mark(viewer))
    new = new.where(_for(viewer), _is_new(viewer)).limit(COUNT_MOST + 1)
    return int(session.connection().scalar(columns(func.count()).select_from(new.subquery())) or 0)


def counts_by_kind(session: Session, viewer: Viewer) -> Mapping[NoticeKind, int]:
    """How many notices of each kind somebody has."""
    query = columns(col(Notice.kind), func.count()).where(_for(viewer)).group_by(col(Notice.kind))
    return {NoticeKind(kind): int(count) for kind, count in session.connection().execute(query)}


def notice_by_id(session: Session, id: str, viewer: Viewer) -> Notice:
    """One of the reader's. Raises NotFound."""
    found = session.exec(select(Notice).where(Notice.public_id == id, _for(viewer))).first()
    if found is None:
        raise NotFound
    return found


def read(session: Session, notice: Notice, *, by: Viewer, now: datetime) -> None:
    """Somebody has seen a notice; again changes nothing."""
    _mark(session, by, now, col(Notice.id) == notice.id)


def read_all(session: Session, *, by: Viewer, now: datetime) -> None:
    """Somebody has seen everything there is for them."""
    _mark(session, by, now)


def days_of(told: Sequence[Told]) -> Sequence[tuple[Any, Sequence[Told]]]:
    """Notices by the day in China on which they were told."""
    days: dict[Any, list[Told]] = {}
    for each in told:
        days.setdefault(day_of(each.notice.created_at), []).append(each)
    return list(days.items())


def _mark(session: Session, by: Viewer, now: datetime, *which: ColumnElement[bool]) -> None:
    marked = select(NoticeRead.notice_id).where(NoticeRead.user_id == by.user_id)
    new = select(Notice.id).where(_for(by), col(Notice.id).not_in(marked), *which)
    for id in session.exec(new.order_by(col(Notice.id))).all():
        session.add(NoticeRead(notice_id=id, user_id=by.user_id, read_at=now))
    session.flush()


def _for(viewer: Viewer) -> ColumnElement[bool]:
    """What somebody's organisation was told, as far as their role reaches, and what they were."""
    least = [role for role in Role if viewer.may(role)]
    return and_(
        col(Notice.organisation_id) == viewer.organisation_id,
        or_(col(Notice.user_id) == viewer.user_id, and_(col(Notice.user_id).is_(None), col(Notice.least).in_(least))),
    )


def _is_new(viewer: Viewer) -> ColumnElement[bool]:
    """Told since they came, and not marked: what colleagues were told before is there to be looked up."""
    came = select(User.created_at).where(User.id == viewer.user_id).scalar_subquery()
    return and_(col(NoticeRead.read_at).is_(None), col(Notice.created_at) >= came)


def _own_mark(viewer: Viewer) -> ColumnElement[bool]:
    return and_(col(NoticeRead.notice_id) == col(Notice.id), col(NoticeRead.user_id) == viewer.user_id)


def _asked(asked: Asked, viewer: Viewer) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.topic is not None:
        found.append(col(Notice.kind).in_(kinds_about(asked.topic)))
    if asked.kind is not None:
        found.append(col(Notice.kind) == asked.kind)
    if asked.unread:
        found.append(_is_new(viewer))
    return found
