"""Can everybody read what a park's plots and buildings are like, and only the park say so?"""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

MINE, THEIRS = "G342020", "G341129"
ADDRESS = f"/parks/{MINE}/plots"
Browser = Callable[[str], TestClient]


@pytest.fixture
def browser(speaking: Callable[[str], None], signed_in: Browser) -> TestClient:
    speaking(MINE)
    return signed_in("park")


def enter(browser: TestClient, kind: str, **said: str):  # type: ignore[no-untyped-def]
    return browser.post(f"{ADDRESS}/new/{kind}", data=said)


def link(page: str) -> str:
    found = re.search(rf'href="({ADDRESS}/\w{{6,}})"', page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("tail", ["/new/plot", "/new/building"])
def test_strangers_read_and_only_the_office_writes(
    client: TestClient, browser: TestClient, signed_in: Browser, tail: str
) -> None:
    assert client.get(ADDRESS).status_code == 200
    for verb in ("GET", "POST"):
        assert client.request(verb, ADDRESS + tail).status_code == 303
        assert signed_in("enterprise").request(verb, ADDRESS + tail).status_code == 404
        assert browser.request(verb, f"/parks/{THEIRS}/plots{tail}").status_code == 404
        assert browser.request(verb, f"{ADDRESS}/new/other").status_code == 404


def test_a_plot_is_listed_read_by_all_and_changed(client: TestClient, browser: TestClient) -> None:
    answer = enter(browser, "plot", name="A-01", area_mu="10 公顷", land_use="M1", levelling="seven", far_limit="2.0")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ADDRESS}?done=listed")
    page = client.get(ADDRESS).text
    assert "150<" in page
    assert "七通一平" in page
    own = link(page)
    assert client.get(f"{own}/edit").status_code == 303
    form = browser.get(f"{own}/edit").text
    assert 'value="10 公顷"' in form
    said = {"version": "1", "name": "A-01", "area_mu": "120"}
    assert browser.post(f"{own}/edit", data=said).status_code == 303
    late = browser.post(f"{own}/edit", data={**said, "area_mu": "130", "levelling": "five"})
    assert (late.status_code, 'value="130"' in late.text) == (409, True)
    assert re.search(r"面积</td><td[^>]*>120</td><td[^>]*>130</td>", late.text)
    assert "五通一平</td>" in late.text
    assert 'name="version" value="2"' in late.text
    assert "120<" in client.get(own).text
    assert f"/parks/{MINE}/capacity/land#f-largest_plot_mu" in browser.get(ADDRESS).text
    assert "largest_plot_mu" not in client.get(ADDRESS).text


def test_a_building_is_shown_floor_by_floor_and_comes_back_into_the_form(
    client: TestClient, browser: TestClient
) -> None:
    floors = {"floors.1.name": "首层", "floors.1.height_m": "8", "floors.1.load_t_m2": "2", "floors.2.name": "2–4 层"}
    assert (
        enter(browser, "building", name="3 号厂房", floor_area_m2="9000", fire_class="C", **floors).status_code == 303
    )
    own = link(client.get(ADDRESS).text)
    page = client.get(own).text
    assert "首层" in page
    assert "2–4 层" in page
    assert "丙类" in page
    form = browser.get(f"{own}/edit").text
    assert re.search(r'value="首层" id="[^"]*" name="floors.1.name"', form)
    assert 'name="floors.5.name"' in form


def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: TestClient) -> None:
    answer = enter(
        browser, "building", name="厂房", floor_area_m2="9000", **{"floors.1.area_m2": "5", "floors.1.name": ""}
    )
    assert answer.status_code == 422
    assert 'value="5"' in answer.text
    assert "第 1 行：楼层" in answer.text
    assert enter(browser, "plot", name="", area_mu="5 kVA").status_code == 422


def test_a_plot_is_withdrawn_by_its_office_alone(client: TestClient, browser: TestClient, signed_in: Browser) -> None:
    enter(browser, "plot", name="A-01", area_mu="120")
    own = link(client.get(ADDRESS).text)
    assert re.search(r"剩余</dt><dd>\D*120<", client.get(own).text)
    assert "/withdraw" not in client.get(own).text
    assert signed_in("enterprise").post(f"{own}/withdraw", data={"version": "1"}).status_code == 404
    assert browser.post(f"{own}/withdraw", data={"version": "7"}).status_code == 409
    assert f'action="{own}/withdraw"' in browser.get(own).text
    assert browser.post(f"{own}/withdraw", data={"version": "1"}).headers["location"] == f"{ADDRESS}?done=withdrawn"
    assert client.get(own).status_code == 404
