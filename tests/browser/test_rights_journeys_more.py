"""Do the rarer ways lead to their end: a returned sheet, a text that is concluded on, codes, leaving, an agent?"""

import re
from itertools import count
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_exchange_journeys import listed
from tests.browser.test_rights_journeys import PARK, PASSWORD, PDF, register
from tests.browser.windows import Open, Reader

NUMBER = count(500)
NEXT = "golden umbrella harbour"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_returned_sheet_is_mended_from_where_it_was_left(reader: Open) -> None:
    editor, approver = reader(), reader()
    page, theirs, price = editor.sign_in("park-editor"), approver.sign_in("park"), f"{next(NUMBER)}.5"
    editor.go(f"{PARK}/sheet")
    page.fill("[name=wage_10k_a]", "7.3")
    page.fill("[name=rent_cny_m2_month]", price)
    page.locator(".form-actions-bar button[type=submit]").click()
    if page.locator("[name=sure]").count():
        page.locator("[name=sure]").check()
        page.locator(".form-actions-bar button[type=submit]").click()
    page.wait_for_url(re.compile("/proposals/"))
    waiting = page.url.partition("?")[0].removeprefix(editor.site)
    approver.go(waiting)
    press(theirs, "退回")
    expect(theirs.locator(".complaint").first).to_be_visible()
    theirs.fill("[name=reason]", "租金多写了一个零，请核对。")
    press(theirs, "退回")
    theirs.wait_for_url(re.compile("done=returned"))
    editor.go("/inbox")
    expect(page.locator("main")).to_contain_text("承载力修改已审核")
    editor.go(waiting)
    expect(page.locator("main")).to_contain_text("租金多写了一个零")
    page.get_by_role("link", name="修改后重新提交").click()
    assert page.input_value("[name=rent_cny_m2_month]") == price
    page.fill("[name=rent_cny_m2_month]", "14.5")
    page.locator(".form-actions-bar button[type=submit]").click()
    page.wait_for_url(re.compile("done=proposed"))
    approver.go(page.url.partition("?")[0].removeprefix(editor.site))
    press(theirs, "通过")
    theirs.wait_for_url(re.compile("done=approved"))


def test_a_screened_text_gets_its_basis_and_a_reviewers_conclusion(reader: Open) -> None:
    office, desk, stranger = reader(), reader(), reader()
    page, theirs, title = office.sign_in("park"), desk.sign_in("platform"), f"纳税奖励{next(NUMBER)}"
    office.go(f"{PARK}/incentives/new")
    for name, text in {"title": title, "amount": "地方留成的三成", "text": "按企业地方留成的30%给予奖励。"}.items():
        page.fill(f"[name={name}]", text)
    for name in ("kind", "whom", "basis"):
        page.select_option(f"[name={name}]", index=1)
    press(page, "发布")
    page.get_by_role("link", name="命中的词句与规则").or_(page.locator("a[href^='/texts/']")).first.click()
    address = page.url.partition("?")[0].removeprefix(office.site)
    page.locator("a[href*='kind=exception']").first.click()
    page.select_option("[name=ground]", index=1)
    page.fill("[name=why]", "已比较贷款贴息和设备补助，均不能达到目的。")
    page.fill("[name=ends_on]", "2027-12-31")
    press(page, "保存")
    page.wait_for_url(re.compile("done=answered"))
    expect(page.locator("main")).to_contain_text("2027-12-31")
    public = stranger.go(f"{PARK}/incentives")
    expect(public.locator("main")).not_to_contain_text(title)
    desk.go("/desk/texts")
    theirs.locator(f"a[href='{address}']").first.click()
    expect(theirs.locator("main")).to_contain_text("贷款贴息")
    theirs.fill("[name=reason]", "依据条例第十二条第（三）项，期限明确。")
    press(theirs, "同意公开")
    theirs.wait_for_url(re.compile("done=concluded"))
    office.go(address)
    expect(page.locator("main")).to_contain_text("依据条例第十二条")
    stranger.go(f"{PARK}/incentives")
    expect(public.locator("main")).to_contain_text(title)


