"""Is what the site refuses somebody signed in written down, once a minute, without what it was?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.database import reading
from marketplace.journal import Act, Entry, sealed
from tests.web.conftest import NOW
from web.refused import write_finished
from web.rounds import Rounds

SignedIn = Callable[[str], TestClient]


def refusals(app: FastAPI) -> list[Entry]:
    with reading(app.state.engine) as session:
        return list(session.exec(select(Entry).where(Entry.act == Act.REFUSED).order_by(Entry.id)))


def test_a_need_that_is_not_there_is_one_entry_with_its_route_alone(app: FastAPI, signed_in: SignedIn) -> None:
    assert signed_in("park").get("/needs/secretname/edit").status_code == 404
    entry, *others = refusals(app)
    assert others == []
    assert entry.facts == {"method": "GET", "route": "/needs/{id}/edit", "status": 404, "count": 1}
    assert (entry.about, entry.about_id, entry.whose_id) == ("route", "", entry.by_organisation_id)


def test_strangers_and_unknown_addresses_are_not_written_down(
    app: FastAPI, client: TestClient, signed_in: SignedIn
) -> None:
    assert client.get("/api/v1/needs/abc").status_code in (401, 404)
    assert signed_in("park").get("/nowhere/at/all").status_code == 404
    assert refusals(app) == []


def test_a_loop_fills_no_disk(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("enterprise")
    for number in range(20):
        browser.get(f"/needs/n{number}")
        browser.get(f"/needs/n{number}/edit")
    assert [entry.facts["count"] for entry in refusals(app)] == [1, 1]
    assert write_finished(app.state.engine, app.state.refusals, now=NOW) == 0
    assert write_finished(app.state.engine, app.state.refusals, now=NOW + timedelta(minutes=1)) == 2
    assert sorted(entry.facts["count"] for entry in refusals(app)) == [1, 1, 19, 19]
    assert write_finished(app.state.engine, app.state.refusals, now=NOW + timedelta(minutes=2)) == 0


def test_a_later_minute_writes_what_an_earlier_one_left(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("park")
    for _ in range(3):
        browser.get("/needs/none")
    app.state.clock = lambda: NOW + timedelta(minutes=5)
    browser.get("/needs/none")
    assert [entry.facts["count"] for entry in refusals(app)] == [1, 3]


def test_a_journal_that_cannot_be_written_breaks_no_answer(
    app: FastAPI, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in("park")
    with app.state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal RENAME TO elsewhere")
    assert browser.get("/needs/none").status_code == 404
    assert "a refusal was not written down" in caplog.text


def test_a_round_of_the_server_seals_what_was_written(app: FastAPI, signed_in: SignedIn) -> None:
    signed_in("park").get("/needs/none")
    rounds = Rounds(app)
    rounds.go_round()
    with reading(app.state.engine) as session:
        assert sealed(session)[0] >= 1
        assert sealed(session)[2] == 0
    rounds.stop()
