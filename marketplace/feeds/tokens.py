"""By which secret address is a person's calendar fetched? The hash alone is kept; a new one ends the old."""

import hashlib
import secrets
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import journal
from marketplace.database import Moment
from marketplace.journal import Act
from marketplace.organisations import User, Viewer, viewer_as

LONG = 100  # of an address somebody asks by


class FeedToken(SQLModel, table=True):
    """One person's calendar: one address at a time."""

    __tablename__ = "feed_token"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=Moment)


def renew(session: Session, *, by: Viewer, now: datetime) -> str:
    """A new secret; the old address opens nothing from now on. Never to be had again."""
    revoke(session, by=by, now=now)
    text = secrets.token_urlsafe(32)
    session.add(FeedToken(user_id=by.user_id, token_hash=_hashed(text), created_at=now))
    session.flush()
    _note(session, by, now, "feed_made")
    return text


def revoke(session: Session, *, by: Viewer, now: datetime) -> None:
    """The address opens nothing any more."""
    row = session.get(FeedToken, by.user_id)
    if row is not None:
        session.delete(row)
        session.flush()
        _note(session, by, now, "feed_revoked")


def end_for(session: Session, user: User, *, now: datetime) -> None:
    """Ends the address of a person who got a new password without the old one: whoever had it may have made it."""
    revoke(session, by=viewer_as(session, user), now=now)


def feed_of(session: Session, viewer: Viewer) -> FeedToken | None:
    """Since when there is an address."""
    return session.get(FeedToken, viewer.user_id)


def whose(session: Session, text: str) -> Viewer | None:
    """For whom a feed is asked; None for a wrong, old or empty secret, and where its person is gone."""
    if not text or len(text) > LONG:
        return None
    query = select(User).join(FeedToken, col(FeedToken.user_id) == col(User.id))
    user = session.exec(query.where(FeedToken.token_hash == _hashed(text), col(User.disabled_at).is_(None))).first()
    return viewer_as(session, user) if user else None


def _note(session: Session, by: Viewer, now: datetime, change: str) -> None:
    about = session.get_one(User, by.user_id).public_id
    journal.note(session, Act.RIGHTS, "user", about, by=by, now=now, whose=by.organisation_id, change=change)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
