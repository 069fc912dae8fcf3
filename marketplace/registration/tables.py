"""What is kept of a registration, and what may people fill in?"""

from datetime import datetime
from enum import StrEnum

from pydantic import field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from marketplace.database import PERSONAL, Moment, Word, one_of, public_id
from marketplace.fields import Fields
from marketplace.organisations import Standing, is_uscc

REASON_MOST = 1000


class CaseStatus(StrEnum):
    """A registration waits until the platform decides; who was turned away may try again."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"


class OrganisationFields(Fields):
    """What an organisation says of itself when it registers, or once more after it was turned away."""

    organisation: str = Field(min_length=2, max_length=120)
    uscc: str = Field(max_length=24)
    seat: str = Field(max_length=6)  # a region code; the page reads names of places
    contact: str = Field(min_length=2, max_length=120)

    @field_validator("uscc")
    @classmethod
    def _has_its_check_sign(cls, uscc: str) -> str:
        code = uscc.replace(" ", "").upper()
        if not is_uscc(code):
            message = "{uscc} is not a unified social credit code: check its 18 signs"
            raise PydanticCustomError("uscc", message, {"uscc": code, "message": message})
        return code


class Case(SQLModel, table=True):
    """One organisation's registration. Its code counts once it is verified: anybody may have typed it."""

    __tablename__ = "verification_case"
    __table_args__ = (one_of("status", CaseStatus),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    organisation_id: int = Field(foreign_key="organisation.id", unique=True)
    status: CaseStatus = Field(default=CaseStatus.SUBMITTED, sa_type=Word(CaseStatus), index=True)
    version: int = 1
    claimed_uscc: str = Field(max_length=18, index=True)
    contact: str = Field(max_length=120, sa_column_kwargs=PERSONAL)
    pinyin: str = Field(default="", max_length=600)  # of the name, without spaces
    initials: str = Field(default="", max_length=120)
    reason: str = Field(default="", max_length=REASON_MOST)
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    submitted_at: datetime = Field(sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class AuthorityLetter(SQLModel, table=True):
    """The letter of authority of a registration: the last one handed in."""

    __tablename__ = "authority_letter"

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="verification_case.id", unique=True)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=120, sa_column_kwargs=PERSONAL)  # for people to read, never a path
    content: bytes = Field(sa_type=LargeBinary, sa_column_kwargs=PERSONAL)
    created_at: datetime = Field(sa_type=Moment)


class Ruling(SQLModel, table=True):
    """A change of an organisation's standing with its reason: what its own people are told."""

    __tablename__ = "ruling"
    __table_args__ = (one_of("standing", Standing),)

    id: int = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    standing: Standing = Field(sa_type=Word(Standing))
    reason: str = Field(default="", max_length=REASON_MOST)
    by_user_id: int | None = Field(default=None, foreign_key="user_account.id")
    at: datetime = Field(sa_type=Moment)
