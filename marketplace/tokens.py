"""Which programs may ask for a person, for what, and until when? Only the hash of a token is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import Field as Filled
from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import journal, webhooks
from marketplace.database import Moment, Shaped, day_of, public_id
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.journal import Act
from marketplace.organisations import User, Viewer, may_administer, viewer_as

SIGN = "pb_"  # by which a token is found where it should not be: in a repository, in a letter
SHOWN = 11  # signs of a token by which its owner knows it again; the other 35 stay unknown
MOST_LIVE = 20
DAYS_MOST = 365


class Scope(StrEnum):
    """What a token reaches. A person's role and their organisation's standing bound it besides."""

    READ = "read"
    NEEDS = "needs:write"
    PARKS = "parks:write"
    EXCHANGES = "exchanges:write"
    NOTICES = "notices:write"
    WEBHOOKS = webhooks.SCOPE


class Token(SQLModel, table=True):
    """One program's way in. Revoked and expired ones stay for the list until they are cleared away."""

    __tablename__ = "api_token"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)  # it ends where the person moves on
    name: str = Field(max_length=60)
    prefix: str = Field(max_length=16)
    token_hash: str = Field(unique=True, max_length=64)
    scopes: list[Scope] = Field(sa_type=Shaped(list[Scope]))
    two_factors: bool = False  # made in a browser that was signed in with both
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    last_used_on: date | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)

    def is_live(self, *, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


class TokenFields(Fields):
    """What is asked for a new token."""

    name: str = Filled(min_length=1, max_length=60)
    scopes: list[Scope] = Filled(min_length=1, max_length=len(Scope))
    days: int = Filled(ge=1, le=DAYS_MOST)


def make(session: Session, fields: TokenFields, *, by: Viewer, now: datetime) -> tuple[Token, str]:
    """A new token and its text, which is never to be had again. Raises Refusal for one too many."""
    _refuse_program(by)
    if len(list(_live(session, by.user_id, now=now))) >= MOST_LIVE:
        raise Refusal(Fault("name", "You have {most} tokens already: revoke one first", {"most": MOST_LIVE}))
    text = SIGN + secrets.token_urlsafe(32)
    token = Token(
        user_id=by.user_id,
        organisation_id=by.organisation_id,
        name=fields.name,
        prefix=text[:SHOWN],
        token_hash=_hashed(text),
        scopes=sorted(set(fields.scopes)),
        two_factors=by.two_factors,
        created_at=now,
        expires_at=now + timedelta(days=fields.days),
    )
    session.add(token)
    session.flush()
    said = {"change": "token_made", "scopes": [str(scope) for scope in token.scopes], "days": fields.days}
    journal.note(session, Act.RIGHTS, "token", token.public_id, by=by, now=now, whose=by.organisation_id, **said)
    return token, text


def holder(session: Session, text: str, *, now: datetime) -> tuple[Viewer, Token] | None:
    """For whom a token asks, with its scopes; None where it is wrong, over, or its person is gone. Reads only."""
    if not text.startswith(SIGN) or len(text) > 100:
        return None
    query = select(Token, User).where(Token.token_hash == _hashed(text), Token.user_id == User.id)
    found = session.exec(query.where(col(User.disabled_at).is_(None))).first()
    if found is None:
        return None
    token, user = found
    if not token.is_live(now=now) or token.organisation_id != user.organisation_id:
        return None
    said = {"two_factors": token.two_factors, "scopes": frozenset(token.scopes), "seen_at": now}
    return viewer_as(session, user).model_copy(update=said), token


def used(session: Session, token: Token, *, now: datetime) -> None:
    """Remember the day, not the moment: enough to tell which tokens nobody needs any more."""
    session.connection().execute(update(Token).where(col(Token.id) == token.id).values(last_used_on=day_of(now)))


def tokens_of(session: Session, by: Viewer) -> list[Token]:
    """Everybody their own, newest first."""
    query = select(Token).where(Token.user_id == by.user_id, Token.organisation_id == by.organisation_id)
    return list(session.exec(query.order_by(col(Token.created_at).desc(), col(Token.id).desc())))


def tokens_of_others(session: Session, by: Viewer) -> list[tuple[Token, str]]:
    """The tokens of an organisation's other people with their holders' names, for its admins; nothing for others."""
    if not may_administer(by):
        return []
    query = select(Token, User.name).where(Token.organisation_id == by.organisation_id, Token.user_id == User.id)
    found = session.exec(query.where(Token.user_id != by.user_id).order_by(col(Token.created_at).desc()))
    return [(token, name) for token, name in found]


def revoke(session: Session, token_id: str, *, by: Viewer, now: datetime) -> None:
    """Ends one's own token, or as an admin another's of the organisation. Raises NotFound."""
    _refuse_program(by)
    token = session.exec(select(Token).where(Token.public_id == token_id)).first()
    own = token is not None and token.user_id == by.user_id
    if token is None or token.organisation_id != by.organisation_id or not (own or may_administer(by)):
        raise NotFound
    statement = update(Token).where(col(Token.id) == token.id, col(Token.revoked_at).is_(None))
    if session.connection().execute(statement.values(revoked_at=now)).rowcount:
        said = {"change": "token_revoked", "own": own}
        journal.note(session, Act.RIGHTS, "token", token_id, by=by, now=now, whose=by.organisation_id, **said)


def end_all(session: Session, user: User, *, now: datetime) -> None:
    """Ends every token of a person who got a new password without the old one: whoever had it may have made them."""
    by, said = viewer_as(session, user), {"change": "token_revoked", "own": True}
    for token in list(_live(session, user.id, now=now)):
        token.revoked_at = now
        session.add(token)
        journal.note(session, Act.RIGHTS, "token", token.public_id, by=by, now=now, whose=token.organisation_id, **said)
    session.flush()


def _live(session: Session, user_id: int, *, now: datetime) -> Iterable[Token]:
    return (token for token in session.exec(select(Token).where(Token.user_id == user_id)) if token.is_live(now=now))


def _refuse_program(by: Viewer) -> None:
    """A token makes and ends no token: who finds one cannot stay."""
    if by.scopes is not None:
        raise NotFound


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
