"""Do needs and rankings as JSON follow the rules of the pages?"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import func, select
from starlette.testclient import TestClient

from marketplace.database import reading, writing
from marketplace.matches import PARK_SIDE
from marketplace.needs import Need
from marketplace.organisations import OrganisationKind, Standing, add_organisation, add_user
from web.app import create_app
from web.settings import Settings

PASSWORD = "correct horse battery"
BATTERY: dict[str, Any] = {
    "industry": "3841",
    "description": "锂离子动力电池电芯与模组",
    "origin": "310114",
    "land_mu": 150,
    "power_kva": 20000,
    "emissions_t_a": {"COD": 3.2},
    "investment_10k": 80000,
    "regions": {"exclude": ["31"]},
    "importance": ["industry_chain", "land_price"],
}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """One app for all of these tests: its catalogue is fitted once. Each test has needs of its own."""
    path = tmp_path_factory.mktemp("api") / "market.db"
    path.write_bytes(filled.read_bytes())
    now = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: now)
    with writing(made.state.engine) as session:
        organisation = add_organisation(
            session, "another enterprise", OrganisationKind.ENTERPRISE, now=now, standing=Standing.VERIFIED
        )
        add_user(session, organisation, "rival", "rival person", PASSWORD, now=now)
        session.commit()
    yield made
    made.state.engine.dispose()


@pytest.fixture
def mine(app: FastAPI) -> TestClient:
    return browser(app, "enterprise")


def browser(app: FastAPI, login: str) -> TestClient:
    made = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert made.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return made


def needs_stored(app: FastAPI) -> int:
    with reading(app.state.engine) as session:
        return session.exec(select(func.count()).select_from(Need)).one()


def errors(answer: Any) -> list[str]:
    assert answer.headers["content-type"] == PROBLEM
    return [error["where"] for error in answer.json().get("errors", [])]


def test_a_need_lives_through_the_api_as_through_the_pages(mine: TestClient) -> None:
    made = mine.post("/api/v1/needs", json={**BATTERY, "title": "二期"})
    id = made.json()["id"]
    assert (made.status_code, made.headers["location"], made.headers["etag"]) == (201, f"/api/v1/needs/{id}", '"1"')
    assert made.json()["need"] == {**BATTERY, "title": "二期", "mode": "relocation"} | {
        "regions": {"only": [], "prefer": [], "exclude": ["31"]}
    }
    assert mine.get(f"/api/v1/needs/{id}").json() == made.json()
    assert id in [need["id"] for need in mine.get("/api/v1/needs").json()["needs"]]
    assert f"/needs/{id}" in mine.get("/needs").text
    assert mine.delete(f"/api/v1/needs/{id}").status_code == 204
    assert mine.get(f"/api/v1/needs/{id}").json()["status"] == "withdrawn"
    assert mine.delete(f"/api/v1/needs/{id}").status_code == 409


def test_a_document_that_was_answered_can_be_sent_back(mine: TestClient) -> None:
    made = mine.post("/api/v1/needs", json=BATTERY).json()
    again = mine.put(f"/api/v1/needs/{made['id']}", json=made["need"], headers={"if-match": '"1"'})
    assert (again.status_code, again.json()["need"], again.headers["etag"]) == (200, made["need"], '"2"')


def test_the_second_of_two_editors_is_stopped(mine: TestClient) -> None:
    id = mine.post("/api/v1/needs", json=BATTERY).json()["id"]
    first = mine.put(f"/api/v1/needs/{id}", json={**BATTERY, "land_mu": 200}, headers={"if-match": '"1"'})
    second = mine.put(f"/api/v1/needs/{id}", json={**BATTERY, "land_mu": 300}, headers={"if-match": '"1"'})
    assert (first.status_code, second.status_code) == (200, 409)
    assert mine.get(f"/api/v1/needs/{id}").json()["need"]["land_mu"] == 200
    assert errors(mine.put(f"/api/v1/needs/{id}", json=BATTERY, headers={"if-match": "*"})) == ["If-Match"]


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/api/v1/needs"),
        ("POST", "/api/v1/needs"),
        ("GET", "/api/v1/needs/abcdefgh2345"),
        ("PUT", "/api/v1/needs/abcdefgh2345"),
        ("DELETE", "/api/v1/needs/abcdefgh2345"),
        ("GET", "/api/v1/needs/abcdefgh2345/ranking"),
    ],
)
def test_strangers_are_told_to_sign_in_and_parks_find_nothing(app: FastAPI, verb: str, path: str) -> None:
    stranger = TestClient(app, headers={"sec-fetch-site": "same-origin"})
    body = BATTERY if verb in ("POST", "PUT") else None
    answer = stranger.request(verb, path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
    assert browser(app, "park").request(verb, path, json=body).status_code == 404


@pytest.mark.parametrize(("verb", "tail"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/ranking")])
def test_anothers_need_is_the_same_404_as_none(app: FastAPI, mine: TestClient, verb: str, tail: str) -> None:
    id = mine.post("/api/v1/needs", json=BATTERY).json()["id"]
    rival = browser(app, "rival")
    body = BATTERY if verb == "PUT" else None
    answers = [rival.request(verb, f"/api/v1/needs/{each}{tail}", json=body) for each in (id, "abcdefgh2345")]
    assert [answer.status_code for answer in answers] == [404, 404]
    told = [{**answer.json(), "instance": "", "request_id": ""} for answer in answers]
    assert told[0] == told[1]
    assert mine.get(f"/api/v1/needs/{id}").json()["version"] == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({**BATTERY, "land_mu": -1}, ["land_mu"]),
        ({**BATTERY, "land_mu": "20 MVA", "jobs": "many"}, ["land_mu", "jobs"]),
        ({**BATTERY, "colour": "red"}, ["colour"]),
        ({**BATTERY, "emissions_t_a": {"COD": "x"}}, ["emissions_t_a.COD"]),
        ({**BATTERY, "industry": "9999"}, ["industry"]),
        ({**BATTERY, "regions": {"only": ["99"]}}, ["regions.only"]),
        ({**BATTERY, "weights": {"land_price": 1}}, ["weights"]),
        ({"land_mu": 5}, ["industry"]),
        ([1, 2], [""]),
    ],
)
def test_each_fault_is_named_and_nothing_is_stored(app: FastAPI, mine: TestClient, body: Any, where: list[str]) -> None:
    before = needs_stored(app)
    for path in ("/api/v1/needs", "/api/v1/ranking"):
        answer = mine.post(path, json=body)
        assert (answer.status_code, errors(answer)) == (422, where)
    assert needs_stored(app) == before


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"industry": "3841", "weights": {"talent": NaN}}'])
def test_what_is_no_json_is_refused(mine: TestClient, body: bytes) -> None:
    answer = mine.post("/api/v1/ranking", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)


def test_amounts_may_be_typed_with_units(mine: TestClient) -> None:
    made = mine.post("/api/v1/needs", json={"industry": "3841", "land_mu": "10 公顷", "power_kva": "20 MVA"}).json()
    assert (made["need"]["land_mu"], made["need"]["power_kva"]) == (150, 20000)


def test_a_ranking_adds_up_and_says_nothing_of_the_parks_weights(mine: TestClient) -> None:
    answer = mine.post("/api/v1/ranking?top=30", json=BATTERY).json()
    assert sum(answer["counts"].values()) == 2543
    assert answer["counts"]["feasible"] == 0  # no real zone has said what it has
    assert [result["rank"] for result in answer["results"]] == list(range(1, 31))
    for result in answer["results"]:
        assert sum(part["share"] for part in result["contributions"]) == pytest.approx(result["score"], abs=1e-9)
        others = [part["criterion"] for part in result["contributions"] if part["side"] != "need"]
        assert others == ["park"]
        assert result["interval"][0] <= result["score"] <= result["interval"][1]
    named = {part["criterion"] for result in answer["results"] for part in result["contributions"]}
    assert named.isdisjoint(PARK_SIDE)
    kinds = {reason["kind"] for result in answer["results"] for reason in result["reasons"]}
    assert kinds.isdisjoint(set(PARK_SIDE) - {"chain_gap"})


def test_a_stored_need_and_its_document_are_ranked_alike(app: FastAPI, mine: TestClient) -> None:
    id = mine.post("/api/v1/needs", json=BATTERY).json()["id"]
    before = needs_stored(app)
    stranger = TestClient(app)
    assert mine.get(f"/api/v1/needs/{id}/ranking").json() == stranger.post("/api/v1/ranking", json=BATTERY).json()
    assert needs_stored(app) == before


def test_equal_questions_have_equal_bytes(mine: TestClient) -> None:
    answers = [mine.post("/api/v1/ranking", json=BATTERY).content for _ in range(2)]
    assert answers[0] == answers[1]


def test_weights_in_the_address_beat_those_of_the_need(mine: TestClient) -> None:
    near = mine.post("/api/v1/ranking?w.distance=100&w.industry_chain=0&w.land_price=0", json=BATTERY).json()
    parts = {part["criterion"]: part for part in near["results"][0]["contributions"]}
    assert parts["distance"]["weight"] > 0.5
    assert "industry_chain" not in parts


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("top=101", "top"),
        ("on=tomorrow", "on"),
        ("w.distance=far", "weights.distance"),
        ("w.colour=3", "weights"),
        ("w.distance=-3", "weights.distance"),
        ("size=3", "size"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(mine: TestClient, query: str, where: str) -> None:
    assert errors(mine.post(f"/api/v1/ranking?{query}", json=BATTERY)) == [where]


def test_the_description_names_the_fields_of_a_need(mine: TestClient) -> None:
    described = json.loads(mine.get("/api/v1/openapi.json").content)
    assert {"get", "post"} <= set(described["paths"]["/api/v1/needs"])
    assert "post" in described["paths"]["/api/v1/ranking"]
    assert "land_mu" in described["components"]["schemas"]["NeedFields"]["properties"]
