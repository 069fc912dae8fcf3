"""What is somebody in the journal called, to whoever reads it?

By name while they are here, by their number once they are deleted. An organisation reads of other enterprises no name:
the journal opens nothing that an exchange has not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, or_, select

from marketplace.journal.tables import Entry
from marketplace.organisations import Organisation, OrganisationKind, User, Viewer

FOUND_MOST = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A person or an organisation: a name, or what is left: the number, or the kind alone."""

    name: str = ""
    number: int | None = None  # of somebody deleted
    kind: OrganisationKind | None = None  # of an organisation whose name is not the reader's to know


@dataclass(frozen=True, slots=True)
class People:
    """Everybody whom some entries name, as their reader may know them."""

    users: Mapping[int, Person] = field(default_factory=dict)
    organisations: Mapping[int, Person] = field(default_factory=dict)
    spoken_of: Mapping[str, Person] = field(default_factory=dict)  # by public id


def people_in(session: Session, entries: Iterable[Entry], *, own_of: Viewer | None) -> People:
    """Names for a page of entries in two queries; `own_of` None is an auditor, who knows everybody."""
    rows = list(entries)
    ids = {row.by_user_id for row in rows}
    said = {row.about_id for row in rows if row.about in ("user", "organisation")}
    users = session.exec(select(User).where(or_(col(User.id).in_(ids), col(User.public_id).in_(said)))).all()
    own = own_of.organisation_id if own_of else None
    known = [user for user in users if own is None or user.organisation_id == own]
    houses = {row.by_organisation_id for row in rows} | {user.organisation_id for user in users}
    houses |= {told for row in rows if isinstance(told := row.facts.get("to"), int)}  # whom something was opened to
    query = select(Organisation).where(or_(col(Organisation.id).in_(houses), col(Organisation.public_id).in_(said)))
    found = {row.id: (row, _organisation(row, own)) for row in session.exec(query)}
    return People(
        users={user.id: _user(user) for user in known},
        organisations={id: person for id, (_, person) in found.items()},
        spoken_of={user.public_id: _user(user) for user in known}
        | {row.public_id: person for row, person in found.values() if own is None or row.id == own},
    )


def colleagues(session: Session, viewer: Viewer) -> list[User]:
    """The people of one's organisation who are not deleted, by name."""
    query = select(User).where(User.organisation_id == viewer.organisation_id, col(User.deleted_at).is_(None))
    return list(session.exec(query.order_by(col(User.name), col(User.id))))


def users_called(session: Session, words: str) -> list[int]:
    """For an auditor: the ids of people with this sign-in name or public id."""
    query = select(User.id).where(or_(User.login == words.lower(), User.public_id == words))
    return list(session.exec(query.limit(FOUND_MOST)))


def organisations_called(session: Session, words: str) -> list[int]:
    """For an auditor: the ids of organisations with these words in their name, or this code or public id."""
    named = col(Organisation.name).contains(words, autoescape=True)
    query = select(Organisation.id).where(
        or_(named, Organisation.uscc == words.upper(), Organisation.public_id == words)
    )
    return list(session.exec(query.limit(FOUND_MOST)))


def _user(user: User) -> Person:
    return Person(number=user.id) if user.deleted_at else Person(name=user.name)


def _organisation(row: Organisation, own: int | None) -> Person:
    if row.deleted_at:
        return Person(number=row.id) if own is None or row.id == own else Person(kind=row.kind)
    if own is not None and row.id != own and row.kind == OrganisationKind.ENTERPRISE:
        return Person(kind=row.kind)
    return Person(name=row.name)
