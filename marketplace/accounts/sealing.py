"""How is an authenticator's secret kept so that the database alone does not give it away?

Twenty bytes are hidden under one block of HMAC-SHA256, by a key from the settings and a nonce drawn for each secret: a
pseudo-random function in counter mode with a single block. A second block would need a library (record 0045).
"""

import base64
import hashlib
import hmac
import secrets

PLAIN, SEALED = "0", "1"
NONCE, MOST = 16, 32


def sealed(secret: bytes, key: str) -> str:
    """What is kept of a secret; without a key the secret itself, which the server complains about at start."""
    if not key:
        return f"{PLAIN}:{_text(secret)}"
    nonce = secrets.token_bytes(NONCE)
    return f"{SEALED}:{_text(nonce)}:{_text(_hidden(secret, key, nonce))}"


def opened(kept: str, key: str) -> bytes:
    """The secret again. Another key gives another secret, whose codes nobody has."""
    kind, *parts = kept.split(":")
    if kind == PLAIN:
        return base64.b64decode(parts[0])
    nonce, hidden = (base64.b64decode(part) for part in parts)
    return _hidden(hidden, key, nonce)


def _hidden(secret: bytes, key: str, nonce: bytes) -> bytes:
    assert len(secret) <= MOST, "one block hides 32 bytes at most"
    pad = hmac.new(key.encode(), b"second factor" + nonce, hashlib.sha256).digest()
    return bytes(one ^ other for one, other in zip(secret, pad, strict=False))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
