"""How does a person show a second time who they are: by a code of their authenticator, or one kept for bad days?"""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from marketplace import journal, throttle
from marketplace.accounts import onetime
from marketplace.accounts.sealing import opened, sealed
from marketplace.accounts.tables import RecoveryCode, SecondFactor
from marketplace.database import public_id
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.journal import Act
from marketplace.organisations import User, Viewer, viewer_as

STEP_S = 30
AROUND = (0, -1, 1)  # a clock may be half a minute off. Source: RFC 6238, 5.2
TRIES, WITHIN = 5, timedelta(minutes=15)
PROPOSED = timedelta(minutes=30)
RECOVERY_CODES = 10
WRONG = Fault("code", "This code is wrong or was used already: wait for the next one")
THERE = Fault("", "There is a second factor already: remove it first")


def has_second(session: Session, user_id: int) -> bool:
    """Whether a person has an authenticator that proved itself."""
    row = session.get(SecondFactor, user_id)
    return row is not None and row.confirmed_at is not None


def propose(session: Session, viewer: Viewer, *, key: str, now: datetime) -> None:
    """Draw a secret for an authenticator. It counts for nothing until its first code comes. Raises Conflict."""
    if has_second(session, viewer.user_id):
        raise Conflict(THERE)
    session.connection().execute(delete(SecondFactor).where(col(SecondFactor.user_id) == viewer.user_id))
    kept = sealed(secrets.token_bytes(20), key)
    session.add(SecondFactor(user_id=viewer.user_id, secret=kept, created_at=now))
    session.flush()


def proposed(session: Session, viewer: Viewer, *, key: str, now: datetime) -> str | None:
    """The secret as it is typed into an authenticator, for half an hour and only until its first code came."""
    row = session.get(SecondFactor, viewer.user_id)
    if row is None or row.confirmed_at is not None or row.created_at <= now - PROPOSED:
        return None
    return _typed(opened(row.secret, key))


def address_of(secret: str, viewer: Viewer) -> str:
    """What the picture for the authenticator's camera says."""
    return pyotp.TOTP(secret).provisioning_uri(name=viewer.login, issuer_name="Parkbridge")


def confirm(session: Session, viewer: Viewer, code: str, *, key: str, now: datetime) -> tuple[str, ...]:
    """The first code came: from now on it is asked for. Recovery codes, told this once. Raises Refusal."""
    if proposed(session, viewer, key=key, now=now) is None:
        raise Refusal(Fault("", "This took longer than half an hour: begin again"))
    _take(session, viewer.user_id, code, key=key, now=now)
    row = update(SecondFactor).where(col(SecondFactor.user_id) == viewer.user_id)
    session.connection().execute(row.values(confirmed_at=now))
    _note(session, viewer.user_id, by=viewer, now=now, what="second_factor")
    return _fresh_codes(session, viewer.user_id)


def count_try(session: Session, user_id: int, *, now: datetime) -> None:
    """Count a try at the second factor, in a transaction of its own. Raises Busy."""
    throttle.spend(session, f"second of {user_id}", limit=TRIES, per=WITHIN, now=now)


def take(session: Session, user_id: int, code: str, *, key: str, now: datetime) -> None:
    """A code of the authenticator, or a recovery code, is used up. Raises Refusal."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    if len(plain) == 6 and plain.isdecimal():
        if not has_second(session, user_id):
            raise Refusal(WRONG)
        _take(session, user_id, plain, key=key, now=now)
    else:
        _take_recovery(session, user_id, plain, now=now)
    throttle.forget(session, f"second of {user_id}")


def left_codes(session: Session, user_id: int) -> int:
    """How many recovery codes are left."""
    left = select(func.count()).select_from(RecoveryCode)
    return session.exec(left.where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))).one()


def new_codes(session: Session, viewer: Viewer, *, now: datetime) -> tuple[str, ...]:
    """Recovery codes anew, told this once; the old ones end. Raises NotFound."""
    if not has_second(session, viewer.user_id):
        raise NotFound
    _note(session, viewer.user_id, by=viewer, now=now, what="recovery_codes")
    return _fresh_codes(session, viewer.user_id)


def remove(session: Session, user_id: int, *, by: Viewer, now: datetime) -> None:
    """Take a person's second factor away, with its recovery codes; who may is judged by the caller."""
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    session.connection().execute(delete(SecondFactor).where(col(SecondFactor.user_id) == user_id))
    _note(session, user_id, by=by, now=now, what="second_factor_removed")


def _take(session: Session, user_id: int, code: str, *, key: str, now: datetime) -> None:
    """Guarded by the last step: of two who bring one code at once, one is too late. Source: RFC 6238, 5.2."""
    row = session.get_one(SecondFactor, user_id)
    clock = pyotp.TOTP(_typed(opened(row.secret, key)))
    step = int(now.timestamp()) // STEP_S
    right = [step + around for around in AROUND if hmac.compare_digest(clock.generate_otp(step + around), code)]
    later = update(SecondFactor).where(col(SecondFactor.user_id) == user_id)
    if not right:
        raise Refusal(WRONG)
    later = later.where(col(SecondFactor.last_step) < right[0]).values(last_step=right[0])
    if session.connection().execute(later).rowcount != 1:
        raise Refusal(WRONG)
    session.expire(row)


def _take_recovery(session: Session, user_id: int, plain: str, *, now: datetime) -> None:
    used = update(RecoveryCode).where(col(RecoveryCode.code_hash) == _of_person(user_id, plain))
    used = used.where(col(RecoveryCode.used_at).is_(None)).values(used_at=now)
    if session.connection().execute(used).rowcount != 1:
        raise Refusal(WRONG)
    by = viewer_as(session, session.get_one(User, user_id))
    _note(session, user_id, by=by, now=now, what="recovery_code_used")


def _fresh_codes(session: Session, user_id: int) -> tuple[str, ...]:
    """118 bits each, so that a plain hash keeps them. Source: OWASP ASVS 5.0, 6.5.2."""
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    codes = [public_id() + public_id() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_of_person(user_id, code), user_id=user_id) for code in codes)
    session.flush()
    return tuple("-".join(code[at : at + 4] for at in range(0, 24, 4)) for code in codes)


def _of_person(user_id: int, plain: str) -> str:
    return onetime.hashed(f"{user_id}:{plain}")


def _typed(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


def _note(session: Session, user_id: int, *, by: Viewer, now: datetime, what: str) -> None:
    user = session.get_one(User, user_id)
    whose = user.organisation_id
    journal.note(session, Act.CREDENTIAL, "user", user.public_id, by=by, now=now, whose=whose, what=what)
