"""Which organisations and people are here, and what stands of each?"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from marketplace.database import PERSONAL, Moment, Word, one_of, public_id


class OrganisationKind(StrEnum):
    """What an organisation comes here as."""

    PARK = "park"
    ENTERPRISE = "enterprise"
    ORGANIZER = "organizer"
    PLATFORM = "platform"


class Standing(StrEnum):
    """How far the platform vouches for an organisation. Only a verified one sees others or is seen by them."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class Role(StrEnum):
    """What a person may do for the organisation; each role may all that those before it may.

    Of the platform: a viewer is the auditor, an editor moderates, an approver verifies, an admin does all.
    """

    VIEWER = "viewer"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


class Organisation(SQLModel, table=True):
    """A legal person or office that acts here."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", OrganisationKind), one_of("standing", Standing))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    name: str = Field(max_length=120)
    kind: OrganisationKind = Field(sa_type=Word(OrganisationKind))
    standing: Standing = Field(default=Standing.PENDING, sa_type=Word(Standing))
    uscc: str | None = Field(default=None, unique=True, max_length=18)
    adcode: str | None = Field(default=None, max_length=6)  # of the seat: whose locality an enterprise may exclude
    four_eyes: bool = True  # an approver's own edit waits for another approver, where there are two
    version: int = 1
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    deleted_at: datetime | None = Field(default=None, sa_type=Moment)  # then nothing is left but the number


class User(SQLModel, table=True):
    """A person who signs in for one organisation. Who leaves is disabled; the row stays for what they did."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("role", Role),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    login: str = Field(unique=True, max_length=64, sa_column_kwargs=PERSONAL)
    name: str = Field(max_length=64, sa_column_kwargs=PERSONAL)
    email: str | None = Field(default=None, max_length=254, sa_column_kwargs=PERSONAL)
    phone: str | None = Field(default=None, max_length=24, sa_column_kwargs=PERSONAL)
    password_hash: str = Field(max_length=200, sa_column_kwargs=PERSONAL)
    password_set_at: datetime | None = Field(default=None, sa_type=Moment)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    role: Role = Field(default=Role.VIEWER, sa_type=Word(Role))
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    deleted_at: datetime | None = Field(default=None, sa_type=Moment)  # then nothing is left but the number


class SignIn(SQLModel, table=True):
    """A signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)  # to end it from another browser
    user_id: int = Field(foreign_key="user_account.id", index=True)
    browser: str = Field(default="", max_length=80, sa_column_kwargs=PERSONAL)
    two_factors: bool = False
    created_at: datetime = Field(sa_type=Moment)
    last_seen_at: datetime = Field(sa_type=Moment)
