"""Does the JSON of parks follow the rules of the pages, and are faults problem documents?"""

from datetime import datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import SheetFields, save_sheet
from marketplace.database import writing
from marketplace.parks import park_by_code

HEFEI = "G342020"


def test_parks_are_listed_and_paged(client: TestClient) -> None:
    first = client.get("/api/v1/parks?place=3401&size=10").json()
    assert (first["total"], len(first["parks"])) == (14, 10)
    rest = client.get("/api/v1/parks", params={"place": "3401", "size": 10, "after": first["next"]}).json()
    assert (len(rest["parks"]), rest["next"]) == (4, None)
    assert {park["code"] for park in first["parks"]}.isdisjoint(park["code"] for park in rest["parks"])


def test_a_park_is_told_with_the_state_of_every_value(app: FastAPI, client: TestClient, now: datetime) -> None:
    with writing(app.state.engine) as session:
        fields = SheetFields.model_validate({"land_mu": "10 公顷", "emissions_t_a.COD": "20"})
        save_sheet(session, park_by_code(session, HEFEI), fields, by=None, now=now)
        session.commit()
    park = client.get(f"/api/v1/parks/{HEFEI}").json()
    sheet = {line["field"]: line for line in park["sheet"]}
    assert (park["name"], park["area_ha"], park["source"]) == ("合肥高新技术产业开发区", 1850, "catalogue")
    assert (sheet["land_mu"]["value"], sheet["land_mu"]["state"]) == (150, "fresh")
    assert sheet["emissions_t_a.COD"]["value"] == 20
    assert (sheet["power_kva"]["value"], sheet["power_kva"]["state"]) == (None, "unknown")


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/api/v1/parks/NOPE", 404, None),
        ("/api/v1/nothing", 404, None),
        ("/api/v1/parks?colour=red", 422, "colour"),
        ("/api/v1/parks?place=99", 422, "place"),
        ("/api/v1/parks?industry=zz", 422, "industry"),
        ("/api/v1/parks?zone_type=moon", 422, "zone_type"),
        ("/api/v1/parks?level=city", 422, "level"),
        ("/api/v1/parks?land_mu=-1", 422, "land_mu"),
        ("/api/v1/parks?size=101", 422, "size"),
        ("/api/v1/parks?order=sideways", 422, "order"),
    ],
)
def test_faults_are_problem_details_that_name_the_place(
    client: TestClient, path: str, status: int, where: str | None
) -> None:
    answer = client.get(path)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert [fault["where"] for fault in problem.get("errors", [])] == ([where] if where else [])


def test_faults_are_said_in_the_language_asked_for(client: TestClient) -> None:
    problem = client.get("/api/v1/parks?size=101", headers={"accept-language": "en"}).json()
    assert problem["errors"] == [{"where": "size", "message": "This is too large: at most 100"}]


def test_the_description_has_every_call_of_the_api_and_nothing_else(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/parks", "/api/v1/parks/{code}"} <= set(described["paths"])
    assert all(path.startswith("/api/v1/") for path in described["paths"])


def test_a_problem_speaks_of_fields_and_not_of_pages(client: TestClient) -> None:
    assert client.get("/api/v1/parks?foo=1").json()["detail"] == "errors 的每一项指明字段及更正办法。"
    assert "页面" not in client.post("/api/v1/parks").json()["detail"]
