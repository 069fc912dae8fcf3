"""How is somebody invited, and who takes the invitation up?"""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from marketplace import inbox, journal
from marketplace.errors import Conflict, Fault, NotFound
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.members.rules import enter, week_after
from marketplace.members.tables import Invitation, PersonFields
from marketplace.organisations import Organisation, Role, Standing, User, Viewer, may_administer

LETTER = "invitation:"  # with the public id: what a letter in the outbox says instead of a token
USED = Fault("", "This invitation was used, withdrawn or is older than seven days: ask for a new one")


def invite(
    session: Session, role: Role, *, email: str | None = None, by: Viewer, now: datetime
) -> tuple[Invitation, str]:
    """Keep a place for one person; the token opens it once within seven days. Raises NotFound."""
    if not may_administer(by):
        raise NotFound
    token = secrets.token_urlsafe(24)
    row = Invitation(
        token_hash=_hashed(token),
        organisation_id=by.organisation_id,
        role=role,
        email=email,
        invited_by_id=by.user_id,
        expires_at=week_after(now),
        created_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row, by=by, now=now, role=str(role))
    return row, token


def link_for(session: Session, letter_link: str, *, now: datetime) -> str | None:
    """A new token for an invitation nobody took up yet, made when its letter leaves; None where it is over."""
    public_id = letter_link.removeprefix(LETTER)
    row = session.exec(select(Invitation).where(Invitation.public_id == public_id)).first()
    if row is None or row.accepted_at or row.withdrawn_at or row.expires_at <= now:
        return None
    token = secrets.token_urlsafe(24)
    row.token_hash = _hashed(token)
    session.add(row)
    session.flush()
    return token


def invitations_of(session: Session, viewer: Viewer, *, now: datetime) -> list[Invitation]:
    """Places kept that nobody has taken yet, newest first."""
    rows = select(Invitation).where(Invitation.organisation_id == viewer.organisation_id)
    rows = rows.where(col(Invitation.accepted_at).is_(None), col(Invitation.withdrawn_at).is_(None))
    return list(session.exec(rows.where(col(Invitation.expires_at) > now).order_by(col(Invitation.id).desc())))


def withdraw_invitation(session: Session, public_id: str, *, by: Viewer, now: datetime) -> None:
    """Take an invitation back. Raises NotFound, Conflict."""
    own = select(Invitation).where(Invitation.public_id == public_id, Invitation.organisation_id == by.organisation_id)
    row = session.exec(own).first()
    if row is None or not may_administer(by):
        raise NotFound
    _close(session, row, now=now, withdrawn_at=now)
    _note(session, row, by=by, now=now, withdrawn=True)


def invitation_by(session: Session, token: str, *, now: datetime) -> tuple[Invitation, Organisation]:
    """What a token opens. Raises NotFound, the same for a used, an old and an invented one."""
    row = session.exec(select(Invitation).where(Invitation.token_hash == _hashed(token))).first()
    if row is None or row.accepted_at or row.withdrawn_at or row.expires_at <= now:
        raise NotFound
    organisation = session.get_one(Organisation, row.organisation_id)
    if organisation.standing not in (Standing.PENDING, Standing.VERIFIED):
        raise NotFound
    return row, organisation


def accept(session: Session, token: str, fields: PersonFields, password_hash: str, *, now: datetime) -> User:
    """The invited person takes their place, once. Raises NotFound, Refusal, Conflict."""
    row, organisation = invitation_by(session, token, now=now)
    _close(session, row, now=now, accepted_at=now)
    user = enter(session, organisation, fields, password_hash, row.role, now=now)
    row.accepted_by_id = user.id
    session.add(row)
    session.flush()
    facts = {"role": str(row.role), "invitation": row.public_id}
    journal.note(session, Act.RIGHTS, "user", user.public_id, by=None, now=now, whose=organisation.id, **facts)
    kind, about = NoticeKind.INVITATION_ACCEPTED, ("invitation", row.public_id)
    inbox.tell(session, kind, to=organisation.id, about=about, now=now, least=Role.ADMIN)
    return user


def _close(session: Session, row: Invitation, *, now: datetime, **values: datetime) -> None:
    """In one guarded statement: of two who come at once, one is too late."""
    still = update(Invitation).where(col(Invitation.id) == row.id, col(Invitation.expires_at) > now)
    still = still.where(col(Invitation.accepted_at).is_(None), col(Invitation.withdrawn_at).is_(None))
    if session.connection().execute(still.values(**values)).rowcount != 1:
        raise Conflict(USED)
    session.refresh(row)


def _note(session: Session, row: Invitation, *, by: Viewer, now: datetime, **facts: object) -> None:
    journal.note(session, Act.RIGHTS, "invitation", row.public_id, by=by, now=now, whose=row.organisation_id, **facts)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
