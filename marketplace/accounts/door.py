"""How often may somebody be wrong at the door?

A try is counted before the password is looked at, so that two hundred at once are five, and is taken back when it was
right. Whether the sign-in name exists makes no difference to the words, the work or the count.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from marketplace import journal, throttle
from marketplace.journal import Act
from marketplace.organisations import User, Viewer, viewer_as

PER_NAME, PER_ADDRESS, WITHIN = 5, 50, timedelta(minutes=15)


def knock(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Count a try at the door, in a transaction of its own. Raises Busy."""
    throttle.spend(session, _of_name(login), limit=PER_NAME, per=WITHIN, now=now)
    throttle.spend(session, _of_address(address), limit=PER_ADDRESS, per=WITHIN, now=now)


def let_in(session: Session, login: str, address: str) -> None:
    """It was the right one: its failures are forgotten, and this try was none."""
    throttle.forget(session, _of_name(login))
    throttle.give_back(session, _of_address(address))


def forgive(session: Session, login: str) -> None:
    """There is a new password: what was wrong before counts no more."""
    throttle.forget(session, _of_name(login))


def not_answered(session: Session, login: str, address: str) -> None:
    """The password was never looked at, as too many came at once: this try was none."""
    throttle.give_back(session, _of_name(login))
    throttle.give_back(session, _of_address(address))


def turned_away(session: Session, login: str, *, now: datetime) -> None:
    """Note a wrong try; the same statements whether or not somebody has this name."""
    user = session.exec(select(User).where(User.login == _plain(login))).first()
    about, whose = (user.public_id, user.organisation_id) if user else ("", None)
    journal.note(session, Act.REFUSED, "user", about, by=None, now=now, whose=whose, what="sign_in")


def came_in(session: Session, user_id: int, *, now: datetime, two_factors: bool) -> None:
    """Note who signed in."""
    user = session.get_one(User, user_id)
    by, whose = viewer_as(session, user), user.organisation_id
    journal.note(session, Act.SIGNED_IN, "user", user.public_id, by=by, now=now, whose=whose, two_factors=two_factors)


def second_refused(session: Session, user_id: int, *, now: datetime) -> None:
    """Note a wrong second factor after a right password."""
    user = session.get_one(User, user_id)
    by, whose = viewer_as(session, user), user.organisation_id
    journal.note(session, Act.REFUSED, "user", user.public_id, by=by, now=now, whose=whose, what="second_factor")


def went_out(session: Session, by: Viewer, *, now: datetime) -> None:
    """Note who signed out."""
    public_id = session.get_one(User, by.user_id).public_id
    journal.note(session, Act.SIGNED_OUT, "user", public_id, by=by, now=now, whose=by.organisation_id)


def _plain(login: str) -> str:
    return login.strip().lower()[:64]


def _of_name(login: str) -> str:
    return f"door of {_plain(login)}"


def _of_address(address: str) -> str:
    return f"door from {address}"
