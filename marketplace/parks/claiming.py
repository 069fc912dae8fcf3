"""What is kept of who wants to speak for a park, and of a park that changes hands?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word, one_of, public_id

GROUNDS_MOST = 1000


class ClaimStatus(StrEnum):
    """A claim waits until the platform decides, or its organisation takes it back."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class HandoverStatus(StrEnum):
    """A park changes hands when the other side accepts."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ParkClaim(SQLModel, table=True):
    """An organisation says it speaks for a park, on these grounds."""

    __tablename__ = "park_claim"
    __table_args__ = (one_of("status", ClaimStatus),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    by_user_id: int = Field(foreign_key="user_account.id")
    status: ClaimStatus = Field(default=ClaimStatus.SUBMITTED, sa_type=Word(ClaimStatus), index=True)
    version: int = 1
    grounds: str = Field(max_length=GROUNDS_MOST)
    reason: str = Field(default="", max_length=GROUNDS_MOST)
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class Handover(SQLModel, table=True):
    """One organisation offers a park it speaks for to another."""

    __tablename__ = "park_handover"
    __table_args__ = (
        one_of("status", HandoverStatus),
        CheckConstraint("from_id <> to_id", name="two_organisations"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id", index=True)
    from_id: int = Field(foreign_key="organisation.id", index=True)
    to_id: int = Field(foreign_key="organisation.id", index=True)
    status: HandoverStatus = Field(default=HandoverStatus.OFFERED, sa_type=Word(HandoverStatus))
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
