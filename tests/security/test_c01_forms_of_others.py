"""C1: is every unsafe route closed to a page of somebody else, whoever is signed in?"""

import pytest

from tests.security.everywhere import addresses
from tests.security.tables import changed, checksums
from tests.security.worlds import Place

FORM = {"content-type": "application/x-www-form-urlencoded"}
FOREIGN = {
    "another site": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "another port or name of ours": {"sec-fetch-site": "same-site", "origin": "http://testserver:81"},
    "says its origin alone": {"origin": "https://evil.example"},
    "another port alone": {"origin": "http://testserver:81"},
    "no origin": {"origin": "null"},
    "a name that begins as ours": {"origin": "http://testserver.evil.example"},
    "only a page it came from": {"referer": "http://testserver/"},
    "nothing but the cookie": {},
    "says both and contradicts": {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
}
ROLES = ("firm_admin", "park_admin", "platform_admin", "organizer")


@pytest.mark.parametrize("role", ROLES)
def test_no_unsafe_route_takes_anothers_form(place: Place, role: str) -> None:
    unsafe = list(addresses(place, safe=False))
    assert len(unsafe) >= 40
    before = checksums(place.app)
    browser = place.browser(role)
    del browser.headers["sec-fetch-site"]
    for route, where in unsafe:
        for who, headers in FOREIGN.items():
            answer = browser.request(route.method, where, content=b"a=b", headers={**FORM, **headers})
            assert answer.status_code == 403, (str(route), who)
            assert "set-cookie" not in answer.headers
    assert changed(before, checksums(place.app)) == []


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}])
def test_our_own_forms_are_taken_with_and_without_the_headers_of_new_browsers(
    place: Place, headers: dict[str, str]
) -> None:
    browser = place.browser("firm_admin")
    del browser.headers["sec-fetch-site"]
    assert browser.post("/theme", data={"theme": "dark"}, headers=headers).status_code == 303


def test_methods_are_not_changed_by_what_a_form_says(place: Place) -> None:
    before = checksums(place.app)
    browser = place.browser("firm_admin")
    need = place.world.ids["need:firm"]
    for headers in ({"x-http-method-override": "DELETE"}, {"x-method-override": "DELETE"}):
        assert browser.get(f"/api/v1/needs/{need}?_method=DELETE", headers=headers).status_code == 200
    assert changed(before, checksums(place.app), allowed=("journal",)) == []


def test_a_program_without_cookies_needs_no_origin_and_one_with_a_cookie_does(place: Place) -> None:
    assert place.browser("writes").post("/api/v1/needs", json={"description": "电池"}).status_code == 201
    browser = place.browser("writes")
    browser.cookies.set("session", place.world.tokens["firm_admin"])
    assert browser.post("/api/v1/needs", json={"description": "电池"}).status_code == 403
