"""Who stands behind a need, once both sides have agreed?"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from marketplace.disclosure.levels import Level
from marketplace.needs import Need
from marketplace.organisations import Organisation, Role, User

CONTACTS_MOST = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to ask."""

    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """The firm and whom to ask there: IDENTITY of the fields."""

    name: str
    uscc: str | None
    contacts: tuple[Contact, ...]


def identity_of(session: Session, need: Need, level: Level) -> Identity | None:
    """Who owns a need; None below the level at which both sides have agreed."""
    if level < Level.BOTH:
        return None
    owner = session.get_one(Organisation, need.owner_id)
    people = select(User).where(
        User.organisation_id == owner.id, col(User.disabled_at).is_(None), User.role != Role.VIEWER
    )
    found = session.exec(people.order_by(col(User.id)).limit(CONTACTS_MOST))
    contacts = tuple(Contact(person.name, person.email, person.phone) for person in found)
    return Identity(owner.name, owner.uscc, contacts)
