"""Which texts wait for a word of the platform, and which are whose?"""

from datetime import datetime

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from marketplace.compliance.rules import OPEN, Place
from marketplace.compliance.tables import Answer, Screening, ScreeningStatus
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_moderate, may_see_for

MOST = 200


def open_texts(session: Session, viewer: Viewer) -> list[Screening]:
    """What the platform must look at: first what waits, oldest first. Raises NotFound."""
    if not may_moderate(viewer):
        raise NotFound
    waits_first = case((col(Screening.status) == ScreeningStatus.WAITING, 0), else_=1)
    query = select(Screening).where(col(Screening.status).in_(OPEN))
    return list(session.exec(query.order_by(waits_first, col(Screening.id)).limit(MOST)))


def concluded_texts(session: Session, viewer: Viewer, most: int = 50) -> list[Screening]:
    """What was concluded on, newest first. Raises NotFound."""
    if not may_moderate(viewer):
        raise NotFound
    query = select(Screening).where(col(Screening.concluded_at).is_not(None))
    return list(session.exec(query.order_by(col(Screening.concluded_at).desc()).limit(most)))


def text_by_id(session: Session, id: str, viewer: Viewer) -> Screening:
    """A screened text, for its owner's people and the platform's. Raises NotFound."""
    row = session.exec(select(Screening).where(Screening.public_id == id)).first()
    if row is None or not (may_see_for(viewer, row.owner_id) or may_moderate(viewer)):
        raise NotFound
    return row


def texts_at(session: Session, about: str, about_id: str) -> dict[str, Screening]:
    """The newest text of each field of a noun that is neither clear nor replaced: what its owner must know of."""
    query = select(Screening).where(Screening.about == about, Screening.about_id == about_id)
    hidden = (ScreeningStatus.REPLACED, ScreeningStatus.CLEAR)
    newest: dict[str, Screening] = {}
    for row in session.exec(query.order_by(col(Screening.id))):
        newest[row.field] = row
    waiting = {row.field: row for row in session.exec(query.where(Screening.status == ScreeningStatus.WAITING))}
    return {field: row for field, row in {**newest, **waiting}.items() if row.status not in hidden}


def waiting_at(session: Session, place: Place) -> Screening | None:
    """The text that waits at a place."""
    query = select(Screening).where(
        Screening.about == place.about,
        Screening.about_id == place.about_id,
        Screening.field == place.field,
        Screening.status == ScreeningStatus.WAITING,
    )
    return session.exec(query).first()


def answers_to(session: Session, row: Screening) -> dict[str, Answer]:
    """What the author says, by rule."""
    return {made.rule: made for made in session.exec(select(Answer).where(Answer.screening_id == row.id))}


def waiting_texts(session: Session) -> tuple[int, datetime | None]:
    """How many texts wait for a word of the platform, and since when the first of them does: for its desk."""
    count, first = session.exec(
        select(func.count(), func.min(Screening.created_at)).where(col(Screening.status).in_(OPEN))
    ).one()
    return count, first
