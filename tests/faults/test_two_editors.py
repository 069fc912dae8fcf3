"""D7: does a second editor get 409 and both versions, with nothing lost of what was typed, on both databases?"""

import html
import re
from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import parks
from marketplace.database import writing
from marketplace.organisations import User
from marketplace.parks import ParkFields
from tests.faults.conftest import Browser
from tests.marketplace.conftest import NOW, viewer_as

PARK = {"name": "滁州示例产业园", "adcode": "341100", "level": "provincial", "area_ha": "800", "industries": "装备制造"}
Opened = tuple[str, str, str, dict[str, str]]  # where the form is, where it is sent, the field, all that is sent


def need_of(app: FastAPI, firm: TestClient) -> Opened:
    data = {"mode": "relocation", "industry": "3841 锂离子电池制造", "land_mu": "150", "title": "原来的"}
    path = firm.post("/needs", data=data).headers["location"].partition("?")[0]
    return f"{path}/edit", path, "title", data


def park_of(app: FastAPI, office: TestClient) -> Opened:
    with writing(app.state.engine) as session:
        by = viewer_as(session, session.exec(select(User).where(User.login == "office")).one())
        park = parks.join(session, ParkFields.model_validate(PARK), by=by, now=NOW)
        session.commit()
        return f"/parks/{park.code}/edit", f"/parks/{park.code}/edit", "address", {**PARK, "adcode": "Chuzhou"}


def sheet_of(app: FastAPI, office: TestClient) -> Opened:
    code = park_of(app, office)[0].split("/")[2]
    return f"/parks/{code}/sheet", f"/parks/{code}/sheet", "land_mu", {"power_kva": "5000"}


NOUNS: dict[str, tuple[str, Callable[[FastAPI, TestClient], Opened], tuple[str, str]]] = {
    "need": ("firm", need_of, ("甲改的", "乙改的")),
    "park": ("office", park_of, ("甲路 1 号", "乙路 2 号")),
    "sheet": ("office", sheet_of, ("120", "130")),
}


def version_in(page: httpx.Response) -> str:
    return re.findall(r'name="version" value="(\d+)"', page.text)[0]


def rows_in(page: httpx.Response) -> list[list[str]]:
    """The table of what is saved now and what was typed."""
    table = re.search(r"Saved now</th>.*?</tbody>", page.text, re.DOTALL)
    assert table, page.text
    rows = re.findall(r"<tr>(.*?)</tr>", table[0].partition("<tbody>")[2], re.DOTALL)
    return [
        [html.unescape(cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows
    ]


@pytest.mark.parametrize("noun", NOUNS)
def test_the_second_sees_both_versions_and_keeps_what_was_typed(app: FastAPI, browser: Browser, noun: str) -> None:
    login, opened, (one, two) = NOUNS[noun]
    first, second = browser(login), browser(login)
    form, path, field, data = opened(app, first)
    versions = [version_in(each.get(form)) for each in (first, second)]
    assert first.post(path, data={**data, field: one, "version": versions[0]}).status_code == 303
    answer = second.post(path, data={**data, field: two, "version": versions[1]})
    assert answer.status_code == 409
    assert [row[1:] for row in rows_in(answer)] == [[one, two]]
    assert re.search(rf'value="{two}" id="f-{field}"', answer.text)
    assert re.search(rf'value="{one}" id="f-{field}"', second.get(form).text)  # nothing of it was saved
    again = second.post(path, data={**data, field: two, "version": version_in(answer)})
    assert again.status_code == 303
    assert re.search(rf'value="{two}" id="f-{field}"', first.get(form).text)


@pytest.mark.parametrize("noun", NOUNS)
def test_of_many_at_once_one_saves_and_all_others_are_told(
    app: FastAPI, browser: Browser, noun: str, full: bool
) -> None:
    login, opened, _ = NOUNS[noun]
    people = [browser(login) for _ in range(4)]
    form, path, field, data = opened(app, people[0])
    for attempt in range(20 if full else 2):
        version, barrier = version_in(people[0].get(form)), Barrier(len(people))
        answers: list[httpx.Response] = []

        def save(number: int, client: TestClient) -> None:
            barrier.wait()  # noqa: B023 - joined before the next one is made
            typed = {**data, field: f"{100 + 10 * attempt + number}", "version": version}  # noqa: B023
            answers.append(client.post(path, data=typed))  # noqa: B023

        threads = [Thread(target=save, args=each) for each in enumerate(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(answer.status_code for answer in answers) == {303: 1, 409: len(people) - 1}
        assert all(len(rows_in(answer)) == 1 for answer in answers if answer.status_code == 409)


def test_who_typed_the_same_is_no_quarrel(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    form, path, field, data = need_of(app, firm)
    version = version_in(firm.get(form))
    assert firm.post(path, data={**data, field: "同样", "version": version}).status_code == 303
    answer = firm.post(path, data={**data, field: "同样", "version": version})
    assert answer.status_code == 409
    assert "Saved now" not in answer.text


def test_json_is_told_by_its_tag(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    document = {"industry": "3841", "land_mu": 150}
    path = firm.post("/api/v1/needs", json=document).headers["location"]
    assert firm.put(path, json={**document, "land_mu": 160}, headers={"if-match": '"1"'}).status_code == 200
    answer = firm.put(path, json={**document, "land_mu": 170}, headers={"if-match": '"1"'})
    assert answer.status_code == 409
    assert firm.get(path).json()["need"]["land_mu"] == 160
