"""Signing in and out, language and colours: what is remembered, and for how long?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

RIGHT = {"login": "park", "password": "correct horse battery"}


def test_signing_in_gives_a_cookie_that_scripts_cannot_read_and_returns(client: TestClient) -> None:
    answer = client.post("/sign-in", data={**RIGHT, "next": "/help"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/help")
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


def test_under_tls_the_cookie_is_bound_to_the_host(app: FastAPI) -> None:
    app.state.settings.tls = True
    browser = TestClient(app, base_url="https://testserver", headers={"sec-fetch-site": "same-origin"})
    cookie = browser.post("/sign-in", data=RIGHT, follow_redirects=False).headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("wrong", [{"login": "nobody"}, {"password": "wrong horse battery"}])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(client: TestClient, wrong: dict[str, str]) -> None:
    answer = client.post("/sign-in", data=RIGHT | wrong)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    assert "登录名或密码不正确" in answer.text
    assert RIGHT["password"] not in answer.text


def test_two_signings_in_have_two_ids(client: TestClient) -> None:
    first, second = (client.post("/sign-in", data=RIGHT).cookies["session"] for _ in range(2))
    assert first != second


def test_signing_out_ends_the_session_on_the_server(signed_in: Callable[[str], TestClient]) -> None:
    browser = signed_in("park")
    token = browser.cookies["session"]
    assert "park person" in browser.get("/help").text
    browser.post("/sign-out")
    browser.cookies.set("session", token)
    assert "park person" not in browser.get("/help").text


def test_a_session_ends_after_half_an_hour_of_silence(app: FastAPI, client: TestClient, now: datetime) -> None:
    client.post("/sign-in", data=RIGHT)
    for minutes, known in ((20, True), (40, True), (71, False)):
        app.state.clock = lambda minutes=minutes: now + timedelta(minutes=minutes)
        assert ("park person" in client.get("/help").text) is known


def test_the_language_is_the_cookie_then_the_browser_then_chinese(client: TestClient) -> None:
    assert '<html lang="zh-CN"' in client.get("/help", headers={"accept-language": "fr"}).text
    assert '<html lang="en"' in client.get("/help", headers={"accept-language": "zh;q=0.5, en-GB"}).text
    client.post("/language", data={"lang": "en", "next": "/help"})
    assert '<html lang="en"' in client.get("/help", headers={"accept-language": "zh"}).text


def test_the_colours_are_kept_until_the_system_decides_again(client: TestClient) -> None:
    assert "data-bs-theme" not in client.get("/").text
    client.post("/theme", data={"theme": "dark", "next": "/"})
    assert 'data-bs-theme="dark"' in client.get("/").text
    client.post("/theme", data={"theme": "auto", "next": "/"})
    assert "data-bs-theme" not in client.get("/").text


def test_an_unknown_colour_or_language_changes_nothing(client: TestClient) -> None:
    client.post("/theme", data={"theme": '"><script>', "next": "/"})
    assert "set-cookie" not in client.post("/language", data={"lang": "xx", "next": "/"}).headers
    assert "<script>" not in client.get("/").text


@pytest.mark.parametrize(("login", "first"), [("enterprise", "/needs"), ("park", "/"), ("organizer", "/")])
def test_who_came_from_nowhere_begins_at_ones_own(client: TestClient, login: str, first: str) -> None:
    assert client.post("/sign-in", data=RIGHT | {"login": login}).headers["location"] == first


def test_the_office_of_one_park_begins_at_its_sheet(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None]
) -> None:
    speaking("G341129")
    again = signed_in("park")
    answer = again.post("/sign-in", data=RIGHT)
    assert answer.headers["location"] == "/parks/G341129/sheet"
    assert again.post("/sign-in", data={**RIGHT, "next": "/facts"}).headers["location"] == "/facts"


def test_signing_in_ends_the_session_it_came_with(app: FastAPI, signed_in: Callable[[str], TestClient]) -> None:
    browser = signed_in("park")
    name = app.state.settings.session_cookie
    old = browser.cookies[name]
    browser.post("/sign-in", data={"login": "park", "password": "correct horse battery"})
    stale = TestClient(app, cookies={name: old})
    assert browser.cookies[name] != old
    assert stale.get("/api/v1/needs").status_code == 401
