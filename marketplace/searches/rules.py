"""How is a search saved, changed, paused and deleted?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.lifecycle import CHANGED_MEANWHILE
from marketplace.organisations import Viewer
from marketplace.searches.asking import Asked, faults_of
from marketplace.searches.looking import begin
from marketplace.searches.tables import ParkSearch, SavedSearch, SearchHit, SearchKind

MOST = 30
SEEN_MOST = 100


def save(session: Session, fields: Asked, *, by: Viewer, now: datetime) -> SavedSearch:
    """Tell somebody from now on when something new answers; what does already is no news. Raises Refusal."""
    faults = faults_of(fields)
    if len(searches_of(session, by)) >= MOST:
        faults.append(Fault("name", "You have {most} saved searches already: delete one first", {"most": MOST}))
    if faults:
        raise Refusal(faults)
    kind = SearchKind.PARKS if isinstance(fields, ParkSearch) else SearchKind.NEEDS
    row = SavedSearch(
        user_id=by.user_id, kind=kind, name=fields.name, wish=_wish(fields), created_at=now, updated_at=now
    )
    session.add(row)
    session.flush()
    begin(session, row, now=now)
    return row


def change(session: Session, row: SavedSearch, fields: Asked, *, version: int, now: datetime) -> None:
    """Ask for something else; what answers that already is no news. Raises Refusal, Conflict."""
    if faults := faults_of(fields):
        raise Refusal(faults)
    if row.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    begins_anew = _wish(fields) != row.wish
    row.name, row.wish, row.version, row.updated_at = fields.name, _wish(fields), version + 1, now
    session.flush()
    if begins_anew:
        _forget(session, row)
        begin(session, row, now=now)


def pause(session: Session, row: SavedSearch, *, now: datetime) -> None:
    """Tell no more until it goes on."""
    row.paused_at, row.version, row.updated_at = row.paused_at or now, row.version + 1, now
    session.flush()


def go_on(session: Session, row: SavedSearch, *, now: datetime) -> None:
    """Tell again; what came meanwhile is no news."""
    row.paused_at, row.version, row.updated_at = None, row.version + 1, now
    session.flush()
    begin(session, row, now=now)


def remove(session: Session, row: SavedSearch) -> None:
    """Delete a search with what it found."""
    _forget(session, row)
    session.delete(row)
    session.flush()


def searches_of(session: Session, viewer: Viewer) -> Sequence[SavedSearch]:
    """Everybody their own, the latest first."""
    own = select(SavedSearch).where(SavedSearch.user_id == viewer.user_id)
    return session.exec(own.order_by(col(SavedSearch.id).desc())).all()


def search_by_id(session: Session, id: str, viewer: Viewer) -> SavedSearch:
    """One of the reader's own. Raises NotFound."""
    own = select(SavedSearch).where(SavedSearch.public_id == id, SavedSearch.user_id == viewer.user_id)
    found = session.exec(own).first()
    if found is None:
        raise NotFound
    return found


def hits_of(session: Session, row: SavedSearch) -> Sequence[SearchHit]:
    """What was told of a search and still answers, the latest first; only what its reader may see is shown of it."""
    told = select(SearchHit).where(SearchHit.search_id == row.id, col(SearchHit.told_at).is_not(None))
    order = (col(SearchHit.told_at).desc(), col(SearchHit.about_id))
    return session.exec(told.where(col(SearchHit.answers)).order_by(*order).limit(SEEN_MOST)).all()


def _wish(fields: Asked) -> dict[str, object]:
    """What is kept: what was said, as it would be typed."""
    return fields.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)


def _forget(session: Session, row: SavedSearch) -> None:
    session.connection().execute(delete(SearchHit).where(col(SearchHit.search_id) == row.id))
