"""Who may have webhooks, what do they hear, and when do they hear nothing any more?"""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace import inbox, jobs, webhooks
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, Entry
from marketplace.organisations import Role, Standing, Viewer
from marketplace.personal import erasing
from marketplace.webhooks import Delivery, Form, Webhook, WebhookFields
from tests.marketplace.conftest import NOW

URL = "https://hooks.example/in?key=abc"


def made(session: Session, by: Viewer, **fields: object) -> Webhook:
    asked = WebhookFields.model_validate({"url": URL, **fields})
    return webhooks.make(session, asked, secret="0:AAAA", by=by, now=NOW)


def told(session: Session, row: Webhook) -> list[tuple[str, str, str]]:
    return [(each.kind, each.about_kind, each.about_id) for each in webhooks.deliveries_of(session, row)]


def tell(session: Session, to: Viewer, kind: NoticeKind = NoticeKind.MUTUAL, **words: object) -> None:
    said = {"about": ("exchange", "abcd"), "now": NOW, **words}
    inbox.tell(session, kind, to=to.organisation_id, **said)  # type: ignore[arg-type]


def test_a_notice_of_the_house_goes_to_its_own_webhooks_with_a_job_each(
    session: Session, enterprise: Viewer, rival: Viewer
) -> None:
    own, narrow, other = made(session, enterprise), made(session, enterprise, kinds=["closed"]), made(session, rival)
    tell(session, enterprise)
    assert [told(session, row) for row in (own, narrow, other)] == [[("mutual", "exchange", "abcd")], [], []]
    claimed = jobs.claim(session, [webhooks.JOB], now=NOW)
    assert claimed is not None
    found = webhooks.to_deliver(session, claimed.key)
    assert found is not None
    assert found[1] is own
    assert claimed.facts == {}


def test_what_is_for_one_person_or_was_told_before_or_is_rolled_back_goes_to_no_webhook(
    session: Session, enterprise: Viewer
) -> None:
    row = made(session, enterprise)
    session.commit()
    tell(session, enterprise, user_id=enterprise.user_id)
    assert told(session, row) == []
    tell(session, enterprise, key="once")
    tell(session, enterprise, key="once")
    assert len(told(session, row)) == 1
    session.rollback()
    assert told(session, row) == []


def test_only_admins_of_verified_organisations_have_webhooks(
    session: Session, enterprise: Viewer, rival: Viewer
) -> None:
    row = made(session, enterprise)
    others = [
        enterprise.model_copy(update={"role": Role.APPROVER}),
        enterprise.model_copy(update={"standing": Standing.PENDING}),
        enterprise.model_copy(update={"standing": Standing.SUSPENDED}),
        enterprise.model_copy(update={"scopes": frozenset({"read"})}),
        rival,
    ]
    for by in others:
        with pytest.raises(NotFound):
            webhooks.webhook_by_id(session, row.public_id, by=by)
        for act in (webhooks.try_out, webhooks.resume, webhooks.end):
            with pytest.raises(NotFound):
                act(session, row, by=by, now=NOW)
        with pytest.raises(NotFound):
            webhooks.rotate(session, row, secret="x", by=by, now=NOW)
    for by in others[:-1]:
        with pytest.raises(NotFound):
            made(session, by)
    assert webhooks.webhook_by_id(session, row.public_id, by=enterprise) is row


def test_one_too_many_is_refused_and_an_ended_one_leaves_its_place(session: Session, enterprise: Viewer) -> None:
    rows = [made(session, enterprise) for _ in range(webhooks.MOST)]
    with pytest.raises(Refusal):
        made(session, enterprise)
    webhooks.end(session, rows[0], by=enterprise, now=NOW)
    made(session, enterprise)


def test_the_secret_before_holds_for_a_day(session: Session, enterprise: Viewer) -> None:
    row = made(session, enterprise)
    webhooks.rotate(session, row, secret="0:BBBB", by=enterprise, now=NOW)
    assert (row.secret, row.secret_before, row.before_until) == ("0:BBBB", "0:AAAA", NOW + timedelta(days=1))
    with pytest.raises(NotFound):
        webhooks.rotate(session, made(session, enterprise, form="wecom"), secret="x", by=enterprise, now=NOW)


