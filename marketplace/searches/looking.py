"""What newly answers a saved search, and is it told once?

Only parks whose version moved since the last look are asked about. A figure that is merely out of date is unknown: it
neither rises nor falls. Told is what everybody may read: free amounts as they are told, summaries of needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, or_, select

from marketplace import directory, disclosure, inbox
from marketplace.database import day_of
from marketplace.disclosure import Level
from marketplace.inbox import NoticeKind
from marketplace.organisations import User, viewer_as
from marketplace.parks import Park
from marketplace.searches.asking import answers, fields_of, wish_of
from marketplace.searches.tables import LookedAt, NeedSearch, ParkSearch, SavedSearch, SearchHit, SearchKind

KEPT_MOST = 900  # more ids than this are not written into a query


def look_again(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Tell everybody what newly answers their searches: once per park and rise, once per listing."""
    _look_at_parks(session, now)
    for row, person in _running(session, SearchKind.NEEDS):
        found = _listings(session, row, person, now=now)
        _tell(session, row, person, _newly(session, row, found, told_at=now), now=now)


def begin(session: Session, row: SavedSearch, *, now: datetime) -> None:
    """What answers at this moment is no news."""
    fields, person = fields_of(row), session.get_one(User, row.user_id)
    if isinstance(fields, ParkSearch):
        ids = directory.answering(session, wish_of(fields), on=day_of(now))
        found: Iterable[str] = _codes(session, ids).values()
    else:
        found = _listings(session, row, person, now=now)
    _newly(session, row, found, told_at=None)


def _look_at_parks(session: Session, now: datetime) -> None:
    searches = _running(session, SearchKind.PARKS)
    if not searches:
        return
    moved = _moved(session)
    if not moved:
        return
    codes = _codes(session, list(moved))
    for row, person in searches:
        fields = fields_of(row)
        assert isinstance(fields, ParkSearch), "of this kind"
        answering, fallen = _judged(session, fields, list(moved), now)
        _fall(session, row, [codes[id] for id in fallen])
        new = _newly(session, row, [codes[id] for id in answering], told_at=now)
        _tell(session, row, person, new, now=now, count=len(new))
    _remember(session, moved)


def _judged(session: Session, fields: ParkSearch, moved: list[int], now: datetime) -> tuple[set[int], set[int]]:
    """Of parks that moved those that answer, and those that are known not to."""
    wish, on = wish_of(fields), day_of(now)
    among = moved if len(moved) <= KEPT_MOST else None
    said = replace(wish, least=tuple((resource, 0) for resource, _ in wish.least))
    full, known, anyhow = (
        set(directory.answering(session, each, on=on, among=among)) & set(moved)
        for each in (wish, said, replace(wish, least=()))
    )
    return full, set(moved) - full - (anyhow - known)


def _newly(session: Session, row: SavedSearch, found: Iterable[str], *, told_at: datetime | None) -> list[str]:
    """Keep what answers, and say what of it did not before."""
    hits = {hit.about_id: hit for hit in session.exec(select(SearchHit).where(SearchHit.search_id == row.id))}
    new = []
    for about in dict.fromkeys(found):
        hit = hits.get(about)
        if hit is None:
            session.add(SearchHit(search_id=row.id, about_id=about, user_id=row.user_id, told_at=told_at))
        elif hit.answers:
            continue
        else:
            hit.answers, hit.told_at = True, told_at
        new.append(about)
    session.flush()
    return new


def _fall(session: Session, row: SavedSearch, codes: Sequence[str]) -> None:
    for hit in session.exec(select(SearchHit).where(SearchHit.search_id == row.id, col(SearchHit.answers))).all():
        if hit.about_id in codes:
            hit.answers = False
    session.flush()


def _tell(
    session: Session, row: SavedSearch, person: User, new: Sequence[str], *, now: datetime, count: int | None = None
) -> None:
    """How many listings is told to nobody, as counts of needs are not."""
    if new:
        kind, about = NoticeKind.SEARCH_FOUND, ("search", row.public_id)
        facts: dict[str, Any] = {} if count is None else {"count": count}
        inbox.tell(session, kind, to=person.organisation_id, user_id=person.id, about=about, now=now, **facts)


def _running(session: Session, kind: SearchKind) -> list[tuple[SavedSearch, User]]:
    """Searches that look, with whose they are."""
    query = select(SavedSearch, User).join(User, col(User.id) == col(SavedSearch.user_id))
    query = query.where(SavedSearch.kind == kind, col(SavedSearch.paused_at).is_(None), col(User.disabled_at).is_(None))
    return [(row, person) for row, person in session.exec(query.order_by(col(SavedSearch.id)))]


def _listings(session: Session, row: SavedSearch, person: User, *, now: datetime) -> list[str]:
    """The listings that answer, among those that exist for this person."""
    fields, viewer = fields_of(row), viewer_as(session, person)
    assert isinstance(fields, NeedSearch), "of this kind"
    shown = (disclosure.seen(need, Level.PUBLIC) for need in disclosure.open_needs(session, viewer, now=now))
    return [each.id for each in shown if answers(each.summary, fields)]


def _moved(session: Session) -> dict[int, int]:
    """Parks whose version is another than at the last look: id → version."""
    query = select(Park.id, Park.version).outerjoin(LookedAt, col(LookedAt.park_id) == col(Park.id))
    moved = or_(col(LookedAt.version).is_(None), col(LookedAt.version) != col(Park.version))
    return dict(session.exec(query.where(moved)).all())


def _remember(session: Session, moved: Mapping[int, int]) -> None:
    execute = session.connection().execute
    gone = delete(LookedAt)  # all of them where many moved: what did not is looked at once more, for nothing
    execute(gone.where(col(LookedAt.park_id).in_(moved)) if len(moved) <= KEPT_MOST else gone)
    execute(insert(LookedAt), [{"park_id": id, "version": version} for id, version in moved.items()])


def _codes(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Park.id, Park.code)
    if len(ids) <= KEPT_MOST:
        query = query.where(col(Park.id).in_(ids))
    wanted = set(ids)
    return {id: code for id, code in session.exec(query) if id in wanted}
