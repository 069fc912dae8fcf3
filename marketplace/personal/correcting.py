"""How does a person put right what is kept about them? Source: 个人信息保护法 46."""

import re
from datetime import datetime

from pydantic import field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Field, Session

from marketplace import accounts, journal
from marketplace.errors import NotFound
from marketplace.fields import Fields
from marketplace.journal import Act
from marketplace.organisations import User, Viewer


class OwnFields(Fields):
    """What a person may put right about themselves."""

    name: str = Field(min_length=1, max_length=64)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=24)

    @field_validator("email")
    @classmethod
    def _is_address(cls, email: str | None) -> str | None:
        if email and not re.fullmatch(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;.]+", email):
            message = "This is no mail address"
            raise PydanticCustomError("email", message, {"message": message})
        return email or None

    @field_validator("phone")
    @classmethod
    def _is_number(cls, phone: str | None) -> str | None:
        if phone and not re.fullmatch(r"[0-9+() -]{3,24}", phone):
            message = "A phone number has digits, spaces and + - ( ) alone"
            raise PydanticCustomError("phone", message, {"message": message})
        return phone or None


def correct(session: Session, fields: OwnFields, *, by: Viewer, now: datetime) -> None:
    """Put one's own name, mail address and telephone number right. Raises NotFound."""
    user = session.get_one(User, by.user_id)
    if user.deleted_at is not None or user.disabled_at is not None:
        raise NotFound
    values = {name: getattr(fields, name) for name in OwnFields.model_fields}
    changed = sorted(name for name, value in values.items() if value != getattr(user, name))
    if not changed:
        return
    before = user.email
    user.sqlmodel_update(values)
    session.flush()
    if "email" in changed:
        accounts.address_changed(session, user, before, now=now)
    journal.note(session, Act.CHANGED, "user", user.public_id, by=by, now=now, whose=by.organisation_id, fields=changed)
