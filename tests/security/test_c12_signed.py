"""C12: can a receiver tell by the signature that a message is ours, whole and new, also while the secret is changed?"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from web.outward import signing

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
