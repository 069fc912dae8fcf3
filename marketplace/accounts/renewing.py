"""How does a person get a new password: by the old one, by a mailed link, by a code an admin read out?

The new password is hashed before anything is written (`hash_of_new`): a hash takes long, and writers must not wait.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from marketplace import journal, mail
from marketplace.accounts import onetime
from marketplace.accounts.addresses import reset_address
from marketplace.accounts.tables import (
    HelpRequest,
    OneTime,
    Purpose,
    RecoveryCode,
    SecondFactor,
    UnconfirmedMail,
)
from marketplace.errors import Fault, Refusal
from marketplace.journal import Act
from marketplace.organisations import (
    ASVS,
    Organisation,
    PasswordRules,
    User,
    Viewer,
    end_sign_ins,
    hash_of_new,
    hashed_password,
    is_outdated,
    is_password,
    viewer_as,
)

RESET = "reset"  # the kind of link in a letter
NOBODY = Fault("login", "The sign-in name or the code is wrong, or the code was used or is too old")


def named(session: Session, login: str) -> User | None:
    """Who signs in by this name and may."""
    found = select(User).where(User.login == login.strip().lower(), col(User.disabled_at).is_(None))
    return session.exec(found).first()


def prove(session: Session, viewer: Viewer, password: str) -> None:
    """Somebody signed in shows once more that it is they; only reads. Raises Refusal, Busy."""
    if not is_password(password, session.get_one(User, viewer.user_id).password_hash):
        raise Refusal(Fault("old", "This is not your present password"))


def renewed(session: Session, user_id: int, new: str, *, old: str = "", rules: PasswordRules = ASVS) -> str:
    """The hash of a new password for a person, another than the old one; only reads. Raises Refusal, Busy."""
    if new == old:
        raise Refusal(Fault("password", "This is the password you have: choose another"))
    user = session.get_one(User, user_id)
    organisation = session.get_one(Organisation, user.organisation_id)
    return hash_of_new(new, names=(user.login, user.name, organisation.name), rules=rules)


def set_password(session: Session, user_id: int, password_hash: str, *, how: str, now: datetime) -> None:
    """Keep a new password. Everywhere else the person is signed out, and links and codes given out before end."""
    user = session.get_one(User, user_id)
    user.password_hash, user.password_set_at = password_hash, now
    session.add(user)
    session.flush()
    end_sign_ins(session, user_id)
    for purpose in (Purpose.SECOND, Purpose.LINK, Purpose.CODE):
        onetime.revoke(session, purpose, user_id)
    by, whose = viewer_as(session, user), user.organisation_id
    journal.note(session, Act.CREDENTIAL, "user", user.public_id, by=by, now=now, whose=whose, what="password", how=how)


def outdated(session: Session, user_id: int) -> bool:
    """Whether a password's hash was made with other parameters than today's."""
    return is_outdated(session.get_one(User, user_id).password_hash)


def hash_anew(session: Session, user_id: int, password: str) -> None:
    """The same password by today's parameters, unless it was changed meanwhile. Raises Busy."""
    made = hashed_password(password)
    user = session.get_one(User, user_id)
    if not is_outdated(user.password_hash):
        return
    row = update(User).where(col(User.id) == user_id, col(User.password_hash) == user.password_hash)
    session.connection().execute(row.values(password_hash=made))


def ask_for_link(session: Session, login: str, subject: str, body: str, *, now: datetime) -> None:
    """Post a letter with a link, to nobody where there is no such person: the same work either way.

    The token is made at the moment of sending (`link_for`); {link} stands for it in the body.
    """
    user = named(session, login)
    to, user_id = (reset_address(session, user), user.id) if user else ("", None)
    lasts: timedelta = onetime.LASTS[Purpose.LINK]
    mail.post(session, to, subject, body, now=now, link=RESET, user_id=user_id if to else None, lasts=lasts)


def link_for(session: Session, user_id: int, *, now: datetime) -> str:
    """The token of a link that is about to be sent; an earlier one ends."""
    return onetime.issue(session, Purpose.LINK, user_id, now=now)


def by_link(session: Session, token: str, password_hash: str, *, now: datetime) -> User:
    """A new password for who opened a mailed link, which is used up. Raises Refusal."""
    user_id = onetime.use(session, Purpose.LINK, token, now=now)
    assert user_id is not None, "a link is always for somebody"
    return _by_token(session, user_id, password_hash, how="link", now=now)


def code_holder(session: Session, login: str, code: str, *, now: datetime) -> int:
    """Who has this name and this code; it is not used up. Raises Refusal, the same for every mistake."""
    user = named(session, login)
    try:
        onetime.holder(session, Purpose.CODE, onetime.of_person(user.id if user else 0, code), now=now)
    except Refusal:
        raise Refusal(NOBODY) from None
    assert user is not None, "no code belongs to nobody"
    return user.id


def by_code(session: Session, user_id: int, code: str, password_hash: str, *, now: datetime) -> User:
    """A new password for who has a code, which is used up. Raises Refusal."""
    onetime.use(session, Purpose.CODE, onetime.of_person(user_id, code), now=now)
    return _by_token(session, user_id, password_hash, how="code", now=now)


def _by_token(session: Session, user_id: int, password_hash: str, *, how: str, now: datetime) -> User:
    user = session.get_one(User, user_id)
    if user.disabled_at is not None:
        raise Refusal(onetime.SPENT)
    set_password(session, user_id, password_hash, how=how, now=now)
    return user


def forget(session: Session, user_id: int) -> None:
    """Throw away what is kept here of a person whose account is deleted: browsers, factors, codes, letters."""
    end_sign_ins(session, user_id)
    for table in (SecondFactor, RecoveryCode, OneTime, UnconfirmedMail, HelpRequest, mail.Mail):
        session.connection().execute(delete(table).where(table.user_id == user_id))  # type: ignore[arg-type]
