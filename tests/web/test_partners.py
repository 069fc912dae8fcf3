"""Are a park's enclaves and partners shown as the engine ranks them, with both sides, sums and conditions?"""

import re

import pytest
from starlette.testclient import TestClient

from matching.modes.enclave import ENCLAVE, ENCLAVE_REVERSE
from matching.modes.partner import PARTNER
from tests.web.test_parks import CHINESE, words_of
from web import pair_words

PARK, OTHER = "G341132", "G341129"
KINDS = ("out", "in", "reverse", "partner")
KIND = pytest.mark.parametrize("kind", KINDS)


def named(html: str) -> list[str]:
    """The parks of the list, in order; the misses come after it."""
    listed = html.split('<ol class="ranking">', 1)[1].split("</ol>", 1)[0]
    return re.findall(rf'result-name name"><a href="/parks/{PARK}/partners/(\w+)', listed)


def main_of(html: str) -> str:
    return html.split("<main", 1)[1].split("</main", 1)[0]


@KIND
def test_page_and_json_name_the_same_parks_in_the_same_order(client: TestClient, kind: str) -> None:
    html = client.get(f"/parks/{PARK}/partners", params={"kind": kind}).text
    told = client.get(f"/api/v1/parks/{PARK}/partners", params={"kind": kind}).json()
    role = {"in": "origin", "partner": "b"}.get(kind, "destination")
    ends = [row["a"] if row.get("b") == PARK else row[role] for row in told["results"]]
    assert named(html) == ends
    assert len(ends) == 20
    assert sum(told["counts"].values()) == 2542
    assert "style=" not in main_of(html)


@KIND
def test_the_page_of_a_pair_adds_up_to_the_score_of_the_list(client: TestClient, kind: str) -> None:
    row = client.get(f"/api/v1/parks/{PARK}/partners", params={"kind": kind, "top": 1}).json()["results"][0]
    codes = {row[role] for role in ("origin", "destination", "a", "b") if role in row}
    html = client.get(f"/parks/{PARK}/partners/{(codes - {PARK}).pop()}", params={"kind": kind}).text
    groups = re.findall(r'<tr class="pair-group">.*?<b>([\d.]+)</b>', html, re.DOTALL)
    total = re.search(r'<tr class="sums-score">.*?<b>([\d.]+)</b>', html, re.DOTALL)
    assert total is not None
    assert abs(sum(map(float, groups)) - float(total[1])) < 0.021
    assert abs(float(total[1]) - 100 * row["score"]) < 0.006
    assert len(groups) == (1 if kind == "partner" else 3)


def test_from_where_and_where_to_are_one_pair_seen_from_both_parks(client: TestClient) -> None:
    there = client.get(f"/parks/{PARK}/partners/{OTHER}", params={"kind": "out"}).text
    back = client.get(f"/parks/{OTHER}/partners/{PARK}", params={"kind": "in"}).text
    score = re.compile(r'verdict-number">([\d.]+)')
    assert score.findall(there) == score.findall(back) != []


def test_official_ties_can_be_left_out(client: TestClient) -> None:
    with_them = client.get(f"/parks/{PARK}/partners/{OTHER}").text
    without = client.get(f"/parks/{PARK}/partners/{OTHER}", params={"institution": "0"}).text
    for word in ("同省", "同一都市圈", "官方结对"):
        assert f'"name">{word}' in with_them
        assert f'"name">{word}' not in without
    assert 'href="/parks/G341132/partners?kind=out&amp;institution=0"' in without


def test_conditions_say_what_is_asked_and_that_it_is_not_known(client: TestClient) -> None:
    html = client.get(f"/parks/{PARK}/partners/{OTHER}").text
    table = html.split('<table class="rows grounds">', 1)[1].split("</table>", 1)[0]
    assert table.count("sign-pass") == 1  # the counties differ; four amounts nobody has said
    assert table.count("sign-unknown") == 4
    assert "300 亩" in re.sub(r"\s+", " ", words_of(table))


@pytest.mark.parametrize(
    "path", ["partners", "partners?kind=partner", f"partners/{OTHER}", f"partners/{OTHER}?kind=in"]
)
def test_every_sentence_is_english_for_an_english_reader(client: TestClient, path: str) -> None:
    client.cookies.set("lang", "en")
    html = main_of(client.get(f"/parks/{PARK}/{path}").text)
    sentences = re.findall(
        r'<(?:h2|p class="lead-help|p class="help-text|th|dt|li class="pair-switch)[^>]*>([^<]+)', html
    )
    assert sentences
    assert [text for text in sentences if CHINESE.search(re.sub(r"^Beside .*?, rank", "", text))] == []


