"""Do people come in, are they looked at, and does a second pair of eyes work, with and without JavaScript?"""

import re
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from stdnum.cn import uscc

from tests.browser.test_every_page import LOOKS, named, sound
from tests.browser.windows import Look, Open, Reader

PARK = "/parks/G341132"
NUMBER = count(1)
PASSWORD = "purple tractor window"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def look(request: pytest.FixtureRequest) -> Look:
    return Look(javascript=request.param)


def register(window: Reader, letter: Path) -> tuple[Page, str]:
    """A new enterprise of a name of its own; first with a wrong code, to see what stays."""
    page, name = window.go("/register"), f"模拟·浏览器测试企业{next(NUMBER)}号"
    page.select_option("[name=kind]", "enterprise")
    said = {"organisation": name, "uscc": "91350100M000100Y44", "seat": "滁州市", "contact": "王经理 0550-1234567"}
    said |= {"person": "王经理", "login": f"wang.{next(NUMBER)}.{int(window.javascript)}", "password": PASSWORD}
    for field, text in said.items():
        page.fill(f"[name={field}]", text)
    page.check("[name=consent]")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".complaint").first).to_contain_text("统一社会信用代码")
    assert page.input_value("[name=organisation]") == name
    assert page.input_value("[name=password]") == ""
    stem = f"91350100M0001{next(NUMBER):02}Y4"  # a code of its own: it is verified once
    page.fill("[name=uscc]", stem + uscc.calc_check_digit(stem))
    page.fill("[name=password]", PASSWORD)
    page.set_input_files("[name=letter]", letter)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/organisation"))
    return page, name


def test_an_enterprise_registers_and_the_platform_verifies_it_and_finds_that_in_the_journal(
    reader: Open, look: Look, tmp_path: Path
) -> None:
    letter = tmp_path / "授权书.pdf"
    letter.write_bytes(PDF)
    firm, platform = reader(look), reader(look)
    theirs, name = register(firm, letter)
    expect(theirs.locator("main")).to_contain_text("待认证")
    page = platform.sign_in("platform")
    platform.go("/desk")
    page.locator("main a[href='/desk/organisations']").click()
    page.get_by_role("link", name=name, exact=True).click()
    with page.expect_download() as handed:
        page.locator("main a[href$='/letter']").click()
    assert Path(handed.value.path()).read_bytes() == PDF
    page.fill("[name=reason]", "已核对授权书和公示系统")
    page.locator("button[formaction$='/reject']").wait_for()
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile("done=verified"))
    firm.go("/organisation")
    expect(theirs.locator("main")).to_contain_text("已核对授权书和公示系统")
    platform.go("/desk/journal")
    expect(page.locator("main")).to_contain_text("平台")


def test_an_editors_change_waits_until_the_approver_lets_it_stand(reader: Open, look: Look) -> None:
    editor, approver, stranger = reader(look), reader(look), reader(look)
    page = editor.sign_in("park-editor")
    editor.go(f"{PARK}/sheet")
    price = f"{20 + next(NUMBER)}.37"
    page.fill("[name=land_10k_mu]", price)
    page.locator(".form-actions-bar button[type=submit]").click()
    page.wait_for_url(re.compile("/proposals/"))
    expect(page.locator("main")).to_contain_text(price)
    waiting = page.url.partition("?")[0].removeprefix(editor.site)
    public = stranger.go(PARK)
    expect(public.locator("main")).not_to_contain_text(price)
    theirs = approver.sign_in("park")
    approver.go(waiting)
    theirs.locator("button[formaction$='/approve']").click()
    theirs.wait_for_url(re.compile("done=approved"))
    stranger.go(PARK)
    expect(public.locator("main")).to_contain_text(price)


def test_somebody_is_invited_and_takes_the_place(reader: Open, look: Look) -> None:
    admin, guest = reader(look), reader(look)
    page = admin.sign_in("park2")
    admin.go("/organisation/people")
    page.select_option("form[action$='/invitations'] [name=role]", "viewer")
    page.locator("form[action$='/invitations'] button[type=submit]").click()
    link = page.locator("code.secret").inner_text()
    theirs = guest.go(link.removeprefix(guest.site))
    for field, text in {"person": "李观察", "login": f"li.{next(NUMBER)}.{int(look.javascript)}"}.items():
        theirs.fill(f"[name={field}]", text)
    theirs.fill("[name=password]", PASSWORD)
    theirs.check("[name=consent]")
    theirs.locator("main form button[type=submit]").click()
    theirs.wait_for_url(re.compile("/organisation"))
    expect(theirs.locator("main")).to_contain_text("查看者")


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_the_pages_of_organisations_and_the_desk_are_sound(reader: Open, look: Look) -> None:
    window = reader(look)
    sound(window, "/register")
    window.page.locator("main form button[type=submit]").click()
    sound(window)
    own = ("/organisation", "/organisation/people", "/organisation/mandates")
    for login, paths in {
        "park": (*own, f"{PARK}/sheet/proposals", "/parks/G342020/claim"),
        "agent": own,
        "enterprise": own,
        "platform": ("/desk", "/desk/organisations", "/desk/organisations?status=suspended", "/desk/claims", *own),
    }.items():
        window = reader(look)
        window.sign_in(login)
        for path in paths:
            sound(window, path)
    window.go("/desk/organisations")
    sound(window, str(window.page.locator("td.name a").first.get_attribute("href")))
