"""How does an admin help somebody who can neither remember the password nor show the second factor?

A code alone lets nobody in who has a second factor. To take that away two admins agree, where there are two; and the
person is told of either, by letter and in the inbox, whoever asked for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from marketplace import inbox, journal, mail
from marketplace.accounts import onetime, second
from marketplace.accounts.addresses import reset_address
from marketplace.accounts.tables import HelpRequest
from marketplace.errors import NotFound
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.organisations import Role, User, Viewer, end_sign_ins, may_administer, may_rule

WAITS = timedelta(hours=24)
SUBJECT = "【园桥】账号安全提醒"
_TOLD = {
    NoticeKind.HELP_CODE: "管理员为您的账号开出了一个重设密码的一次性代码。",
    NoticeKind.HELP_ASKED: "管理员申请移除您账号的双因素验证，等待另一位管理员同意。",
    NoticeKind.HELP_REMOVED: "管理员移除了您账号的双因素验证，您在各处的登录均已退出。",
}
BODY = """您好！

{told}

如果不是您本人请求的，请立即联系本单位管理员或平台运营方。
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits: whom it is about, who asked, and whether this reader may agree."""

    id: str
    login: str
    name: str
    asked_by: str | None  # None: a person of the platform, whom an organisation need not know
    asked_at: datetime
    is_own: bool


def may_hand_out(by: Viewer, user: User) -> bool:
    """Admins of the platform help anybody, admins of an organisation its own people; nobody oneself."""
    helps = may_rule(by) or (may_administer(by) and by.organisation_id == user.organisation_id)
    return helps and by.user_id != user.id and user.disabled_at is None


def hand_out_code(session: Session, user: User, *, by: Viewer, now: datetime) -> str:
    """A code to read out to a person, good for one new password within 24 hours. Raises NotFound."""
    if not may_hand_out(by, user):
        raise NotFound
    code = onetime.issue_code(session, user.id, now=now)
    _note(session, user, "code", by=by, now=now)
    _tell(session, user, NoticeKind.HELP_CODE, now=now)
    return code


def take_second_away(session: Session, user: User, *, by: Viewer, now: datetime) -> bool:
    """For who lost authenticator and recovery codes; whether it is done, or waits for another admin. Raises NotFound.

    With the second factor every browser goes.
    """
    if not may_hand_out(by, user):
        raise NotFound
    if second.has_second(session, user.id) and _is_another_there(session, user, by):
        _withdraw(session, user.id)
        session.add(HelpRequest(user_id=user.id, asked_by_id=by.user_id, created_at=now))
        _note(session, user, "second_factor_asked", by=by, now=now)
        _tell(session, user, NoticeKind.HELP_ASKED, now=now)
        return False
    _take_away(session, user, by=by, now=now)
    return True


def requests_for(session: Session, by: Viewer, *, now: datetime) -> list[Asked]:
    """What waits for an admin of those this one may help, the oldest first."""
    query = select(HelpRequest, User).where(HelpRequest.user_id == User.id, col(HelpRequest.created_at) > now - WAITS)
    rows = session.exec(query.order_by(col(HelpRequest.created_at))).all()
    return [
        Asked(
            row.public_id,
            user.login,
            user.name,
            _name_of_asker(session, row, by),
            row.created_at,
            row.asked_by_id == by.user_id,
        )
        for row, user in rows
        if may_hand_out(by, user)
    ]


def _name_of_asker(session: Session, row: HelpRequest, by: Viewer) -> str | None:
    asker = session.get_one(User, row.asked_by_id)
    return asker.name if may_rule(by) or asker.organisation_id == by.organisation_id else None


def agree(session: Session, id: str, *, by: Viewer, now: datetime) -> User:
    """A second admin agrees: the second factor goes. Raises NotFound, also for who asked and what waited too long."""
    row, user = _waiting(session, id, by, now)
    if row.asked_by_id == by.user_id or not _withdraw(session, row.user_id):
        raise NotFound
    _take_away(session, user, by=by, now=now)
    return user


def turn_down(session: Session, id: str, *, by: Viewer, now: datetime) -> User:
    """A second admin does not agree, or who asked takes it back. Raises NotFound."""
    row, user = _waiting(session, id, by, now)
    _withdraw(session, row.user_id)
    _note(session, user, "second_factor_kept", by=by, now=now)
    return user


def _waiting(session: Session, id: str, by: Viewer, now: datetime) -> tuple[HelpRequest, User]:
    row = session.exec(select(HelpRequest).where(HelpRequest.public_id == id)).first()
    user = session.get_one(User, row.user_id) if row else None
    if row is None or user is None or not may_hand_out(by, user) or row.created_at <= now - WAITS:
        raise NotFound
    return row, user


def _withdraw(session: Session, user_id: int) -> bool:
    """Whether one waited: of two who decide at once, one is too late."""
    gone = delete(HelpRequest).where(col(HelpRequest.user_id) == user_id)
    return session.connection().execute(gone).rowcount == 1


def _is_another_there(session: Session, user: User, by: Viewer) -> bool:
    """Whether the organisation that helps has another admin than who asks and whom it is about."""
    others = select(User.id).where(User.organisation_id == by.organisation_id, User.role == Role.ADMIN)
    others = others.where(col(User.disabled_at).is_(None), col(User.id).not_in([by.user_id, user.id]))
    return session.exec(others.limit(1)).first() is not None


def _take_away(session: Session, user: User, *, by: Viewer, now: datetime) -> None:
    end_sign_ins(session, user.id)
    second.remove(session, user.id, by=by, now=now)
    _tell(session, user, NoticeKind.HELP_REMOVED, now=now)


def _note(session: Session, user: User, what: str, *, by: Viewer, now: datetime) -> None:
    whose = user.organisation_id
    journal.note(session, Act.CREDENTIAL, "user", user.public_id, by=by, now=now, whose=whose, what=what)


def _tell(session: Session, user: User, kind: NoticeKind, *, now: datetime) -> None:
    """A letter that nobody can switch off, and the inbox."""
    mail.post(session, reset_address(session, user), SUBJECT, BODY.format(told=_TOLD[kind]), now=now, user_id=user.id)
    inbox.tell(session, kind, to=user.organisation_id, user_id=user.id, about=("user", user.public_id), now=now)
