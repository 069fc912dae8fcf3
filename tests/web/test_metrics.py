"""Who reads the counts, and do they name routes alone?"""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.testclient import TestClient

from marketplace import jobs
from marketplace.database import writing
from tests.web.conftest import NOW


def here(app: FastAPI, **headers: str) -> TestClient:
    return TestClient(app, client=("127.0.0.1", 40000), headers=headers)


def test_answers_are_counted_by_route_and_status_and_nothing_else(app: FastAPI) -> None:
    client = here(app)
    client.get("/parks/none?q=secret-words")
    client.head("/help")
    client.get("/no/such/page-of-mine")
    client.request("BREW", "/help")
    text = client.get("/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    counted = {tuple(sample.labels.values()): sample.value for sample in families["parkbridge_requests"].samples}
    assert counted["GET", "/parks/{code}", "404"] == 1
    assert counted["GET", "other", "404"] == 1
    for word in ("secret", "none", "page-of-mine", "BREW", "127.0.0.1"):
        assert word not in text
    assert {"process_resident_memory_bytes", "parkbridge_request_seconds"} <= set(families)


def test_jobs_that_wait_are_counted_and_a_database_that_is_away_hides_no_other_count(app: FastAPI) -> None:
    with writing(app.state.engine) as session:
        jobs.plan(session, "webhook", "one", due_at=NOW - timedelta(seconds=90), now=NOW)
        jobs.plan(session, "webhook", "later", due_at=NOW + timedelta(seconds=90), now=NOW)
        jobs.plan(session, "unknown", "one", due_at=NOW - timedelta(days=9), now=NOW)
        session.commit()
    text = here(app).get("/metrics").text
    assert "parkbridge_jobs_waiting 1.0" in text
    assert "parkbridge_jobs_oldest_seconds 90.0" in text
    with app.state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE job RENAME TO elsewhere")
    answer = here(app).get("/metrics")
    assert answer.status_code == 200
    assert "parkbridge_jobs" not in answer.text


def test_strangers_find_nothing_there(app: FastAPI, client: TestClient) -> None:
    assert client.get("/metrics").status_code == 404
    assert here(app, **{"x-forwarded-for": "127.0.0.1"}).get("/metrics").status_code == 404
    assert here(app, via="1.1 proxy").get("/metrics").status_code == 404
    assert TestClient(app, client=("10.0.0.1", 4)).get("/metrics").status_code == 404


@pytest.mark.parametrize(("said", "status"), [("Bearer right", 200), ("Bearer wrong", 404), ("right", 404), ("", 404)])
def test_with_a_token_in_the_settings_only_who_holds_it_reads(app: FastAPI, said: str, status: int) -> None:
    app.state.settings.metrics_token = SecretStr("right")
    for client in (here(app), TestClient(app)):
        assert client.get("/metrics", headers={"authorization": said}).status_code == status
