"""When the disk is full: is that said, nothing half done, and what was there still there?"""

import sqlite3

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import func, select

from marketplace.database import engine_for, reading
from marketplace.needs import Need
from marketplace.once import Once
from tests.faults.conftest import Browser

FORM = {"industry": "3841", "land_mu": "150", "description": "电池 " * 1200}
NEED = {"industry": "3841", "land_mu": 150, "description": "电池 " * 1200}


@pytest.fixture
def app_on_a_small_disk(people: str, app: FastAPI) -> FastAPI:
    """The site on a database that may grow by some pages and no more."""
    if not people.startswith("sqlite"):
        pytest.skip("PostgreSQL has a disk of its own: that it goes away is tested beside")

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
