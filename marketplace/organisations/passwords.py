"""What is a password, and how is it kept without the memory of forty hashes at a time?"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from marketplace.errors import Busy, Fault

PASSWORD_LEAST, PASSWORD_MOST = 12, 128
_ARGON2 = PasswordHash((Argon2Hasher(),))
_AT_ONCE = BoundedSemaphore(2)  # 64 MiB each: forty at a time took 2.2 GB
_WAIT_S = 5.0  # well under the 15 s a writer waits for SQLite


def password_faults(password: str) -> list[Fault]:
    """What is wrong with a new password. Source: OWASP ASVS 5.0, 6.2 (length, no composition)."""
    if PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        return []
    limits = {"least": PASSWORD_LEAST, "most": PASSWORD_MOST}
    return [Fault("password", "A password has {least} to {most} characters", limits)]


def hashed_password(password: str) -> str:
    """What is kept instead of a password. Raises Busy."""
    with _turn():
        return _ARGON2.hash(password)


def is_password(password: str, known: str | None) -> bool:
    """Whether this is the password behind a hash; the same work where there is no hash. Raises Busy."""
    with _turn():
        return len(password) <= PASSWORD_MOST and _ARGON2.verify(password, known or _nobody())


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
