"""Do the pages of an open exchange lead both sides through questions, an offer and a visit, and close at once?"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace import parks
from marketplace.capacity.measured import write_measured
from marketplace.database import writing
from tests.web.conftest import NOW
from tests.web.test_exchanges import CODE, agree, begin, listing

__all__ = ["listing"]
Browser = Callable[[str], TestClient]
PDF = b"%PDF-1.4\n%x\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def sides(signed_in: Browser, listing: tuple[str, str]) -> tuple[TestClient, TestClient, str]:
    """Both browsers and the address of their open exchange."""
    park, firm = signed_in("park"), signed_in("enterprise")
    path = begin(park, listing)
    assert [agree(park, path), agree(firm, path)] == [303, 303]
    return park, firm, path


def moved(browser: TestClient, path: str, **data: str) -> str:
    """Where a form that was taken leads to."""
    answer = browser.post(path, data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].partition("#")[0]


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found.group(1)


def next_words(browser: TestClient, path: str) -> str:
    found = re.search(r'id="next".*?btn-large" href="([^"]*)"', browser.get(path).text, re.DOTALL)
    assert found
    return found.group(1).replace("&#43;", "+")


def test_a_message_with_a_file_is_read_by_the_other_side_and_marked(
    sides: tuple[TestClient, TestClient, str],
) -> None:
    park, firm, path = sides
    answer = park.post(
        f"{path}/messages", data={"kind": "plain", "text": "控规见附件"}, files={"file": ("控规.pdf", PDF)}
    )
    assert answer.status_code == 303
    assert "未读" in park.get(path).text
    page = firm.get(path).text
    assert "控规见附件" in page
    file = re.search(rf"{path}/files/[a-z0-9]{{12}}", page)
    assert file
    assert firm.get(file[0]).content == PDF
    assert "已读" in park.get(path).text
    assert next_words(park, path).endswith("kind=assessment#write")


def test_a_message_that_is_refused_keeps_what_was_typed(sides: tuple[TestClient, TestClient, str]) -> None:
    park, _, path = sides
    answer = park.post(f"{path}/messages", data={"kind": "report", "text": "字" * 4001})
    assert answer.status_code == 422
    assert "字" * 4001 in answer.text
    assert 'value="report" selected' in answer.text


def test_questions_are_answered_and_the_answers_stand_on_both_pages(
    sides: tuple[TestClient, TestClient, str],
) -> None:
    park, firm, path = sides
    asked = {"field_1": "power_kva", "kind_1": "text", "text_2": "有无铁路专用线？", "kind_2": "yes_no"}
    questions = moved(firm, f"{path}/questions", **asked)
    assert next_words(park, path) == questions
    page = park.get(questions).text
    shown = version(page)
    wrong = park.post(questions, data={"version": shown, "reply_1": "20 亩", "reply_2": "yes"})
    assert wrong.status_code == 422
    assert 'value="20 亩"' in wrong.text
    moved(park, questions, version=shown, reply_1="20 MVA", reply_2="yes")
    stale = park.post(questions, data={"version": shown, "reply_1": "18 MVA"})
    assert stale.status_code == 409
    assert "20 MVA" in firm.get(questions).text
    assert "已答复" in firm.get(path).text


def test_an_offer_is_read_through_sent_and_accepted_at_its_version(
    sides: tuple[TestClient, TestClient, str],
) -> None:
    park, firm, path = sides
    terms = {"land_mu": "150", "land_10k_mu": "18", "expires_on": "2026-12-31", "text": "含七通一平"}
    offer = moved(park, f"{path}/offers", **terms)
    assert firm.get(offer).status_code == 404
    moved(park, f"{offer}/send", version=version(park.get(offer).text))
    assert next_words(firm, path) == offer
    page = firm.get(offer).text
    assert [words for words in ("150 亩", "18 万元/亩", "2026-12-31", "含七通一平") if words not in page] == []
    shown = version(page)
    assert firm.post(f"{offer}/accept", data={"version": "1"}).status_code == 409
    moved(firm, f"{offer}/accept", version=shown)
    again = firm.post(f"{offer}/accept", data={"version": shown})
    assert again.status_code == 409
    assert "已接受" in park.get(offer).text


def test_an_offer_with_a_reward_is_told_why_and_cannot_be_sent(sides: tuple[TestClient, TestClient, str]) -> None:
    park, _, path = sides
    words = "按企业实缴税收地方留成部分的50%给予奖励。"
    offer = moved(park, f"{path}/offers", land_10k_mu="18", expires_on="2026-12-31", text=words)
    page = park.get(offer).text
    assert "公平竞争审查提示" in page
    answer = park.post(f"{offer}/send", data={"version": version(page)})
    assert answer.status_code == 422
    changed = park.get(f"{path}/offers/new").text
    assert words in changed
    moved(park, f"{path}/offers", land_10k_mu="18", expires_on="2026-12-31", version=version(changed))
    moved(park, f"{offer}/send", version=version(park.get(offer).text))


def test_a_visit_is_proposed_and_a_time_chosen(sides: tuple[TestClient, TestClient, str]) -> None:
    park, firm, path = sides
    past = firm.post(f"{path}/visits", data={"time_1": "2026-11-01T09:00", "place": "管委会"})
    assert past.status_code == 422
    data = {"time_1": "2026-12-01T09:30", "time_2": "2026-12-02T14:00", "place": "管委会一楼", "who": "厂长等三人"}
    visit = moved(firm, f"{path}/visits", **data)
    assert next_words(park, path) == visit
    page = park.get(visit).text
    times = re.findall(r'name="time" value="([^"]+)"', page)
    assert [time.replace("&#43;", "+") for time in times] == ["2026-12-01T09:30:00+08:00", "2026-12-02T14:00:00+08:00"]
    moved(park, f"{visit}/agree", version=version(page), time="2026-12-02T14:00:00+08:00")
    assert "2026-12-02 14:00" in firm.get(path).text


def test_withdrawn_consent_leaves_no_page_of_it(sides: tuple[TestClient, TestClient, str]) -> None:
    park, firm, path = sides
    moved(firm, f"{path}/messages", text="机密话")
    questions = moved(firm, f"{path}/questions", text_1="机密问", kind_1="text")
    offer = moved(park, f"{path}/offers", land_10k_mu="18", expires_on="2026-12-31", text="机密价")
    moved(park, f"{offer}/send", version=version(park.get(offer).text))
    visit = moved(park, f"{path}/visits", time_1="2026-12-01T09:30", place="机密地")
    inner = [questions, offer, visit, f"{path}/questions/new", f"{path}/offers/new", f"{path}/visits/new"]
    assert {park.get(each).status_code for each in inner} == {200}
    moved(firm, f"{path}/withdraw")
    for browser in (park, firm):
        assert {browser.get(each).status_code for each in inner} == {404}
        assert "机密" not in browser.get(path).text
        assert browser.post(f"{path}/messages", data={"text": "一"}).status_code == 404


def test_strangers_and_others_find_nothing(
    app: FastAPI, sides: tuple[TestClient, TestClient, str], signed_in: Browser
) -> None:
    park, firm, path = sides
    offer = moved(park, f"{path}/offers", land_10k_mu="18", expires_on="2026-12-31")
    for login in ("organizer", "platform"):
        browser = signed_in(login)
        assert {browser.get(each).status_code for each in (path, offer, f"{path}/questions/new")} == {404}
    assert firm.get(f"{path}/offers/new").status_code == 404


def test_answers_stand_beside_each_other_for_who_asked_alone(
    sides: tuple[TestClient, TestClient, str], listing: tuple[str, str]
) -> None:
    park, firm, path = sides
    questions = moved(firm, f"{path}/questions", field_1="power_kva", text_2="有无铁路专用线？", kind_2="yes_no")
    compare = f"/needs/{listing[0]}/compare?park={CODE}&park=G341129"
    assert "园区回复" not in firm.get(compare).text
    moved(park, questions, version=version(park.get(questions).text), reply_1="20 MVA", reply_2="no")
    page = firm.get(compare).text
    replies = page[page.index("园区回复") :]
    assert [words for words in ("20 MVA", "有无铁路专用线？", "否", "未知") if words not in replies] == []
    assert park.get(compare).status_code == 404
    moved(park, f"{path}/withdraw")
    assert "园区回复" not in firm.get(compare).text


def test_the_desk_reads_which_park_is_late_and_not_with_whom(
    app: FastAPI, sides: tuple[TestClient, TestClient, str], signed_in: Browser
) -> None:
    _, firm, path = sides
    moved(firm, f"{path}/messages", text="在吗")
    desk = signed_in("platform")
    assert "暂无超期事项" in desk.get("/desk/overdue").text
    app.state.clock = lambda: NOW + timedelta(days=4)
    later = signed_in("platform")
    page = later.get("/desk/overdue").text
    assert ">1<" in later.get("/desk").text.partition('href="/desk/overdue"')[2].partition("</tr>")[0]
    assert "答复" in page
    assert [word for word in (path, "enterprise organisation", "二期", "在吗") if word in page] == []
    assert signed_in("enterprise").get("/desk/overdue").status_code == 404


def test_a_parks_page_says_how_often_it_answers_in_time(app: FastAPI, client: TestClient) -> None:
    assert "响应率" not in client.get(f"/parks/{CODE}").text
    with writing(app.state.engine) as session:
        park = parks.park_by_code(session, CODE)
        write_measured(session, park, "response_rate", 0.86, renewed_after=timedelta(days=30), now=NOW)
        session.commit()
    assert "响应率 86 %" in client.get(f"/parks/{CODE}").text
    app.state.clock = lambda: NOW + timedelta(days=181)
    assert "响应率 86 %" not in client.get(f"/parks/{CODE}").text


def test_what_was_said_is_there_as_json_for_both_sides_while_it_is_open(
    sides: tuple[TestClient, TestClient, str], signed_in: Browser
) -> None:
    park, firm, path = sides
    moved(firm, f"{path}/questions", field_1="power_kva", kind_1="text")
    offer = moved(park, f"{path}/offers", land_10k_mu="18", expires_on="2026-12-31")
    address = f"/api/v1{path}/talk"
    told = {side: browser.get(address).json() for side, browser in (("park", park), ("firm", firm))}
    assert [len(told[side]["offers"]) for side in ("park", "firm")] == [1, 0]  # a draft is the park's own
    moved(park, f"{offer}/send", version=version(park.get(offer).text))
    document = firm.get(address).json()
    assert (document["offers"][0]["land_10k_mu"], document["offers"][0]["status"]) == (18, "sent")
    assert document["enquiries"][0]["questions"][0] == {
        "text": "", "kind": "amount", "field": "power_kva", "unit": "kVA", "choices": [], "reply": None,
    }  # fmt: skip
    assert {(clock["kind"], clock["side"], clock["due_on"]) for clock in document["clocks"]} == {
        ("answer", "park", "2026-11-24"), ("report", "park", "2026-12-11"),
    }  # fmt: skip
    assert signed_in("organizer").get(address).status_code == 404
    moved(park, f"{path}/withdraw")
    assert {browser.get(address).status_code for browser in (park, firm)} == {404}


def test_what_a_park_has_not_said_is_one_click_from_being_asked(
    sides: tuple[TestClient, TestClient, str], listing: tuple[str, str]
) -> None:
    _, firm, path = sides
    page = firm.get(f"/needs/{listing[0]}/compare?park={CODE}&park=G341129").text
    links = re.findall(rf'href="({path}/questions/new\?[^"]*)"', page)
    assert len(links) == 1  # the other park has no exchange with us
    form = firm.get(links[0].replace("&amp;", "&")).text
    assert '<option value="land_mu" selected>' in form
