"""How does a receiver know that a message is ours, whole and not an old one?

Source: Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA256 over id.timestamp.body.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus

SIGN = "whsec_"
BYTES = 32
WINDOW_S = 300  # how old a message may be when it arrives; the receiver's business, said on the page


def new_secret() -> bytes:
    """A secret nobody can guess."""
    return secrets.token_bytes(BYTES)


def shown(secret: bytes) -> str:
    """A secret as its receiver is told it, once."""
    return SIGN + base64.b64encode(secret).decode()


def signed(message_id: str, timestamp_s: int, body: bytes, keys: Sequence[bytes]) -> Mapping[str, str]:
    """The headers of a message, with one signature for each secret that holds: two while they are changed."""
    told = f"{message_id}.{timestamp_s}.".encode() + body
    marks = [base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def dingtalk_query(secret: str, timestamp_ms: int) -> str:
    """What 钉钉 wants behind a robot's address. Source: open.dingtalk.com, 自定义机器人安全设置, 加签."""
    told = f"{timestamp_ms}\n{secret}".encode()
    mark = base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()
    return f"&timestamp={timestamp_ms}&sign={quote_plus(mark)}"
