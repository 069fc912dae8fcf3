"""How does somebody sign in, stay and sign out?"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from marketplace.errors import Fault, Refusal
from marketplace.organisations.passwords import is_password
from marketplace.organisations.tables import Organisation, SignIn, User
from marketplace.organisations.viewer import Viewer

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
TOUCH = timedelta(minutes=1)  # a row is not written on every click
_WRONG = Fault("login", "The login or the password is wrong")


def recognised(session: Session, login: str, password: str) -> int:
    """The id of the person with this login and password; only reads, as a hash takes long and writers must not wait.

    Raises Refusal (same words and same work whether or not the login exists), Busy.
    """
    user = session.exec(select(User).where(User.login == login.strip().lower())).first()
    right = is_password(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise Refusal(_WRONG)
    return user.id


def organisation_of(session: Session, user_id: int) -> Organisation:
    """Whom a user signs in for."""
    return session.get_one(Organisation, session.get_one(User, user_id).organisation_id)


def sign_in(session: Session, user_id: int, *, now: datetime, browser: str = "", two_factors: bool = False) -> str:
    """A new random token for the cookie of somebody recognised."""
    token = secrets.token_urlsafe(32)
    session.connection().execute(delete(SignIn).where(col(SignIn.created_at) < now - ABSOLUTE))
    entry = SignIn(token_hash=_hashed(token), user_id=user_id, created_at=now, last_seen_at=now)
    entry.browser, entry.two_factors = browser[:80], two_factors
    session.add(entry)
    session.flush()
    return token


def sign_out(session: Session, token: str) -> None:
    """End one signed-in browser."""
    session.connection().execute(delete(SignIn).where(col(SignIn.token_hash) == _hashed(token)))


def end_sign_ins(session: Session, user_id: int, *, but: str | None = None) -> int:
    """End all signed-in browsers of a person, or all but the one with this token; how many there were."""
    ended = delete(SignIn).where(col(SignIn.user_id) == user_id)
    if but is not None:
        ended = ended.where(col(SignIn.token_hash) != _hashed(but))
    return session.connection().execute(ended).rowcount


def browsers_of(session: Session, user_id: int, token: str, *, now: datetime) -> list[tuple[SignIn, bool]]:
    """Where a person is signed in, latest first; whether it is the browser with this token."""
    live = select(SignIn).where(SignIn.user_id == user_id, col(SignIn.created_at) > now - ABSOLUTE)
    live = live.where(col(SignIn.last_seen_at) > now - IDLE).order_by(col(SignIn.last_seen_at).desc())
    return [(each, each.token_hash == _hashed(token)) for each in session.exec(live)]


def end_browser(session: Session, user_id: int, public_id: str) -> bool:
    """End one signed-in browser of a person; whether there was one."""
    ended = delete(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.public_id) == public_id)
    return session.connection().execute(ended).rowcount == 1


def viewer_of(session: Session, token: str, *, now: datetime) -> Viewer | None:
    """Who holds this token, if it is younger than 12 h and was used within 30 min. Reads only."""
    query = (
        select(SignIn, User, Organisation)
        .where(SignIn.token_hash == _hashed(token), SignIn.user_id == User.id, col(User.disabled_at).is_(None))
        .where(User.organisation_id == Organisation.id)
    )
    found = session.exec(query).first()
    if found is None:
        return None
    entry, user, organisation = found
    if not (now - ABSOLUTE < entry.created_at and now - IDLE < entry.last_seen_at):
        return None
    return _viewer(user, organisation, entry.last_seen_at, two_factors=entry.two_factors)


def rename_token(session: Session, token: str, *, two_factors: bool) -> str:
    """A new token for the same signed-in browser, whose rights have grown. Its 12 hours go on."""
    fresh = secrets.token_urlsafe(32)
    entry = update(SignIn).where(col(SignIn.token_hash) == _hashed(token))
    session.connection().execute(entry.values(token_hash=_hashed(fresh), two_factors=two_factors))
    return fresh


def may_stay(viewer: Viewer, *, now: datetime) -> bool:
    """Whether `stay` has anything to write: at most once a minute."""
    return now - viewer.seen_at >= TOUCH


def stay(session: Session, token: str, *, now: datetime) -> None:
    """This browser is still in use: its 30 minutes begin anew."""
    entry = update(SignIn).where(col(SignIn.token_hash) == _hashed(token), col(SignIn.last_seen_at) < now)
    session.connection().execute(entry.values(last_seen_at=now))


def viewer_by_login(session: Session, login: str) -> Viewer:
    """The person with this sign-in name, for the platform's own work. Raises Refusal."""
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None:
        raise Refusal(Fault("login", "Nobody signs in as {login}", {"login": login}))
    return viewer_as(session, user)


def viewer_as(session: Session, user: User) -> Viewer:
    """A person as the one who acts, for programs that act for them."""
    return _viewer(user, session.get_one(Organisation, user.organisation_id), user.created_at)


def _viewer(user: User, organisation: Organisation, seen_at: datetime, *, two_factors: bool = False) -> Viewer:
    return Viewer(
        user_id=user.id,
        login=user.login,
        name=user.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        kind=organisation.kind,
        role=user.role,
        standing=organisation.standing,
        adcode=organisation.adcode,
        two_factors=two_factors,
        simulated=organisation.simulated,
        password_set_at=user.password_set_at,
        seen_at=seen_at,
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
