"""What is kept of a text that was screened, of what its author says to a rule, and of the conclusion?"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word, one_of, public_id
from marketplace.fields import Fields


class ScreeningStatus(StrEnum):
    """Clear, noticed and passed texts are public; one that waits, was refused or was replaced before is not."""

    CLEAR = "clear"  # no rule tripped
    NOTICED = "noticed"  # public with a warning; a reviewer looks
    WAITING = "waiting"  # not public until a reviewer concludes
    PASSED = "passed"
    REFUSED = "refused"
    REPLACED = "replaced"  # its author wrote another text before anybody concluded


class AnswerKind(StrEnum):
    """A legal basis, for rules on 条例 10, or the exception of 条例 12, for every rule."""

    BASIS = "basis"
    EXCEPTION = "exception"


class Authority(StrEnum):
    """What may allow a favour. Source: 条例 10."""

    LAW = "law"
    REGULATION = "regulation"
    APPROVAL = "approval"


class Ground(StrEnum):
    """For whose sake competition may be restricted. Source: 条例 12."""

    SECURITY = "security"
    SCIENCE = "science"
    PUBLIC_INTEREST = "public_interest"
    OTHER_LAW = "other_law"


class Screening(SQLModel, table=True):
    """One text as it was submitted for one place (a field of a park, an incentive), what tripped, what came of it."""

    __tablename__ = "screening"
    __table_args__ = (one_of("status", ScreeningStatus), Index("ix_screening_place", "about", "about_id", "field"))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    about: str = Field(max_length=24)  # the noun: park, incentive
    about_id: str = Field(max_length=24)  # its code or public id
    field: str = Field(max_length=40)
    title: str = Field(default="", max_length=120)  # of what it is part, for the list
    owner_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    text: str = Field(sa_type=LongText)
    hits: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    rules: str = Field(max_length=12)  # the edition of the rules it was screened by
    status: ScreeningStatus = Field(sa_type=Word(ScreeningStatus), index=True)
    reason: str = Field(default="", max_length=1000)
    submitted_by: int | None = Field(default=None, foreign_key="user_account.id")
    concluded_by: int | None = Field(default=None, foreign_key="user_account.id")
    concluded_at: datetime | None = Field(default=None, sa_type=Moment)
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class AnswerFields(Fields):
    """What an author says to a rule: by which law it may be so, or why an exception must be."""

    rule: str = Field(max_length=3)
    kind: AnswerKind = Field(sa_type=Word(AnswerKind))
    authority: Authority | None = Field(default=None, sa_type=Word(Authority))
    number: str = Field(default="", max_length=200)
    ground: Ground | None = Field(default=None, sa_type=Word(Ground))
    why: str = Field(default="", max_length=1000)
    ends_on: date | None = None


class Answer(AnswerFields, table=True):
    """The author's word to one rule that a text tripped."""

    __tablename__ = "screening_answer"
    __table_args__ = (
        UniqueConstraint("screening_id", "rule"),
        one_of("kind", AnswerKind),
        one_of("authority", Authority),
        one_of("ground", Ground),
    )
    model_config = {"extra": "ignore"}  # noqa: RUF012 - what SQLModel asks for

    id: int = Field(default=None, primary_key=True)
    screening_id: int = Field(foreign_key="screening.id", index=True)
    by_user_id: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=Moment)
