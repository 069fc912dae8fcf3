"""How do people come in, change their role and go?"""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from marketplace import journal
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.journal import Act
from marketplace.lifecycle import CHANGED_MEANWHILE, hold_still
from marketplace.members.tables import PersonFields
from marketplace.organisations import Organisation, Role, SignIn, User, Viewer, may_administer

LAST_ADMIN = Fault("role", "This is the last admin: make somebody else admin first")
_RANK = tuple(Role)


def enter(
    session: Session, organisation: Organisation, fields: PersonFields, password_hash: str, role: Role, *, now: datetime
) -> User:
    """A new person of an organisation, with a password hashed before. Raises Refusal for a taken sign-in name."""
    taken = Fault("login", "{login} is taken: choose another login", {"login": fields.login})
    if session.scalar(select(User.id).where(User.login == fields.login)):
        raise Refusal(taken)
    user = User(
        login=fields.login,
        name=fields.person,
        email=fields.email,
        phone=fields.phone,
        password_hash=password_hash,
        password_set_at=now,
        organisation_id=organisation.id,
        role=role,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError:  # somebody took it between the question and the answer
        raise Refusal(taken) from None
    return user


def people_of(session: Session, organisation_id: int) -> list[User]:
    """Who belongs to an organisation today, those with most rights first."""
    people = select(User).where(User.organisation_id == organisation_id, col(User.disabled_at).is_(None))
    return sorted(session.exec(people), key=lambda user: (-_RANK.index(user.role), user.name))


def reaching(session: Session, organisation_id: int, role: Role) -> int:
    """How many people of an organisation have this role or a higher one."""
    roles = _RANK[_RANK.index(role) :]
    count = select(func.count()).select_from(User).where(User.organisation_id == organisation_id)
    return session.exec(count.where(col(User.disabled_at).is_(None), col(User.role).in_(roles))).one()


def person(session: Session, public_id: str, viewer: Viewer) -> User:
    """Somebody of the viewer's own organisation. Raises NotFound."""
    own = select(User).where(User.public_id == public_id, User.organisation_id == viewer.organisation_id)
    found = session.exec(own.where(col(User.disabled_at).is_(None))).first()
    if found is None:
        raise NotFound
    return found


def change_role(session: Session, user: User, role: Role, *, by: Viewer, now: datetime) -> None:
    """An admin gives somebody of the same organisation another role. Raises NotFound, Conflict."""
    if not may_administer(by) or by.organisation_id != user.organisation_id:
        raise NotFound
    if user.role == role:
        return
    before = user.role
    _guarded(session, user, {"role": role}, keeps_admin=role == Role.ADMIN)
    _note(session, user, by=by, now=now, before=str(before), role=str(role))


def leave(session: Session, user: User, *, by: Viewer, now: datetime) -> None:
    """Close an account, one's own or by an admin: its browsers are signed out at once. Raises NotFound, Conflict."""
    own = by.user_id == user.id
    if by.organisation_id != user.organisation_id or not (own or may_administer(by)):
        raise NotFound
    _guarded(session, user, {"disabled_at": now}, keeps_admin=False)
    session.connection().execute(delete(SignIn).where(col(SignIn.user_id) == user.id))
    _note(session, user, by=by, now=now, closed=True, own=own)


def set_four_eyes(session: Session, wanted: bool, *, by: Viewer, now: datetime) -> None:
    """Whether an approver's own edit waits for another approver. Raises NotFound."""
    if not may_administer(by):
        raise NotFound
    organisation = session.get_one(Organisation, by.organisation_id)
    if organisation.four_eyes != wanted:
        organisation.four_eyes = wanted
        session.flush()
        facts = {"four_eyes": wanted}
        journal.note(
            session, Act.RIGHTS, "organisation", organisation.public_id, by=by, now=now, whose=organisation.id, **facts
        )


def _guarded(session: Session, user: User, values: dict[str, object], *, keeps_admin: bool) -> None:
    """Change a person who is still as they were read. Two admins who go at once: the second one stays."""
    organisation = session.get_one(Organisation, user.organisation_id)
    hold_still(session, organisation)
    if user.role == Role.ADMIN and not keeps_admin and reaching(session, organisation.id, Role.ADMIN) < 2:
        raise Conflict(LAST_ADMIN)
    row = update(User).where(col(User.id) == user.id, col(User.role) == user.role, col(User.disabled_at).is_(None))
    if session.connection().execute(row.values(**values)).rowcount != 1:
        raise Conflict(CHANGED_MEANWHILE)
    session.refresh(user)


def _note(session: Session, user: User, *, by: Viewer, now: datetime, **facts: object) -> None:
    journal.note(session, Act.RIGHTS, "user", user.public_id, by=by, now=now, whose=user.organisation_id, **facts)


def week_after(now: datetime) -> datetime:
    """Until when an invitation holds."""
    return now + timedelta(days=7)
