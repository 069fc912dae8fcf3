"""Does an enterprise list its need as it means to, and does each reader find what is there for them?"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from marketplace import disclosure, needs
from marketplace.database import reading, writing
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import Organisation, viewer_by_login
from marketplace.parks import Park

Browser = Callable[[str], TestClient]
BATTERY = {
    "mode": "relocation",
    "industry": "3841",
    "title": "二期",
    "origin": "上海市嘉定区",
    "land_mu": "10 公顷",
    "investment_10k": "8 亿元",
}


def entered(browser: TestClient, **said: str) -> str:
    answer = browser.post("/needs", data={**BATTERY, **said})
    assert answer.status_code == 303
    return re.findall(r"/needs/(\w+)", answer.headers["location"])[0]


def rows(app: FastAPI) -> list[Need]:
    with reading(app.state.engine) as session:
        return list(session.exec(select(Need)))


def listed(browser: TestClient, app: FastAPI, *, openly: bool = True, **said: str) -> Need:
    id = entered(browser, **said)
    if openly:
        told = {"version": "1", "hidden_from.present_locality": "false"}
        assert browser.post(f"/needs/{id}/limits", data=told).status_code == 303
    assert browser.post(f"/needs/{id}/list", data={"sure": "yes"}).status_code == 303
    return next(need for need in rows(app) if need.public_id == id)


def test_a_need_is_seen_before_it_is_listed_and_listed_by_one_button(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = entered(browser)
    assert f'href="/needs/{id}/others"' in browser.get(f"/needs/{id}").text
    page = browser.get(f"/needs/{id}/others").text
    assert "草稿，仅本单位可见" in page
    assert "发布到需求大厅" in page
    assert "100–200 亩" in page
    assert "对其不存在" in page.partition('id="as-stranger"')[2][:600]  # its present place is excluded unless opened
    answer = browser.post(f"/needs/{id}/list", data={"sure": "yes"})
    assert answer.headers["location"] == f"/needs/{id}/others?done=listed"
    assert "需求已发布" in browser.get(answer.headers["location"]).text
    assert [(need.status, need.listing_id is not None) for need in rows(app)] == [("open", True)]
    assert "已发布" in browser.get("/needs").text


def test_a_summary_that_could_single_a_firm_out_is_listed_only_when_meant(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = entered(browser, industry="2664", origin="云南省昆明市")
    answer = browser.post(f"/needs/{id}/list", data={})
    assert answer.status_code == 422
    assert "请先阅读上方提醒" in answer.text
    assert "这份摘要可能让人猜到是贵单位" in answer.text
    assert rows(app)[0].status == "draft"
    assert browser.post(f"/needs/{id}/list", data={"sure": "yes"}).status_code == 303


def test_what_is_offered_against_being_singled_out_is_one_button(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = entered(browser)
    browser.post(f"/needs/{id}/limits", data={"version": "1", "hidden_from.present_locality": "false"})
    page = browser.get(f"/needs/{id}/others").text
    cures = re.findall(r'name="cure" value="([^"]+)"', page)
    assert cures
    answer = browser.post(f"/needs/{id}/cure", data={"version": "2", "cure": cures})
    assert answer.headers["location"] == f"/needs/{id}/others?done=limited"
    assert "符合这份摘要的企业不少于五家" in browser.get(f"/needs/{id}/others").text
    assert 'name="sure"' not in browser.get(f"/needs/{id}/others").text
    assert browser.post(f"/needs/{id}/cure", data={"version": "3", "cure": "title:9"}).status_code == 422
    assert browser.post(f"/needs/{id}/cure", data={"version": "1", "cure": cures}).status_code == 409


def test_parks_and_regions_are_excluded_by_their_names(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = entered(browser)
    told = {"version": "1", "hidden_from.parks": "宣城经济技术开发区，G342020", "hidden_from.regions": "杭州市、江苏"}
    assert browser.post(f"/needs/{id}/limits", data=told).status_code == 303
    hidden = rows(app)[0].hidden_from
    assert (hidden.parks, hidden.regions, hidden.present_locality) == (
        ["G341132", "G342020"],
        ["330100", "320000"],
        True,
    )
    page = browser.get(f"/needs/{id}/others").text
    assert "宣城经济技术开发区" in page
    assert "浙江省杭州市" in page
    assert "就像从来没有过一样" in page.partition('id="as-excluded"')[2]


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"hidden_from.parks": "没有的园区"}, "这些园区: 没有叫“没有的园区”的园区"),
        ({"hidden_from.regions": "没有的地方啊"}, "没有"),
        ({"raised.land_mu": "0"}, "公开级别只能提高"),
        ({"raised.land_mu": "x"}, "公开级别只能提高"),
        ({"raised.weights": "1"}, "没有这个字段"),
        ({"wider.land_mu": "9"}, "最多"),
    ],
)
def test_what_cannot_be_limited_is_complained_of_and_kept_on_the_page(
    signed_in: Browser, app: FastAPI, told: dict[str, str], complaint: str
) -> None:
    browser = signed_in("enterprise")
    id = entered(browser)
    answer = browser.post(f"/needs/{id}/limits", data={"version": "1", "hidden_from.present_locality": "true", **told})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert next(iter(told.values())) in answer.text
    assert rows(app)[0].version == 1


def test_the_hall_shows_each_reader_what_is_there_for_them(
    signed_in: Browser, client: TestClient, app: FastAPI
) -> None:
    browser = signed_in("enterprise")
    openly, quietly = listed(browser, app), listed(browser, app, openly=False, title="另一项", industry="1432")
    found = {who: page.get("/needs/open").text for who, page in (("", client), ("enterprise", browser))}
    assert (str(openly.listing_id) in found[""], str(quietly.listing_id) in found[""]) == (True, False)
    assert str(quietly.listing_id) in found["enterprise"]  # its own
    assert "您还没有登录" in found[""]
    page = client.get(f"/needs/open/{openly.listing_id}").text
    assert "100–200 亩" in page
    assert "5–10 亿元" in page
    assert "150 亩" not in page
    assert client.get(f"/needs/open/{quietly.listing_id}").status_code == 404
    own = browser.get(f"/needs/open/{quietly.listing_id}").text
    assert f"/needs/{quietly.public_id}/others" in own


def test_filters_leave_what_says_so_in_its_summary(signed_in: Browser, client: TestClient, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    battery = listed(browser, app)
    food = listed(browser, app, industry="1432", land_mu="30", title="食品")

    def answering(asked: str) -> list[str]:
        return sorted(row["id"] for row in client.get(f"/api/v1/open-needs?{asked}").json()["needs"])

    everything = sorted([str(battery.listing_id), str(food.listing_id)])
    assert answering("") == everything
    assert answering("industry=38") == answering("land=100-200") == [battery.listing_id]
    assert answering("industry=14&land=20-50") == [food.listing_id]
    assert answering("industry=14&land=100-200") == []
    assert "没有符合全部条件的公开需求" in client.get("/needs/open?place=34").text


def test_a_park_sees_how_it_fits_and_the_owner_sees_that_it_looked(
    signed_in: Browser, client: TestClient, app: FastAPI
) -> None:
    owner, park = signed_in("enterprise"), signed_in("park")
    need = listed(owner, app)
    with Session(app.state.engine) as session:
        office = session.exec(select(Organisation).where(Organisation.kind == "park")).one()
        zone = session.exec(select(Park).where(Park.code == "G341132")).one()
        zone.owner_id, zone.version = office.id, zone.version + 1
        session.add(zone)
        session.commit()
    page = park.get(f"/needs/open/{need.listing_id}").text
    assert "150 亩（10.0 公顷）" in page
    assert "宣城经济技术开发区" in page
    assert "嘉定" not in page
    assert "二期" not in page
    views = owner.get(f"/needs/{need.public_id}/views").text
    assert "park organisation" in views
    assert "park person" not in views
    document = park.get(f"/api/v1/open-needs/{need.listing_id}").json()
    assert (document["level"], document["need"]["land_mu"], document["owner"]) == (1, 150, None)
    assert client.get(f"/api/v1/open-needs/{need.listing_id}").json()["need"] == {}


def test_a_moderator_hides_a_listing_with_a_reason_its_owner_reads(
    signed_in: Browser, client: TestClient, app: FastAPI
) -> None:
    owner, desk = signed_in("enterprise"), signed_in("platform")
    need = listed(owner, app)
    assert desk.get("/desk/listings").status_code == 200
    assert desk.post(f"/desk/listings/{need.listing_id}/hide", data={"reason": " "}).status_code == 422
    answer = desk.post(f"/desk/listings/{need.listing_id}/hide", data={"reason": "与另一项重复"})
    assert answer.headers["location"] == "/desk/listings?done=hidden"
    assert client.get(f"/needs/open/{need.listing_id}").status_code == 404
    assert "与另一项重复" in owner.get(f"/needs/{need.public_id}").text
    assert owner.post(f"/needs/{need.public_id}/list", data={"sure": "yes"}).status_code == 409
    assert desk.post(f"/desk/listings/{need.listing_id}/restore").status_code == 303
    assert client.get(f"/needs/open/{need.listing_id}").status_code == 200


def test_another_need_much_like_it_is_named_to_its_owner(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    first, second = entered(browser), entered(browser, title="二期项目")
    page = browser.get(f"/needs/{second}/others").text
    assert "与本单位的另一项需求很相似" in page
    assert f'href="/needs/{first}"' in page


def test_pages_run_to_the_next(signed_in: Browser, client: TestClient, app: FastAPI) -> None:
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    with writing(app.state.engine) as session:
        owner = viewer_by_login(session, "enterprise")
        assert owner is not None
        for _ in range(33):
            need = needs.enter(session, NeedFields(industry="3841"), owner=owner, now=now)
            limits = disclosure.Limits(hidden_from=HiddenFrom(present_locality=False))
            disclosure.limit(session, need, limits, version=1, by=owner, now=now)
            disclosure.publish(session, need, by=owner, now=now)
        session.commit()
    first = client.get("/api/v1/open-needs").json()
    second = client.get(f"/api/v1/open-needs?after={first['next']}").json()
    ids = [row["id"] for page in (first, second) for row in page["needs"]]
    assert (first["total"], len(first["needs"]), len(set(ids)), second["next"]) == ("33", 30, 33, None)
    assert f"after={first['next']}" in client.get("/needs/open").text


def test_a_program_lists_a_need_by_the_same_rules(signed_in: Browser, app: FastAPI) -> None:
    api = signed_in("enterprise")
    id = api.post("/api/v1/needs", json={"industry": "2664", "origin": "530100", "land_mu": 45}).json()["id"]
    limits = f"/api/v1/needs/{id}/limits"
    said = {"hidden_from": {"parks": ["G341132"], "present_locality": False}, "raised": {"land_mu": 2}}
    assert api.put(limits, json={**said, "owner_id": 1}).status_code == 422
    kept = api.put(limits, json=said, headers={"if-match": '"1"'}).json()
    assert (kept["version"], kept["limits"]["hidden_from"]["parks"]) == (2, ["G341132"])
    assert api.put(limits, json=said, headers={"if-match": '"1"'}).status_code == 409
    assert api.post(f"/api/v1/needs/{id}/listing", json={}).status_code == 422  # it is warned of
    answer = api.post(f"/api/v1/needs/{id}/listing", json={"sure": True})
    assert (answer.status_code, answer.json()["warned"]) == (201, True)
    assert api.get(f"/api/v1/open-needs/{answer.json()['listing_id']}").json()["ranges"] == {}
    assert api.get(f"/api/v1/needs/{id}/views").json() == {"views": [], "summary_times": None}
    other = signed_in("park")
    for method, path in (("GET", "limits"), ("PUT", "limits"), ("POST", "listing"), ("GET", "views")):
        assert other.request(method, f"/api/v1/needs/{id}/{path}", json={}).status_code == 404
