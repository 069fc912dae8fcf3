"""Which fields would open to the other side, with which values, and which of them are open now?"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace.disclosure import Level, fields_opening, seen
from marketplace.exchanges.tables import Consent, Exchange, Side
from marketplace.exchanges.texts import CONSENT, text_of
from marketplace.needs import Need
from marketplace.organisations import Organisation, User, Viewer

OF_OFFICE = ("office.name", "office.contact")  # what a need's owner comes to see of the park's side
CONTACT = ("owner.contact", "office.contact")


@dataclass(frozen=True, slots=True)
class Opening:
    """A side's list: field → its present value as JSON, in the order it is shown; a contact is name, mail, phone."""

    side: Side
    fields: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """What a form carries, so that consent is to exactly this list under exactly this text."""
        return _digest([self.side, text_of(CONSENT).sha256, *self.fields.items()])


def opening_of(session: Session, need: Need, side: Side, organisation_id: int, user_id: int | None) -> Opening:
    """What a side opens when this person consents for it."""
    organisation = session.get_one(Organisation, organisation_id)
    person = session.get(User, user_id) if user_id is not None else None
    if person is not None and (person.disabled_at is not None or person.organisation_id != organisation_id):
        person = None  # who left is no contact any more
    contact = [person.name, person.email, person.phone] if person else None
    if side is Side.PARK:
        return Opening(side, {"office.name": organisation.name, "office.contact": contact})
    identity = {"owner.name": organisation.name, "owner.uscc": organisation.uscc, "owner.contact": contact}
    said = seen(need, Level.BOTH).fields.model_dump(mode="json")
    names = fields_opening(need, Level.BOTH)
    return Opening(side, {name: identity[name] if name in identity else _inner(said, name) for name in names})


def opening_for(session: Session, need: Need, side: Side, by: Viewer) -> Opening:
    """What opens when the reader consents for their side."""
    return opening_of(session, need, side, by.organisation_id, by.user_id)


def consent_of(session: Session, exchange: Exchange, side: Side) -> Consent | None:
    """The consent of a side that stands."""
    query = select(Consent).where(Consent.exchange_id == exchange.id, Consent.side == side)
    return session.exec(query.where(col(Consent.ended_at).is_(None))).first()


def consent_to(opening: Opening, exchange: Exchange, by: Viewer, *, now: datetime) -> Consent:
    """The record of a consent: who, when, the text, and the check values of the list."""
    salt = secrets.token_hex(16)
    return Consent(
        exchange_id=exchange.id,
        round=exchange.round,
        side=opening.side,
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        text_version=text_of(CONSENT).version,
        text_sha256=text_of(CONSENT).sha256,
        fields_sha256=opening.sha256,
        salt=salt,
        fields={name: _digest([salt, name, value]) for name, value in opening.fields.items()},
        created_at=now,
    )


def agreed(session: Session, need: Need, consent: Consent | None) -> Mapping[str, Any]:
    """The fields that a consent opens now: those that still stand as they were consented to."""
    if consent is None:
        return {}
    present = opening_of(session, need, consent.side, consent.organisation_id, consent.user_id)
    return {name: value for name, value in present.fields.items() if _is_agreed(consent, name, value)}


def waiting(session: Session, need: Need, consent: Consent | None) -> tuple[str, ...]:
    """The fields that came or changed since a consent: they wait for a new one."""
    if consent is None:
        return ()
    present = opening_of(session, need, consent.side, consent.organisation_id, consent.user_id)
    return tuple(name for name, value in present.fields.items() if not _is_agreed(consent, name, value))


def is_current(session: Session, need: Need, consent: Consent | None) -> bool:
    """Whether a consent covers everything its side would open now."""
    return consent is not None and not waiting(session, need, consent)


def _is_agreed(consent: Consent, name: str, value: Any) -> bool:
    return consent.fields.get(name) == _digest([consent.salt, name, value])


def _inner(said: Mapping[str, Any], name: str) -> Any:
    head, _, inner = name.partition(".")
    return said[head][inner] if inner else said[head]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
