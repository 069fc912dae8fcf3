"""Which programs of an organisation are told when something happens, and did it reach them?

A message names the kind, what it is about by its public id, a link and the moment, and nothing else: who wants to know
more signs in. It lies in the outbox with the act, under an id that stays, and is delivered at least once (records 0070,
0071).
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field as Filled
from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Field, Session, SQLModel, col, func, select

from marketplace import jobs, journal
from marketplace.database import Moment, Shaped, Word, one_of, public_id
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.journal import Act
from marketplace.organisations import User, Viewer, may_administer

JOB = "webhook"  # the kind of job that delivers; its key is the delivery's public id
TEST = "test"  # the kind of a message that only tries the way
MOST = 5
FAILURES_MOST = 20  # in a row, then it is paused
BOTH_HOLD = timedelta(days=1)  # the secret before still signs for so long
RECENT = 50
SCOPE = "webhooks:write"  # what a program's token must name, also to look
_DINGTALK_SIGN = re.compile(r"SEC[0-9a-f]{64}")


class Form(StrEnum):
    """How a message is written."""

    SIGNED = "signed"  # JSON with an HMAC signature, Standard Webhooks
    WECOM = "wecom"  # 企业微信群机器人
    DINGTALK = "dingtalk"  # 钉钉自定义机器人
    SMS = "sms"  # to the telephone of the person who made it, where the site has a gateway


class Webhook(SQLModel, table=True):
    """One address that is told. What was ended keeps neither address nor secret."""

    __tablename__ = "webhook"
    __table_args__ = (one_of("form", Form),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)  # whose telephone
    form: Form = Field(sa_type=Word(Form))
    url: str = Field(max_length=500)
    kinds: list[str] = Field(sa_type=Shaped(list[str]))  # of notices; none: all
    secret: str = Field(default="", max_length=120)  # sealed, as second factors are
    secret_before: str = Field(default="", max_length=120)
    before_until: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    failures: int = 0  # in a row
    last_at: datetime | None = Field(default=None, sa_type=Moment)
    last_status: int | None = None
    last_failure: str = Field(default="", max_length=40)


class Delivery(SQLModel, table=True):
    """One message on its way to one webhook, and what came of it."""

    __tablename__ = "webhook_delivery"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)  # the receiver knows it again by this
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    kind: str = Field(max_length=24)
    about_kind: str = Field(max_length=24)
    about_id: str = Field(max_length=24)
    created_at: datetime = Field(sa_type=Moment)
    tries: int = 0
    status: int | None = None
    failure: str = Field(default="", max_length=40)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    given_up_at: datetime | None = Field(default=None, sa_type=Moment)


class WebhookFields(Fields):
    """What is asked for a new webhook."""

    form: Form = Form.SIGNED
    url: str = Filled(default="", max_length=500)
    kinds: list[str] = Filled(default_factory=list, max_length=100)
    sign: str = Filled(default="", max_length=80)  # of a robot of 钉钉


def may_administer_webhooks(viewer: Viewer | None) -> bool:
    """Admins of a verified organisation: where notices go is a right of the house, and servers of others are asked.

    A program of an admin's only where its token says so (record 0081).
    """
    if viewer is None or not may_administer(viewer) or not viewer.is_verified:
        return False
    return viewer.scopes is None or SCOPE in viewer.scopes


def sign_of(fields: WebhookFields) -> bytes:
    """The secret of a robot of 钉钉, its 32 bytes; nothing where none was given. Raises Refusal."""
    if not fields.sign:
        return b""
    if not _DINGTALK_SIGN.fullmatch(fields.sign):
        raise Refusal(Fault("sign", "The sign begins with SEC and has 64 more letters and digits: copy it from 钉钉"))
    return bytes.fromhex(fields.sign[3:])


def make(session: Session, fields: WebhookFields, *, secret: str, by: Viewer, now: datetime) -> Webhook:
    """Another address, which the caller has found to be one. Raises NotFound, Refusal for one too many."""
    if not may_administer_webhooks(by):
        raise NotFound
    if len(webhooks_of(session, by.organisation_id)) >= MOST:
        raise Refusal(Fault("url", "You have {most} webhooks already: end one first", {"most": MOST}))
    row = Webhook(
        organisation_id=by.organisation_id,
        user_id=by.user_id if fields.form is Form.SMS else None,
        form=fields.form,
        url=fields.url,
        kinds=sorted(set(fields.kinds)),
        secret=secret,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row, "webhook_made", by, now)
    return row


def rotate(session: Session, row: Webhook, *, secret: str, by: Viewer, now: datetime) -> None:
    """Another secret; the one before signs beside it for a day, so that no message is lost. Raises NotFound."""
    _refuse_others(row, by)
    if row.form is not Form.SIGNED:
        raise NotFound
    row.secret_before, row.before_until, row.secret = row.secret, now + BOTH_HOLD, secret
    _keep(session, row)
    _note(session, row, "webhook_rotated", by, now)


def resume(session: Session, row: Webhook, *, by: Viewer, now: datetime) -> None:
    """It was mended: messages go there again, those that wait at once. Raises NotFound, Conflict."""
    _refuse_others(row, by)
    if row.paused_at is None:
        raise Conflict(Fault("status", "This webhook is not paused"))
    row.paused_at, row.failures = None, 0
    _keep(session, row)
    for waiting in session.exec(select(Delivery).where(Delivery.webhook_id == row.id, *_waiting())).all():
        jobs.plan(session, JOB, waiting.public_id, due_at=now, now=now)
    _note(session, row, "webhook_resumed", by, now)


def end(session: Session, row: Webhook, *, by: Viewer, now: datetime) -> None:
    """Nothing goes there any more; address and secret are erased. Raises NotFound."""
    _refuse_others(row, by)
    _end(session, row, now)
    _note(session, row, "webhook_ended", by, now)


def end_all(session: Session, organisation_id: int, *, now: datetime) -> None:
    """The organisation goes."""
    for row in webhooks_of(session, organisation_id):
        _end(session, row, now)


def try_out(session: Session, row: Webhook, *, by: Viewer, now: datetime) -> Delivery:
    """A message that only tries the way; also of one that is paused. Raises NotFound."""
    _refuse_others(row, by)
    return _send(session, row, TEST, ("webhook", row.public_id), now)


def enqueue(session: Session, kind: str, *, to: int, about: tuple[str, str], now: datetime) -> None:
    """Tell an organisation's programs of a notice all its people may read, in the transaction of the act."""
    for row in webhooks_of(session, to):
        if row.paused_at is None and (not row.kinds or kind in row.kinds):
            _send(session, row, kind, about, now)