def test_a_held_text_is_published_on_the_law_its_author_names(reader: Open) -> None:
    office, desk, stranger = reader(), reader(), reader()
    page, theirs, title = office.sign_in("park"), desk.sign_in("platform"), f"减免税收{next(NUMBER)}"
    office.go(f"{PARK}/incentives/new")
    page.fill("[name=title]", title)
    page.fill("[name=text]", "对入驻企业减免地方税收。")
    for name, index in {"kind": 0, "whom": 0, "basis": 0}.items():
        page.select_option(f"[name={name}]", index=index)
    press(page, "发布")
    expect(page.locator("main")).to_contain_text("被合规审查拦下")
    page.locator("section.panel", has_text=title).locator("a[href^='/texts/']").click()
    address = page.url.removeprefix(office.site)
    page.locator("a[href*='rule=R01&kind=basis']").click()
    page.fill("[name=number]", " ")
    press(page, "保存")
    expect(page.locator(".complaint").first).to_contain_text("条款")
    page.select_option("[name=authority]", "law")
    page.fill("[name=number]", "《企业所得税法》第二十九条")
    press(page, "保存")
    page.wait_for_url(re.compile("done=answered"))
    desk.go(address)
    expect(theirs.locator("main")).to_contain_text("法律 · 《企业所得税法》第二十九条")
    theirs.fill("[name=reason]", "民族自治地方依法减免，依据已核对。")
    press(theirs, "同意公开")
    theirs.wait_for_url(re.compile("done=concluded"))
    office.go("/inbox")
    page.get_by_role("button", name="优惠政策文本的审查有了结论").first.click()
    page.wait_for_url(re.compile(address))
    expect(page.locator("main")).to_contain_text("依据已核对")
    expect(stranger.go(f"{PARK}/incentives").locator("main")).to_contain_text(title)


@pytest.fixture
def guest(reader: Open) -> tuple[Reader, Reader, str]:
    """Somebody who took an invitation of an office; the office's admin; the sign-in name."""
    admin, window, login = reader(), reader(), f"zhou.{next(NUMBER)}"
    page = admin.sign_in("park2")
    admin.go("/organisation/people")
    page.select_option("form[action$='/invitations'] [name=role]", "editor")
    page.locator("form[action$='/invitations'] button[type=submit]").click()
    theirs = window.go(page.locator("code.secret").inner_text().removeprefix(window.site))
    for field, text in {"person": "周编辑", "login": login, "password": PASSWORD}.items():
        theirs.fill(f"[name={field}]", text)
    theirs.check("[name=consent]")
    theirs.locator("main form button[type=submit]").click()
    theirs.wait_for_url(re.compile("/organisation"))
    return admin, window, login


def test_a_lost_telephone_a_forgotten_password_and_leaving_for_good(guest: tuple[Reader, Reader, str]) -> None:
    admin, window, login = guest
    page = window.go("/account/second-factor")
    page.fill("[name=old]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.fill("[name=code]", pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", "")).now())
    press(page, "确认")
    recovery = page.locator(".secret-list code").all_inner_texts()
    page.locator("section a.btn-primary").click()
    enter(window, login, PASSWORD)
    second(page, recovery[0])
    code = help_of(admin, login, "code").locator("code.secret").inner_text()
    page.context.clear_cookies(name="session")  # another browser, another day
    window.go("/sign-in")
    page.get_by_role("link", name=re.compile("忘记密码")).click()
    page.locator("a[href='/reset/code']").click()
    for field, text in {"login": login, "code": code, "password": NEXT, "again": NEXT}.items():
        page.fill(f"[name={field}]", text)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("done=reset"))
    enter(window, login, NEXT)
    expect(page.locator("main")).to_contain_text("恢复码")
    second(page, recovery[1])
    window.go("/inbox")
    expect(page.locator("main")).to_contain_text("一次性代码")
    assert help_of(admin, login, "second").locator(".notice-pass").is_visible()  # one admin alone: at once
    enter(window, login, NEXT)
    window.go("/account/data")
    page.locator("a[href='/account/data/delete']").click()
    page.fill("[name=password]", "not this one at all")
    press(page, "永久注销")
    expect(page.locator(".complaint").first).to_be_visible()
    page.fill("[name=password]", NEXT)
    press(page, "永久注销")
    page.wait_for_url(re.compile("done=account"))
    assert "sign-in" in window.go("/account").url
    expect(admin.go("/organisation/people").locator("main")).not_to_contain_text(login)


