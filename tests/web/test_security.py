"""Does every answer carry its headers, and is every foreign form turned away?"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from web.security import Guard, safe_path, same_origin

PUBLIC = ("/", "/sign-in", "/facts", "/help", "/healthz", "/readyz", "/static/app.css", "/nothing", "/api/v1/nothing")


@pytest.mark.parametrize("path", PUBLIC)
def test_every_answer_has_the_policy_and_the_other_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy.split("; "))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])


def test_the_nonce_differs_between_answers_and_is_the_one_of_the_page(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    nonces = [
        re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"])[0] for answer in (first, second)
    ]
    assert nonces[0] != nonces[1]
    assert set(re.findall(r'nonce="([^"]+)"', first.text)) == {nonces[0]}


@pytest.mark.parametrize("path", [path for path in PUBLIC if path.count("/") == 1 and "z" not in path])
def test_pages_hold_no_inline_style_script_or_outside_host(client: TestClient, path: str) -> None:
    text = client.get(path).text
    assert re.findall(r"<[^>]+\s(?:style|on\w+)=", text) == []
    assert "<style" not in text
    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text) == []
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', text) == []


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://park.example:81", "host": "park.example"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://park.example", "host": "park.example"}, False),
        ({"origin": "http://park.example", "host": "park.example"}, True),
        ({"origin": "http://park.example:81", "host": "park.example"}, False),
        ({"origin": "https://evil.example", "host": "park.example"}, False),
        ({"origin": "null", "host": "park.example"}, False),
        ({"origin": "", "host": ""}, False),
        ({"cookie": "session=x", "host": "park.example"}, False),
        ({"host": "park.example"}, True),
    ],
)
def test_a_request_is_ours_by_fetch_site_then_by_origin(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(Headers(headers)) is ours


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/language", "/theme", "/nothing"])
def test_a_foreign_form_is_refused_before_anything_is_read(app: FastAPI, path: str) -> None:
    foreign = TestClient(app, headers={"sec-fetch-site": "cross-site"}).post(path, data={"next": "/"})
    assert foreign.status_code == 403
    assert "set-cookie" not in foreign.headers


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/a\nb",
        "",
        "evil",
    ],
)
def test_no_way_back_leads_to_another_host(client: TestClient, target: str) -> None:
    assert safe_path(target) == "/"
    assert client.post("/language", data={"lang": "en", "next": target}).headers["location"] == "/"


def test_a_way_back_within_the_site_keeps_its_filters() -> None:
    assert safe_path("/parks?province=340000&q=锂") == "/parks?province=340000&q=锂"


def test_the_pages_of_the_signed_in_are_never_stored(
    client: TestClient, signed_in: Callable[[str], TestClient]
) -> None:
    assert client.get("/help").headers["cache-control"] == "no-cache"
    assert signed_in("park").get("/help").headers["cache-control"] == "no-store"


def test_a_fault_of_ours_shows_a_request_id_and_nothing_inside(app: FastAPI) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the secret of the house")

    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "secret" not in answer.text
    assert "nonce" in answer.headers["content-security-policy"]


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/language", data={"next": "/" + "a" * 3_000_000})
    assert answer.status_code == 413
    assert "内容过大" in answer.text
    answer = client.post("/api/v1/ranking", json={"description": "a" * 3_000_000})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    pieces = (b'"' + b"a" * 1000 for _ in range(3000))  # which say no length
    answer = client.post("/api/v1/ranking", content=pieces, headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_a_database_that_does_not_answer_is_said_and_to_be_tried_again(app: FastAPI, client: TestClient) -> None:
    app.state.engine.dispose()
    path = app.state.engine.url.database
    Path(path).rename(path + ".away")
    Path(path).mkdir()
    answer = client.get("/parks")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "数据库暂时没有响应" in answer.text
    assert "content-security-policy" in answer.headers


def test_even_without_an_error_page_the_answer_is_dressed() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("nothing works")

    guard = Guard(broken, error_page=lambda request, status, faults: Response("", status), body_most=0)
    answer = TestClient(guard, raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_only_what_is_there_is_kept_for_ever(client: TestClient) -> None:
    assert "immutable" in client.get("/static/app.css?v=1").headers["cache-control"]
    assert client.get("/static/nothing.css?v=1").headers["cache-control"] == "no-cache"


def test_the_api_keeps_nothing_of_the_signed_in_either(signed_in: Callable[[str], TestClient]) -> None:
    browser = signed_in("enterprise")
    assert browser.get("/api/v1/parks").headers["cache-control"] == "no-store"
    assert browser.post("/api/v1/ranking", json={"industry": "3841"}).headers["cache-control"] == "no-store"