def webhooks_of(session: Session, organisation_id: int) -> Sequence[Webhook]:
    """Those that have not ended, oldest first."""
    query = select(Webhook).where(Webhook.organisation_id == organisation_id, col(Webhook.ended_at).is_(None))
    return session.exec(query.order_by(col(Webhook.created_at), col(Webhook.id))).all()


def webhook_by_id(session: Session, id: str, *, by: Viewer) -> Webhook:
    """One of one's own organisation. Raises NotFound."""
    row = session.exec(select(Webhook).where(Webhook.public_id == id, col(Webhook.ended_at).is_(None))).first()
    if row is None:
        raise NotFound
    _refuse_others(row, by)
    return row


def deliveries_of(session: Session, row: Webhook) -> Sequence[Delivery]:
    """The newest."""
    query = select(Delivery).where(Delivery.webhook_id == row.id)
    return session.exec(query.order_by(col(Delivery.created_at).desc(), col(Delivery.id).desc()).limit(RECENT)).all()


def waiting_of(session: Session, row: Webhook) -> int:
    """How many messages have not arrived and are not given up."""
    return session.exec(select(func.count()).where(Delivery.webhook_id == row.id, *_waiting())).one()


def telephone_of(session: Session, row: Webhook) -> str:
    """Where a short message goes today; empty where the person has left or has no telephone here."""
    here = (User.organisation_id == row.organisation_id, col(User.disabled_at).is_(None))
    return session.exec(select(User.phone).where(User.id == row.user_id, *here)).first() or ""


def to_deliver(session: Session, delivery_id: str) -> tuple[Delivery, Webhook] | None:
    """What a job is about; None where it arrived, or goes nowhere any more."""
    query = select(Delivery, Webhook).where(Delivery.public_id == delivery_id, Delivery.webhook_id == Webhook.id)
    found = session.exec(query.where(col(Webhook.ended_at).is_(None), *_waiting())).first()
    if found is None or (found[1].paused_at is not None and found[0].kind != TEST):
        return None
    return found


def delivered(
    session: Session, delivery: Delivery, *, status: int | None, failure: str, over: bool, now: datetime
) -> bool:
    """Keep what came of one try; whether that made the webhook pause. `over`: it is not tried again."""
    sent = {"sent_at": None if failure else now, "given_up_at": now if failure and over else None}
    kept = update(Delivery).where(col(Delivery.id) == delivery.id)
    told = {"status": status, "failure": failure, "tries": Delivery.tries + 1}
    session.connection().execute(kept.values(**told, **sent))
    row = update(Webhook).where(col(Webhook.id) == delivery.webhook_id)
    last = {"last_at": now, "last_status": status, "last_failure": failure}
    session.connection().execute(row.values(**last, failures=Webhook.failures + 1 if failure else 0))
    if not failure:
        return False
    gone = status == 410  # the receiver says itself that nobody is there any more
    enough = row.where(col(Webhook.paused_at).is_(None), col(Webhook.failures) >= (1 if gone else FAILURES_MOST))
    return session.connection().execute(enough.values(paused_at=now)).rowcount == 1


def _send(session: Session, row: Webhook, kind: str, about: tuple[str, str], now: datetime) -> Delivery:
    made = Delivery(webhook_id=row.id, kind=kind, about_kind=about[0], about_id=about[1], created_at=now)
    session.add(made)
    session.flush()
    jobs.plan(session, JOB, made.public_id, due_at=now, now=now)
    return made


def _end(session: Session, row: Webhook, now: datetime) -> None:
    for waiting in session.exec(select(Delivery).where(Delivery.webhook_id == row.id, *_waiting())).all():
        jobs.cancel(session, JOB, waiting.public_id)
    session.connection().execute(delete(Delivery).where(col(Delivery.webhook_id) == row.id))
    row.url, row.secret, row.secret_before, row.ended_at = "", "", "", now
    _keep(session, row)


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return col(Delivery.sent_at).is_(None), col(Delivery.given_up_at).is_(None)


def _refuse_others(row: Webhook, by: Viewer) -> None:
    if row.organisation_id != by.organisation_id or not may_administer_webhooks(by):
        raise NotFound


def _keep(session: Session, row: Webhook) -> None:
    session.add(row)
    session.flush()


def _note(session: Session, row: Webhook, change: str, by: Viewer, now: datetime) -> None:
    said = {"change": change, "kind": str(row.form)}
    journal.note(session, Act.RIGHTS, "webhook", row.public_id, by=by, now=now, whose=by.organisation_id, **said)
