"""C15: does the log hold one line an event, none of a sender's making, and no password, token, cookie or code?"""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request

from marketplace.database import writing
from marketplace.organisations import User
from tests.security.world import NOW
from tests.security.worlds import Place
from web.logs import Lines, without_secrets

FORGED = 'a\r\n{"level":"error","said":"forged"}\x1b[2J\x1b]0;x\x07\u2028b'
PASSWORD = "correct horse battery staple"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def lines(log: io.StringIO) -> list[dict[str, str]]:
    """Every line of the log, each one whole."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def broken(place: Place) -> None:
    place.spoil()

    @place.app.get("/broken")
    def broken(request: Request, words: str = "") -> None:
        logging.getLogger("web.words").error("asked for %s with %s", words, request.headers.get("authorization"))
        raise RuntimeError(f"{words} token={request.headers.get('authorization')}")

    @place.app.get("/twice")
    def twice(words: str = "") -> None:
        with writing(place.app.state.engine) as session:
            for _ in range(2):
                session.add(User(login=words, name=words, password_hash=PASSWORD, organisation_id=1, created_at=NOW))
            session.commit()


def test_no_secret_of_any_request_is_written(place: Place, log: io.StringIO) -> None:
    broken(place)
    token, cookie = place.world.tokens["writes"], place.world.tokens["firm_admin"]
    program, browser, stranger = place.browser("writes"), place.browser("firm_admin"), place.browser()
    program.get("/broken", params={"words": token})
    program.get("/api/v1/needs/none")
    browser.get("/broken", params={"words": cookie})
    browser.get("/twice", params={"words": "secret-login"})
    for login in ("firm_admin", "nobody"):
        stranger.post("/sign-in", data={"login": login, "password": PASSWORD})
    stranger.get(f"/reset/{token}")
    stranger.get("/broken", headers={"authorization": f"Bearer {token}"})
    written = log.getvalue()
    assert len(lines(log)) >= 4
    for secret in (token, token[11:], cookie, PASSWORD, "secret-login"):
        assert secret not in written


def test_no_sender_writes_lines_of_their_own(place: Place, log: io.StringIO) -> None:
    broken(place)
    stranger = place.browser()
    count = 0
    for headers in ({}, {"authorization": FORGED.replace("\r\n", " ").encode("latin-1", "replace").decode("latin-1")}):
        stranger.get("/parks", params={"q": FORGED}, headers=headers)
        stranger.post("/sign-in", data={"login": FORGED, "password": FORGED})
        logging.getLogger("web.words").error("asked for %s", FORGED)
        count += 1
    found = [line for line in lines(log) if line["logger"] == "web.words"]
    assert sum("forged" in line["said"] for line in found) == count
    assert not any(line.get("level") == "error" and line["said"] == "forged" for line in found)
    assert log.getvalue().replace("\n", "").isprintable()
    assert log.getvalue().isascii()


def test_a_fault_is_told_with_its_kind_its_place_and_the_request(place: Place, log: io.StringIO) -> None:
    broken(place)
    answer = place.browser().get("/broken", params={"words": "plain"})
    told = [line for line in lines(log) if "asked for plain" in line["said"]]
    assert told[0]["request"] == answer.headers["x-request-id"]


def test_a_fault_of_the_database_is_told_without_what_was_sent(log: io.StringIO) -> None:
    try:
        raise IntegrityError(
            "INSERT", {"login": "secret-login"}, ValueError("Key (login)=(secret-login)"), hide_parameters=True
        )
    except IntegrityError:
        logging.getLogger("web.words").exception("not written")
    assert "IntegrityError" in log.getvalue()
    assert "secret-login" not in lines(log)[0]["fault"].partition("because")[0]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abc.def", "Authorization: … …"),
        ("token pb_abcdefghijk", "token …"),
        ("password=hunter2&next=/", "password=…&next=/"),
        ("postgresql://user:pass@host/db", "postgresql://…@host/db"),
        ("session " + "x" * 43, "session …"),
        ("the park 滁州 is full", "the park 滁州 is full"),
    ],
)
def test_what_is_a_secret_is_taken_out(text: str, left: str) -> None:
    assert without_secrets(text).replace("Bearer …", "… …").replace("… … …", "… …") == left
