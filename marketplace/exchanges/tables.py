"""What is kept of a talk between a need and a park, of the consents that opened it, and of what was handed over?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word, one_of, public_id


class Side(StrEnum):
    """The two who talk: the owner of a need, and who speaks for a park."""

    NEED = "need"
    PARK = "park"

    @property
    def other(self) -> "Side":
        """Who sits across."""
        return Side.PARK if self is Side.NEED else Side.NEED


class ExchangeStatus(StrEnum):
    """One side showed interest; both did; both consented and identities are open; it is over."""

    OFFERED = "offered"
    MUTUAL = "mutual"
    OPEN = "open"
    CLOSED = "closed"


class Exchange(SQLModel, table=True):
    """Everything between one listing of a need and one park, in rounds: what was closed begins anew with interest.

    A need listed anew is another one: nothing of its earlier exchanges, not even an id, shows that it is the same.
    That a side declined is told to nobody else, so it is no status (record 0051). Messages, offers and stages hang on
    the id.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        UniqueConstraint("need_id", "park_id", "listing_id"),
        one_of("status", ExchangeStatus),
        one_of("began_by", Side),
        one_of("closed_by", Side),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closing"),
        CheckConstraint(
            "status NOT IN ('mutual','open') OR (need_interest_at IS NOT NULL AND park_interest_at IS NOT NULL)",
            name="both_interested",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    need_id: int = Field(foreign_key="need.id")
    park_id: int = Field(foreign_key="park.id", index=True)
    owner_id: int = Field(foreign_key="organisation.id", index=True)  # of the need
    organisation_id: int = Field(foreign_key="organisation.id", index=True)  # who speaks for the park in this round
    listing_id: str = Field(max_length=16)  # what it is about
    status: ExchangeStatus = Field(default=ExchangeStatus.OFFERED, sa_type=Word(ExchangeStatus))
    round: int = 1
    began_by: Side = Field(sa_type=Word(Side))
    need_interest_at: datetime | None = Field(default=None, sa_type=Moment)
    park_interest_at: datetime | None = Field(default=None, sa_type=Moment)
    need_declined_at: datetime | None = Field(default=None, sa_type=Moment)  # quiet until this side acts itself
    park_declined_at: datetime | None = Field(default=None, sa_type=Moment)
    since_at: datetime = Field(sa_type=Moment)  # of the status; an answer is awaited for 30 days from here
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: Side | None = Field(default=None, sa_type=Word(Side))  # None: by what happened around it
    version: int = 1
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)

    def interest_at(self, side: Side) -> datetime | None:
        """Since when this side has been interested in this round."""
        return self.need_interest_at if side is Side.NEED else self.park_interest_at

    def declined_at(self, side: Side) -> datetime | None:
        """Since when this side wants to hear no more of it."""
        return self.need_declined_at if side is Side.NEED else self.park_declined_at


class Consent(SQLModel, table=True):
    """That a side agreed to open exactly these fields to the other: who, when, to which text, to which values.

    `fields` is name → SHA-256 of the value with the consent's own salt: what was changed since is not open.
    """

    __tablename__ = "exchange_consent"
    __table_args__ = (
        one_of("side", Side),
        Index(
            "ix_exchange_consent_standing",
            "exchange_id",
            "side",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    exchange_id: int = Field(foreign_key="exchange.id", index=True)
    round: int
    side: Side = Field(sa_type=Word(Side))
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    text_version: str = Field(max_length=16)
    text_sha256: str = Field(max_length=64)
    fields_sha256: str = Field(max_length=64)
    salt: str = Field(max_length=32)
    fields: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Promise(SQLModel, table=True):
    """That a park's organisation promised to keep to itself what it reads: who, when, to which text."""

    __tablename__ = "exchange_promise"
    __table_args__ = (UniqueConstraint("exchange_id", "round"),)

    id: int = Field(default=None, primary_key=True)
    exchange_id: int = Field(foreign_key="exchange.id")
    round: int
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    name: str = Field(max_length=64)  # of the person, as it was that day
    text_version: str = Field(max_length=16)
    text_sha256: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Document(SQLModel, table=True):
    """A file that a need's owner hands over after the promise. In the database, so that a backup holds all of it."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    need_id: int = Field(foreign_key="need.id", index=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=120)  # shown, never a path
    size: int
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)
