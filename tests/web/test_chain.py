"""Is a park's chain shown as it is, to everybody the same but for the reader's own needs?"""

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.web.test_parks import CHINESE, words_of

HEFEI = "G342020"
CARS = "G341132"  # 汽车零部件, 医药, 装备制造
SILENT = "G233022"  # a bonded zone that names no industry


def test_the_chain_is_told_in_a_sentence_a_picture_and_a_table(client: TestClient) -> None:
    html = client.get(f"/parks/{CARS}/chain").text
    text = re.sub(r"\s+", " ", words_of(html))
    assert "最大缺口在上游：缺少为汽车制造业、通用设备制造业配套的有色金属冶炼和压延加工业，缺口 74（满分 100）" in text
    assert html.count('<svg class="chain-map') == 2
    told = client.get(f"/api/v1/parks/{CARS}/chain").json()
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(\d\d) ", html)
    assert rows == [link["sector"] for link in told["links"]]
    assert "style=" not in html.split("<main", 1)[1].split("</main", 1)[0]


def test_a_missing_link_is_dashed_and_a_strong_one_is_not(client: TestClient) -> None:
    html = client.get(f"/parks/{CARS}/chain").text
    css = client.get("/static/chain.css").text
    dashed = set(re.findall(r"\.chain-wire-(\w+) \{[^}]*dasharray", css))
    assert dashed == {"weak", "missing"}
    assert set(re.findall(r"chain-wire-(\w+)", html)) >= {"strong", "missing"}


def test_page_and_json_name_the_same_parks_in_the_same_order(client: TestClient) -> None:
    html = client.get(f"/parks/{CARS}/chain").text
    told = client.get(f"/api/v1/parks/{CARS}/chain").json()
    fill = html[html.index('id="fill"') : html.index('id="alike"')]
    assert re.findall(r'href="/parks/(\w+)"', fill) == [
        each["park"] for found in told["fillers"].values() for each in found
    ]
    alike = html[html.index('id="alike"') :]
    assert re.findall(r'<th scope="row"><a href="/parks/(\w+)"', alike) == [
        each["park"] for each in told["homogeneity"]["most"]
    ]


def test_a_park_without_industries_says_so(client: TestClient) -> None:
    answer = client.get(f"/parks/{SILENT}/chain")
    assert answer.status_code == 200
    assert "暂无产业链可展示" in answer.text
    assert '<svg class="chain-map' not in answer.text
    assert client.get(f"/api/v1/parks/{SILENT}/chain").json()["links"] == []


def test_english_holds_no_chinese_but_names_of_parks_and_their_words(client: TestClient) -> None:
    client.cookies.set("lang", "en")
    html = client.get(f"/parks/{CARS}/chain").text
    main = html[html.index("<main") : html.index("</main")]
    main = re.sub(
        r'<a href="/parks/\w+">[^<]*</a>|<span class="row-note">[^<]*</span>|<h1>.*?</h1>|<nav.*?</nav>', " ", main
    )
    assert not CHINESE.search(unescape(words_of(main)))


@pytest.mark.parametrize("path", ["/parks/NOPE/chain", "/api/v1/parks/NOPE/chain"])
def test_a_park_that_is_not_there_has_no_chain(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_reader_is_told_of_own_open_needs_alone(client: TestClient, signed_in: Callable[[str], TestClient]) -> None:
    owner, others = signed_in("enterprise"), [client, signed_in("park"), signed_in("organizer")]
    before = [each.get(f"/parks/{CARS}/chain").text for each in others]
    made = owner.post("/api/v1/needs", json={"industry": "3252", "title": "铝材", "land_mu": 80}).json()
    assert owner.get(f"/api/v1/parks/{CARS}/chain").json()["needs"] == [
        {"need": made["id"], "sector": "32", "gap": pytest.approx(0.6482, abs=1e-4)}
    ]
    assert f"/needs/{made['id']}/parks/{CARS}" in owner.get(f"/parks/{CARS}/chain").text
    strip = re.compile(r'nonce="[^"]*"')
    after = [each.get(f"/parks/{CARS}/chain").text for each in others]
    assert [strip.sub("", html) for html in after] == [strip.sub("", html) for html in before]
    assert [each.get(f"/api/v1/parks/{CARS}/chain").json()["needs"] for each in others] == [[], [], []]
    assert owner.delete(f"/api/v1/needs/{made['id']}").status_code == 204
    assert owner.get(f"/api/v1/parks/{CARS}/chain").json()["needs"] == []


def test_the_parks_page_leads_to_its_chain(client: TestClient) -> None:
    assert f'href="/parks/{HEFEI}/chain"' in client.get(f"/parks/{HEFEI}").text
