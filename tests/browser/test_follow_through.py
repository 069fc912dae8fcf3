"""Does an open exchange go on: a park answers, its answer stands in the comparison, its offer is accepted?"""

import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.demo import ALSO_CLAIMED, CLAIMED
from tests.browser.test_every_page import sound
from tests.browser.test_exchange_journeys import agree, javascript, listed, show_interest
from tests.browser.windows import Look, Open, Reader

__all__ = ["javascript"]


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


def send(page: Page, form: str, done: str, **typed: str) -> None:
    """Fills a form in and sends it."""
    box = page.locator(form)
    for name, text in typed.items():
        field = box.locator(f"[name='{name}']")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    box.locator(".form-actions button[type=submit]").click()
    page.wait_for_url(re.compile(f"done={done}"))


def next_step(window: Reader, exchange: str) -> Page:
    """Presses the one large button."""
    page = window.go(exchange)
    page.locator("#next a.btn-primary").click()
    return page


def test_a_park_answers_an_enquiry_and_its_offer_is_accepted(firm: Reader, office: Reader, javascript: bool) -> None:
    need, listing = listed(firm, f"跟进项目{javascript}")
    exchange = show_interest(office, listing)
    agree(office, exchange)
    agree(firm, exchange)

    asking = next_step(firm, exchange)
    questions = {"field_1": "power_kva", "text_2": "厂区到高速口多远？", "kind_2": "amount", "unit_2": "km"}
    send(asking, "form[action$='/questions']", "asked", **questions)

    answering = next_step(office, exchange)
    send(answering, "form:has([name=reply_1])", "answered", reply_1="20 MVA", reply_2="6.5")
    page = firm.go(f"{need}/compare?park={CLAIMED}&park={ALSO_CLAIMED}")
    row = page.locator("tr", has_text="厂区到高速口多远？")
    expect(row).to_contain_text("6.5 km")

    page = office.go(f"{exchange}?kind=assessment")
    send(page, "#write", "written", text="经研判，项目符合主导产业。")
    page = next_step(office, exchange)
    terms = {"land_mu": "90", "land_10k_mu": "18 万元/亩", "expires_on": "2099-12-31", "text": "净地交付"}
    send(page, "form[action$='/offers']", "kept", **terms)
    page.locator("form[action$='/send'] button").click()
    page.wait_for_url(re.compile("done=sent"))

    page = next_step(firm, exchange)
    expect(page.locator("main")).to_contain_text("18 万元/亩")
    if javascript:
        sound(firm)
    page.locator("form[action$='/accept'] button").click()
    page.wait_for_url(re.compile("done=accepted"))
    page = office.go(exchange)
    expect(page.locator("#timeline")).to_contain_text("已接受")
    expect(page.locator("#timeline")).to_contain_text("经研判")
    if javascript:
        for path in (exchange, f"{exchange}/questions/new", f"{exchange}/offers/new", f"{exchange}/visits/new"):
            sound(office, path)

    page = firm.go(exchange)
    page.locator("summary", has_text="撤回").last.click()
    page.locator("form[action$='/withdraw'] button").last.click()
    page.wait_for_url(re.compile("done=withdrawn"))
    for window in (firm, office):
        expect(window.go(exchange).locator("main")).not_to_contain_text("经研判")
