"""Is a search saved from a list's filters, changed, paused and deleted by its owner, and what it found kept to them?"""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import capacity, parks, searches
from marketplace.capacity import SheetFields
from marketplace.database import reading, writing
from marketplace.organisations import viewer_by_login
from marketplace.searches import SavedSearch
from tests.web.conftest import NOW

CODE = "G341132"
Browser = Callable[[str], TestClient]
SAID = {"name": "皖北 80 亩", "place": "安徽", "area": "", "land_mu": "80亩", "power_kva": "20 MVA", "level": ""}


def saved(browser: TestClient, **said: str) -> str:
    answer = browser.post("/searches/parks", data={**SAID, **said})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_the_form_begins_with_the_filters_of_the_list(signed_in: Browser, client: TestClient) -> None:
    firm = signed_in("enterprise")
    listed = firm.get("/parks?province=340000&level=national&q=hefei").text
    assert "/searches/new?q=hefei&amp;province=340000&amp;level=national&amp;kind=parks" in listed
    page = firm.get("/searches/new?q=hefei&province=340000&level=national&kind=parks&land=100").text
    for said in ('value="安徽省"', 'value="national" selected', 'value="hefei"', 'value="100"'):
        assert said in page
    assert "/searches/new" not in client.get("/parks").text


def test_a_search_is_saved_told_and_read(app: FastAPI, signed_in: Browser, speaking: Callable[[str], None]) -> None:
    firm = signed_in("enterprise")
    path = saved(firm)
    speaking(CODE)
    with writing(app.state.engine) as session:
        sheet = SheetFields.model_validate({"land_mu": 100, "power_kva": 25_000})
        park = parks.park_by_code(session, CODE)
        capacity.save_sheet(session, park, sheet, by=viewer_by_login(session, "park"), now=NOW)
        searches.look_again(session, {}, now=NOW)
        name = park.name
        session.commit()
    inbox = firm.get("/inbox").text
    assert "订阅条件有新的结果</p>" in inbox
    assert "皖北 80 亩</p>" in inbox
    assert "1 个园区" in inbox
    page = firm.get(path).text
    assert f'href="/parks/{CODE}"' in page
    assert name in page
    assert 'data-label="结果">1<' in firm.get("/searches").text


def test_what_is_refused_keeps_what_was_typed(signed_in: Browser) -> None:
    answer = signed_in("enterprise").post("/searches/parks", data={**SAID, "place": "不知何处", "land_mu": "很多"})
    assert answer.status_code == 422
    assert 'value="不知何处"' in answer.text
    assert 'value="很多"' in answer.text


def test_a_search_is_changed_paused_and_deleted(app: FastAPI, signed_in: Browser) -> None:
    firm = signed_in("enterprise")
    path = saved(firm)
    assert 'value="80"' in firm.get(f"{path}/edit").text
    assert firm.post(f"{path}/parks", data={**SAID, "name": "小些", "version": "9"}).status_code == 409
    assert firm.post(f"{path}/parks", data={**SAID, "name": "小些", "version": "1"}).status_code == 303
    assert "小些" in firm.get("/searches").text
    assert firm.post(f"{path}/pause").status_code == 303
    assert "已暂停" in firm.get(path).text
    assert firm.post(f"{path}/go-on").status_code == 303
    assert firm.post(f"{path}/needs", data={"name": "x"}).status_code == 404
    assert firm.post(f"{path}/delete").headers["location"] == "/searches?done=deleted"
    with reading(app.state.engine) as session:
        assert session.exec(select(SavedSearch)).all() == []


def test_a_search_of_somebody_else_is_not_there(signed_in: Browser) -> None:
    path = saved(signed_in("enterprise"))
    park = signed_in("park")
    asked = [("get", path), ("get", f"{path}/edit"), ("post", f"{path}/pause"), ("post", f"{path}/delete")]
    assert {getattr(park, method)(each).status_code for method, each in asked} == {404}


@pytest.mark.parametrize("who", ["park", "organizer"])
def test_needs_are_looked_for_by_their_summary(signed_in: Browser, who: str) -> None:
    browser = signed_in(who)
    assert "/searches/new?industry=38&amp;kind=needs" in browser.get("/needs/open?industry=38").text
    assert 'name="place"' in browser.get("/searches/new?kind=needs").text
    answer = browser.post("/searches/needs", data={"name": "电池", "industry": "38", "place": "340000", "mode": ""})
    assert answer.status_code == 303
    assert "电池" in browser.get(answer.headers["location"]).text


def test_a_page_of_a_kind_that_is_none_is_not_there(signed_in: Browser) -> None:
    assert signed_in("park").get("/searches/new?kind=people").status_code == 404
