"""C12: can a receiver tell by the signature that a message is ours, whole and new, also while the secret is changed?"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import Engine
from sqlmodel import select

from marketplace import inbox, webhooks
from marketplace.accounts import sealing
from marketplace.database import engine_for, reading, writing
from marketplace.inbox import NoticeKind
from marketplace.jobs import PAUSES
from marketplace.organisations import OrganisationKind, Role, Standing, User, Viewer, add_organisation, viewer_as
from marketplace.webhooks import WebhookFields
from tests.security.conftest import NOW
from tests.security.listeners import listening
from web.outward import signing
from web.settings import Settings
from web.worker import Worker

WINDOW_S = 300


def is_ours(headers: Mapping[str, str], body: bytes, secret: str, *, now_s: int) -> bool:
    """A receiver's check, as Standard Webhooks says it, with another library than ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs(now_s - int(headers["webhook-timestamp"])) > WINDOW_S:
        return False
    for mark in headers["webhook-signature"].split(" "):
        version, _, digest = mark.partition(",")
        check = HMAC(key, hashes.SHA256())
        check.update(f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body)
        try:
            check.verify(base64.b64decode(digest))
        except InvalidSignature:
            continue
        return version == "v1"
    return False


def test_c12_the_signature_is_that_of_the_published_example() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signing.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [key])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_c12_a_receiver_takes_what_is_ours_and_nothing_that_was_changed_or_is_old() -> None:
    key, now_s = signing.new_secret(), 1_795_312_800
    secret = signing.shown(key)
    assert secret.startswith("whsec_")
    headers = signing.signed("abc", now_s, b'{"kind": "x"}', [key])
    assert is_ours(headers, b'{"kind": "x"}', secret, now_s=now_s + WINDOW_S)
    assert not is_ours(headers, b'{"kind": "y"}', secret, now_s=now_s)
    assert not is_ours({**headers, "webhook-id": "abd"}, b'{"kind": "x"}', secret, now_s=now_s)
    assert not is_ours({**headers, "webhook-timestamp": str(now_s + 1)}, b'{"kind": "x"}', secret, now_s=now_s)
    assert not is_ours(headers, b'{"kind": "x"}', signing.shown(signing.new_secret()), now_s=now_s)
    assert not is_ours(headers, b'{"kind": "x"}', secret, now_s=now_s + WINDOW_S + 1)


def test_c12_while_a_secret_is_changed_who_knows_either_can_check() -> None:
    old, new = signing.new_secret(), signing.new_secret()
    headers = signing.signed("abc", 1, b"{}", [new, old])
    assert is_ours(headers, b"{}", signing.shown(old), now_s=1)
    assert is_ours(headers, b"{}", signing.shown(new), now_s=1)
    assert not is_ours(signing.signed("abc", 1, b"{}", [new]), b"{}", signing.shown(old), now_s=1)


def test_c12_a_robot_of_dingtalk_is_asked_with_its_sign() -> None:
    secret, moment = "SECabc", 1_577_262_236_757
    asked = parse_qs(signing.dingtalk_query(secret, moment))
    expected = hmac.digest(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256)
    assert asked["timestamp"] == [str(moment)]
    assert base64.b64decode(asked["sign"][0]) == expected


@pytest.fixture
def house(database_url: str) -> Iterator[tuple[Engine, Viewer]]:
    engine = engine_for(database_url)
    with writing(engine) as session:
        made = add_organisation(session, "甲企业", OrganisationKind.ENTERPRISE, now=NOW, standing=Standing.VERIFIED)
        user = User(login="a", name="a", password_hash="-", organisation_id=made.id, created_at=NOW, role=Role.ADMIN)
        session.add(user)
        session.flush()
        viewer = viewer_as(session, user)
        session.commit()
    yield engine, viewer
    engine.dispose()


def settings_for(port: int) -> Settings:
    return Settings(
        public_url="https://park.example",
        secret="a key outside of the database",
        webhook_networks="127.0.0.0/8",
        webhook_ports=str(port),
    )


