"""Is every input a sender may think of answered with a page, never with a fault of ours?"""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

Browser = Callable[[str], TestClient]


@pytest.mark.parametrize("amount", ["1e-20000000", "1e-400"])
def test_an_amount_with_a_monstrous_exponent_is_refused_at_once(browser: Browser, amount: str) -> None:
    answer = browser("").get("/api/v1/parks", params={"land_mu": amount})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "land_mu"


ADDRESSES = {
    404: ("/parks/a%00b", "/api/v1/parks/a%00b", "/needs/a%00", "/api/v1/needs/a%00", "/parks/a%1bb", "/a%7f"),
    422: ("/parks?q=a%00b", "/parks?level=%00", "/parks?type=%00", "/parks?after=%00", "/api/v1/parks?words=%00a",
          "/api/v1/parks?after=%00", "/?%00=1", "/sign-in?next=%1b"),
}  # fmt: skip


def test_control_characters_in_an_address_are_refused(browser: Browser) -> None:
    client = browser("enterprise")
    for path, status in [(path, status) for status, paths in ADDRESSES.items() for path in paths]:
        answer = client.get(path)
        assert answer.status_code == status, path
        assert "content-security-policy" in answer.headers


def test_control_characters_in_a_form_are_refused_by_field(browser: Browser, found: dict[str, str]) -> None:
    text = "a\0b"
    forms = {
        "/sign-in": {"login": text, "password": "x"},
        f"/parks/{found['code']}/report": {"message": text},
        "/needs": {"description": text},
        f"/needs/{found['need']}": {"description": "x", "title": text},
    }
    for path, form in forms.items():
        answer = browser("enterprise").post(path, data=form)
        assert answer.status_code == 422, path
        assert "control characters" in answer.text, path
    assert browser("enterprise").post("/needs", data={text: "x"}).status_code == 422


def test_control_characters_and_half_signs_in_json_are_refused_by_field(browser: Browser) -> None:
    wrap = {"importance": '["%s"]', "weights": '{"%s": 1}', "typed": '{"land_mu": "%s"}', "regions": '{"only": ["%s"]}'}
    stranger, owner = browser(""), browser("enterprise")
    for where in ("title", "industry", "land_mu", *wrap):
        for text in ("\\u0000", "a\\u001bb", "\\ud800", "\\udfff x"):
            body = '{"description": "x", "%s": %s}' % (where, wrap.get(where, '"%s"') % text)  # noqa: UP031
            for client, path in ((stranger, "/api/v1/ranking"), (owner, "/api/v1/needs")):
                answer = client.post(path, content=body, headers={"content-type": "application/json"})
                assert answer.status_code == 422, (path, body)
                assert [fault["where"] for fault in answer.json()["errors"]] == ["" if where == "weights" else where]


def test_tabs_and_line_ends_are_text(browser: Browser) -> None:
    text = "第一行\r\n第二行\t表格\n完"
    answer = browser("enterprise").post("/api/v1/needs", json={"industry": "3841", "description": text})
    assert answer.status_code == 201
    assert answer.json()["need"]["description"] == text