def fail(session: Session, row: Webhook, times: int, status: int | None = 500) -> list[bool]:
    delivery = session.exec(select(Delivery).where(Delivery.webhook_id == row.id)).first()
    assert delivery is not None
    kept = {"status": status, "failure": "status", "over": False}
    return [webhooks.delivered(session, delivery, **kept, now=NOW) for _ in range(times)]  # type: ignore[arg-type]


def test_after_many_failures_in_a_row_it_is_paused_once_until_it_is_resumed(
    session: Session, enterprise: Viewer
) -> None:
    row = made(session, enterprise)
    tell(session, enterprise)
    (delivery,) = webhooks.deliveries_of(session, row)
    assert fail(session, row, webhooks.FAILURES_MOST - 1) == [False] * (webhooks.FAILURES_MOST - 1)
    assert not webhooks.delivered(session, delivery, status=204, failure="", over=True, now=NOW)
    tell(session, enterprise)
    assert fail(session, row, webhooks.FAILURES_MOST + 1) == [False] * (webhooks.FAILURES_MOST - 1) + [True, False]
    session.refresh(row)
    tell(session, enterprise, NoticeKind.CLOSED)
    assert ("closed", "exchange", "abcd") not in told(session, row)
    waiting = session.exec(select(Delivery).where(Delivery.public_id != delivery.public_id)).first()
    assert waiting is not None
    assert webhooks.to_deliver(session, waiting.public_id) is None
    tried = webhooks.try_out(session, row, by=enterprise, now=NOW)
    assert webhooks.to_deliver(session, tried.public_id) is not None
    webhooks.resume(session, row, by=enterprise, now=NOW)
    assert webhooks.to_deliver(session, waiting.public_id) is not None
    with pytest.raises(Conflict):
        webhooks.resume(session, row, by=enterprise, now=NOW)


def test_a_receiver_that_is_gone_for_good_is_believed_at_once(session: Session, enterprise: Viewer) -> None:
    row = made(session, enterprise)
    tell(session, enterprise)
    assert fail(session, row, 1, status=410) == [True]


def test_what_is_ended_keeps_neither_address_nor_secret_nor_messages(session: Session, enterprise: Viewer) -> None:
    row = made(session, enterprise)
    tell(session, enterprise)
    webhooks.end(session, row, by=enterprise, now=NOW)
    assert (row.url, row.secret, row.secret_before) == ("", "", "")
    assert session.exec(select(Delivery)).all() == []
    assert not jobs.is_due(session, [webhooks.JOB], now=NOW)
    tell(session, enterprise)
    assert session.exec(select(Delivery)).all() == []


def test_webhooks_go_with_their_organisation(session: Session, enterprise: Viewer) -> None:
    row = made(session, enterprise)
    erasing.delete_organisation(session, by=enterprise, now=NOW)
    session.refresh(row)
    assert (row.url, row.ended_at) == ("", NOW)


def test_every_change_is_in_the_journal_without_the_address(session: Session, enterprise: Viewer) -> None:
    row = made(session, enterprise)
    webhooks.rotate(session, row, secret="x", by=enterprise, now=NOW)
    webhooks.end(session, row, by=enterprise, now=NOW)
    entries = session.exec(select(Entry).where(Entry.about == "webhook").order_by(Entry.id)).all()  # type: ignore[arg-type]
    assert [entry.facts["change"] for entry in entries] == ["webhook_made", "webhook_rotated", "webhook_ended"]
    assert {entry.act for entry in entries} == {Act.RIGHTS}
    assert "hooks.example" not in str([entry.facts for entry in entries])


def test_a_robots_sign_is_read_as_it_is_written(session: Session) -> None:
    sign = "SEC" + "0f" * 32
    fields = WebhookFields(form=Form.DINGTALK, url=URL, sign=sign)
    assert webhooks.sign_of(fields) == bytes([15]) * 32
    assert webhooks.sign_of(WebhookFields(url=URL)) == b""
    with pytest.raises(Refusal):
        webhooks.sign_of(WebhookFields(url=URL, sign="SECx"))
