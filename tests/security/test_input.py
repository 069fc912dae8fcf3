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


@pytest.mark.parametrize("version", ["²", "9" * 5000, "9" * 30])
def test_a_version_that_is_none_is_a_refusal(browser: Browser, found: dict[str, str], version: str) -> None:
    client = browser("enterprise")
    form = {"industry": "3841", "description": "x", "version": version}
    assert client.post(f"/needs/{found['need']}", data=form).status_code == 409
    tag = {"If-Match": version.encode()}
    answer = client.put(f"/api/v1/needs/{found['need']}", json={"description": "x"}, headers=tag)
    assert answer.status_code == 422
    form = {"name": "x", "version": version}
    assert browser("park").post(f"/parks/{found['code']}/edit", data=form).status_code < 500


@pytest.mark.parametrize("share", ["²", "1.²", "9" * 400])
def test_a_share_that_is_no_number_is_refused(browser: Browser, found: dict[str, str], share: str) -> None:
    form = {"version": "1", "green_power_share": share}
    assert browser("park").post(f"/parks/{found['code']}/sheet", data=form).status_code in (409, 422)


def test_a_form_in_another_charset_a_far_way_back_and_a_broken_origin_are_answered(browser: Browser) -> None:
    client = browser("")
    for charset in ("unicode_escape", "utf-7", "idna", "undefined"):
        kind = f"multipart/form-data; boundary=x; charset={charset}"
        body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\na\r\n--x--\r\n'
        assert client.post("/sign-in", content=body, headers={"content-type": kind}).status_code == 415
    asked = {"hx-request": "true"}
    assert client.post("/language", data={"lang": "en", "next": "/中文?q=锂"}, headers=asked).status_code == 204
    wrong = client.post("/sign-in", data={"login": "x"}, headers={"referer": "http://["})
    assert wrong.status_code == 422
    del client.headers["sec-fetch-site"]
    for origin in ("http://[", "null"):
        answer = client.post("/theme", headers={"origin": origin})
        assert answer.status_code == 403
        assert "content-security-policy" in answer.headers


def test_places_beyond_number_or_length_are_refused_before_they_are_looked_up(browser: Browser) -> None:
    for words in ("、".join(f"绵洲市甲{each}" for each in range(51)), "绵" * 41):
        answer = browser("enterprise").post("/needs", data={"industry": "3841", "places.only": words})
        assert answer.status_code == 422
        assert "at most" in answer.text
        assert "绵洲市甲0 could be" not in answer.text
        assert "no place called" not in answer.text


def test_an_answer_names_a_few_faults_and_counts_the_others(browser: Browser) -> None:
    client = browser("")
    weights = {f"invented{each}": 1 for each in range(5000)}
    answer = client.post("/api/v1/ranking", json={"description": "x", "weights": weights})
    assert [fault["where"] for fault in answer.json()["errors"]] == ["weights"]
    answer = client.post("/api/v1/ranking", json={"description": "x", **weights})
    assert len(answer.json()["errors"]) == 21
    assert answer.json()["errors"][-1]["message"] == "And 4,980 more"
    query = {f"w.invented{each}": "1" for each in range(41)}
    answer = client.post("/api/v1/ranking", params=query, json={"description": "x"})
    assert [fault["where"] for fault in answer.json()["errors"]] == ["weights"]


@pytest.mark.parametrize("field", ["industry", "origin", "hq"])
def test_words_too_long_to_be_a_name_are_refused_before_they_are_looked_up(browser: Browser, field: str) -> None:
    answer = browser("enterprise").post("/needs", data={"industry": "3841", field: "绵" * 81})
    assert answer.status_code == 422
    assert "at most" in answer.text
    assert "is called" not in answer.text
    assert "no place called" not in answer.text