@KIND
def test_the_list_tells_how_sure_each_place_is(client: TestClient, kind: str) -> None:
    listed = client.get(f"/parks/{PARK}/partners", params={"kind": kind}).text
    assert f'hx-get="/parks/{PARK}/partners/sure?kind={kind}"' in listed
    whole = client.get(f"/parks/{PARK}/partners/sure", params={"kind": kind}).text
    part = client.get(f"/parks/{PARK}/partners/sure", params={"kind": kind}, headers={"hx-request": "true"}).text
    told = re.findall(r'data-sure-of="(\w+)"', part)
    assert told == re.findall(r'data-sure-of="(\w+)"', whole)
    assert told[:20] == re.findall(r'class="result-sure" id="sure-(\w+)"', listed) == named(listed)
    rows = client.get(f"/api/v1/parks/{PARK}/partners", params={"kind": kind, "top": 3}).json()["results"]
    assert all(f"前三概率 {100 * row['confidence']['top3']:.0f} %" in part for row in rows)
    assert [row["against_leader"] is None for row in rows] == [True, False, False]
    shares = [int(share) for share in re.findall(r'class="num">(?:<b>)?(\d+) %', part)]
    assert all(first <= three <= ten for first, three, ten in zip(*(iter(shares),) * 3, strict=True))


@KIND
def test_a_pair_stands_beside_the_first_of_its_list_and_the_first_beside_the_second(
    client: TestClient, kind: str
) -> None:
    told = client.get(f"/api/v1/parks/{PARK}/partners", params={"kind": kind, "top": 5}).json()["results"]
    client.cookies.set("lang", "en")
    for rank, other, row in ((1, 2, told[0]), (5, 1, told[4])):
        code = next(row[role] for role in ("destination", "origin", "b", "a") if row.get(role, PARK) != PARK)
        html = client.get(f"/parks/{PARK}/partners/{code}", params={"kind": kind}).text
        part = html.partition('id="against"')[2].partition("</section>")[0]
        assert f", rank {other}</h2>" in part
        assert f"Rank {rank}, " in part
        by = sum(float(text) for text in re.findall(r'num (?:more|less)">([+-][\d.]+)', part))
        assert abs(by - 100 * (row["score"] - told[other - 1]["score"])) < 0.2


@KIND
def test_others_are_spread_over_cities_where_asked_and_say_how_far_they_moved(client: TestClient, kind: str) -> None:
    plain = client.get(f"/parks/{PARK}/partners", params={"kind": kind}).text
    assert 'class="order-switches' in plain
    assert "评分之外的排序" in plain
    spread = client.get(f"/parks/{PARK}/partners", params={"kind": kind, "diverse": "1", "learned": "no"}).text
    assert named(plain)[0] == named(spread)[0]
    assert named(plain) != named(spread)
    assert re.search(r"多样化[^<]*位", spread)
    assert not re.search(r"多样化[^<]*位", plain)
    assert f'href="/parks/{PARK}/partners?kind={kind}&amp;diverse=1&amp;institution=0"' in spread


def test_why_not_a_park_leads_to_the_pair_with_it(client: TestClient) -> None:
    address = f"/parks/{PARK}/partners"
    assert f'action="{address}/why"' in client.get(f"{address}/sure?kind=in").text
    led = client.get(f"{address}/why", params={"kind": "in", "called": OTHER})
    assert (led.status_code, led.headers["location"]) == (303, f"{address}/{OTHER}?kind=in")
    several = client.get(f"{address}/why?called=经济开发区").text
    assert "是下列哪一个？" in several
    assert f"{address}/why?kind=out&amp;called=" in several
    assert "没有名为“zzz”的" in client.get(f"{address}/why?called=zzz").text


def test_what_is_not_there_is_not_found_and_what_is_wrong_is_said(client: TestClient) -> None:
    assert client.get("/parks/X1/partners").status_code == 404
    assert client.get(f"/parks/{PARK}/partners/X1").status_code == 404
    wrong = client.get(f"/parks/{PARK}/partners", params={"kind": "nonsense"})
    assert wrong.status_code == 422
    assert "没有保存" not in wrong.text  # who only looks saves nothing
    assert client.get(f"/api/v1/parks/{PARK}/partners", params={"top": 0}).status_code == 422
    unknown = client.get(f"/api/v1/parks/{PARK}/partners", params={"size": 3})
    assert unknown.status_code == 422
    assert "size" in unknown.text
    alone = client.get(f"/parks/{PARK}/partners/{PARK}")
    assert alone.status_code == 422
    assert "园区不能与自己配对" in alone.text


def test_a_parks_page_leads_there(client: TestClient) -> None:
    html = client.get(f"/parks/{PARK}").text
    assert [kind for kind in KINDS if f'href="/parks/{PARK}/partners?kind={kind}"' in html] == list(KINDS)


def test_every_term_of_a_pair_has_a_name_and_words_for_good_and_bad() -> None:
    told_otherwise = {"near": "distance", "access": "distance", "linkage": "", "complementarity": ""}
    for form in (ENCLAVE, ENCLAVE_REVERSE, PARTNER):
        for side in form.sides:
            for name in form.terms(side, institution=True):
                assert name in pair_words.TERMS
                assert told_otherwise.get(name, name) in {*pair_words.SAID, ""}
