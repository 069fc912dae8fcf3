"""When the disk is full: is that said, nothing half done, and what was there still there?"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import func, select

from marketplace.database import engine_for, reading, writing
from marketplace.journal import Entry
from marketplace.needs import Need
from marketplace.once import Once
from tests.faults.conftest import Browser

FORM = {"industry": "3841", "land_mu": "150", "description": "电池 " * 1200}
NEED = {"industry": "3841", "land_mu": 150, "description": "电池 " * 1200}


@pytest.fixture
def app_on_a_small_disk(people: str, app: FastAPI) -> FastAPI:
    """The site on a database that may grow by some pages and no more."""
    if not people.startswith("sqlite"):
        pytest.skip("PostgreSQL has a disk of its own: what it says when that is full is tested below")

    @event.listens_for(app.state.engine, "connect")
    def _small(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 12}")

    app.state.small = _small
    app.state.engine.dispose()
    return app


def test_a_full_disk_is_said_and_nothing_is_half_done(
    app_on_a_small_disk: FastAPI, browser: Browser, people: str
) -> None:
    app = app_on_a_small_disk
    firm, kept = browser("firm"), 0
    for attempt in range(60):
        answer = firm.post("/api/v1/needs", json=NEED, headers={"idempotency-key": f"attempt-{attempt}"})
        if answer.status_code != 201:
            break
        kept += 1
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "disk" not in answer.text.lower()  # nothing of the inside
    form = firm.post("/needs", data={**FORM, "once": "full-1"})
    assert form.status_code == 503
    assert form.headers["x-request-id"] in form.text
    with reading(app.state.engine) as session:
        assert session.exec(select(func.count()).select_from(Need)).one() == kept > 0
        assert session.exec(select(func.count()).select_from(Once)).one() == kept
    app.state.engine.dispose()
    roomy = engine_for(people)
    with roomy.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    roomy.dispose()
    event.remove(app.state.engine, "connect", app.state.small)
    app.state.engine.dispose()
    again = firm.post("/api/v1/needs", json=NEED, headers={"idempotency-key": f"attempt-{kept}"})
    assert again.status_code == 201  # the same request, once there is room


FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file "base/5/2619": No space left on device' USING ERRCODE = 'disk_full';
END $$
"""
MOMENTS = {
    "while it writes": "CREATE TRIGGER full_disk BEFORE INSERT ON need FOR EACH ROW EXECUTE FUNCTION disk_is_full()",
    "while it commits": "CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON need DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION disk_is_full()",
}


@contextmanager
def full(app: FastAPI, moment: str) -> Iterator[None]:
    """The server says 53100, as it does when its disk is full: no disk can be filled without being root."""
    run(app, FULL, MOMENTS[moment])
    try:
        yield
    finally:
        run(app, "DROP FUNCTION disk_is_full CASCADE")


def run(app: FastAPI, *statements: str) -> None:
    with writing(app.state.engine) as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
        session.commit()


def rows(app: FastAPI) -> list[int]:
    with reading(app.state.engine) as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in (Need, Once, Entry)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_full_disk_of_the_server_is_said_and_nothing_is_half_done(
    people: str, app: FastAPI, browser: Browser, moment: str
) -> None:
    if people.startswith("sqlite"):
        pytest.skip("SQLite is given a small disk above")
    firm, key = browser("firm"), {"idempotency-key": "attempt-1"}
    before = rows(app)
    with full(app, moment):
        answer = firm.post("/api/v1/needs", json=NEED, headers=key)
        form = firm.post("/needs", data={**FORM, "once": "full-1"})
        assert (answer.status_code, form.status_code, answer.headers["retry-after"]) == (503, 503, "5")
        assert not [text for text in (answer.text, form.text) if "No space" in text or "base/5" in text]
        assert form.headers["x-request-id"] in form.text
        assert firm.get("/needs").status_code == 200  # who looks is not kept away
    assert rows(app) == before
    assert firm.post("/api/v1/needs", json=NEED, headers=key).status_code == 201
    assert rows(app)[:2] == [1, 1]
