"""How does a message for a webhook leave: to where, in which words, under which signature?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from marketplace import inbox, webhooks
from marketplace.accounts import sealing
from marketplace.errors import Refusal
from marketplace.inbox import WORDS, NoticeKind
from marketplace.jobs import Claim
from marketplace.organisations import Role
from marketplace.webhooks import Delivery, Form, Webhook
from web.outward import robots, short, signing
from web.outward.addresses import Target, target_of
from web.outward.sending import Answer, Way, send
from web.settings import Settings

TRIED = "测试消息：连接正常"


@dataclass(slots=True)
class Parcel:
    """A message as it leaves, and what was answered."""

    delivery: Delivery
    webhook: Webhook
    target: Target | None
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Answer = field(default_factory=Answer)


class Messenger:
    """Carries messages to webhooks for the worker; each again under its id until it was taken or given up."""

    kinds = frozenset({webhooks.JOB})

    def __init__(self, settings: Settings, way: Way | None = None) -> None:
        self._settings, self._way = settings, way or Way(settings.allowed)

    def parcel(self, session: Session, claimed: Claim, *, now: datetime) -> Parcel | None:
        """The message; None where it arrived, or its webhook is paused or has ended."""
        found = webhooks.to_deliver(session, claimed.key)
        if found is None:
            return None
        delivery, row = found
        if row.form is Form.SMS:
            return self._short(delivery, row, webhooks.telephone_of(session, row))
        write: Callable[[Delivery, Webhook, datetime], Parcel] = self._signed if row.form is Form.SIGNED else self._told
        return write(delivery, row, now)

    def hand_over(self, parcel: Parcel) -> str:
        """To the address that was checked; empty when it was taken."""
        if parcel.target is None:
            parcel.answer = Answer(failure="address")
        else:
            is_robot = parcel.webhook.form in robots.HOMES
            parcel.answer = send(parcel.target, parcel.body, parcel.headers, self._way, reads_errcode=is_robot)
        return parcel.answer.failure

    def keep(self, session: Session, parcel: Parcel, why: str, *, over: bool, now: datetime) -> None:
        """The status and nothing of the answer; who administers the house learns that a webhook is paused."""
        status = parcel.answer.status
        if webhooks.delivered(session, parcel.delivery, status=status, failure=why, over=over, now=now):
            row = parcel.webhook
            about, key = ("webhook", row.public_id), f"{row.public_id}:{now:%Y%m%dT%H%M}"
            paused = NoticeKind.WEBHOOK_PAUSED
            inbox.tell(session, paused, to=row.organisation_id, about=about, least=Role.ADMIN, key=key, now=now)

    def _signed(self, delivery: Delivery, row: Webhook, now: datetime) -> Parcel:
        about = {"about": delivery.about_kind, "id": delivery.about_id, "link": self._link(delivery)}
        said = {"type": delivery.kind, "timestamp": delivery.created_at.isoformat(), "data": about}
        body = json.dumps(said, ensure_ascii=False).encode()
        kept = [row.secret, row.secret_before if row.before_until and now < row.before_until else ""]
        keys = [self._opened(each) for each in kept if each]
        headers = signing.signed(delivery.public_id, int(now.timestamp()), body, keys)
        return Parcel(delivery, row, self._target(row.url), body, headers)

    def _told(self, delivery: Delivery, row: Webhook, now: datetime) -> Parcel:
        url = row.url
        if row.secret:
            sign = "SEC" + self._opened(row.secret).hex()
            url += signing.dingtalk_query(sign, int(now.timestamp() * 1000))
        return Parcel(delivery, row, self._target(url), robots.message(_words(delivery), self._link(delivery)))

    def _short(self, delivery: Delivery, row: Webhook, telephone: str) -> Parcel:
        gateway = self._settings.sms_url.get_secret_value()
        target = self._target(gateway) if gateway and telephone else None
        body = short.message(self._settings, telephone, _words(delivery))
        return Parcel(delivery, row, target, body, short.headers(self._settings))

    def _target(self, url: str) -> Target | None:
        """None where the settings allow it no more."""
        try:
            return target_of(url, self._way.allowed)
        except Refusal:
            return None

    def _link(self, delivery: Delivery) -> str:
        page = "/organisation/webhooks" if delivery.kind == webhooks.TEST else "/inbox"
        return self._settings.public_url.rstrip("/") + page

    def _opened(self, kept: str) -> bytes:
        return sealing.opened(kept, self._settings.secret.get_secret_value())


def _words(delivery: Delivery) -> str:
    """In Chinese, as letters are: a group or a telephone has no language of its own."""
    return WORDS[NoticeKind(delivery.kind)].zh if delivery.kind in set(NoticeKind) else TRIED
