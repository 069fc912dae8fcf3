"""Which letters wait to be sent, and which were?

Posted in the transaction of the act together with the job that delivers it, and sent after it, at least once, under one
Message-ID (records 0046, 0070). What was sent keeps neither its text nor its address.
"""

import secrets
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import Text, delete, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import jobs
from marketplace.database import PERSONAL, Moment

KIND = "mail"  # of the job that delivers a letter; its key is the Message-ID


class Mail(SQLModel, table=True):
    """One letter. `link` names what is made at the moment of sending and put for {link}: no token lies here."""

    __tablename__ = "mail"

    id: int = Field(default=None, primary_key=True)
    message_id: str = Field(default_factory=lambda: secrets.token_hex(16), unique=True, max_length=64)
    to_address: str = Field(max_length=254, sa_column_kwargs=PERSONAL)
    subject: str = Field(max_length=120)
    body: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)
    link: str | None = Field(default=None, max_length=24)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)  # whom the link is for
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


def post(
    session: Session,
    to: str,
    subject: str,
    body: str,
    *,
    now: datetime,
    link: str | None = None,
    user_id: int | None = None,
    lasts: timedelta | None = None,
    message_id: str | None = None,
) -> None:
    """Put a letter into the outbox. Nothing of level 2 or above in its subject. A letter to nobody is never sent."""
    letter = Mail(to_address=to, subject=" ".join(subject.split())[:120], body=body, created_at=now)
    letter.link, letter.user_id = link, user_id
    letter.expires_at = now + lasts if lasts else None
    letter.message_id = message_id or letter.message_id  # by itself random; of a daily letter the day's
    session.add(letter)
    session.flush()
    jobs.plan(session, KIND, letter.message_id, due_at=now, now=now)


def take_back(session: Session, user_id: int, link: str) -> None:
    """Letters of a kind to a person that were not sent yet are not sent any more."""
    unsent = delete(Mail).where(col(Mail.user_id) == user_id, col(Mail.link) == link, col(Mail.to_address) != "")
    session.connection().execute(unsent)


def letter_called(session: Session, message_id: str) -> Mail | None:
    """The letter a job is about; None where its person or its time is gone."""
    return session.exec(select(Mail).where(Mail.message_id == message_id)).first()


def is_void(letter: Mail, *, now: datetime) -> bool:
    """Whether a letter goes to nobody, or came too late to be of use."""
    return not letter.to_address or (letter.expires_at is not None and letter.expires_at <= now)


def close(session: Session, letter: Mail, *, sent_at: datetime | None) -> None:
    """It was handed over, or is given up (None): text and address are erased."""
    row = update(Mail).where(col(Mail.id) == letter.id)
    session.connection().execute(row.values(sent_at=sent_at, to_address="", body="", link=None))


def as_message(letter: Mail, body: str, sender: str) -> EmailMessage:
    """The letter as it travels; its Message-ID is the same at every try, so that a reader's program shows it once."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, letter.to_address, letter.subject
    made["Date"] = letter.created_at
    made["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2].rstrip('>')}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body)
    return made


def waiting(session: Session) -> int:
    """How many letters wait."""
    query = select(func.count()).where(jobs.Job.kind == KIND, col(jobs.Job.done_at).is_(None))
    return session.exec(query).one()
