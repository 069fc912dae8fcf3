"""Can a park say what it has, in its own units, and is nobody else able to, nor two people at once unawares?"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.capacity import Capacity, Sheet, SheetFields, hold, save_sheet, sheet_of
from marketplace.database import reading, writing
from marketplace.organisations import Organisation, OrganisationKind
from marketplace.parks import park_by_code
from marketplace.resources import Source

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINE, THEIRS = "G342020", "G341129"
ADDRESS = f"/parks/{MINE}/sheet"
Browser = Callable[[str], TestClient]


@pytest.fixture
def browser(app: FastAPI, signed_in: Browser) -> TestClient:
    """Somebody of the park's organisation, which speaks for one park."""
    with writing(app.state.engine) as session:
        owner = session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.PARK)).one()
        park_by_code(session, MINE).owner_id = owner.id
        session.commit()
    return signed_in("park")


def sheet(app: FastAPI, code: str = MINE) -> Sheet:
    with reading(app.state.engine) as session:
        return sheet_of(session, park_by_code(session, code), on=NOW.date())


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found.group(1)


def send(browser: TestClient, fields: dict[str, str | list[str]], **extra: str):  # type: ignore[no-untyped-def]
    """Fills the form as it stands and sends it."""
    return browser.post(ADDRESS, data={"version": version(browser.get(ADDRESS).text), **fields, **extra})


@pytest.mark.parametrize(("verb", "tail"), [("GET", ""), ("POST", ""), ("POST", "/reconfirm")])
def test_only_who_speaks_for_a_park_finds_its_sheet(
    app: FastAPI, client: TestClient, browser: TestClient, signed_in: Browser, verb: str, tail: str
) -> None:
    data = {"land_mu": "5"} if verb == "POST" else None
    assert client.request(verb, ADDRESS + tail, data=data).status_code == 303
    assert signed_in("enterprise").request(verb, ADDRESS + tail, data=data).status_code == 404
    assert browser.request(verb, f"/parks/{THEIRS}/sheet{tail}", data=data).status_code == 404
    assert browser.request(verb, f"/parks/NOPE/sheet{tail}", data=data).status_code == 404
    assert (sheet(app).said, sheet(app, THEIRS).said) == (0, 0)


