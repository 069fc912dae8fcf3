"""Can a firm's or a park's own system do by JSON what its people do on the pages, and nothing beyond?"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace import inbox
from marketplace.database import writing
from marketplace.inbox import NoticeKind
from marketplace.organisations import viewer_by_login
from tests.web.conftest import NOW

MINE = "G342020"
PLOTS = f"/api/v1/parks/{MINE}/plots"
Program = Callable[..., TestClient]


@pytest.fixture
def program(app: FastAPI, signed_in: Callable[[str], TestClient]) -> Program:
    """A program with a token of somebody's: `program("park", "parks:write")`; every token reads."""

    def made(login: str, *scopes: str) -> TestClient:
        said = {"name": "招商系统", "scopes": ["read", *scopes], "days": "90"}
        answer = signed_in(login).post("/account/tokens", data=said)
        client = TestClient(app, follow_redirects=False)
        [token] = re.findall(r"pb_[\w-]{43}", answer.text)
        client.headers["authorization"] = f"Bearer {token}"
        return client

    return made


@pytest.fixture
def office(program: Program, speaking: Callable[[str], None]) -> TestClient:
    speaking(MINE)
    return program("park", "parks:write")


def test_an_office_lists_a_plot_once_changes_it_and_withdraws_it(client: TestClient, office: TestClient) -> None:
    said = {"kind": "plot", "name": "A-01", "area_mu": "10 公顷", "land_use": "M1"}
    answers = [office.post(PLOTS, json=said, headers={"Idempotency-Key": "plot-0001"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    made = answers[0].json()
    assert answers[1].json() == made
    at = answers[0].headers["location"]
    assert (made["area_mu"], made["free"], made["held"]) == (150, 150, 0)
    assert client.get(PLOTS).json() == {"plots": [made]}
    assert client.get(at).headers["etag"] == '"1"'
    changed = {"name": "A-01", "area_mu": 120}
    assert office.put(at, json=changed, headers={"If-Match": '"1"'}).json()["area_mu"] == 120
    assert office.put(at, json=changed, headers={"If-Match": '"1"'}).status_code == 409
    assert office.put(at, json={**changed, "kind": "building"}).json()["errors"][0]["where"] == "kind"
    assert office.delete(at).status_code == 204
    assert client.get(at).status_code == 404


def test_a_building_has_its_floors_and_what_is_unusual_is_meant_so(client: TestClient, office: TestClient) -> None:
    floor = {"name": "首层", "area_m2": 4000, "height_m": 8.1}
    said = {"kind": "building", "name": "1 号厂房", "floors": [floor], "rent_cny_m2_month": 20000}
    answer = office.post(PLOTS, json=said)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "rent_cny_m2_month")
    made = office.post(PLOTS, json={**said, "sure": True}).json()
    assert made["floors"] == [{**floor, "load_t_m2": None, "crane_t": None, "lift_t": None}]
    assert client.get(PLOTS).json()["plots"][0]["free"] == 4000


def test_only_a_program_of_the_office_lists_plots(program: Program, office: TestClient) -> None:
    assert program("park").post(PLOTS, json={}).status_code == 403
    assert program("enterprise", "needs:write").post(PLOTS, json={}).status_code == 403
    assert office.post("/api/v1/parks/G341129/plots", json={}).status_code == 404


def test_what_was_told_is_listed_page_by_page_and_marked_as_read(app: FastAPI, program: Program) -> None:
    with writing(app.state.engine) as session:
        firm = viewer_by_login(session, "enterprise")
        assert firm is not None
        for at in range(3):
            about = ("organisation", "abcdefgh")
            inbox.tell(
                session, NoticeKind.VERIFICATION_DECIDED, to=firm.organisation_id, about=about, now=NOW, key=str(at)
            )
        session.commit()
    firm = program("enterprise", "notices:write")
    first = firm.get("/api/v1/inbox?size=2").json()
    rest = firm.get(f"/api/v1/inbox?size=2&after={first['next']}").json()
    assert (first["unread"], len(first["notices"]), len(rest["notices"]), rest["next"]) == (3, 2, 1, None)
    seen = rest["notices"][0]
    told = (seen["kind"], seen["topic"], seen["about_kind"], seen["read"])
    assert told == ("verification_decided", "house", "organisation", False)
    assert firm.post(f"/api/v1/inbox/{seen['id']}/read").status_code == 204
    assert firm.get("/api/v1/inbox?unread=true").json()["unread"] == 2
    assert program("park", "notices:write").post(f"/api/v1/inbox/{seen['id']}/read").status_code == 404
    assert program("enterprise").post("/api/v1/inbox/read-all").status_code == 403
    assert firm.post("/api/v1/inbox/read-all").status_code == 204
    assert firm.get("/api/v1/inbox?unread=1&topic=house").json() == {"unread": 0, "notices": [], "next": None}


def test_a_search_is_saved_once_read_by_its_owner_and_deleted(program: Program) -> None:
    firm, key = program("enterprise", "notices:write"), {"Idempotency-Key": "search-0001"}
    said = {"name": "皖南", "place": "安徽", "land_mu": "10 公顷"}
    answers = [firm.post("/api/v1/searches/parks", json=said, headers=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {201}
    at, made = answers[0].headers["location"], answers[0].json()
    assert (made["kind"], made["asks"]) == ("parks", {"place": "340000", "land_mu": 150})
    assert firm.get("/api/v1/searches").json() == {"searches": [made]}
    assert firm.get(at).json() == {**made, "found": []}
    assert program("park").get(at).status_code == 404
    assert firm.post("/api/v1/searches/needs", json={"industry": "38"}).json()["errors"][0]["where"] == "name"
    assert [firm.delete(at).status_code, firm.get(at).status_code] == [204, 404]


def test_a_webhook_is_made_once_and_its_secret_told_once(program: Program) -> None:
    firm, key = program("enterprise", "webhooks:write"), {"Idempotency-Key": "webhook-0001"}
    said = {"url": "https://hooks.example/in?key=abc", "kinds": ["offer"]}
    first, again = (firm.post("/api/v1/webhooks", json=said, headers=key) for _ in range(2))
    made = first.json()
    assert made.pop("secret").startswith("whsec_")
    assert (first.status_code, made["address"], made["kinds"]) == (201, "https://hooks.example/in", ["offer"])
    assert again.json() == made
    assert firm.get("/api/v1/webhooks").json() == {"webhooks": [made]}
    assert firm.post("/api/v1/webhooks", json={"url": "http://127.0.0.1/"}).json()["errors"][0]["where"] == "url"
    reads = program("enterprise").get("/api/v1/webhooks")
    assert (reads.status_code, 'scope="webhooks:write"' in reads.headers["www-authenticate"]) == (403, True)
    at = first.headers["location"]
    assert program("park", "webhooks:write").get(at).status_code == 404
    assert [firm.delete(at).status_code, firm.get(at).status_code] == [204, 404]
