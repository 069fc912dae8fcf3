"""Home, the list of parks, one park: what strangers read, what a park's people may do."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import SheetFields, save_sheet
from marketplace.database import writing
from marketplace.parks import ParkFields, ParkReport, park_by_code
from marketplace.resources import Source

HEFEI = "G342020"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAGES = ("/", "/parks", "/parks?q=hefei&province=340000", "/parks?q=nothingatall", f"/parks/{HEFEI}", "/facts", "/help")


def offer(app: FastAPI, now: datetime, **sheet: object) -> None:
    with writing(app.state.engine) as session:
        fields = SheetFields.model_validate(sheet)
        save_sheet(session, park_by_code(session, HEFEI), fields, by=None, now=now, source=Source.SIMULATED)
        session.commit()


def as_filled(html: str) -> dict[str, str]:
    """What a browser would send of the form on the page, were it sent untouched."""
    form = html[html.index('<form class="panel"') :]
    said = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            said[name.group(1)] = unescape(value.group(1)) if value else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        said[name] = chosen.group(1) if chosen else ""
    said |= {
        name: unescape(text)
        for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    }
    return said


def words_of(html: str) -> str:
    """What a reader sees, without what is data: names of parks, their industries, titles of sources."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_public_page_renders_with_one_heading_and_a_way_back(client: TestClient, path: str, lang: str) -> None:
    client.cookies.set("lang", lang)
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(re.findall(r"<h1\b", answer.text)) == 1
    assert (path == "/") is ('class="crumbs' not in answer.text)
    assert 'href="#main"' in answer.text
    ids = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_home_names_what_is_inside(client: TestClient) -> None:
    text = words_of(client.get("/").text)
    for figure in ("2,543", "552", "1,991"):
        assert figure in text
    assert "山东（174 个）、江苏（170 个）、河北（153 个）最多，合计占全部的 20%" in text


def test_home_has_a_tile_for_each_of_34_provinces_and_a_table_twin(client: TestClient) -> None:
    html = client.get("/").text
    tiles = re.findall(r'class="tile shade-\d"[^>]*>.*?<b>(\d+)</b>', html)
    assert len(tiles) == 34
    assert sum(map(int, tiles)) == 2543
    assert html.count("<details") >= 1


def test_english_pages_hold_no_chinese_but_data(client: TestClient) -> None:
    client.cookies.set("lang", "en")
    footer = "《中国开发区审核公告目录（2018年版）》"
    for path in ("/", "/help"):
        said = words_of(client.get(path).text).replace("中文", "").replace(footer, "")
        left = {word for word in re.split(r"[\s·]+", said) if CHINESE.search(word)}
        assert left <= {"合肥高新", "滁州", "新能源"}, path


def test_the_list_narrows_by_every_facet_and_says_how_many(client: TestClient) -> None:
    def total(query: str) -> int:
        found = re.search(r"<b>([\d,]+)</b> 个园区", client.get(f"/parks?{query}").text)
        assert found
        return int(found.group(1).replace(",", ""))

    assert total("") == 2543
    assert total("level=national") == 552
    assert total("province=340000") == 117
    assert total("province=340000&level=national") < 117
    assert total("type=border") == 19
    assert 0 < total("industry=38") < 2543
    assert total("land=100") == 0


@pytest.mark.parametrize("query", ["province=99", "industry=zz", "land=many", "sort=sideways", "after=%27", "level=x"])
def test_an_address_that_makes_no_sense_is_still_answered(client: TestClient, query: str) -> None:
    assert client.get(f"/parks?{query}").status_code == 200


def test_an_address_that_is_too_long_is_refused_in_words(client: TestClient) -> None:
    answer = client.get("/parks?q=" + "a" * 81)
    assert answer.status_code == 422
    assert "过长：最多 80 个字" in answer.text


def test_next_pages_lead_through_all_parks_of_a_province(client: TestClient) -> None:
    seen: list[str] = []
    path = "/parks?province=340000"
    while path:
        html = client.get(path).text
        seen += re.findall(r'<td class="name"><a href="/parks/([^"]+)"', html)
        link = re.search(r'rel="next" href="([^"]+)"', html)
        path = link.group(1).replace("&amp;", "&") if link else ""
    assert (len(seen), len(set(seen))) == (117, 117)


