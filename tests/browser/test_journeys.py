"""Can people do what they came for, with and without JavaScript?"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.windows import Look, Open, Reader

PARK = "/parks/G341132"


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def window(request: pytest.FixtureRequest, reader: Open) -> Reader:
    return reader(Look(javascript=request.param))


def scores(page: Page) -> list[float]:
    return [float(text) for text in page.locator("ol.ranking .result-points").all_inner_texts()]


def publish(window: Reader, **values: str) -> Page:
    page = window.go("/needs/new")
    for name, text in values.items():
        page.locator(f"[name='{name}']").first.fill(text)
    page.locator(".form-actions button[type=submit]").click()
    return page


def test_an_enterprise_publishes_a_need_reads_its_ranking_and_compares(window: Reader) -> None:
    window.sign_in("enterprise")
    page = publish(window, description="锂离子电池隔膜", land_mu="10 公顷", investment_10k="3 亿元")
    page.wait_for_url(re.compile(r"/needs/[a-z0-9]{12}"))
    page.get_by_text("150 亩").first.wait_for()
    counted = [int(re.sub(r"\D", "", text)) for text in page.locator(".counts b").all_inner_texts()]
    assert sum(counted[:3]) == 2543
    shown = scores(page)
    assert len(shown) == 20
    assert all(0 < score <= 100 for score in shown)
    boxes = page.locator("input[type=checkbox][name=park]")
    names = page.locator("ol.ranking .result-name a").all_inner_texts()
    for place in range(3):
        boxes.nth(place).check()
    page.locator(".compare-bar button").click()
    page.wait_for_url(re.compile("/compare"))
    for name in names[:3]:
        expect(page.locator("thead")).to_contain_text(name)


def test_an_enterprise_seeks_a_head_office_and_a_base_and_reads_one_pair(window: Reader) -> None:
    window.sign_in("enterprise")
    page = window.go("/needs/new")
    page.locator("a.mode[href$='mode=hq_base']").click()
    page.wait_for_url(re.compile("mode=hq_base"))
    for name, text in {"description": "锂离子电池隔膜", "land_mu": "150", "building_m2": "5000"}.items():
        page.locator(f"[name='{name}']").first.fill(text)
    page.locator(".form-actions button[type=submit]").click()
    page.wait_for_url(re.compile(r"/needs/[a-z0-9]{12}"))
    page.wait_for_selector(".result-pair")
    counted = [int(re.sub(r"\D", "", text)) for text in page.locator(".counts b").all_inner_texts()]
    assert sum(counted[:3]) == 2543 * 2542
    assert len(scores(page)) == 20
    names = page.locator(".result-pair").first.locator(".name").all_inner_texts()
    page.locator(".pair-more").first.click()
    page.wait_for_url(re.compile("/pairs/"))
    assert page.locator("h1").inner_text() == " + ".join(names)
    lines = [float(text) for text in page.locator(".pair-group td.num b").all_inner_texts()]
    assert abs(sum(lines) - float(page.locator(".sums-score b").inner_text())) < 0.02
    page.get_by_role("link", name="返回组合名单").click()
    page.wait_for_selector(".result-pair")


def test_an_enterprise_asks_how_sure_the_order_is_and_why_a_park_is_not_first(window: Reader) -> None:
    window.sign_in("enterprise")
    page = publish(window, description="锂离子电池隔膜", land_mu="150")
    page.wait_for_url(re.compile(r"/needs/[a-z0-9]{12}"))
    if window.javascript:
        expect(page.locator("ol.ranking .result-sure").first).to_contain_text("前三概率", timeout=60_000)
    else:
        page.locator("#sure a.btn").click()
        page.wait_for_url(re.compile("/sure"))
    expect(page.locator(".chances tbody tr").first).to_contain_text("%")
    page.locator(".why-not input[name=called]").fill("宣城经济技术开发区")
    page.locator(".why-not button").click()
    page.wait_for_url(re.compile("/why"))
    expect(page.locator("#against")).to_be_visible()
    lost = [float(text) for text in page.locator("#against td.num").all_inner_texts()]
    assert lost == sorted(lost)
    page.get_by_role("link", name="宣城经济技术开发区").first.click()
    page.wait_for_url(re.compile("/parks/G341132"))


def test_moving_a_weight_changes_the_order_and_the_link_keeps_it(window: Reader) -> None:
    window.sign_in("enterprise")
    page = window.go("/needs")
    page.locator("main a[href^='/needs/']:not([href$='/new'])").last.click()
    page.wait_for_selector("ol.ranking")
    before = page.locator("ol.ranking").inner_text()
    address = page.url
    if window.javascript:
        slider = page.locator("input[name='w.labour_cost']")
        slider.focus()
        for _ in range(9):
            slider.press("PageUp")
        page.wait_for_url(re.compile("w.labour_cost"))
    else:
        page.locator("input[name='w.labour_cost']").fill("95")
        page.locator("form.sliders noscript button, form.sliders button").first.click()
        page.wait_for_url(re.compile("w.labour_cost"))
    ranking = page.locator("ol.ranking")
    expect(ranking).not_to_have_text(before, use_inner_text=True)
    if window.javascript:
        expect(ranking).to_contain_text("前三概率")  # reckoned after the list stands
    after = ranking.inner_text()
    kept = page.url
    page.goto(address)
    page.goto(kept)
    expect(ranking).to_have_text(after, use_inner_text=True)


def test_weights_are_kept_with_the_need(window: Reader) -> None:
    window.sign_in("enterprise")
    page = publish(window, description="锂离子电池隔膜", land_mu="150")
    page.wait_for_selector("ol.ranking")
    slider = page.locator("input[name='w.labour_cost']")
    slider.fill("90")
    page.get_by_role("button", name="保存这组权重").click()
    page.wait_for_url(re.compile(r"\?done=weights$"))
    expect(page.locator("[role=status].notice")).to_contain_text("权重")
    assert int(slider.input_value()) > 30


def test_wrong_fields_are_told_beside_their_place_and_nothing_typed_is_lost(window: Reader) -> None:
    window.sign_in("enterprise")
    page = publish(window, description="电池", land_mu="150 千瓦", jobs="很多", needed_on="明年")
    for name, typed in (("land_mu", "150 千瓦"), ("jobs", "很多"), ("needed_on", "明年")):
        place = page.locator(f"[name='{name}']").first
        expect(place).to_have_value(typed)
        expect(place).to_have_attribute("aria-invalid", "true")
        said = str(place.get_attribute("aria-describedby")).split()
        assert any(page.locator(f"#{spot}").inner_text().strip() for spot in said)
    assert page.input_value("[name=description]") == "电池"
    assert page.url.endswith("/needs")


def test_an_unknown_industry_offers_the_nearest(window: Reader) -> None:
    window.sign_in("enterprise")
    page = publish(window, industry="离锂电池")
    expect(page.locator("main")).to_contain_text("3841")


def test_anybody_finds_a_zone_by_initials_and_reads_what_is_unknown(window: Reader) -> None:
    page = window.go("/")
    page.locator("main input[name=q]").fill("hfgx")
    page.locator("main input[name=q]").press("Enter")
    page.wait_for_url(re.compile("q=hfgx"))
    page.get_by_role("link", name="合肥高新技术产业开发区").first.click()
    page.wait_for_url(re.compile("/parks/G342020"))
    expect(page.locator("h1")).to_contain_text("合肥高新技术产业开发区")


def test_a_park_changes_its_sheet_and_confirms_it(window: Reader) -> None:
    window.sign_in("park")
    page = window.go(f"{PARK}/sheet")
    page.locator("[name=land_mu]").fill("6000 亩")
    page.locator("[name=land_mu_used]").fill("5000")
    page.locator("[name=largest_plot_mu]").fill("300")
    page.locator(".form-actions button[type=submit]").first.click()
    page.wait_for_url(re.compile("done="))
    page = window.go(f"{PARK}/sheet")
    expect(page.locator("[name=land_mu_used]")).to_have_value(re.compile("^5,?000"))
    page.locator("[name=land_mu_used]").fill("7000")
    page.locator(".form-actions button[type=submit]").first.click()
    expect(page.locator("[name=land_mu_used]")).to_have_attribute("aria-invalid", "true")


def test_another_enterprises_need_is_not_there(window: Reader, reader: Open) -> None:
    window.sign_in("enterprise")
    window.go("/needs")
    theirs = window.page.locator("main a[href^='/needs/']:not([href$='/new'])").first.get_attribute("href")
    other = reader(Look(javascript=window.javascript))
    other.sign_in("enterprise2")
    absent = other.go("/needs/zzzzzzzzzzzz").locator("main").inner_text()
    for path in (str(theirs), f"{theirs}/edit", f"{theirs}{PARK}", f"{theirs}/compare?park=G341132"):
        assert other.go(path).locator("main").inner_text() == absent


def test_language_and_theme_stay_where_the_reader_is(window: Reader) -> None:
    page = window.go("/parks?province=340000")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/parks?province=340000")


def test_signing_out_ends_it(window: Reader) -> None:
    page = window.sign_in("enterprise")
    page.locator("form[action='/sign-out'] button").click()
    page = window.go("/needs")
    assert "/sign-in" in page.url
