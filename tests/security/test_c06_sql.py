"""C6: is SQL in a parameter only a word, on both databases, sort names included?"""

from collections.abc import Collection

import pytest

from tests.security.everywhere import addresses, forms_of, query_names
from tests.security.payloads import SQL
from tests.security.tables import changed, checksums
from tests.security.worlds import Place

TALKING = ("syntax error", "sqlite", "psycopg", "unrecognized token", "sqlalchemy", "pg_catalog", "no such column")
ANYBODY = ("q", "sort", "order", "after", "by")  # names that lists often read, declared or not
NONSENSE = "zq9xv"  # as little meaning, and no SQL


QUERY_ROLES = ("stranger", "firm_admin", "platform_admin")
FORM_ROLES = ("stranger", "firm_admin", "park_admin", "platform_admin")


def rows(text: str) -> int:
    """How much an answer lists."""
    return text.count("<tr") + text.count("<li") + text.count('"code":') + text.count('"id":')


def questions(declared: Collection[str], *, full: bool) -> list[tuple[list[str], str]]:
    """Names that are asked together, and what stands in them: all at once, or one by one with every payload."""
    if not full:
        return [(sorted({*declared, *ANYBODY}), SQL[0])]
    ours = [([name], payload) for name in sorted(declared) for payload in SQL]
    return ours + [([name], SQL[0]) for name in ANYBODY if name not in declared]


@pytest.mark.parametrize("role", QUERY_ROLES)
def test_sql_in_a_query_or_path_finds_no_more_than_nonsense(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, QUERY_ROLES):
        pytest.skip("each role on one of the databases; on both with --full")
    browser, names = place.browser(role), query_names(place)
    payloads = SQL if full else SQL[:1]
    for route, where in addresses(place, safe=True):
        for asked, payload in questions(names.get((route.path, "GET"), ()), full=full):
            plain = browser.get(where, params=dict.fromkeys(asked, NONSENSE))
            answer = browser.get(where, params=dict.fromkeys(asked, payload))
            assert answer.status_code < 500, (where, asked, payload)
            assert not any(word in answer.text.lower() for word in TALKING), (where, asked, payload)
            if answer.status_code == plain.status_code == 200:
                assert rows(answer.text) <= rows(plain.text), (where, asked, payload)
        for payload in payloads if "{" in route.path else ():
            own = [step for step in where.split("/") if step not in route.path.split("/")]
            for step in own:
                plain = browser.get(where.replace(step, NONSENSE))
                answer = browser.get(where.replace(step, payload.replace("/", "%2F").replace("%'", "%25'")))
                assert answer.status_code == plain.status_code, (where, payload)


@pytest.mark.parametrize("role", FORM_ROLES)
def test_sql_in_a_form_is_kept_as_a_word_or_refused(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, FORM_ROLES):
        pytest.skip("each role on one of the databases; on both with --full")
    browser, tried = place.browser(role), set[str]()
    for _, where in list(addresses(place, safe=True)):
        for form in forms_of(browser.get(where).text):
            if form.method != "POST" or form.action in tried or not (form.texts or form.given):
                continue
            tried.add(form.action)
            for payload in SQL if full else SQL[1:2]:
                typed = {name: [payload] for name in (*form.texts, *form.given)}
                with place.kept():
                    answer = browser.post(form.action or where, data=typed)
                    assert answer.status_code < 500, (form.action, payload)
                    assert not any(word in answer.text.lower() for word in TALKING), (form.action, payload)
    assert tried


def test_sql_in_a_cookie_header_or_token_is_nobody(place: Place) -> None:
    before = checksums(place.app)
    for payload in SQL:
        browser = place.browser()
        browser.cookies.set("session", payload.replace(";", "%3B"))
        assert browser.get("/needs").status_code == 303
        answer = place.browser().get("/api/v1/needs", headers={"authorization": f"Bearer pb_{payload}"})
        assert answer.status_code in (401, 429)
        tag = {"if-match": payload, "authorization": f"Bearer {place.world.tokens['writes']}"}
        need = place.world.ids["need:firm"]
        body = {"description": "电池"}
        assert place.browser().put(f"/api/v1/needs/{need}", json=body, headers=tag).status_code == 422
    assert changed(before, checksums(place.app), allowed=("journal", "api_token", "throttle")) == []
