"""Does an enterprise list a blind need, see what others see of it, and do they see just that?"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Look, Open, Reader

SECRETS = ("固态电解质", "昆山", "华东锂电", "86.5", "288")


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def window(request: pytest.FixtureRequest, reader: Open) -> Reader:
    return reader(Look(javascript=request.param))


def test_an_enterprise_lists_a_blind_need_and_others_see_what_it_was_shown(window: Reader) -> None:
    page = window.sign_in("enterprise")
    window.go("/needs/new")
    said = {"industry": "3841 锂离子电池制造", "description": "固态电解质中试", "origin": "昆山市"}
    said |= {"land_mu": "86.5 亩", "jobs": "288"}
    for name, text in said.items():
        page.locator(f"[name='{name}']").first.fill(text)
    page.locator(".form-actions button[type=submit]").click()
    page.wait_for_url(re.compile(r"/needs/[a-z0-9]{12}"))
    page.get_by_role("link", name="预览并发布").click()
    page.wait_for_url(re.compile("/others"))

    # its present place is excluded, so strangers see nothing; the enterprise opens it and looks again
    expect(page.locator("#as-stranger")).to_contain_text("对其不存在")
    page.locator("[name='hidden_from.present_locality']").select_option("false")
    page.locator("form[action$='/limits'] button[type=submit]").click()
    page.wait_for_url(re.compile("done=limited"))
    expect(page.locator("#as-stranger")).to_contain_text("50–100 亩")
    stranger = page.locator("#as-stranger").inner_text()
    assert [secret for secret in SECRETS if secret in stranger] == []
    expect(page.locator("#as-park")).to_contain_text("86.5 亩")

    if page.locator("[name=sure]").count():
        page.locator("[name=sure]").check()
    page.get_by_role("button", name="发布到需求大厅").click()
    page.wait_for_url(re.compile("done=listed"))
    need = page.url.partition("/others")[0].removeprefix(window.site)

    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_selector("a[href^='/sign-in']")
    window.go("/needs/open?land=50-100&industry=38")
    page.locator("td.name a").first.click()
    page.wait_for_url(re.compile(r"/needs/open/[a-z0-9]{12}"))
    listing = page.url.removeprefix(window.site)
    expect(page.locator("main")).to_contain_text("50–100 亩")
    assert [secret for secret in SECRETS if secret in page.content()] == []

    window.sign_in("park")
    window.go(listing)
    expect(page.locator("main")).to_contain_text("86.5 亩")
    assert [secret for secret in SECRETS[:3] if secret in page.content()] == []

    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_selector("a[href^='/sign-in']")
    window.sign_in("enterprise")
    window.go(f"{need}/views")
    expect(page.locator("main")).to_contain_text("模拟·开发区招商局")
    window.go(need)
    page.locator("details.ask-once summary").first.click()
    page.get_by_role("button", name="确认撤回").click()
    page.wait_for_url(re.compile("done=withdrawn"))
    assert window.go(listing).title().startswith("这里没有内容")
