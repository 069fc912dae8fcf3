"""To which text did a person agree, when, and when did they take it back?

A separate, informed consent per purpose, as easily taken back as given. Source: 个人信息保护法 13–15, 17, 23.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import journal
from marketplace.database import Moment, Word, one_of
from marketplace.journal import Act
from marketplace.organisations import User, Viewer, viewer_as


class ConsentKind(StrEnum):
    """What for: PRIVACY goes with every account. What opens in an exchange is agreed to there, list by list."""

    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a text, in both languages; the Chinese one counts."""

    version: str
    zh: str
    en: str

    @property
    def sha256(self) -> str:
        """What is kept beside a consent, so that the text agreed to can be shown to be this one."""
        return hashlib.sha256(f"{self.zh}\n{self.en}".encode()).hexdigest()


WORDINGS: Mapping[ConsentKind, Wording] = {
    ConsentKind.PRIVACY: Wording(
        version="2026-11-23",
        zh="我已阅读《个人信息处理说明》，同意平台为账号登录、工作联络和安全审计处理我的姓名、登录名、邮箱、电话和登录记录，"
        "不作他用。我可以随时查阅、复制、更正和删除这些信息，也可以撤回同意；撤回同意即注销账号。",
        en="I have read how personal data is handled here, and agree that my name, sign-in name, mail address, "
        "telephone number and sign-ins are used for my account, for contact at work and for security audits, and for "
        "nothing else. I can read, copy, correct and delete them at any time and take this consent back, which closes "
        "my account.",
    ),
}


class Consent(SQLModel, table=True):
    """One consent of one person; a withdrawn one stays as the record that it was given."""

    __tablename__ = "consent"
    __table_args__ = (one_of("kind", ConsentKind),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    kind: ConsentKind = Field(sa_type=Word(ConsentKind))
    text_version: str = Field(max_length=24)
    text_sha256: str = Field(max_length=64)
    given_at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)


def agree(session: Session, user: User, kind: ConsentKind, *, now: datetime) -> Consent:
    """Record that a person agreed to today's wording; once for each version."""
    wording = WORDINGS[kind]
    known = standing(session, user.id, kind)
    if known is not None and known.text_sha256 == wording.sha256:
        return known
    given = Consent(user_id=user.id, kind=kind, text_version=wording.version, text_sha256=wording.sha256, given_at=now)
    session.add(given)
    session.flush()
    _note(session, user, kind, now=now, version=wording.version, given=True)
    return given


def take_back(session: Session, by: Viewer, kind: ConsentKind, *, now: datetime) -> None:
    """Withdraw a consent that stands; nothing happens where none does."""
    stands = update(Consent).where(col(Consent.user_id) == by.user_id, col(Consent.kind) == kind)
    done = session.connection().execute(stands.where(col(Consent.withdrawn_at).is_(None)).values(withdrawn_at=now))
    if done.rowcount:
        session.expire_all()
        _note(session, session.get_one(User, by.user_id), kind, now=now, given=False)


def standing(session: Session, user_id: int, kind: ConsentKind) -> Consent | None:
    """The latest consent of a person that was not taken back."""
    query = select(Consent).where(Consent.user_id == user_id, Consent.kind == kind, col(Consent.withdrawn_at).is_(None))
    return session.exec(query.order_by(col(Consent.id).desc()).limit(1)).first()


def consents_of(session: Session, user_id: int) -> list[Consent]:
    """All consents of a person, newest first."""
    return list(session.exec(select(Consent).where(Consent.user_id == user_id).order_by(col(Consent.id).desc())))


def _note(session: Session, user: User, kind: ConsentKind, *, now: datetime, **facts: object) -> None:
    by = viewer_as(session, user)
    whose = user.organisation_id
    journal.note(session, Act.CONSENTED, "user", user.public_id, by=by, now=now, whose=whose, kind=str(kind), **facts)
