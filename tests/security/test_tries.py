"""Tries at the door: QUALITY B4, B5 and A8, on both databases. Their figures are of `parkbridge bench sign-in`."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from socket import create_connection, socket
from threading import Barrier, Thread
from urllib.request import Request, urlopen

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event
from sqlmodel import select

from marketplace import accounts
from marketplace.database import reading, writing
from marketplace.organisations import (
    passwords,
)
from marketplace.throttle import Throttle
from tests.security.doorway import (
    NOW,
    PASSWORD,
    WORDS,
    after,
    browser,
    change,
    enter,
    replica,
)
from web.settings import Settings

# ---- B4: how often somebody may be wrong


@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_b04_five_failures_of_one_name_in_all_replicas_together(people_url: str, login: str) -> None:
    """B4, and A8: a name that nobody has is counted and answered as one that somebody has."""
    with replica(people_url) as first, replica(people_url) as second_one:
        answers = []
        for number in range(6):
            one = browser((first, second_one)[number % 2], address=f"192.0.2.{number}")
            answers.append(one.post("/sign-in", data={"login": login, "password": "wrong"}))
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert [WORDS in answer.text for answer in answers] == [True] * 5 + [False]
        assert 900 <= int(answers[5].headers["retry-after"]) <= 960
        assert "Too many tries: wait until 10:1" in answers[5].text
        assert enter(browser(second_one), login) == 429  # the right password is not even looked at
        assert enter(browser(second_one), "berta") == 303


def test_b04_nobody_is_locked_out_for_ever(site: FastAPI) -> None:
    """B4."""
    for minute in range(0, 60, 2):
        after(site, timedelta(minutes=minute))
        enter(browser(site), password="wrong")
    after(site, timedelta(minutes=58 + 16))
    assert enter(browser(site)) == 303


def test_b04_fifty_failures_of_one_address_whatever_headers_it_sends(site: FastAPI) -> None:
    """B4: forwarding headers count only from our own proxies."""
    with writing(site.state.engine) as session:
        for number in range(49):
            accounts.knock(session, f"name {number}", "192.0.2.1", now=NOW)
        session.commit()
    spoofed = {"x-forwarded-for": "198.51.100.7", "forwarded": "for=198.51.100.7", "x-real-ip": "198.51.100.7"}
    assert enter(browser(site, **spoofed), "name", "wrong") == 422
    assert enter(browser(site, **spoofed), "another", "wrong") == 429
    assert enter(browser(site), "anna") == 429
    assert enter(browser(site, "192.0.2.2"), "anna") == 303


def test_b04_behind_our_own_proxy_askers_are_counted_apart(people_url: str) -> None:
    """B4."""
    with replica(people_url, Settings(trusted_proxies="10.0.0.0/8")) as site:
        for number in range(5):
            assert (
                enter(browser(site, "10.0.0.1", **{"x-forwarded-for": "1.1.1.1, 198.51.100.7"}), f"n{number}", "x")
                == 422
            )
        with reading(site.state.engine) as session:
            assert len(session.exec(select(Throttle)).all()) == 5 + 1 + 1  # names, the house, changes a minute


def test_b04_a_right_password_forgets_the_failures(site: FastAPI) -> None:
    """B4."""
    for _ in range(3):
        assert [enter(browser(site), password=typed) for typed in ["wrong"] * 4 + [PASSWORD]] == [422] * 4 + [303]


def test_b04_two_hundred_at_once_are_five_tries(site: FastAPI, full: bool) -> None:
    """B4: a try is counted before the password is looked at."""
    count = 40 if full else 10
    together, codes = Barrier(count), list[int]()

    def come() -> None:
        together.wait()
        codes.append(enter(browser(site), password="wrong"))

    threads = [Thread(target=come) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(422) <= 5  # fewer where both places for a hash stay taken too long
    assert codes.count(422) + codes.count(429) == count


def test_b04_writers_do_not_wait_while_a_password_is_looked_at(site: FastAPI) -> None:
    """B4, B5: SQLite has one writer, and argon2 takes long."""
    codes = list[int]()
    held = [passwords._AT_ONCE.acquire() for _ in range(2)]
    thread = Thread(target=lambda: codes.append(enter(browser(site))))
    thread.start()
    while not tried(site.state.engine):
        pass
    change(site, "berta", lambda user: setattr(user, "name", "Berta"))  # would wait 15 s, and fail
    assert codes == []
    for _ in held:
        passwords._AT_ONCE.release()
    thread.join()
    assert codes == [303]


def tried(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.exec(select(Throttle)).first() is not None


# ---- A8: a name tells nothing


def test_a08_known_and_unknown_names_take_the_same_work(site: FastAPI) -> None:
    """A8: the same words and the same statements, and a hash either way; the times are of the bench."""
    counted = []
    enter(browser(site), "somebody", "wrong")  # what is made once
    for login in ("anna", "nobody"):
        with statements() as said:
            answer = browser(site).post("/sign-in", data={"login": login, "password": "wrong"})
        assert (answer.status_code, WORDS in answer.text) == (422, True)
        counted.append(said)
    assert counted[0] == counted[1]
    assert len(counted[0]) > 5


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(re.sub(r"\s+", " ", statement))

    event.listen(Engine, "before_cursor_execute", listen)
    yield said
    event.remove(Engine, "before_cursor_execute", listen)


# ---- B5: memory


def test_b05_many_who_sign_in_at_once_take_no_memory_to_speak_of(people_url: str, tmp_path: Path, full: bool) -> None:
    """B5: a real server; 200 at once with --full."""
    count = 200 if full else 12
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from web.cli import main; main()",
        "serve",
        "--port",
        str(port),
        "--db",
        people_url,
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        assert "Parkbridge on" in server.stdout.readline()
        with urlopen(ranking_request(port)) as answer:  # whatever is loaded once is loaded
            assert answer.status == 200
        with closing(knocking(port, 0)) as first:
            assert first.recv(1)
        before = memory_kib(server.pid)
        sockets = [knocking(port, number) for number in range(count)]
        codes = [int(each.makefile("rb").readline().split()[1]) for each in sockets]
        for each in sockets:
            each.close()
        assert set(codes) <= {422, 429, 503}  # wrong, or so many at once that some must come again
        assert memory_kib(server.pid) - before <= 300 * 1024
    finally:
        server.terminate()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def ranking_request(port: int) -> Request:
    body = json.dumps({"description": "电池", "land_mu": 10}).encode()
    return Request(f"http://127.0.0.1:{port}/api/v1/ranking", body, {"content-type": "application/json"})


def knocking(port: int, number: int) -> socket:
    """A sign-in sent and not yet answered, each from an address of its own."""
    made = create_connection(("127.0.0.1", port), 200, source_address=(f"127.0.0.{2 + number}", 0))
    body = f"login=name{number}&password=wrong".encode()
    lines = ("POST /sign-in HTTP/1.1", "Host: localhost", "Connection: close", f"Content-Length: {len(body)}")
    head = "\r\n".join((*lines, "Content-Type: application/x-www-form-urlencoded", "", ""))
    made.sendall(head.encode() + body)
    return made


def memory_kib(pid: int) -> int:
    """The most it ever held."""
    return int(re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0])