def test_c12_a_notice_reaches_its_webhook_signed_under_an_id_that_stays_and_says_nothing_else(
    house: tuple[Engine, Viewer],
) -> None:
    engine, by = house
    first, second = signing.new_secret(), signing.new_secret()
    with listening(b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n") as listener:
        settings = settings_for(listener.port)
        key = settings.secret.get_secret_value()
        fields = WebhookFields(url=f"http://127.0.0.1:{listener.port}/in?a=b")
        with writing(engine) as session:
            row = webhooks.make(session, fields, secret=sealing.sealed(first, key), by=by, now=NOW)
            webhooks.rotate(session, row, secret=sealing.sealed(second, key), by=by, now=NOW)
            words = {"about": ("exchange", "abcdefghjkmn"), "now": NOW}
            inbox.tell(session, NoticeKind.MUTUAL, to=by.organisation_id, **words, share="0.5")
            session.commit()
        later = NOW + PAUSES[0]
        assert Worker(engine, settings, lambda: NOW).go_round() == 0
        assert Worker(engine, settings, lambda: NOW).go_round() == 0  # not yet
        assert len(listener.heard) == 1
        Worker(engine, settings, lambda: later).go_round()
    (head, body), (head2, body2) = [heard.split(b"\r\n\r\n") for heard in listener.heard]
    assert head.startswith(b"POST /in?a=b HTTP/1.1\r\n")
    assert json.loads(body) == {
        "type": "mutual",
        "timestamp": NOW.isoformat(),
        "data": {"about": "exchange", "id": "abcdefghjkmn", "link": "https://park.example/inbox"},
    }
    told, told2 = headers_of(head), headers_of(head2)
    assert (body2, told2["webhook-id"]) == (body, told["webhook-id"])
    assert [told["webhook-timestamp"], told2["webhook-timestamp"]] == [
        str(int(NOW.timestamp())),
        str(int(later.timestamp())),
    ]
    for secret in (first, second):
        assert is_ours(told, body, signing.shown(secret), now_s=int(NOW.timestamp()))
        assert is_ours(told2, body2, signing.shown(secret), now_s=int(later.timestamp()))
    with reading(engine) as session:
        delivery = session.exec(select(webhooks.Delivery)).one()
        assert (delivery.public_id, delivery.status, delivery.failure) == (told["webhook-id"], 503, "status")
        kept = session.exec(select(webhooks.Webhook)).one()
        assert base64.b64encode(second).decode() not in kept.secret


def test_c12_after_a_day_only_the_new_secret_signs_and_what_arrived_goes_no_second_time(
    house: tuple[Engine, Viewer],
) -> None:
    engine, by = house
    first, second = signing.new_secret(), signing.new_secret()
    with listening() as listener:
        settings = settings_for(listener.port)
        key = settings.secret.get_secret_value()
        fields = WebhookFields(url=f"http://127.0.0.1:{listener.port}/")
        day_after = NOW + webhooks.BOTH_HOLD
        with writing(engine) as session:
            row = webhooks.make(session, fields, secret=sealing.sealed(first, key), by=by, now=NOW)
            webhooks.rotate(session, row, secret=sealing.sealed(second, key), by=by, now=NOW)
            webhooks.try_out(session, row, by=by, now=day_after)
            session.commit()
        assert Worker(engine, settings, lambda: day_after).go_round() == 1
        assert Worker(engine, settings, lambda: day_after + PAUSES[-1]).go_round() == 0
    (heard,) = listener.heard
    head, _, body = heard.partition(b"\r\n\r\n")
    told, now_s = headers_of(head), int(day_after.timestamp())
    assert is_ours(told, body, signing.shown(second), now_s=now_s)
    assert not is_ours(told, body, signing.shown(first), now_s=now_s)
    assert json.loads(body)["data"]["link"] == "https://park.example/organisation/webhooks"


def headers_of(head: bytes) -> dict[str, str]:
    pairs = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, _, value in pairs}
