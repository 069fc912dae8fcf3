"""To which address do letters go that let somebody in? To one that its owner has shown to be theirs.

A changed address is a contact at once; a link for a new password goes to the address before it until the link in a
letter to the new one was opened. Whoever had the address before is told.
"""

from datetime import datetime

from sqlmodel import Session

from marketplace import journal, mail
from marketplace.accounts import onetime
from marketplace.accounts.tables import Purpose, UnconfirmedMail
from marketplace.journal import Act
from marketplace.organisations import User, viewer_as

CONFIRM = "confirm"  # the kind of link in a letter
SUBJECT = "【园桥】请确认您的邮箱"
BODY = """您好！

您在园桥登记了新的邮箱。请在 24 小时内打开下面的链接，确认这个邮箱由您本人使用：
{link}

确认之前，找回密码的邮件仍发往原邮箱。如果不是您本人操作，请忽略本邮件。
"""
CHANGED_SUBJECT = "【园桥】您的邮箱已更改"
CHANGED_BODY = """您好！

您在园桥的账号登记了另一个邮箱。新邮箱确认后，找回密码的邮件将不再发到这里。

如果不是您本人操作，请立即登录修改密码，并联系本单位管理员。
"""


def reset_address(session: Session, user: User) -> str:
    """Where a link for a new password may go; empty where nowhere."""
    waiting = session.get(UnconfirmedMail, user.id)
    return (waiting.before if waiting else user.email) or ""


def is_confirmed(session: Session, user_id: int) -> bool:
    """Whether no changed address waits for its confirmation."""
    return session.get(UnconfirmedMail, user_id) is None


def address_changed(session: Session, user: User, before: str | None, *, now: datetime) -> None:
    """The person has another address, or none. What was on its way to confirm an earlier one confirms nothing."""
    waiting = session.get(UnconfirmedMail, user.id)
    known = waiting.before if waiting else before
    onetime.revoke(session, Purpose.MAIL, user.id)
    mail.take_back(session, user.id, CONFIRM)
    if waiting and (not user.email or user.email == known):
        session.delete(waiting)
    if user.email and user.email != known:
        if waiting is None:
            session.add(UnconfirmedMail(user_id=user.id, before=known, since_at=now))
        post_confirmation(session, user, now=now)
    session.flush()
    if before and before == known:
        mail.post(session, before, CHANGED_SUBJECT, CHANGED_BODY, now=now, user_id=user.id)


def post_confirmation(session: Session, user: User, *, now: datetime) -> None:
    """A letter with a link to the address that waits; one that was not sent yet is not sent twice."""
    mail.take_back(session, user.id, CONFIRM)
    lasts = onetime.LASTS[Purpose.MAIL]
    mail.post(session, user.email or "", SUBJECT, BODY, now=now, link=CONFIRM, user_id=user.id, lasts=lasts)


def confirmation_for(session: Session, user_id: int, *, now: datetime) -> str:
    """The token of a letter that is about to be sent; an earlier one ends."""
    return onetime.issue(session, Purpose.MAIL, user_id, now=now)


def confirm_address(session: Session, token: str, *, now: datetime) -> None:
    """Who opened the letter reads what comes to this address. Raises Refusal."""
    user_id = onetime.use(session, Purpose.MAIL, token, now=now)
    assert user_id is not None, "a confirmation is always somebody's"
    user = session.get_one(User, user_id)
    if waiting := session.get(UnconfirmedMail, user_id):
        session.delete(waiting)
        session.flush()
    by, whose = viewer_as(session, user), user.organisation_id
    journal.note(session, Act.CREDENTIAL, "user", user.public_id, by=by, now=now, whose=whose, what="mail_confirmed")
