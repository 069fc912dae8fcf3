"""What happened, to whose things, by whom? Written in the transaction of the act, never changed, without any secret.

Triggers refuse UPDATE and DELETE on both databases. A seal chains an entry to the one sealed before it (`Seal`): in a
table of its own, after the transaction, since a chain inside it would let PostgreSQL write one act at a time.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel

from marketplace.database import Moment, Word
from marketplace.organisations import Viewer


class Act(StrEnum):
    """What was done. Kept as a word without a check: the list grows with the noun that acts."""

    DISCLOSED = "disclosed"  # facts: level, fields (their names)
    EXPORTED = "exported"
    RIGHTS = "rights"  # a right was given, changed or taken: roles, standing, mandates, tokens
    REFUSED = "refused"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    CREDENTIAL = "credential"  # a password, second factor or code was set or taken away
    PUBLISHED = "published"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    CONSENTED = "consented"
    SCREENED = "screened"
    DELETED = "deleted"


class Entry(SQLModel, table=True):
    """One act. People and organisations stand by their number alone, which says nothing once they are deleted."""

    __tablename__ = "journal"

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    act: Act = Field(sa_type=Word(Act))
    by_user_id: int | None = Field(default=None, index=True)  # no foreign keys: an entry outlives what it names
    by_organisation_id: int | None = Field(default=None, index=True)
    about: str = Field(default="", max_length=24)  # the noun: need, park, organisation, user, exchange …
    about_id: str = Field(default="", max_length=24, index=True)  # its public id
    whose_id: int | None = Field(default=None, index=True)  # the organisation that may read this entry as its own
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Seal(SQLModel, table=True):
    """The link of an entry to all sealed before it. Source: Haber and Stornetta, 1991."""

    __tablename__ = "journal_seal"

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="journal.id", unique=True)
    digest: str = Field(max_length=64)  # SHA-256 of the digest before, and the entry


def note(
    session: Session,
    act: Act,
    about: str,
    about_id: str,
    *,
    by: Viewer | None,
    now: datetime,
    whose: int | None = None,
    **facts: Any,
) -> None:
    """Write an act down in its own transaction; `by` None is the platform's own doing.

    `facts` are names, numbers and words of ours (a field's name, a level, a reason's kind), never a confidential value.
    """
    session.add(
        Entry(
            at=now,
            act=act,
            by_user_id=by.user_id if by else None,
            by_organisation_id=by.organisation_id if by else None,
            about=about,
            about_id=about_id,
            whose_id=whose,
            facts=facts,
        )
    )
    session.flush()
