"""What is a password, and how is it kept without the memory of forty hashes at a time?"""

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore

from pwdlib.hashers.argon2 import Argon2Hasher

from marketplace.errors import Busy, Fault, Refusal
from marketplace.organisations.common import is_common

PASSWORD_LEAST, PASSWORD_MOST = 12, 128
_ARGON2 = Argon2Hasher()
_AT_ONCE = BoundedSemaphore(2)  # 64 MiB each: forty at a time took 2.2 GB
_WAIT_S = 5.0  # well under the 15 s a writer waits for SQLite


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What is asked of a password beyond its length."""

    kinds: int = 1  # of small letters, capitals, digits, other signs
    days: int | None = None  # after which a new one is asked for


ASVS = PasswordRules()
MLPS = PasswordRules(kinds=3, days=90)  # Source: GB/T 22239-2019, 8.1.4.1 a


def password_faults(password: str, *, names: Iterable[str] = (), rules: PasswordRules = ASVS) -> list[Fault]:
    """What is wrong with a new password. Source: OWASP ASVS 5.0, 6.2 (length, no composition, no known ones)."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        limits = {"least": PASSWORD_LEAST, "most": PASSWORD_MOST}
        return [Fault("password", "A password has {least} to {most} characters", limits)]
    if is_common(password, names):
        return [Fault("password", "This password is among the first to be tried: put words together at random")]
    if len({_kind(sign) for sign in password}) < rules.kinds:
        message = "Use at least {kinds} of these: small letters, capitals, digits, other signs"
        return [Fault("password", message, {"kinds": rules.kinds})]
    return []


def hash_of_new(password: str, *, names: Iterable[str] = (), rules: PasswordRules = ASVS) -> str:
    """What is kept of a new password; made before anything is written. Raises Refusal, Busy."""
    if faults := password_faults(password, names=names, rules=rules):
        raise Refusal(faults)
    return hashed_password(password)


def is_due(set_at: datetime | None, rules: PasswordRules, *, now: datetime) -> bool:
    """Whether a password is too old."""
    return rules.days is not None and (set_at is None or now - set_at >= timedelta(days=rules.days))


def hashed_password(password: str) -> str:
    """What is kept instead of a password. Raises Busy."""
    with _turn():
        return _ARGON2.hash(password)


def is_password(password: str, known: str | None) -> bool:
    """Whether this is the password behind a hash; the same work where there is no hash. Raises Busy."""
    with _turn():
        nobody = _nobody()  # made at the first sign-in, whoever it is
        there = known is not None and _ARGON2.identify(known)
        right = len(password) <= PASSWORD_MOST and _ARGON2.verify(password, known if there and known else nobody)
        return right and there


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _ARGON2.check_needs_rehash(known)


def _kind(sign: str) -> str:
    kinds = {"Ll": "small", "Lu": "capital", "Nd": "digit"}
    return kinds.get(unicodedata.category(sign), "other")


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise Busy(Fault("", "Too many people sign in at this moment: try again in a few seconds"))
    try:
        yield
    finally:
        _AT_ONCE.release()


@cache
def _nobody() -> str:
    """The hash of a password nobody has: an unknown login costs the same work as a known one."""
    return _ARGON2.hash(secrets.token_urlsafe(32))
