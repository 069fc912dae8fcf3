"""What is kept of an invitation, and what does a person say who comes in?"""

from datetime import datetime

from pydantic import field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Field, SQLModel

from marketplace.database import PERSONAL, Moment, Word, one_of, public_id
from marketplace.fields import Fields
from marketplace.organisations import Role

_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._@-")


class PersonFields(Fields):
    """What somebody says of themself; the password comes beside it, as its spaces count."""

    person: str = Field(min_length=1, max_length=64)
    login: str = Field(min_length=3, max_length=64)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=24)

    @field_validator("login")
    @classmethod
    def _is_login(cls, login: str) -> str:
        if not set(login.lower()) <= _SIGNS:
            message = "A sign-in name has Latin letters, digits and . _ @ - alone"
            raise PydanticCustomError("login", message, {"message": message})
        return login.lower()

    @field_validator("email")
    @classmethod
    def _is_email(cls, email: str | None) -> str | None:
        before, _, after = (email or "").rpartition("@")
        if email and (not before or "." not in after.strip(".") or set(email) & set(' \t\r\n<>,;"')):
            message = "This is no mail address"
            raise PydanticCustomError("email", message, {"message": message})
        return email

    @field_validator("phone")
    @classmethod
    def _is_phone(cls, phone: str | None) -> str | None:
        if phone and not (set(phone) <= set("0123456789+-() ") and sum(sign.isdigit() for sign in phone) >= 5):
            message = "A phone number has digits, spaces and + - ( ) alone"
            raise PydanticCustomError("phone", message, {"message": message})
        return phone


class Invitation(SQLModel, table=True):
    """A place kept for one person in a role. Only the hash of its token is kept."""

    __tablename__ = "invitation"
    __table_args__ = (one_of("role", Role),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    token_hash: str = Field(unique=True, max_length=64)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    role: Role = Field(sa_type=Word(Role))
    email: str | None = Field(default=None, max_length=254, sa_column_kwargs=PERSONAL)
    invited_by_id: int = Field(foreign_key="user_account.id")
    accepted_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
