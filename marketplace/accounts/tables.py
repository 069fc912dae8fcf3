"""What is kept of one-time tokens and second factors? Hashes, and a sealed secret."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from marketplace.database import PERSONAL, Moment, Word, one_of, public_id


class Purpose(StrEnum):
    """What a one-time token lets its holder do."""

    SECOND = "second"  # the password was right, the second factor is to come
    LINK = "link"  # set a new password, by mail
    CODE = "code"  # set a new password, by a code an admin read out
    FIRST = "first"  # become the platform's first admin
    MAIL = "mail"  # show that a changed mail address is one's own


class OneTime(SQLModel, table=True):
    """A token that works once and not for long. Only its hash is kept."""

    __tablename__ = "one_time"
    __table_args__ = (one_of("purpose", Purpose),)

    token_hash: str = Field(primary_key=True, max_length=64)
    purpose: Purpose = Field(sa_type=Word(Purpose))
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class SecondFactor(SQLModel, table=True):
    """An authenticator. Until its first code came it is only proposed."""

    __tablename__ = "second_factor"

    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    secret: str = Field(max_length=120)  # sealed with a key that is not in the database
    last_step: int = 0  # the latest half minute whose code was taken: none is taken twice
    created_at: datetime = Field(sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)


class RecoveryCode(SQLModel, table=True):
    """One of the codes that stand in for a lost authenticator, each once. Only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class UnconfirmedMail(SQLModel, table=True):
    """Somebody's mail address was changed. Until the new one is confirmed, links for a new password go to the old."""

    __tablename__ = "unconfirmed_mail"

    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    before: str | None = Field(default=None, max_length=254, sa_column_kwargs=PERSONAL)
    since_at: datetime = Field(sa_type=Moment)


class HelpRequest(SQLModel, table=True):
    """An admin would take somebody's second factor away, and waits for another admin to agree."""

    __tablename__ = "help_request"

    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    asked_by_id: int = Field(foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=Moment)
