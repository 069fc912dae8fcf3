"""What did another's server say to what we sent: its status, within limits of time and size, and nothing else?

No redirect is followed and no proxy asked. http.client is given a socket that is connected already: to the address that
was checked, with TLS for the name that was asked for (record 0071).
"""

import io
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from web.outward.addresses import Allowed, Resolver, Target, Unreachable, resolved

TOTAL_S = 10.0  # from connecting to the last byte that is read
ANSWER_MOST = 32_000  # bytes of an answer that are read at all
ERRCODE_MOST = 2_000


class TooLong(OSError):
    """An answer took too long or grew too large."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: a status, or in one word why there is none."""

    status: int | None = None
    failure: str = ""  # address, name, connection, tls, time, answer, redirect, status, refused

    @property
    def is_good(self) -> bool:
        """Whether it was taken."""
        return not self.failure


PUBLIC = Allowed()


@dataclass(frozen=True, slots=True)
class Way:
    """How far a message may go. Tests shorten the time and bring their own certificates and names."""

    allowed: Allowed = PUBLIC
    total_s: float = TOTAL_S
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    resolver: Resolver | None = None


def send(target: Target, body: bytes, headers: Mapping[str, str], way: Way, *, reads_errcode: bool = False) -> Answer:
    """Post something once; whatever goes wrong is an answer and no exception."""
    until = time.monotonic() + way.total_s
    try:
        with _connected(target, way, until) as plain, _covered(plain, target, way) as wire:
            return _asked(wire, target, body, headers, until, reads_errcode)
    except Unreachable as why:
        return Answer(failure=str(why))
    except ssl.SSLError:
        return Answer(failure="tls")
    except TimeoutError:
        return Answer(failure="time")
    except TooLong:
        return Answer(failure="answer")
    except (HTTPException, UnicodeError, ValueError):
        return Answer(failure="answer")
    except OSError:
        return Answer(failure="connection")


def _connected(target: Target, way: Way, until: float) -> socket.socket:
    address = resolved(target, way.allowed, way.resolver)
    return socket.create_connection((address, target.port), timeout=_left(until))


def _covered(plain: socket.socket, target: Target, way: Way) -> socket.socket:
    if target.scheme != "https":
        return plain
    return way.trust().wrap_socket(plain, server_hostname=target.host)


def _asked(
    wire: socket.socket, target: Target, body: bytes, headers: Mapping[str, str], until: float, reads_errcode: bool
) -> Answer:
    wire.settimeout(_left(until))
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"https": 443, "http": 80}[target.scheme]
    connection = HTTPConnection(target.host, target.port)
    connection.sock = wire  # so it connects nowhere by itself
    connection.response_class = partial(_within, until=until)  # type: ignore[assignment]
    named = {"Host": host if target.port == usual else f"{host}:{target.port}", "Connection": "close"}
    said = {"User-Agent": "Parkbridge", "Content-Type": "application/json; charset=utf-8"}
    connection.request("POST", target.path, body=body, headers={**named, **said, **headers})
    answer = connection.getresponse()
    if 300 <= answer.status < 400:
        return Answer(answer.status, "redirect")
    if not 200 <= answer.status < 300:
        return Answer(answer.status, "status")
    if reads_errcode and _errcode(answer) != 0:
        return Answer(answer.status, "refused")
    return Answer(answer.status)


def _errcode(answer: HTTPResponse) -> object:
    """Robots say 200 whatever happens, and the rest in their own number."""
    found = json.loads(answer.read(ERRCODE_MOST))
    return found.get("errcode") if isinstance(found, dict) else None


def _within(wire: socket.socket, *, until: float, **words: Any) -> HTTPResponse:
    return HTTPResponse(_Timed(wire, until), **words)  # type: ignore[arg-type]


class _Timed(io.RawIOBase):
    """A socket that is read until a moment, however slowly its bytes come, and up to a size."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire, self._until, self._read = wire, until, 0

    def makefile(self, mode: str) -> io.BufferedReader:
        """As http.client asks a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises TimeoutError, TooLong."""
        self._wire.settimeout(_left(self._until))
        count = self._wire.recv_into(buffer)
        self._read += count
        if self._read > ANSWER_MOST:
            raise TooLong
        return count


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
