"""Can a need be built in phases and take a lesser share of the land, and does the ranking say so?"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import capacity
from marketplace.capacity import SheetFields
from marketplace.database import reading, writing
from marketplace.needs import Need
from marketplace.parks import park_by_code
from tests.web.conftest import NOW

FORM: dict[str, Any] = {
    "industry": "3841",
    "land_mu": "150",
    "land_least_share": "0.8",
    "phases.1.name": "一期",
    "phases.1.share": "60",
    "phases.1.land_mu": "6 公顷",
    "phases.1.needed_on": "2027-06-30",
    "phases.2.name": "二期",
    "phases.2.share": "40%",
    "phases.2.land_mu": "60",
    "phases.3.name": "",
    "phases.3.share": "",
}


@pytest.fixture
def firm(signed_in: Callable[[str], TestClient]) -> TestClient:
    made = signed_in("enterprise")
    made.cookies.set("lang", "en")
    return made


def test_the_form_takes_them_and_shows_them_again(firm: TestClient, app: FastAPI) -> None:
    answer = firm.post("/needs", data=FORM)
    assert answer.status_code == 303
    with reading(app.state.engine) as session:
        need = session.exec(select(Need)).one()
        assert [float(phase.share or 0) for phase in need.phases] == [0.6, 0.4]
        assert [float(phase.land_mu or 0) for phase in need.phases] == [90.0, 60.0]
    page = firm.get(answer.headers["location"].partition("?")[0] + "/edit").text
    for name, value in {"phases-1-name": "一期", "phases-1-share": "60", "phases-2-land_mu": "60"}.items():
        assert re.search(rf'value="{value}" id="f-{name}"', page), name
    assert re.search(r'<option value="0.8" selected>', page)


def test_a_sum_that_does_not_fit_is_told_beside_its_field_and_what_was_typed_stays(firm: TestClient) -> None:
    answer = firm.post("/needs", data={**FORM, "phases.2.share": "50"})
    assert answer.status_code == 422
    assert "The shares add up to 110 %, not to 100 %." in answer.text
    assert "Phase 2: Share of the whole" in answer.text
    assert re.search(r'value="50" id="f-phases-2-share"', answer.text)


def test_json_says_and_takes_the_same(firm: TestClient) -> None:
    document = {"industry": "3841", "land_mu": 150, "land_least_share": 0.8, "phases": [{"name": "一期", "share": 1}]}
    answer = firm.post("/api/v1/needs", json=document)
    assert answer.status_code == 201
    assert answer.json()["need"]["land_least_share"] == 0.8
    assert answer.json()["need"]["phases"][0]["name"] == "一期"
    wrong = firm.post("/api/v1/needs", json={**document, "phases": [{"name": "一期", "land_mu": 200}]})
    assert [error["where"] for error in wrong.json()["errors"]] == ["phases.1.land_mu"]


def test_the_ranking_says_how_much_there_is_first(firm: TestClient, app: FastAPI) -> None:
    with writing(app.state.engine) as session:
        park = park_by_code(session, "G341132")
        sheet = SheetFields.model_validate({"land_mu": 120, "largest_plot_mu": 120})
        capacity.save_sheet(session, park, sheet, by=None, now=NOW)
        session.commit()
    address = firm.post("/needs", data=FORM).headers["location"].partition("?")[0]
    firm.cookies.set("lang", "zh")
    page = firm.get(address).text
    assert "可先供 120 亩（要求 150 亩的 80%）" in page
    ground = firm.get(f"{address}/parks/G341132").text
    assert "150 亩（10.0 公顷），不低于 120 亩（8.0 公顷）" in ground
