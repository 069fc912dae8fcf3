"""Can the clock tell a sign-in name that somebody has from one that nobody has, and what memory do many sign-ins take?

Against a real server on loopback, each try from an address and with a name of its own, so that no throttle stops it.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from socket import create_connection, socket
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures import Figure, Section
from marketplace.database import engine_for, migrate, writing
from marketplace.organisations import OrganisationKind, User, add_organisation, hashed_password

_ADDRESSES = count(2)
PEOPLE = 300


def run(*, quick: bool) -> list[Section]:
    """Known and unknown names in turn, then many at once."""
    rounds, together = (20, 40) if quick else (120, 200)
    with TemporaryDirectory() as folder, _server(f"sqlite:///{folder}/bench.db") as (port, pid):
        known, unknown = _in_turn(port, rounds)
        before = _memory_mib(pid)
        _at_once(port, together)
        grown = _memory_mib(pid) - before
    ratio = median(unknown) / median(known)
    spread = median(abs(one - median(known)) for one in known) / median(known)
    figures = (
        Figure("unknown name / known name", ratio, "×", f"medians of {rounds}, wrong password", "1 within the spread"),
        Figure("spread of the known", spread, "×", "median distance from the median, of the median"),
        Figure("one wrong sign-in", median(known) * 1000, "ms", "wall time, one after the other"),
        Figure(f"memory of {together} at once", grown, "MiB", "the most ever held, above before", "≤ 300"),
    )
    return [Section("A8, B5: signing in", figures)]


@contextmanager
def _server(url: str) -> Iterator[tuple[int, int]]:
    _fill(url)
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from web.cli import main; main()", "serve", "--port", str(port), "--db", url]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        server.stdout.readline()
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _fill(url: str) -> None:
    """People with one password between them: what is measured is how it is refused."""
    migrate(url)
    engine, now = engine_for(url), datetime.now(UTC)
    with writing(engine) as session:
        organisation = add_organisation(session, "bench", OrganisationKind.ENTERPRISE, now=now)
        secret = hashed_password("correct horse battery")
        logins = [f"known{number}" for number in range(PEOPLE)]
        shared = {"name": "x", "password_hash": secret, "organisation_id": organisation.id}
        session.add_all(User.model_validate({**shared, "login": each, "created_at": now}) for each in logins)
        session.commit()
    engine.dispose()


def _in_turn(port: int, rounds: int) -> tuple[list[float], list[float]]:
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(rounds + 3):
        for kind in ("known", "unknown") if number % 2 else ("unknown", "known"):
            began = time.perf_counter()
            _answer(_knock(port, f"{kind}{number}"))
            if number >= 3:
                took[kind].append(time.perf_counter() - began)
    return took["known"], took["unknown"]


def _at_once(port: int, together: int) -> None:
    for each in [_knock(port, f"other{number}") for number in range(together)]:
        _answer(each)


def _knock(port: int, login: str) -> socket:
    number = next(_ADDRESSES)
    made = create_connection(("127.0.0.1", port), 200, source_address=(f"127.0.{number // 250}.{number % 250 + 1}", 0))
    body = f"login={login}&password=wrong".encode()
    lines = ("POST /sign-in HTTP/1.1", "Host: localhost", "Connection: close", f"Content-Length: {len(body)}")
    head = "\r\n".join((*lines, "Content-Type: application/x-www-form-urlencoded", "", ""))
    made.sendall(head.encode() + body)
    return made


def _answer(one: socket) -> None:
    with closing(one):
        while one.recv(65536):
            pass


def _memory_mib(pid: int) -> float:
    return int(re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))[0]) / 1024
