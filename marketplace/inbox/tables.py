"""What was told to whom, who has read it, and who wants it how?"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from marketplace.database import PERSONAL, Moment, Word, one_of, public_id
from marketplace.inbox.kinds import Letter, NoticeKind
from marketplace.organisations import Role


class Notice(SQLModel, table=True):
    """What an organisation, or one person of it, must learn. `facts` are words and counts of ours."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("least", Role),
        UniqueConstraint("organisation_id", "key"),
        Index("ix_notice_organisation_id_created_at", "organisation_id", "created_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    organisation_id: int = Field(foreign_key="organisation.id")
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)  # None: all with role `least`
    least: Role = Field(default=Role.VIEWER, sa_type=Word(Role))
    kind: NoticeKind = Field(sa_type=Word(NoticeKind))
    about_kind: str = Field(max_length=24)  # the noun: exchange, park, proposal, search …
    about_id: str = Field(max_length=24)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    key: str | None = Field(default=None, max_length=120)  # what is told once
    created_at: datetime = Field(sa_type=Moment)


class NoticeRead(SQLModel, table=True):
    """That a person has read a notice."""

    __tablename__ = "notice_read"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, index=True)
    read_at: datetime = Field(sa_type=Moment, sa_column_kwargs=PERSONAL)


class NoticeChoice(SQLModel, table=True):
    """How a person wants one kind by mail; what is not here comes as the kind does by itself."""

    __tablename__ = "notice_choice"
    __table_args__ = (one_of("letter", Letter),)

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    kind: NoticeKind = Field(sa_type=Word(NoticeKind), primary_key=True)
    letter: Letter = Field(sa_type=Word(Letter), sa_column_kwargs=PERSONAL)


class Digest(SQLModel, table=True):
    """Up to when a person's daily letters have told everything."""

    __tablename__ = "notice_digest"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    until_at: datetime = Field(sa_type=Moment, sa_column_kwargs=PERSONAL)
