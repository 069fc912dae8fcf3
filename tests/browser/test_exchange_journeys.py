"""Do two sides find each other, read what will open, open it, and take it back, with and without JavaScript?"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.demo import CLAIMED
from marketplace.demo_exchanges import pdf
from tests.browser.windows import Look, Open, Reader

FIRM, CLERK = "模拟·华东锂电科技有限公司", "模拟·开发区招商局"


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def firm(reader: Open, javascript: bool) -> Reader:
    window = reader(Look(javascript=javascript))
    window.sign_in("enterprise")
    return window


@pytest.fixture
def office(reader: Open, javascript: bool) -> Reader:
    window = reader(Look(javascript=javascript))
    window.sign_in("park")
    return window


def listed(firm: Reader, title: str) -> tuple[str, str]:
    """A new need in the hall: (its page for the owner, its page for others)."""
    before = hall(firm)
    page = firm.go("/needs/new")
    for name, text in {"title": title, "industry": "3841", "origin": "440606", "land_mu": "90"}.items():
        page.locator(f"[name='{name}']").first.fill(text)
    page.locator(".form-actions button[type=submit]").click()
    page.wait_for_url(re.compile(r"/needs/[a-z0-9]{12}"))
    need = page.url.partition("?")[0].removeprefix(firm.site)
    firm.go(f"{need}/others")
    if page.locator("[name=sure]").count():
        page.locator("[name=sure]").check()
    page.locator("form[action$='/list'] button").click()
    page.wait_for_url(re.compile("done=listed"))
    (listing,) = hall(firm) - before
    return need, listing


def hall(window: Reader) -> set[str]:
    """The needs that exist for a reader, by their addresses."""
    links = window.go("/needs/open").locator("td.name a").all()
    return {str(link.get_attribute("href")) for link in links}


def show_interest(office: Reader, listing: str) -> str:
    page = office.go(listing)
    page.locator("#interest").get_by_role("button", name="表达意向").click()
    page.wait_for_url(re.compile(r"/exchanges/[a-z0-9]{12}"))
    return page.url.partition("?")[0].removeprefix(office.site)


def agree(window: Reader, exchange: str) -> Page:
    page = window.go(exchange)
    page.locator(f"form[action='{exchange}/consent'] button[type=submit]").click()
    page.wait_for_url(re.compile("done="))
    return page


def hand_over(firm: Reader, need: str, folder: Path, title: str) -> None:
    file = folder / f"{title}.pdf"
    file.write_bytes(pdf())
    page = firm.go(f"{need}/documents")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url(re.compile("done=added"))
    expect(page.locator("main")).to_contain_text(f"{title}.pdf")


def test_both_show_interest_read_what_opens_and_identities_open(
    firm: Reader, office: Reader, tmp_path: Path, javascript: bool
) -> None:
    title = f"保密项目{javascript}"
    need, listing = listed(firm, title)
    exchange = show_interest(office, listing)
    page = agree(office, exchange)
    expect(page.locator("main")).not_to_contain_text(title)
    theirs = firm.go("/exchanges")
    theirs.locator(f"a[href='{exchange}']").click()
    theirs.wait_for_url(re.compile(exchange))
    opening = theirs.locator(".opening")
    for words in (FIRM, title, "联系人、邮箱和电话"):
        expect(opening).to_contain_text(words)  # the exact list, before the second click
    expect(theirs.locator("main")).not_to_contain_text(CLERK)
    agree(firm, exchange)
    expect(theirs.locator("#open")).to_contain_text(CLERK)
    page = office.go(exchange)
    for words in (FIRM, title):
        expect(page.locator("#open")).to_contain_text(words)
    expect(page).to_have_title(re.compile("^对接"))
    hand_over(firm, need, tmp_path, title)
    expect(office.go(exchange).locator("main")).not_to_contain_text(f"{title}.pdf")
    page.locator(f"form[action='{exchange}/promise'] button").click()
    page.wait_for_url(re.compile("done=promised"))
    with page.expect_download() as taking:
        page.locator("#documents a[download]").click()
    assert Path(str(taking.value.path())).read_bytes() == pdf()
    assert taking.value.suggested_filename == f"{title}.pdf"
    log = firm.go(f"{need}/views")
    expect(log.locator("main")).to_contain_text(CLERK)


def test_the_enterprise_withdraws_halfway_and_nothing_is_left_to_see(
    firm: Reader, office: Reader, tmp_path: Path, javascript: bool
) -> None:
    title = f"撤回项目{javascript}"
    need, listing = listed(firm, title)
    exchange = show_interest(office, listing)
    agree(office, exchange)
    agree(firm, exchange)
    hand_over(firm, need, tmp_path, title)
    page = office.go(exchange)
    page.locator(f"form[action='{exchange}/promise'] button").click()
    page.wait_for_url(re.compile("done=promised"))
    file = str(page.locator("#documents a[download]").get_attribute("href"))
    theirs = firm.go(exchange)
    theirs.locator(".inline-ask summary").click()
    theirs.locator(f"form[action='{exchange}/withdraw'] button").click()
    theirs.wait_for_url(re.compile("done=withdrawn"))
    page.reload()  # a page that stood open in another tab
    for words in (FIRM, title):
        expect(page.locator("main")).not_to_contain_text(words)
    expect(page.locator("main")).to_contain_text("已关闭")
    assert office.page.request.get(office.site + file).status == 404
    assert office.page.request.get(f"{office.site}/api/v1{exchange}").json()["opened"] is None
    expect(office.go("/exchanges").locator("main")).not_to_contain_text(FIRM)


def test_an_enterprise_asks_a_park_from_its_ranking_and_a_decline_is_quiet(
    firm: Reader, office: Reader, javascript: bool
) -> None:
    need, _ = listed(firm, f"问询项目{javascript}")
    page = firm.go(f"{need}/parks/{CLAIMED}")
    page.get_by_role("button", name="对该园区表达意向").click()
    page.wait_for_url(re.compile(r"/exchanges/[a-z0-9]{12}"))
    exchange = page.url.partition("?")[0].removeprefix(firm.site)
    waiting = firm.go(exchange).locator("main").inner_text()
    theirs = office.go(exchange)
    theirs.locator(".inline-ask summary").click()
    theirs.locator(f"form[action='{exchange}/decline'] button").click()
    theirs.wait_for_url(re.compile("done=declined"))
    assert firm.go(exchange).locator("main").inner_text() == waiting
