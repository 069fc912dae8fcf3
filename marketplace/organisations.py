"""Who is here, and who may do what?"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace.database import Moment, Word, one_of, public_id
from marketplace.errors import Busy, Fault, Refusal


class OrganisationKind(StrEnum):
    """What an organisation comes here as."""

    PARK = "park"
    ENTERPRISE = "enterprise"
    ORGANIZER = "organizer"
    PLATFORM = "platform"


class Organisation(SQLModel, table=True):
    """A legal person or office that acts here."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", OrganisationKind),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    name: str = Field(max_length=120)
    kind: OrganisationKind = Field(sa_type=Word(OrganisationKind))
    uscc: str | None = Field(default=None, unique=True, max_length=18)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)


class User(SQLModel, table=True):
    """A person who signs in for an organisation."""

    __tablename__ = "user_account"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    login: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=64)
    password_hash: str = Field(max_length=200)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)


class SignIn(SQLModel, table=True):
    """A signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    last_seen_at: datetime = Field(sa_type=Moment)


class Viewer(SQLModel):
    """Who is looking: what permissions and ownership are judged by."""

    user_id: int
    login: str
    name: str
    organisation_id: int
    organisation_name: str
    kind: OrganisationKind
    simulated: bool = False
    seen_at: datetime


IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
TOUCH = timedelta(minutes=1)  # a row is not written on every click
PASSWORD_LEAST, PASSWORD_MOST = 12, 128
_ARGON2 = PasswordHash((Argon2Hasher(),))
_AT_ONCE = BoundedSemaphore(2)  # 64 MiB each: forty at a time took 2.2 GB
_WAIT_S = 5.0  # well under the 15 s a writer waits for SQLite
_WRONG = Fault("login", "The login or the password is wrong")
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def may_publish_need(viewer: Viewer | None) -> bool:
    """Enterprises publish what they must place."""
    return viewer is not None and viewer.kind == OrganisationKind.ENTERPRISE


def may_claim_park(viewer: Viewer | None) -> bool:
    """Park organisations speak for parks."""
    return viewer is not None and viewer.kind == OrganisationKind.PARK


def may_act_for(viewer: Viewer | None, owner_id: int | None) -> bool:
    """What an organisation owns, its people see and change."""
    return viewer is not None and owner_id is not None and viewer.organisation_id == owner_id


def is_uscc(code: str) -> bool:
    """Whether 18 signs are a 统一社会信用代码 with the right check sign. Source: GB 32100-2015."""
    if len(code) != 18 or any(sign not in _USCC_SIGNS for sign in code):
        return False
    total = sum(_USCC_SIGNS.index(sign) * weight for sign, weight in zip(code, _USCC_WEIGHTS, strict=False))
    return _USCC_SIGNS.index(code[17]) == -total % 31


def add_organisation(
    session: Session,
    name: str,
    kind: OrganisationKind,
    *,
    now: datetime,
    uscc: str | None = None,
    simulated: bool = False,
) -> Organisation:
    """Enter an organisation. Raises Refusal for a wrong or taken 统一社会信用代码."""
    if not name.strip():
        raise Refusal(Fault("name", "This is missing"))
    if uscc is not None:
        uscc = uscc.strip().upper()
        if not is_uscc(uscc):
            raise Refusal(
                Fault("uscc", "{uscc} is not a unified social credit code: check its 18 signs", {"uscc": uscc})
            )
        if session.scalar(select(Organisation.id).where(Organisation.uscc == uscc)):
            raise Refusal(Fault("uscc", "This organisation is here already"))
    organisation = Organisation(name=name.strip(), kind=kind, uscc=uscc, simulated=simulated, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def add_user(
    session: Session, organisation: Organisation, login: str, name: str, password: str, *, now: datetime
) -> User:
    """Enter a person. Raises Refusal for a taken login or a password outside 12 to 128 characters; Busy."""
    login = login.strip().lower()
    faults = []
    if not login or len(login) > 64:
        faults.append(Fault("login", "A login has 1 to 64 characters"))
    elif session.scalar(select(User.id).where(User.login == login)):
        faults.append(Fault("login", "{login} is taken: choose another login", {"login": login}))
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        limits = {"least": PASSWORD_LEAST, "most": PASSWORD_MOST}
        faults.append(Fault("password", "A password has {least} to {most} characters", limits))
    if faults:
        raise Refusal(faults)
    with _turn():
        password_hash = _ARGON2.hash(password)
    user = User(
        login=login,
        name=name.strip() or login,
        password_hash=password_hash,
        organisation_id=organisation.id,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def recognised(session: Session, login: str, password: str) -> int:
    """The id of the person with this login and password; only reads, as a hash takes long and writers must not wait.

    Raises Refusal (same words and same work whether or not the login exists), Busy.
    """
    user = session.exec(select(User).where(User.login == login.strip().lower())).first()
    with _turn():
        known = user.password_hash if user else _nobody()
        right = len(password) <= PASSWORD_MOST and _ARGON2.verify(password, known)
    if user is None or not right or user.disabled_at is not None:
        raise Refusal(_WRONG)
    return user.id


def organisation_of(session: Session, user_id: int) -> Organisation:
    """Whom a user signs in for."""
    return session.get_one(Organisation, session.get_one(User, user_id).organisation_id)


def sign_in(session: Session, user_id: int, *, now: datetime) -> str:
    """A new random token for the cookie of somebody recognised."""
    token = secrets.token_urlsafe(32)
    session.connection().execute(delete(SignIn).where(col(SignIn.created_at) < now - ABSOLUTE))
    session.add(SignIn(token_hash=_hashed(token), user_id=user_id, created_at=now, last_seen_at=now))
    session.flush()
    return token


def sign_out(session: Session, token: str) -> None:
    """End one signed-in browser."""
    session.connection().execute(delete(SignIn).where(col(SignIn.token_hash) == _hashed(token)))


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
    return _viewer(user, organisation, entry.last_seen_at)


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


def _viewer(user: User, organisation: Organisation, seen_at: datetime) -> Viewer:
    return Viewer(
        user_id=user.id,
        login=user.login,
        name=user.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        kind=organisation.kind,
        simulated=organisation.simulated,
        seen_at=seen_at,
    )


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise Busy(Fault("", "Too many people sign in at this moment: try again in a few seconds"))
    try:
        yield
    finally:
        _AT_ONCE.release()


@cache
def _nobody() -> str:
    """The hash of a password nobody has: an unknown login costs the same work as a known one."""
    return _ARGON2.hash(secrets.token_urlsafe(32))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
