"""Does the compare table name each part of the yearly cost, its steps and what is not known?"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import SheetFields, save_sheet
from marketplace.database import writing
from marketplace.parks import park_by_code

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHEAP, DEAR = "G342020", "G321014"
PRICES = {
    CHEAP: {"land_mu": 900, "land_10k_mu": 18, "power_cny_kwh": "0.62", "wage_10k_a": 6, "wastewater_cny_m3": "2.5"},
    DEAR: {"land_mu": 500, "land_10k_mu": 30, "power_cny_kwh": "0.7", "wage_10k_a": 8, "steam_cny_t": 210},
}
Browser = Callable[[str], TestClient]


@pytest.fixture
def browser(app: FastAPI, signed_in: Browser) -> TestClient:
    with writing(app.state.engine) as session:
        for code, prices in PRICES.items():
            fields = SheetFields.model_validate(prices)
            save_sheet(session, park_by_code(session, code), fields, by=None, now=NOW)
        session.commit()
    return signed_in("enterprise")


def need(browser: TestClient) -> str:
    said = {"industry": "3841", "land_mu": "100", "power_kva": "20 MVA", "steam_t_h": "5", "jobs": "600", "sure": "1"}
    said |= {"wastewater_t_d": "400"}
    answer = browser.post("/needs", data={"title": "电芯", **said})
    assert answer.status_code == 303
    return str(answer.headers["location"]).partition("?")[0]


def row(page: str, label: str) -> list[str]:
    """The cells of the parks in one row of the table, without the need's own."""
    (line,) = re.findall(rf'<tr><th scope="row">{label}</th>(.*?)</tr>', page, re.DOTALL)
    cells = re.findall(r'<td class="cell[^>]*>(.*?)</td>', line, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_the_yearly_cost_opens_its_steps_and_names_what_is_unknown(browser: TestClient) -> None:
    own = need(browser)
    page = browser.get(f"{own}/compare?park={CHEAP}&park={DEAR}").text
    assert "36–90 万元/年" in page  # 100 mu at 18, over 50 or 20 years
    assert "3,600 万元/年" in page
    assert "请填写年满负荷运行小时数" in page
    assert "25–36.5 万元/年" in page  # 400 t/d at 2.5, over 250 or 365 days
    assert row(page, "蒸汽价格") == ["未知", "210 元/吨"]
    assert row(page, "污水处理费") == ["2.50 元/m³", "未知"]
    assert "危废处置费" not in page  # neither park says it
    assert re.search(r"100 亩.*× 18 万元/亩.*= 1,800 万元（一次性）", page)
    again = browser.get(f"{own}/compare?park={CHEAP}&park={DEAR}&hours=5000").text
    assert "5,580–6,200 万元/年" in again
    assert "525 万元/年" in again  # 5 t/h × 5,000 h × 210
    assert "请填写年满负荷运行小时数" not in again
    assert f'name="park" value="{DEAR}"' in again
    assert 'value="5000"' in again
    one = browser.get(f"{own}/parks/{CHEAP}?hours=5000").text
    assert "5,580–6,200 万元/年" in one
    assert "未含：蒸汽" in one


@pytest.mark.parametrize("hours", ["0", "9999", "-5", "many", "５０００"])
def test_hours_that_no_year_has_leave_the_power_unknown(browser: TestClient, hours: str) -> None:
    page = browser.get(f"{need(browser)}/parks/{CHEAP}", params={"hours": hours})
    assert page.status_code == 200
    assert "请填写年满负荷运行小时数" in page.text
