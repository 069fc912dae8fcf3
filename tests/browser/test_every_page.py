"""Is every page sound for everybody: in both languages and themes, wide and narrow, right and wrong?"""

import os

import pytest

from tests.browser.windows import Look, Open, Reader

PARK = "/parks/G341132"
LOOKS = [Look("zh", "light", 1280), Look("en", "dark", 375)]
if os.environ.get("PARKBRIDGE_FULL") == "1":
    LOOKS = [Look(lang, theme, width) for lang in ("zh", "en") for theme in ("light", "dark") for width in (1280, 375)]

OPEN_PAGES = [
    "/",
    "/parks",
    "/parks?q=hefei",
    "/parks?q=zzzzzz",
    "/parks?province=340000&level=national",
    PARK,
    f"{PARK}/chain",
    f"{PARK}/partners",
    f"{PARK}/partners?kind=reverse&institution=0",
    f"{PARK}/partners/G341129?kind=in",
    f"{PARK}/partners/G341129?kind=partner",
    f"{PARK}/partners/sure?kind=partner",
    f"{PARK}/partners/why?called=经济开发区",
    "/parks/G343066",
    "/needs/open",
    "/needs/open?mode=enclave",
    "/sign-in",
    "/reset",
    "/reset/code",
    "/reset/link?token=x",
    "/facts",
    "/help",
    "/method",
    "/screen",
    "/policy",
    "/policy?q=zzzz",
    "/policy/fcri-19-2",
    f"{PARK}/incentives",
    "/privacy",
    "/nowhere",
]
OWN_PAGES = [  # of everybody signed in
    "/account",
    "/account/password",
    "/account/sessions",
    "/account/tokens",
    "/account/second-factor",
    "/journal",
    "/journal?day=2020-01-01",
    "/inbox",
    "/inbox?topic=house&kind=interest",
    "/account/notices",
    "/searches",
    "/searches/new?kind=parks&province=340000",
    "/searches/new?kind=needs",
    "/account/data",
    "/account/data/delete",
    "/account/data/organisation",
]
PARK_PAGES = [
    *["/parks/new", PARK, f"{PARK}/edit", f"{PARK}/sheet", f"{PARK}/incentives", f"{PARK}/incentives/new"],
    *[f"{PARK}/plots", f"{PARK}/plots/new/plot", f"{PARK}/plots/new/building", f"{PARK}/ledger"],
    *[
        f"{PARK}/capacity{tail}"
        for tail in ("", "/land", "/energy", "/quotas", "/prices", "/rules", "/import", "/evidence/land")
    ],
]


def named(look: Look) -> str:
    return f"{look.lang}-{look.theme}-{look.width}"


def sound(window: Reader, path: str | None = None) -> None:
    """axe finds nothing, nothing sticks out sideways, and there is one heading."""
    page = window.go(path) if path else window.page
    assert window.axe() == []
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"{page.url} is {wide[0]} px wide"
    assert page.locator("h1").count() == 1


@pytest.fixture(params=LOOKS, ids=named)
def window(request: pytest.FixtureRequest, reader: Open, full: bool) -> Reader:
    asked = f"{request.node.originalname}{request.node.callspec.params.get('login', '')}"
    if not full and LOOKS.index(request.param) != sum(asked.encode()) % len(LOOKS):
        pytest.skip("each test in one of the looks; in all with --full")
    return reader(request.param)


def test_pages_open_to_all_are_sound(window: Reader) -> None:
    for path in OPEN_PAGES:
        sound(window, path)


def test_a_parks_pages_are_sound(window: Reader) -> None:
    window.sign_in("park")
    for path in PARK_PAGES:
        sound(window, path)


def test_a_text_that_waits_is_sound_for_its_author(window: Reader) -> None:
    page = window.sign_in("park")
    window.go(f"{PARK}/incentives")
    text = page.locator("a[href^='/texts/']").first.get_attribute("href")
    for path in (text, f"{text}?rule=R02&kind=basis", f"{text}?rule=R05&kind=exception"):
        sound(window, path)


def test_a_text_that_waits_is_sound_for_its_reviewer(window: Reader) -> None:
    page = window.sign_in("platform")
    sound(window, "/desk/papers")
    sound(window, page.locator("td.name a").first.get_attribute("href"))
    sound(window, "/desk/texts")
    sound(window, page.locator("main a[href^='/texts/']").first.get_attribute("href"))


def test_what_everybody_signed_in_has_of_their_own_is_sound(window: Reader) -> None:
    window.sign_in("enterprise")
    for path in OWN_PAGES:
        sound(window, path)
    window.page.fill("[name=password]", "not the password")
    window.page.locator("form[action='/account/data/organisation'] button").click()
    window.page.wait_for_selector("[aria-invalid=true]")
    sound(window)


def test_webhooks_are_sound(window: Reader) -> None:
    page = window.sign_in("enterprise")
    sound(window, "/organisation/webhooks")
    one = page.locator("td.name a[href^='/organisation/webhooks/']").first.get_attribute("href")
    sound(window, one)
    window.go("/organisation/webhooks")
    page.fill("[name=url]", "http://127.0.0.1/")
    page.locator("form[action='/organisation/webhooks'] button").click()
    page.wait_for_selector("[aria-invalid=true]")
    sound(window)
    page.fill("[name=url]", "https://oa.example/second")
    page.locator("form[action='/organisation/webhooks'] button").click()
    page.wait_for_selector("code.secret")
    sound(window)
    page.locator("summary:has-text('停用此回调'), summary:has-text('End this webhook')").click()
    page.locator("form[action$='/end'] button").click()
    page.wait_for_url("**/organisation/webhooks?done=ended")


