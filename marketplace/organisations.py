"""Who is here, and who may do what?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlmodel import Field, Session, SQLModel

from marketplace.database import Moment, public_id


class OrganisationKind(StrEnum):
    """What an organisation comes here as."""

    PARK = "park"
    ENTERPRISE = "enterprise"
    ORGANIZER = "organizer"
    PLATFORM = "platform"


class Organisation(SQLModel, table=True):
    """A legal person or office that acts here."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("kind IN ('park','enterprise','organizer','platform')", name="kind"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    name: str = Field(max_length=120)
    kind: OrganisationKind = Field(sa_type=String(16))
    uscc: str | None = Field(default=None, unique=True, max_length=18)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)


class User(SQLModel, table=True):
    """A person who signs in for an organisation."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
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


def add_organisation(
    session: Session,
    name: str,
    kind: OrganisationKind,
    *,
    now: datetime,
    uscc: str | None = None,
    simulated: bool = False,
) -> Organisation:
    """Enter an organisation. Raises Refusal for a wrong 统一社会信用代码."""
    raise NotImplementedError


def add_user(
    session: Session, organisation: Organisation, login: str, name: str, password: str, *, now: datetime
) -> User:
    """Enter a person. Raises Refusal for a taken login or a password under 12 characters."""
    raise NotImplementedError


def sign_in(session: Session, login: str, password: str, *, now: datetime) -> str:
    """A new random token for the cookie. Raises Refusal (same words whether or not the login exists), Busy."""
    raise NotImplementedError


def sign_out(session: Session, token: str) -> None:
    """End one signed-in browser."""
    raise NotImplementedError


def viewer_of(session: Session, token: str, *, now: datetime) -> Viewer | None:
    """Who holds this token, if it is younger than 12 h and was used within 30 min."""
    raise NotImplementedError