def test_htmx_gets_the_results_alone_and_a_returning_browser_the_whole_page(client: TestClient) -> None:
    part = client.get("/parks?q=hefei", headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert "合肥高新技术产业开发区" in part.text
    assert "HX-Request" in part.headers["vary"]
    whole = client.get("/parks?q=hefei", headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in whole.text


def test_every_element_with_htmx_attributes_carries_the_nonce(client: TestClient) -> None:
    html = client.get("/parks").text
    elements = re.findall(r"<[a-z]+[^>]*\shx-(?!nonce)[a-z]+[^>]*>", html)
    assert elements
    assert all('hx-nonce="' in element for element in elements)


def test_an_empty_list_says_what_to_do_and_guesses_what_was_meant(client: TestClient) -> None:
    html = client.get("/parks?q=锂离子电池").text
    assert "没有符合全部条件的园区" in html
    assert 'href="/parks?industry=38"' in html


def test_what_somebody_searched_for_is_shown_as_text(client: TestClient) -> None:
    html = client.get("/parks", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_park_of_the_catalogue_says_what_nobody_has_said(client: TestClient) -> None:
    text = words_of(client.get(f"/parks/{HEFEI}").text)
    assert "该园区尚未填报剩余容量" in text
    assert "2018年目录" in text
    assert "1,850.0" in text


def test_a_sheet_shows_amounts_both_ways_with_the_sign_of_what_is_simulated(
    app: FastAPI, client: TestClient, now: datetime
) -> None:
    offer(app, now, land_mu="500", land_mu_used="120", power_kva="80 MVA", prohibited=["2614"], land_10k_mu="20")
    html = client.get(f"/parks/{HEFEI}").text
    text = re.sub(r"\s+", " ", words_of(html))
    assert "380 亩 · 25.33 公顷" in text
    assert "80 MVA" in text
    assert "80,000 kVA" not in text  # a power of ten says the same twice
    assert "2614 有机化学原料制造" in text
    assert html.count("sign-simulated") >= 4
    assert "剩余 76%" in html


def test_a_stale_value_is_shown_as_unknown(app: FastAPI, client: TestClient, now: datetime) -> None:
    offer(app, datetime(2026, 10, 1, tzinfo=now.tzinfo), land_mu="500")
    assert "已过期，视为未知" in client.get(f"/parks/{HEFEI}").text
    row = client.get(f"/parks?q={HEFEI}").text
    assert "已过期" in row
    assert "500" not in words_of(row).split("剩余用地")[-1]


def test_an_unknown_park_is_not_there(client: TestClient) -> None:
    for path in ("/parks/NOPE", "/parks/NOPE/edit", "/api/v1/parks/NOPE"):
        assert client.get(path).status_code in {404, 303}
    assert client.get("/parks/NOPE").status_code == 404


def test_strangers_are_sent_to_the_door_and_others_find_nothing(
    client: TestClient, signed_in: Callable[[str], TestClient]
) -> None:
    assert client.get("/parks/new").headers["location"] == "/sign-in?next=%2Fparks%2Fnew"
    assert signed_in("enterprise").get("/parks/new").status_code == 404
    assert client.post(f"/parks/{HEFEI}/claim").status_code == 303
    assert signed_in("enterprise").post(f"/parks/{HEFEI}/claim").status_code == 404


def test_a_claim_says_on_what_grounds_and_waits_for_the_platform(signed_in: Callable[[str], TestClient]) -> None:
    browser = signed_in("park")
    assert "认领" in browser.get(f"/parks/{HEFEI}").text
    assert "认领依据" in browser.get(f"/parks/{HEFEI}/claim").text
    empty = browser.post(f"/parks/{HEFEI}/claim")
    assert (empty.status_code, "请写明认领依据" in empty.text) == (422, True)
    claimed = browser.post(f"/parks/{HEFEI}/claim", data={"grounds": "三定方案"})
    assert claimed.headers["location"] == f"/parks/{HEFEI}?done=claimed"
    shown = browser.get(claimed.headers["location"]).text
    assert "认领申请已提交" in shown
    assert "撤回认领申请" in shown
    for path in ("edit", "sheet"):
        assert browser.get(f"/parks/{HEFEI}/{path}").status_code == 404
    assert browser.post(f"/parks/{HEFEI}/claim", data={"grounds": "三定方案"}).status_code == 409
    assert browser.post(f"/parks/{HEFEI}/claim/withdraw").status_code == 303
    assert browser.post(f"/parks/{HEFEI}/claim/withdraw").status_code == 404


def test_a_park_is_renamed_and_found_by_both_names(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None]
) -> None:
    browser = signed_in("park")
    speaking(HEFEI)
    form = browser.get(f"/parks/{HEFEI}/edit").text
    version = re.findall(r'name="version" value="(\d+)"', form)[0]
    said = {"name": "合肥未来科技城", "level": "national", "zone_type": "high_tech", "adcode": "340104"}
    said |= {"area_ha": "18.5 平方公里", "industries": "家电、汽车", "version": version}
    assert browser.post(f"/parks/{HEFEI}/edit", data=said).status_code == 303
    for words in ("合肥未来科技城", "合肥高新技术产业开发区"):
        assert "合肥未来科技城" in browser.get("/parks", params={"q": words}).text
    text = words_of(browser.get(f"/parks/{HEFEI}").text)
    assert "曾用名 合肥高新技术产业开发区" in text
    assert "园区填报" in text

    late = browser.post(f"/parks/{HEFEI}/edit", data=said | {"name": "另一个名字"})
    assert late.status_code == 409
    assert "另一个名字" in late.text


def test_a_wrong_form_comes_back_with_complaints_and_what_was_typed(signed_in: Callable[[str], TestClient]) -> None:
    browser = signed_in("park")
    answer = browser.post("/parks/new", data={"name": "某", "area_ha": "很大", "adcode": "99", "website": "no"})
    assert answer.status_code == 422
    assert 'value="很大"' in answer.text
    assert set(re.findall(r'aria-invalid="true" aria-describedby="[^"]*c-([\w-]+)"', answer.text)) == {
        "name",
        "area_ha",
        "website",
    }
    assert 'href="#f-area_ha"' in answer.text


def test_a_park_outside_the_catalogue_joins_and_is_found(signed_in: Callable[[str], TestClient]) -> None:
    browser = signed_in("park")
    answer = browser.post("/parks/new", data={"name": "滁州锂电小镇", "adcode": "341100", "industries": "新能源"})
    place = answer.headers["location"]
    assert re.fullmatch(r"/parks/[0-9a-z]{12}\?done=joined", place)
    assert "目录外加入" in browser.get(place).text
    assert "滁州锂电小镇" in browser.get("/parks?q=lidianxiaozhen").text


def test_anyone_can_report_an_error_and_an_empty_report_is_complained_about(app: FastAPI, client: TestClient) -> None:
    empty = client.post(f"/parks/{HEFEI}/report", data={"message": " "})
    assert empty.status_code == 422
    assert "请说明哪里有误" in empty.text
    told = client.post(f"/parks/{HEFEI}/report", data={"field": "area_ha", "message": "面积应为 1,900 公顷"})
    assert "谢谢" in client.get(told.headers["location"]).text
    with writing(app.state.engine) as session:
        report = session.get(ParkReport, 1)
        assert report is not None
        assert (report.field, report.message) == ("area_ha", "面积应为 1,900 公顷")


def test_a_report_is_read_by_those_who_speak_for_the_park_alone(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None]
) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    speaking("G341129")
    firm.post("/parks/G341129/report", data={"field": "area_ha", "message": "面积应为 1,200 公顷", "contact": "a@b.cn"})
    assert "面积应为 1,200 公顷" in words_of(park.get("/parks/G341129").text)
    assert "面积应为 1,200 公顷" not in words_of(firm.get("/parks/G341129").text)
    assert "a@b.cn" not in firm.get("/parks/G341129").text


def test_saving_the_form_as_it_comes_changes_nothing(
    app: FastAPI, signed_in: Callable[[str], TestClient], speaking: Callable[[str], None]
) -> None:
    browser = signed_in("park")
    speaking("G341132")
    said = as_filled(browser.get("/parks/G341132/edit").text)
    with writing(app.state.engine) as session:
        before = ParkFields.model_validate(
            park_by_code(session, "G341132").model_dump(include=set(ParkFields.model_fields))
        )
    assert len(before.industries) == 3
    assert said["industries"] == "、".join(before.industries)
    assert said["adcode"] == "安徽省宣城市宣州区"
    assert browser.post("/parks/G341132/edit", data=said | {"name": "宣城新城"}).status_code == 303
    with writing(app.state.engine) as session:
        park = park_by_code(session, "G341132")
        assert park.facts.keys() == {"name"}
        assert (park.industries, park.adcode) == (before.industries, before.adcode)


@pytest.mark.parametrize(("day", "said"), [("2026-07-26", "现在即可"), ("2027-06-30", "2027-06-30")])
def test_a_site_ready_since_long_is_ready_at_once(
    app: FastAPI, client: TestClient, now: datetime, day: str, said: str
) -> None:
    offer(app, now, available_on=day)
    answer = client.get(f"/parks/{HEFEI}")
    assert answer.status_code == 200
    assert said in words_of(answer.text)
    assert ("2026-07-26" in words_of(answer.text)) is False


@pytest.mark.parametrize(
    ("words", "href"), [("锂电池", "/parks?industry=38"), ("340100", "/parks?province=340100"), ("宣城经济", "")]
)
def test_what_was_meant_is_asked_where_nothing_was_found(client: TestClient, words: str, href: str) -> None:
    html = client.get("/parks", params={"q": words}).text
    assert ("您是否要找" in html) is bool(href)
    assert not href or f'href="{href}"' in html
