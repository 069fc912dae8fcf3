"""What is kept of an act, and how is it chained to those before it?

Triggers refuse UPDATE, DELETE and TRUNCATE on both databases. A seal stands in a table of its own and is set after the
transaction, since a chain inside it would let PostgreSQL write one act at a time.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word


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
    INTERESTED = "interested"
    DECLINED = "declined"  # told to nobody but who declined
    PROMISED = "promised"
    SENT = "sent"  # an offer
    ACCEPTED = "accepted"
    SCREENED = "screened"
    DELETED = "deleted"
    ADVANCED = "advanced"  # a project reached a stage
    ENTERED = "entered"  # said, and waiting for the other side
    CONFIRMED = "confirmed"
    SIGNED = "signed"
    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"
    EXPIRED = "expired"


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
    """The link of an entry to all sealed before it; `id` counts 1, 2, 3 without a gap.

    Source: Haber and Stornetta, How to time-stamp a digital document, 1991.
    """

    __tablename__ = "journal_seal"

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="journal.id", unique=True)
    digest: str = Field(max_length=64)  # SHA-256 of the digest before, and the entry
