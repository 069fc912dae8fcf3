"""How does the platform's first admin come in, where nobody can let them in?"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace import journal
from marketplace.accounts import onetime
from marketplace.accounts.tables import Purpose
from marketplace.errors import Fault, Refusal
from marketplace.journal import Act
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    add_organisation,
    viewer_as,
)

THERE = Fault("", "The platform has an admin already: they let further people in")


def has_admin(session: Session) -> bool:
    """Whether somebody administers the platform."""
    people = select(User.id).join(Organisation).where(Organisation.kind == OrganisationKind.PLATFORM)
    return (
        session.exec(people.where(User.role == Role.ADMIN, col(User.disabled_at).is_(None)).limit(1)).first()
        is not None
    )


def first_token(session: Session, *, now: datetime) -> str:
    """What opens the page for the first admin, once within 24 hours. Raises Refusal where there is one."""
    if has_admin(session):
        raise Refusal(THERE)
    return onetime.issue(session, Purpose.FIRST, None, now=now)


def open_first(session: Session, token: str, *, now: datetime) -> None:
    """Whether a token opens the page; it is not used up. Raises Refusal."""
    onetime.holder(session, Purpose.FIRST, token, now=now)
    if has_admin(session):
        raise Refusal(THERE)


def found_platform(
    session: Session, token: str, organisation: str, login: str, name: str, password_hash: str, *, now: datetime
) -> User:
    """The platform's organisation with its first admin. Raises Refusal."""
    onetime.use(session, Purpose.FIRST, token, now=now)
    if has_admin(session):
        raise Refusal(THERE)
    made = add_organisation(session, organisation, OrganisationKind.PLATFORM, now=now, standing=Standing.VERIFIED)
    login = login.strip().lower()
    if session.exec(select(User.id).where(User.login == login)).first() is not None:
        raise Refusal(Fault("login", "{login} is taken: choose another login", {"login": login}))
    user = User(login=login, name=name.strip(), organisation_id=made.id, password_hash=password_hash, created_at=now)
    user.role, user.password_set_at = Role.ADMIN, now
    session.add(user)
    session.flush()
    by = viewer_as(session, user)
    journal.note(session, Act.RIGHTS, "user", user.public_id, by=by, now=now, whose=made.id, role=str(Role.ADMIN))
    return user
