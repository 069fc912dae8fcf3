"""How does a program get in, how far does its token reach, and what is answered where it does not?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.database import writing
from marketplace.errors import Busy
from marketplace.organisations import User
from web.rates import Rates

SignedIn = Callable[[str], TestClient]
FORM = {"name": "招商系统", "scopes": ["read", "needs:write"], "days": "90"}
NEED = {"industry": "3841", "description": "动力电池"}


def made(client: TestClient, **form: object) -> str:
    answer = client.post("/account/tokens", data={**FORM, **form})
    assert answer.status_code == 201, answer.text
    return re.findall(r"pb_[\w-]{43}", answer.text)[0]


def program(app: FastAPI, token: str) -> TestClient:
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    client.headers["authorization"] = f"Bearer {token}"
    return client


def test_a_token_is_shown_once_and_known_by_its_beginning(signed_in: SignedIn) -> None:
    client = signed_in("enterprise")
    assert "尚无令牌" in client.get("/account/tokens").text
    answer = client.post("/account/tokens", data=FORM)
    token = re.findall(r"pb_[\w-]{43}", answer.text)[0]
    assert answer.headers["cache-control"] == "no-store"
    again = client.get("/account/tokens").text
    assert token not in again
    assert token[:11] in again
    assert "招商系统" in again


def test_a_program_reads_and_writes_without_cookie_or_origin(app: FastAPI, signed_in: SignedIn) -> None:
    client = program(app, made(signed_in("enterprise")))
    answer = client.post("/api/v1/needs", json=NEED)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert [need["id"] for need in client.get("/api/v1/needs").json()["needs"]] == [answer.json()["id"]]
    assert client.get("/api/v1/parks").status_code == 200
    assert client.post("/api/v1/ranking", json=NEED).status_code == 200


def test_a_token_without_the_scope_reaches_less_far(app: FastAPI, signed_in: SignedIn) -> None:
    client = program(app, made(signed_in("enterprise"), scopes=["read"]))
    answer = client.post("/api/v1/needs", json=NEED)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].endswith('error="insufficient_scope", scope="needs:write"')
    assert "needs:write" in answer.json()["detail"]
    assert client.get("/api/v1/needs").json() == {"needs": []}
    assert client.post("/api/v1/ranking", json=NEED).status_code == 200  # computes, keeps nothing
    writes = program(app, made(signed_in("enterprise"), scopes=["needs:write"]))
    assert writes.get("/api/v1/needs").status_code == 403
    assert writes.post("/api/v1/needs", json=NEED).status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/needs", "/api/v1/parks", "/api/v1/needs/none", "/api/v1/openapi.json"])
def test_a_wrong_token_is_told_everywhere_and_no_cookie_helps_it(app: FastAPI, signed_in: SignedIn, path: str) -> None:
    right = made(signed_in("enterprise"))
    for wrong in (right[:-1] + ("a" if right[-1] != "a" else "b"), "pb_x", "", "x" * 9000):
        client = signed_in("enterprise")
        answer = client.get(path, headers={"authorization": f"Bearer {wrong}"})
        assert answer.status_code == 401, wrong
        assert (
            answer.headers["www-authenticate"] == 'Bearer realm="parkbridge"'
            or "invalid_token" in (answer.headers["www-authenticate"])
        )
        assert answer.json()["status"] == 401
        assert right not in answer.text


def test_addresses_that_are_none_and_methods_that_are_none_are_answered(app: FastAPI, signed_in: SignedIn) -> None:
    client = program(app, made(signed_in("enterprise")))
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.delete("/api/v1/needs").status_code == 405
    wrong = program(app, "pb_wrong")
    assert wrong.get("/api/v1/nothing").status_code == 404
    assert program(app, "").get("/parks").status_code == 200


def test_a_token_opens_no_page(app: FastAPI, signed_in: SignedIn) -> None:
    client = program(app, made(signed_in("enterprise")))
    for path in ("/needs", "/account/tokens"):
        assert client.get(path).headers["location"].startswith("/sign-in")
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/account/tokens", content="name=a", headers=form).headers["location"].startswith("/sign-in")


def test_a_revoked_token_and_one_of_somebody_disabled_are_over_at_once(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("enterprise")
    client = program(app, made(browser))
    action = re.findall(r'action="(/account/tokens/\w+/revoke)"', browser.get("/account/tokens").text)[0]
    assert signed_in("park").post(action).status_code == 404
    assert browser.post(action).headers["location"] == "/account/tokens?done=revoked"
    assert client.get("/api/v1/needs").status_code == 401
    assert "已吊销" in browser.get("/account/tokens").text
    client = program(app, made(browser))
    with writing(app.state.engine) as session:
        for user in session.exec(select(User)):
            user.disabled_at = app.state.clock()
        session.commit()
    assert client.get("/api/v1/needs").status_code == 401


def test_a_token_is_over_after_its_days(app: FastAPI, signed_in: SignedIn) -> None:
    client = program(app, made(signed_in("enterprise"), days="30"))
    begin: datetime = app.state.clock()
    app.state.clock = lambda: begin + timedelta(days=29)
    assert client.get("/api/v1/needs").status_code == 200
    app.state.clock = lambda: begin + timedelta(days=30)
    assert client.get("/api/v1/needs").status_code == 401


WRONG = {
    "name": [{"name": ""}, {"name": "a" * 61}],
    "scopes": [{"scopes": []}, {"scopes": ["all"]}],
    "days": [{"days": "0"}, {"days": "366"}, {"days": "x"}],
}


@pytest.mark.parametrize("field", WRONG)
def test_what_does_not_fit_is_said_beside_its_field(signed_in: SignedIn, field: str) -> None:
    for wrong in WRONG[field]:
        answer = signed_in("enterprise").post("/account/tokens", data={**FORM, **wrong})
        assert answer.status_code == 422
        assert f'id="c-{field}"' in answer.text
        assert "pb_" not in answer.text


def test_the_description_names_the_scheme_and_the_scopes(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    needs, parks = document["paths"]["/api/v1/needs"], document["paths"]["/api/v1/parks"]
    assert needs["post"]["security"] == [{"token": ["needs:write"]}, {"session": []}]
    assert "401" in needs["post"]["responses"]
    assert {} in parks["get"]["security"]


def test_wrong_tokens_are_slowed_down(app: FastAPI) -> None:
    client = program(app, "pb_wrong")
    codes = [client.get("/api/v1/needs").status_code for _ in range(65)]
    assert codes[:60] == [401] * 60
    assert codes[-1] == 429
    assert int(client.get("/api/v1/needs").headers["retry-after"]) >= 1


def test_each_limit_is_answered_with_a_page_and_the_seconds_to_wait(app: FastAPI, signed_in: SignedIn) -> None:
    settings = app.state.settings
    settings.requests_per_minute, settings.costly_per_minute, settings.writes_per_minute = 0, 3, 3
    client = signed_in("enterprise")
    codes = [client.post("/account/tokens", data=FORM).status_code for _ in range(4)]
    assert codes == [201, 201, 201, 429]
    answer = client.post("/account/tokens", data=FORM)
    assert "<h1" in answer.text
    assert 1 <= int(answer.headers["retry-after"]) <= 64
    assert signed_in("park").post("/account/tokens", data={"name": "a"}).status_code == 422  # another's is untouched
    codes = [client.post("/api/v1/ranking", json=NEED).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    answer = client.post("/api/v1/ranking", json=NEED)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1


def test_a_flood_from_one_address_is_turned_away_before_a_page_sees_it(app: FastAPI) -> None:
    app.state.settings.requests_per_minute = 5
    client = TestClient(app)
    codes = [client.get("/help").status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2
    assert int(client.get("/help").headers["retry-after"]) >= 1
    assert client.get("/healthz").status_code == 200
    assert "content-security-policy" in client.get("/help").headers


def test_a_bucket_empties_evenly_and_forgets() -> None:
    at = [0.0]
    rates = Rates(lambda: at[0])

    def passed() -> bool:
        try:
            rates.spend("page", "a", per_minute=60)
        except Busy as busy:
            return busy.retry_s != 1
        return True

    assert [passed() for _ in range(61)] == [True] * 60 + [False]
    at[0] = 1.0
    assert [passed(), passed()] == [True, False]
    rates.spend("page", "b", per_minute=60)
    rates.spend("other", "a", per_minute=60)
    at[0] = 1000.0
    assert all(passed() for _ in range(60))
