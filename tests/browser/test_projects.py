"""Is a project walked from a hold over the contract to the start of work, and signed twice but counted once?"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.demo_exchanges import pdf
from tests.browser.test_exchange_journeys import agree, firm, javascript, listed, office, show_interest
from tests.browser.windows import Look, Open, Reader

__all__ = ["firm", "javascript", "office"]  # fixtures


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "盖章合同.pdf"
    file.write_bytes(pdf())
    return file


def begun(firm: Reader, office: Reader, title: str) -> str:
    """A project of a new need, by its address."""
    _, listing = listed(firm, title)
    exchange = show_interest(office, listing)
    agree(office, exchange)
    agree(firm, exchange)
    page = office.go(exchange)
    page.locator(f"a[href='{exchange}/project']").click()
    page.locator("[name=title]").fill(title)
    page.locator("form[action$='/project'] button[type=submit]").click()
    page.wait_for_url(re.compile("done=begun"))
    return page.url.partition("?")[0].removeprefix(office.site)


def enter(window: Reader, path: str, paper: Path | None = None, **said: str) -> Page:
    """Fills the form of a page in and sends it."""
    page = window.go(path)
    for name, text in said.items():
        box = page.locator(f"main [name='{name}']")
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)
    if paper:
        page.locator("input[type=file]").set_input_files(paper)
    page.locator("main form.panel button[type=submit]").click()
    page.wait_for_url(re.compile("done="))
    return page


def today(window: Reader, project: str) -> str:
    return window.go(f"{project}/signing").locator("[name=signed_on]").input_value()


def test_hold_contract_start(firm: Reader, office: Reader, paper: Path, javascript: bool) -> None:
    title = f"开工旅程{javascript}"
    project = begun(firm, office, title)
    page = enter(office, f"{project}/hold", land_mu="12")
    expect(page.locator("#holds")).to_contain_text("已预留")
    day = today(office, project)
    page = enter(
        office, f"{project}/signing", signing="contract", amount_10k="8亿", signed_on=day, start_by="2027-06-30"
    )
    expect(page.locator("#waiting")).to_contain_text("等待对方")
    expect(page.locator("#holds")).to_contain_text("已预留")

    page = firm.go(project)
    page.locator("#waiting").get_by_role("button", name="确认").click()
    page.wait_for_url(re.compile("done=confirmed"))
    expect(page.locator("#holds")).to_contain_text("已承诺")
    expect(page.locator("#stages")).to_contain_text("双方已确认")

    for stage in ("registered", "supplied"):
        enter(firm, f"{project}/stage", paper, stage=stage, reached_on=day)
    page = office.go(project)
    expect(page.locator("#next")).to_contain_text("环评批复")
    for approval in ("eia_approval", "energy_exemption"):
        enter(office, f"{project}/approval", approval=approval, approval_number="宣环审〔2026〕7号", dated_on=day)
    page = enter(office, f"{project}/stage", stage="started", reached_on=day)
    expect(page.locator("#waiting")).to_contain_text("开工")
    page = firm.go(project)
    page.locator("#waiting").get_by_role("button", name="确认").click()
    page.wait_for_url(re.compile("done=confirmed"))
    expect(page.locator("main .signs")).to_contain_text("开工")
    expect(page.locator("#next")).to_contain_text("竣工")


def test_a_second_occasion_counts_the_increment_alone(
    reader: Open, firm: Reader, office: Reader, paper: Path, javascript: bool
) -> None:
    project = begun(firm, office, f"两次签约{javascript}")
    day = today(office, project)
    platform = reader(Look(javascript=javascript))
    platform.sign_in("platform")
    names = [f"第{number}场对接会{javascript}" for number in ("一", "二")]
    for name in names:
        page = platform.go("/projects/cohorts")
        page.locator("[name=title]").fill(name)
        page.locator("[name=held_on]").fill(day)
        page.locator("[name=adcode]").select_option("340000")
        page.locator("form[action='/projects/occasions'] button").click()
        page.wait_for_load_state()
    for name, amount in zip(names, ("5亿", "6.5亿"), strict=True):
        page = office.go(f"{project}/signing")
        value = page.locator("[name=occasion] option", has_text=name).get_attribute("value") or ""
        said = {"signing": "contract", "signed_on": day, "start_by": "2027-06-30", "occasion": value}
        page = enter(office, f"{project}/signing", paper, amount_10k=amount, **said)
    rows = page.locator("#signings tbody tr")
    expect(rows.filter(has_text=names[0])).to_contain_text("计入项目数")
    expect(rows.filter(has_text=names[1])).to_contain_text("1.5 亿元")
    expect(rows.filter(has_text=names[1])).not_to_contain_text("计入项目数")
    page = platform.go("/projects/cohorts")
    cells = [
        row.locator("td").all_inner_texts()
        for row in page.locator("table tbody tr").filter(has_text="场对接会").filter(has_text=f"{javascript}").all()
    ]
    assert sorted((row[0], row[6]) for row in cells) == [("0", "1.5 亿元"), ("1", "5 亿元")]
