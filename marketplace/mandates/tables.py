"""What is kept of those who act for others?"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word, one_of, public_id


class MandateStatus(StrEnum):
    """Offered by the principal, active once the agent accepts, ended by either side at once."""

    OFFERED = "offered"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"


class Mandate(SQLModel, table=True):
    """An agent acts for a park of its principal; without a park the principal is an enterprise."""

    __tablename__ = "mandate"
    __table_args__ = (
        one_of("status", MandateStatus),
        CheckConstraint("principal_id <> agent_id", name="two_organisations"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    principal_id: int = Field(foreign_key="organisation.id", index=True)
    agent_id: int = Field(foreign_key="organisation.id", index=True)
    park_id: int | None = Field(default=None, foreign_key="park.id", index=True)
    status: MandateStatus = Field(default=MandateStatus.OFFERED, sa_type=Word(MandateStatus))
    version: int = 1
    until_on: date
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class Voice(SQLModel, table=True):
    """An agent speaks for one park about one need, from a moment to another."""

    __tablename__ = "agent_voice"
    __table_args__ = (UniqueConstraint("need_id", "agent_id", "park_id"),)

    id: int = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id", index=True)
    agent_id: int = Field(foreign_key="organisation.id", index=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    since: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class VoiceConsent(SQLModel, table=True):
    """The owner of a need was told that an agent would speak for several parks, and answered."""

    __tablename__ = "voice_consent"
    __table_args__ = (UniqueConstraint("need_id", "agent_id"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    need_id: int = Field(foreign_key="need.id", index=True)
    agent_id: int = Field(foreign_key="organisation.id", index=True)
    asked_at: datetime = Field(sa_type=Moment)
    agreed: bool | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
