"""C4: does every answer carry the policy and its companions, and what is personal stays in no cache?"""

import re

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.security.everywhere import addresses
from tests.security.worlds import HEADERS, Place
from web.app import create_app
from web.settings import Settings

POLICY = (
    r"default-src 'none'; script-src 'self' 'nonce-[\w-]{22}'; style-src 'self'; img-src 'self' data:; "
    r"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
ROLES = ("stranger", "firm_admin", "park_admin", "platform_admin", "writes", "revoked")


def missing(answer: httpx2.Response) -> list[str]:
    """What an answer lacks, or says too much."""
    headers = answer.headers
    found = [name for name, value in ALWAYS.items() if headers.get(name) != value]
    if not re.fullmatch(POLICY, headers.get("content-security-policy", "")):
        found.append("content-security-policy")
    if not re.fullmatch(r"[0-9a-f]{16}", headers.get("x-request-id", "")):
        found.append("x-request-id")
    return found + [
        name for name in headers if name in ("server", "x-powered-by") or name.startswith("access-control-")
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_of_every_route_carries_them(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, ROLES):
        pytest.skip("each role on one of the databases; on both with --full")
    browser = place.browser(role)
    with place.kept():
        for route, where in addresses(place):
            for method in {route.method, "HEAD", "OPTIONS", "BREW"} if full else {route.method}:
                answer = browser.request(method, where, headers={"origin": "http://testserver"})
                assert missing(answer) == [], (method, where)
                if answer.status_code == 200 and role.endswith("admin"):
                    assert answer.headers["cache-control"] == "no-store", where


def test_errors_and_files_carry_them_too(place: Place) -> None:
    browser = place.browser()
    first = browser.get("/static/app.css")
    assert first.status_code == 200
    kept = browser.get("/static/app.css", headers={"if-none-match": first.headers["etag"]})
    assert kept.status_code == 304
    long = browser.post("/theme", content=b"a" * 3_000_000, headers={"content-type": "text/plain"})
    answers = [first, kept, browser.head("/static/app.css"), browser.get("/static/none.css"), long]
    paths = ("/none", "/parks/%00", "/parks?q=%00", "/static/../app.py", "/static/%2e%2e/app.py", "//evil", "/.")
    answers += [browser.get(path) for path in paths]
    answers += [browser.post("/theme", headers={"sec-fetch-site": "cross-site"}), browser.put("/theme")]
    for answer in answers:
        assert missing(answer) == [], answer.request.url


def test_under_tls_browsers_are_told_to_stay_there_and_only_then(place: Place) -> None:
    assert "strict-transport-security" not in place.browser().get("/").headers
    app = create_app(place.url, Settings(tls=True))
    answer = TestClient(app, headers=HEADERS, base_url="https://testserver").get("/")
    app.state.engine.dispose()
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("role", ["firm_admin", "writes"])
def test_what_a_program_or_person_reads_is_kept_by_nobody(place: Place, role: str) -> None:
    browser = place.browser(role)
    for path in ("/api/v1/needs", "/api/v1/parks", "/api/v1/nothing", "/api/v1/needs/none"):
        assert browser.get(path).headers["cache-control"] == "no-store", path
        assert "Cookie" in browser.get(path).headers["vary"]


def secret(app: FastAPI) -> None:
    @app.get("/broken")
    @app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("SELECT the secret of the house")


INSIDE = re.compile(
    r"Traceback|site-packages|\.py\b|sqlalchemy|psycopg|sqlite3|SELECT |INSERT |secret of the house|0x[0-9a-f]{8}"
)


@pytest.mark.parametrize("path", ["/broken", "/api/v1/broken"])
def test_c14_a_fault_of_ours_shows_the_id_of_the_request_and_nothing_inside(place: Place, path: str) -> None:
    place.spoil()
    secret(place.app)
    answer = place.browser("firm_admin").get(path)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert INSIDE.search(answer.text) is None
    assert missing(answer) == []


NAMES = ("q", "sort", "on", "after", "done", "land_mu", "mode", "next")
HOSTILE = ("'", "{{7*7}}", "../../etc/passwd", "-1", '"', "\\", "%", "\u202e", "a" * 5000, "NaN", "[]", "null")


def test_c14_no_answer_to_nonsense_shows_what_is_inside(place: Place, full: bool) -> None:
    browser = place.browser("firm_admin")
    for route, where in addresses(place, safe=True):
        for text in HOSTILE if full else HOSTILE[:3]:
            asked = [browser.get(where, params=dict.fromkeys(NAMES, text))]
            if where != route.path:
                asked.append(browser.get(re.sub(r"{[^}]+}", "%25" + text.encode().hex(), route.path)))
            for answer in asked:
                assert answer.status_code < 500, (where, text)
                assert INSIDE.search(answer.text) is None, (where, text)