def enter(window: Reader, login: str, password: str) -> None:
    window.page.context.clear_cookies(name="session")
    page = window.go("/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.locator("form:has([name=password]) button[type=submit]").click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def second(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.locator("form:has([name=code]) button[type=submit]").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def help_of(admin: Reader, login: str, what: str) -> Page:
    page = admin.go("/organisation/codes")
    page.fill("[name=login]", login)
    page.select_option("[name=what]", what)
    page.locator("form:has([name=what]) button[type=submit]").click()
    return page


def test_of_a_deleted_organisation_its_page_its_listing_and_its_people_are_gone(reader: Open, tmp_path: Path) -> None:
    firm, desk, stranger = reader(), reader(), reader()
    letter = tmp_path / "授权书.pdf"
    letter.write_bytes(PDF)
    page, name = register(firm, letter)
    theirs = desk.sign_in("platform")
    desk.go("/desk/organisations")
    theirs.get_by_role("link", name=name, exact=True).click()
    case = theirs.url.removeprefix(desk.site)
    press(theirs, "通过认证")
    theirs.wait_for_url(re.compile("done=verified"))
    _, listing = listed(firm, "注销前的需求")
    firm.go("/organisation")
    page.get_by_role("link", name="注销本单位").click()
    for lost in (name, "1 个账号", "1 条需求"):
        expect(page.locator("main")).to_contain_text(lost)
    page.fill("[name=password]", "not this one at all")
    press(page, "永久注销")
    expect(page.locator(".complaint").first).to_be_visible()
    page.fill("[name=password]", PASSWORD)
    press(page, "永久注销")
    page.wait_for_url(re.compile("done=organisation"))
    assert "sign-in" in firm.go("/organisation").url
    answer = stranger.page.goto(stranger.site + listing)
    assert answer is not None
    assert answer.status == 404
    desk.go("/desk/organisations?status=verified")
    expect(theirs.locator("main")).not_to_contain_text(name)
    desk.go(case)
    expect(theirs.locator("main")).not_to_contain_text(name)
    desk.go("/desk/journal?act=deleted")
    expect(theirs.locator("main")).to_contain_text("已注销单位")


def test_an_agent_asks_an_owner_whether_it_may_speak_for_two_parks(reader: Open) -> None:
    firm, agent = reader(), reader()
    firm.sign_in("enterprise")
    _, listing = listed(firm, f"代理项目{next(NUMBER)}")
    page = agent.sign_in("agent")
    agent.go(listing)
    page.locator("#interest").get_by_role("button", name="表达意向").first.click()
    page.wait_for_url(re.compile(r"/exchanges/[a-z0-9]{12}"))
    agent.go("/organisation/mandates")
    row = page.locator("tr", has=page.locator(f"a[href='{listing}']"))
    row.locator("form button").click()
    page.wait_for_url(re.compile("done=asked"))
    expect(row).to_contain_text("待需求方答复")
    theirs = firm.go("/organisation/mandates")
    asked = theirs.locator("section:has(#questions) tr", has_text="代理项目").last
    asked.locator("button[value=yes]").click()
    theirs.wait_for_url(re.compile("done=answered"))
    agent.go(listing)
    page.locator("#interest").get_by_role("button", name="表达意向").last.click()
    page.wait_for_url(re.compile(r"/exchanges/[a-z0-9]{12}"))


def test_an_organizer_who_just_registered_sees_what_is_public_and_what_to_wait_for(reader: Open) -> None:
    window, login = reader(), f"org.{next(NUMBER)}"
    page = window.go("/register")
    page.select_option("[name=kind]", "organizer")
    said = {
        "organisation": "模拟·某市商会",
        "uscc": "91350100M000100Y43",
        "seat": "滁州市",
        "contact": "赵秘书 0550-7654321",
    }
    for field, text in {**said, "person": "赵秘书", "login": login, "password": PASSWORD}.items():
        page.fill(f"[name={field}]", text)
    page.check("[name=consent]")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/organisation"))
    expect(page.locator("main")).to_contain_text("待认证")
    for path in ("/", "/needs/open", "/parks", "/account", "/inbox", "/organisation/mandates", "/help"):
        answer = page.goto(window.site + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("main h1").count() == 1
    answer = page.goto(window.site + "/desk")
    assert answer is not None
    assert answer.status == 404
