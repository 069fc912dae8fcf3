"""What is kept of a sheet that waits for a second pair of eyes?"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from marketplace.capacity.sections import Section
from marketplace.database import Moment, Word, one_of, public_id


class ProposalStatus(StrEnum):
    """An open proposal is approved or returned by somebody else, or taken back."""

    OPEN = "open"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Proposal(SQLModel, table=True):
    """A sheet, or a section of it, as somebody wants it, beside what stood then. `confirms`: all of it still holds."""

    __tablename__ = "sheet_proposal"
    __table_args__ = (one_of("status", ProposalStatus), one_of("section", Section))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id", index=True)
    organisation_id: int = Field(
        foreign_key="organisation.id", index=True
    )  # of the person: the park's own, or an agent
    made_by_id: int = Field(foreign_key="user_account.id")
    status: ProposalStatus = Field(default=ProposalStatus.OPEN, sa_type=Word(ProposalStatus))
    version: int = 1
    confirms: bool = False
    section: Section | None = Field(default=None, sa_type=Word(Section))  # None: the whole sheet
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str = Field(default="", max_length=1000)
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
