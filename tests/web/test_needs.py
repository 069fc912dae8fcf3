"""Can an enterprise say what it must place, in its own words and units, and does nobody else see it?"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import taxonomy
from marketplace.database import reading, writing
from marketplace.needs import Need, NeedFields, NeedStatus
from marketplace.organisations import OrganisationKind, Standing, add_organisation, add_user
from web import choices
from web.forms import Form

PASSWORD = "correct horse battery"
Browser = Callable[[str], TestClient]
BATTERY = {"industry": "3841", "land_mu": "10 公顷", "origin": "上海嘉定"}


def needs_in(app: FastAPI) -> Sequence[Need]:
    with reading(app.state.engine) as session:
        return session.exec(select(Need).order_by(Need.id)).all()  # type: ignore[arg-type]


def published(browser: TestClient, fields: dict[str, str]) -> str:
    """The id of a need just published."""
    answer = browser.post("/needs", data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("/")[2].split("?")[0]


def rival(app: FastAPI, now: datetime) -> None:
    """A second enterprise, with a user called rival."""
    with writing(app.state.engine) as session:
        organisation = add_organisation(
            session, "another enterprise", OrganisationKind.ENTERPRISE, now=now, standing=Standing.VERIFIED
        )
        add_user(session, organisation, "rival", "rival person", PASSWORD, now=now)
        session.commit()


def bare(page: str) -> str:
    """A page without what differs from answer to answer."""
    page = re.sub(r'nonce="[^"]*"', "", page)
    return re.sub(r"[0-9a-f]{16}|/needs/[a-z0-9]+|needs%2F[a-z0-9]+", "", page)


@pytest.mark.parametrize("path", ["/needs", "/needs/new", "/needs/abcdefgh2345", "/needs/abcdefgh2345/compare"])
def test_a_stranger_is_sent_to_the_door_and_back(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path.replace('/', '%2F')}")


def test_an_enterprise_without_needs_is_told_what_to_do(signed_in: Browser) -> None:
    page = signed_in("enterprise").get("/needs").text
    assert "还没有需求" in page
    assert 'href="/needs/new"' in page


@pytest.mark.parametrize("kind", ["park", "organizer", "platform"])
def test_only_enterprises_publish(signed_in: Browser, app: FastAPI, kind: str) -> None:
    browser = signed_in(kind)
    assert "需求由企业发布" in browser.get("/needs").text
    assert browser.get("/needs/new").status_code == 404
    assert browser.post("/needs", data=BATTERY).status_code == 404
    assert needs_in(app) == []


def test_a_need_is_kept_exactly_and_shown_in_both_units(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = published(browser, BATTERY)
    [need] = needs_in(app)
    assert (need.land_mu, need.typed, need.origin, need.industry) == (150, {"land_mu": "10 公顷"}, "310114", "3841")
    page = browser.get(f"/needs/{id}?done=published").text
    assert "将锂离子电池制造（3841）从上海市 嘉定区整体搬迁" in page
    assert "150 亩（10.0 公顷）" in page
    assert "只有本单位能看到" in page


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(signed_in: Browser, app: FastAPI) -> None:
    wrong = {"industry": "3841", "land_mu": "很多", "power_kva": "20 吨", "needed_on": "明年", "jobs": "-3"}
    answer = signed_in("enterprise").post("/needs", data=wrong)
    page = answer.text
    assert answer.status_code == 422
    for name in ("land_mu", "power_kva", "needed_on", "jobs"):
        assert f'<a href="#f-{name}">' in page
        assert re.search(rf'value="{wrong[name]}"[^>]*id="f-{name}"[^>]*aria-invalid="true"', page)
    assert "“很多”不是数量" in page
    assert needs_in(app) == []


def test_an_empty_form_is_told_what_it_lacks(signed_in: Browser, app: FastAPI) -> None:
    answer = signed_in("enterprise").post("/needs", data={"land_mu": "", "industry": " "})
    assert answer.status_code == 422
    assert 'id="complaints"' in answer.text
    assert needs_in(app) == []


def test_words_for_an_industry_become_choices_and_the_chosen_one_counts(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    answer = browser.post("/needs", data={"industry": "电池"})
    assert answer.status_code == 422
    assert '<input class="form-check-input" type="radio" name="industry" value="3841">' in answer.text
    published(browser, {"industry": ["电池", "3841"]})  # type: ignore[dict-item]
    assert [need.industry for need in needs_in(app)] == ["3841"]


def test_words_that_mean_one_industry_alone_are_that_industry(signed_in: Browser, app: FastAPI) -> None:
    published(signed_in("enterprise"), {"industry": "锂电池", "needed_on": "2027年6月", "jobs": "600人"})
    (need,) = needs_in(app)
    assert (need.industry, str(need.needed_on), need.jobs) == ("3841", "2027-06-30", 600)


def test_looking_up_keeps_the_form_and_publishes_nothing(signed_in: Browser, app: FastAPI) -> None:
    typed = {"description": "空调整机", "origin": "朝阳", "land_mu": "30", "look_up": "1"}
    answer = signed_in("enterprise").post("/needs", data=typed)
    assert answer.status_code == 200
    assert 'name="industry" value="3852"' in answer.text
    assert {"110105", "211300", "220104"} <= set(re.findall(r'name="origin" value="(\d+)"', answer.text))
    assert 'value="30"' in answer.text
    assert needs_in(app) == []


def test_a_description_alone_is_enough(signed_in: Browser, app: FastAPI) -> None:
    published(signed_in("enterprise"), {"description": "动力电池铝壳与盖板冲压"})
    assert [need.industry for need in needs_in(app)] == [None]


def test_the_code_read_from_a_description_is_named(signed_in: Browser) -> None:
    browser = signed_in("enterprise")
    read = browser.get(f"/needs/{published(browser, {'description': '锂离子电池'})}").text
    assert "按 3841 锂离子电池制造 计算（由描述推断）" in read
    unread = browser.get(f"/needs/{published(browser, {'description': '甲乙丙丁'})}").text
    assert "未能由描述推断出行业" in unread
    assert 'id="read"' not in browser.get(f"/needs/{published(browser, BATTERY)}").text


def test_untitled_needs_of_one_industry_are_told_apart(signed_in: Browser) -> None:
    browser = signed_in("enterprise")
    published(browser, BATTERY)
    published(browser, {**BATTERY, "land_mu": "60"})
    page = browser.get("/needs").text
    assert "3841 锂离子电池制造 · 上海市 嘉定区 · 150 亩（10.0 公顷）</a>" in page
    assert "3841 锂离子电池制造 · 上海市 嘉定区 · 60 亩（4.0 公顷）</a>" in page


def test_boxes_and_words_make_one_list_of_regions(signed_in: Browser, app: FastAPI) -> None:
    fields = {"industry": "3841", "places.prefer": "合肥、Wuhu", "places.exclude": "上海"}
    published(signed_in("enterprise"), {**fields, "regions.prefer": ["34", "32"]})  # type: ignore[dict-item]
    [need] = needs_in(app)
    assert (need.regions.prefer, need.regions.exclude, need.regions.only) == (["34", "32", "3401", "3402"], ["31"], [])


def test_an_unknown_place_names_what_may_be_meant(signed_in: Browser) -> None:
    page = signed_in("enterprise").post("/needs", data={"industry": "3841", "places.only": "何肥"}).text
    assert "“何肥”可能是" in page
    assert "安徽省合肥市" in page
    assert '<a href="#f-regions-only">' in page


def test_an_amount_far_from_usual_is_asked_about_once(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    slipped = {"industry": "3841", "land_price_max_10k_mu": "300000"}
    answer = browser.post("/needs", data=slipped)
    assert (answer.status_code, needs_in(app)) == (422, [])
    assert 'id="doubts"' in answer.text
    assert 'name="sure" value="1"' in answer.text
    published(browser, {**slipped, "sure": "1"})
    assert len(needs_in(app)) == 1


def test_the_form_comes_back_as_it_was_typed(signed_in: Browser) -> None:
    browser = signed_in("enterprise")
    fields = {**BATTERY, "places.prefer": "合肥", "weights.distance": "30", "emissions_t_a.COD": "3200 kg"}
    page = browser.get(f"/needs/{published(browser, fields)}/edit").text
    for value in ("10 公顷", "3841 锂离子电池制造", "上海市嘉定区", "安徽省合肥市", "30"):
        assert f'value="{value}"' in page
    assert 'value="3.2"' in page


def test_weights_are_typed_in_percent_and_kept_as_shares(signed_in: Browser, app: FastAPI) -> None:
    published(signed_in("enterprise"), {"industry": "3841", "weights.distance": "30", "weights.talent": "12.5%"})
    assert [need.weights for need in needs_in(app)] == [{"distance": 0.3, "talent": 0.125}]


def test_an_order_and_weights_together_are_refused(signed_in: Browser, app: FastAPI) -> None:
    both = {"industry": "3841", "weights.distance": "30", "importance": "land_price"}
    assert signed_in("enterprise").post("/needs", data=both).status_code == 422
    assert needs_in(app) == []


def test_a_need_is_changed_and_the_second_of_two_editors_is_stopped(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = published(browser, BATTERY)
    first = browser.post(f"/needs/{id}", data={**BATTERY, "land_mu": "200", "version": "1"})
    assert (first.status_code, first.headers["location"]) == (303, f"/needs/{id}?done=changed")
    second = browser.post(f"/needs/{id}", data={**BATTERY, "land_mu": "300", "version": "1"})
    assert second.status_code == 409
    assert 'value="300"' in second.text
    assert [need.land_mu for need in needs_in(app)] == [200]


def test_a_withdrawn_need_stays_with_its_owner_and_can_come_back(signed_in: Browser, app: FastAPI) -> None:
    browser = signed_in("enterprise")
    id = published(browser, {**BATTERY, "title": "二期工厂"})
    assert "撤回“二期工厂”？" in browser.get(f"/needs/{id}").text
    gone = browser.post(f"/needs/{id}/withdraw")
    assert gone.status_code == 303
    assert "需求已撤回，仍保留在此" in browser.get(gone.headers["location"]).text
    assert [need.status for need in needs_in(app)] == [NeedStatus.WITHDRAWN]
    assert "已撤回" in browser.get("/needs").text
    assert "这项需求已撤回" in browser.get(f"/needs/{id}").text
    back = browser.post(f"/needs/{id}/reopen")
    assert back.status_code == 303
    assert "需求已恢复为草稿" in browser.get(back.headers["location"]).text
    assert [need.status for need in needs_in(app)] == [NeedStatus.DRAFT]


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", ""),
        ("GET", "/edit"),
        ("GET", "/compare"),
        ("GET", "/parks/G342020"),
        ("POST", ""),
        ("POST", "/withdraw"),
        ("POST", "/reopen"),
        ("POST", "/weights"),
    ],
)
def test_anothers_need_looks_like_no_need(
    app: FastAPI, signed_in: Browser, now: datetime, verb: str, path: str
) -> None:
    id = published(signed_in("enterprise"), BATTERY)
    rival(app, now)
    browser = signed_in("rival")
    theirs = browser.request(verb, f"/needs/{id}{path}", data=BATTERY if verb == "POST" else None)
    none = browser.request(verb, f"/needs/abcdefgh2345{path}", data=BATTERY if verb == "POST" else None)
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert bare(theirs.text) == bare(none.text)
    assert "二期" not in browser.get("/needs").text
    assert [need.version for need in needs_in(app)] == [1]


def test_fields_that_are_not_in_the_form_change_nothing(signed_in: Browser, app: FastAPI) -> None:
    extra = {"owner_id": "1", "status": "withdrawn", "simulated": "true", "public_id": "mine", "id": "77"}
    published(signed_in("enterprise"), {**BATTERY, **extra})
    [need] = needs_in(app)
    assert (need.status, need.simulated, need.id) == (NeedStatus.DRAFT, False, 1)
    assert need.public_id != "mine"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/typeahead/industries?industry=%E9%94%82%E7%94%B5%E6%B1%A0", 'value="3841"'),
        ("/typeahead/industries?industry=38", 'value="38"'),
        ("/typeahead/places?field=origin&origin=%E6%9C%9D%E9%98%B3", "北京市朝阳区"),
        ("/typeahead/places?field=hq&hq=hefei", 'name="hq" value="340100"'),
        ("/typeahead/amount/land_mu?land_mu=10%E5%85%AC%E9%A1%B7", "150 亩（10.0 公顷）"),
        ("/typeahead/amount/emissions_t_a.COD?emissions_t_a.COD=3kg", "0.003 吨/年"),
        ("/typeahead/amount/power_kva_used?power_kva_used=20+MVA", "20 MVA（20,000 kVA）"),
        ("/typeahead/amount/land_mu?land_mu=20+MVA", "不是此项的单位"),
    ],
)
def test_what_is_typed_is_answered_while_typing(client: TestClient, path: str, part: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert part in answer.text


@pytest.mark.parametrize("path", ["/typeahead/amount/nothing?nothing=3", "/typeahead/industries", "/typeahead/places"])
def test_nothing_to_answer_is_an_empty_answer(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text.strip()) == (200, "")


WORDS = st.one_of(
    st.text(max_size=20), st.sampled_from(["合肥", "hefei", "朝阳", "340100", "锂电池", "3841", "C", "上海、合肥;Wuhu"])
)


@given(st.dictionaries(st.sampled_from(["industry", "origin", "hq", "places.only", "weights.distance"]), WORDS))
def test_whatever_is_typed_becomes_codes_or_complaints(typed: dict[str, str]) -> None:
    found = choices.meant({name: [text] for name, text in typed.items()})
    complained = {fault.where for fault in found.faults}
    for code in found.values.get("industry", []):
        assert taxonomy.industry_of(code)
    for name in ("origin", "hq"):
        assert all(taxonomy.region_of(code) for code in found.values.get(name, []))
        assert bool(typed.get(name, "").strip()) == (name in found.values or name in complained)
    assert all(taxonomy.region_of(code) for code in found.values.get("regions.only", []))


def test_a_form_shows_choices_only_for_what_is_not_clear() -> None:
    form: Form[NeedFields] = Form(NeedFields, {"industry": ["3841"], "origin": ["合肥"], "hq": ["海南"]})
    assert set(choices.offered(form.values)) == {"hq"}