def test_background_work_is_sound(window: Reader) -> None:
    window.sign_in("platform")
    sound(window, "/desk/jobs")
    sound(window, "/desk/overdue")


def test_an_enterprises_pages_are_sound(window: Reader) -> None:
    page = window.sign_in("enterprise")
    sound(window, "/needs")
    need = page.locator("main a[href^='/needs/']:has-text('动力电池电芯')").last.get_attribute("href")
    assert need
    asked = (f"{need}/sure", f"{need}/why?called=G341132", f"{need}/why?called=经济开发区", f"{need}/why?called=zzz")
    for path in ("/needs/new", need, f"{need}/edit", f"{need}{PARK}", *asked):
        sound(window, path)
    window.go(need)
    boxes = page.locator("input[type=checkbox][name=park]")
    chosen = [str(boxes.nth(place).get_attribute("value")) for place in range(4)]
    sound(window, f"{need}/compare?" + "&".join(f"park={code}" for code in chosen))


@pytest.mark.parametrize("login", ["enterprise", "park"])
def test_exchanges_are_sound(window: Reader, login: str) -> None:
    page = window.sign_in(login)
    sound(window, "/promise")
    sound(window, "/exchanges")
    talks = [str(link.get_attribute("href")) for link in page.locator("td.name a[href^='/exchanges/']").all()]
    assert len(talks) >= 2  # one that waits and one that is open
    handed = set()  # proposals to hand on, and the form of one
    papers = set()  # other journeys leave exchanges here too: which of them has documents is not known beforehand
    for path in talks:
        sound(window, path)
        handed |= {str(link.get_attribute("href")) for link in page.locator("#transfers a").all()}
        papers |= {str(link.get_attribute("href")) for link in page.locator("a[href$='/documents']").all()}
    for path in (*sorted(handed)[:3], *(["/transfers"] if login == "park" else [])):
        sound(window, path)
    if login == "enterprise":
        assert papers
        sound(window, min(papers))


@pytest.mark.parametrize("login", ["enterprise", "park", "platform"])
def test_projects_are_sound(window: Reader, login: str) -> None:
    page = window.sign_in(login)
    sound(window, "/projects")
    found = [str(link.get_attribute("href")) for link in page.locator("td.name a[href^='/projects/']").all()]
    if login != "enterprise":
        sound(window, "/projects/cohorts")
    for path in found[-2:]:
        sound(window, path)
    forms = {"enterprise": ("stage", "signing", "approval", "end"), "park": ("hold",)}
    for form in forms.get(login, ()):
        sound(window, f"{found[-1]}/{form}")


def test_open_needs_and_how_others_see_one_are_sound(window: Reader) -> None:
    page = window.go("/needs/open")
    sound(window, page.locator("td.name a").first.get_attribute("href"))
    page = window.sign_in("enterprise")
    window.go("/needs")
    for title in ("动力电池电芯", "电池结构件", "锂电回收"):  # listed openly, a draft, listed with exclusions
        need = page.locator(f"main a[href^='/needs/']:has-text('{title}')").last.get_attribute("href")
        sound(window, f"{need}/others")
        sound(window, f"{need}/views")
        window.go("/needs")
    for login, path in (("park", "/needs/open"), ("platform", "/desk/listings")):
        page.locator("form[action='/sign-out'] button").click()
        page.wait_for_selector("a[href^='/sign-in']")
        window.sign_in(login)
        sound(window, path)
        if login == "park":
            sound(window, page.locator("td.name a").first.get_attribute("href"))


def test_pages_of_a_need_of_two_places_are_sound(window: Reader) -> None:
    window.sign_in("enterprise")
    sound(window, "/needs/new?mode=hq_base")
    page = window.page
    page.locator("[name='description']").fill("锂离子电池隔膜")
    page.locator("[name='land_mu']").fill("150")
    page.locator(".form-actions button[type=submit]").click()
    page.wait_for_selector(".result-sure .chance")  # what comes after the list stands beside each pair
    sound(window)
    need = page.url.partition("?")[0].removeprefix(window.site)
    page.locator(".pair-more").first.click()
    page.wait_for_selector(".pair-columns")
    sound(window)
    for path in (f"{need}/sure", f"{need}/why?called=G341132"):
        sound(window, path)


def test_a_list_in_another_order_and_a_kept_one_are_sound(window: Reader) -> None:
    page = window.sign_in("enterprise")
    window.go("/needs")
    need = page.locator("main a[href^='/needs/']:has-text('动力电池电芯')").first.get_attribute("href")
    window.go(str(need))
    page.locator(".order-switches input[name=diverse]").check()
    page.wait_for_url("**diverse=1**")
    assert page.locator("#weights input[name=diverse]").count() == 1
    sound(window)
    kept = page.locator(".kept-bar a").first.get_attribute("href")
    sound(window, f"{kept}?check=1")
    page.locator("a:has-text('今天的名单'), a:has-text(\"Today's list\")").first.click()
    page.locator("form[action$='/keep'] button").click()
    page.wait_for_url("**/kept/*")
    sound(window)


def test_forms_in_error_are_sound(window: Reader) -> None:
    page = window.sign_in("enterprise")
    window.go("/needs/new")
    page.fill("[name=land_mu]", "很多")
    page.locator("form[action='/needs'] button[type=submit]").last.click()
    page.wait_for_selector("[aria-invalid=true]")
    sound(window)
    assert page.input_value("[name=land_mu]") == "很多"


def test_a_wrong_sign_in_is_sound(window: Reader) -> None:
    page = window.go("/sign-in")
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "wrong password")
    page.locator("form:has([name=password]) button[type=submit]").click()
    sound(window)
    assert page.input_value("[name=login]") == "nobody"