def test_what_is_typed_is_kept_exactly_and_what_is_free_is_shown(app: FastAPI, browser: TestClient) -> None:
    typed = {"land_mu": "100 公顷", "land_mu_used": "900", "power_kva": "80 MVA", "emissions_t_a.COD": "20"}
    answer = send(browser, {**typed, "prohibited": "2614、1711", "supply_modes": ["sale", "lease"]})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ADDRESS}?done=saved")
    said = sheet(app)
    assert (said["land"].design, said["land"].value, said["power"].value) == (1500, 600, 80000)
    assert (said["emission:COD"].value, said["prohibited"].value) == (20, ["2614", "1711"])
    assert said["supply_modes"].value == ["sale", "lease"]
    page = browser.get(answer.headers["location"]).text
    assert "清单已保存" in page
    assert "600 亩（40.0 公顷）" in page
    for value in ("100 公顷", "80 MVA"):
        assert f'value="{value}"' in page
    assert "2614、1711</textarea>" in page


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"land_mu": "100", "land_mu_used": "101"}, "land_mu_used"),
        ({"land_mu_used": "5"}, "land_mu_used"),
        ({"land_mu": "100", "largest_plot_mu": "200"}, "largest_plot_mu"),
        ({"water_t_d": "3 亩"}, "water_t_d"),
        ({"emissions_t_a.COD": "many"}, "emissions_t_a.COD"),
        ({"prohibited": "9999"}, "prohibited"),
        ({"available_on": "soon"}, "available_on"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(
    app: FastAPI, browser: TestClient, fields: dict[str, str | list[str]], where: str
) -> None:
    answer = send(browser, {"gas_m3_d": "77", **fields})
    assert answer.status_code == 422
    assert f'<a href="#f-{where.replace(".", "-")}">' in answer.text
    assert re.search(rf'name="{re.escape(where)}"[^>]*aria-invalid="true"', answer.text)
    assert 'value="77"' in answer.text
    assert sheet(app).said == 0


def test_an_amount_far_from_usual_is_asked_about_once(app: FastAPI, browser: TestClient) -> None:
    slipped: dict[str, str | list[str]] = {"land_10k_mu": "180000"}
    first = send(browser, slipped)
    assert (first.status_code, 'id="doubts"' in first.text, sheet(app).said) == (422, True, 0)
    assert send(browser, slipped, sure="1").status_code == 303
    assert sheet(app)["land_10k_mu"].value == 180000


@pytest.mark.parametrize("typed", ["30", "30%", "0.3", "30 %"])
def test_green_power_is_a_share_however_it_is_typed(app: FastAPI, browser: TestClient, typed: str) -> None:
    assert send(browser, {"green_power_share": typed}).status_code == 303
    assert sheet(app)["green_power_share"].value == Decimal("0.3")
    assert 'value="30%"' in browser.get(ADDRESS).text


def test_saving_the_form_as_it_stands_changes_nothing(app: FastAPI, browser: TestClient) -> None:
    everything: dict[str, str | list[str]] = {
        "land_mu": "10 公顷",
        "energy_tce": "9000",
        "energy_basis": "calorific",
        "replacement.COD": "2",
        "chemical_park": "false",
        "restricted": "3011",
        "supply_modes": "sale",
        "available_on": "2027-01-05",
        "green_power_share": "12.5",
    }
    assert send(browser, everything).status_code == 303
    page = browser.get(ADDRESS).text
    field = r'type="text" value="([^"]*)" id="[^"]*" name="([^"]*)"'
    shown = {name: value for value, name in re.findall(field, page)}
    assert shown["land_mu"] == "10 公顷"
    again = {**everything, **{name: value for name, value in shown.items() if value}}
    assert send(browser, again).headers["location"] == f"{ADDRESS}?done=same"


def test_the_second_of_two_editors_sees_both_versions_and_may_still_save(app: FastAPI, browser: TestClient) -> None:
    opened = version(browser.get(ADDRESS).text)
    assert browser.post(ADDRESS, data={"version": opened, "land_mu": "400", "gas_m3_d": "50"}).status_code == 303
    late = browser.post(ADDRESS, data={"version": opened, "land_mu": "500", "gas_m3_d": "50"})
    assert late.status_code == 409
    row = re.search(r"<td[^>]*>用地</td><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>", late.text)
    assert row
    assert row.groups() == ("400", "500")
    assert not re.search(r"<td[^>]*>天然气</td>", late.text)
    assert sheet(app)["land"].value == 400
    assert browser.post(ADDRESS, data={"version": version(late.text), "land_mu": "500"}).status_code == 303
    assert sheet(app)["land"].value == 500


def test_one_click_says_that_everything_still_holds(app: FastAPI, browser: TestClient) -> None:
    with writing(app.state.engine) as session:
        fields = SheetFields.model_validate({"land_mu": 400, "land_10k_mu": 18})
        long_ago = (NOW - timedelta(days=100)).date()
        save_sheet(session, park_by_code(session, MINE), fields, by=None, now=NOW, as_of=long_ago)
        session.commit()
    assert sheet(app).stale == 1
    assert "1 项已过期" in browser.get(ADDRESS).text
    assert browser.post(f"{ADDRESS}/reconfirm").headers["location"] == f"{ADDRESS}?done=confirmed"
    assert [(entry.as_of, entry.value) for entry in sheet(app).entries if entry.source] == [
        (NOW.date(), 400),
        (NOW.date(), 18),
    ]


def test_what_is_simulated_says_so(app: FastAPI, browser: TestClient) -> None:
    for source in (Source.DECLARED, Source.SIMULATED):
        with writing(app.state.engine) as session:
            fields = SheetFields.model_validate({"land_mu": 400 if source is Source.DECLARED else 500})
            save_sheet(session, park_by_code(session, MINE), fields, by=None, now=NOW, source=source)
            session.commit()
        beside = browser.get(ADDRESS).text.split('id="o-land_mu_used"')[1].split('class="sheet-line"')[0]
        assert ("模拟" in beside) == (source is Source.SIMULATED)


def test_fields_that_are_not_in_the_form_change_nothing(app: FastAPI, browser: TestClient) -> None:
    assert send(browser, {"land_mu": "5", "held": "3", "source": "verified", "park_id": "7"}).status_code == 303
    with reading(app.state.engine) as session:
        [row] = session.exec(select(Capacity)).all()
        assert (row.held, row.source, row.park_id) == (0, "declared", park_by_code(session, MINE).id)


def test_a_hold_while_the_form_is_open_is_no_second_editor(app: FastAPI, browser: TestClient) -> None:
    assert send(browser, {"land_mu": "400"}).status_code == 303
    opened = version(browser.get(ADDRESS).text)
    with writing(app.state.engine) as session:
        park = park_by_code(session, MINE)
        about = {"for_kind": "exchange", "for_id": "abc", "owner_id": park.owner_id, "by": None, "now": NOW}
        hold(session, park, {"land": 150 * 10**6}, **about)  # type: ignore[arg-type]
        session.commit()
    assert browser.post(ADDRESS, data={"version": opened, "land_mu": "450"}).status_code == 303
    assert (sheet(app)["land"].design, sheet(app)["land"].value) == (450, 225)  # 300, told in quarters of 450
    assert browser.post(ADDRESS, data={"version": opened, "land_mu": "460"}).status_code == 409
