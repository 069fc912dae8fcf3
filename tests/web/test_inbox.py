"""Does the inbox show what is new, lead where it should, and keep to its reader?"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import disclosure, exchanges, inbox, needs, parks
from marketplace.database import reading, writing
from marketplace.inbox import Letter, NoticeChoice, NoticeKind
from marketplace.mail import Mail
from marketplace.needs import NeedFields
from marketplace.organisations import User, viewer_by_login
from tests.web.conftest import NOW
from web.postman import Postman
from web.settings import Settings, TwoFactorsFor

CODE = "G341132"
Browser = Callable[[str], TestClient]


@pytest.fixture
def exchange(app: FastAPI) -> str:
    """The park's office wants to talk about the enterprise's need."""
    with writing(app.state.engine) as session:
        owner, office = viewer_by_login(session, "enterprise"), viewer_by_login(session, "park")
        session.get_one(User, owner.user_id).email = "ede@mail.invalid"
        park = parks.park_by_code(session, CODE)
        park.owner_id = office.organisation_id
        fields = NeedFields(industry="3841", title="二期", origin="310114", land_mu=150)
        need = needs.enter(session, fields, owner=owner, now=NOW)
        disclosure.publish(session, need, by=owner, now=NOW)
        made = exchanges.show_interest(session, need, park, by=office, now=NOW)
        session.commit()
        return made.public_id


def first(page: str) -> str:
    found = re.search(r'action="/inbox/(\w+)/read"', page)
    assert found
    return found.group(1)


def test_what_is_new_is_counted_on_every_page_until_it_is_opened(signed_in: Browser, exchange: str) -> None:
    firm = signed_in("enterprise")
    assert "收件箱：1 条未读" in firm.get("/parks").text
    page = firm.get("/inbox").text
    assert "有一方表示对接意向，等待回应" in page
    assert "宣城经济技术开发区 · 二期</p>" in page
    answer = firm.post(f"/inbox/{first(page)}/open")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/exchanges/{exchange}")
    assert "收件箱：没有新通知" in firm.get("/parks").text
    assert signed_in("park").get("/inbox").text.count("暂无通知") == 1


def test_a_row_names_what_it_is_about_as_far_as_its_reader_may_know(
    app: FastAPI, signed_in: Browser, exchange: str
) -> None:
    with writing(app.state.engine) as session:
        house = viewer_by_login(session, "park").organisation_id
        inbox.tell(session, NoticeKind.MUTUAL, to=house, about=("exchange", exchange), now=NOW)
        session.commit()
    office = signed_in("park")
    page = office.get("/inbox").text
    assert "384 电池制造 · 宣城经济技术开发区</p>" in page
    assert "二期" not in page
    with writing(app.state.engine) as session:
        by = viewer_by_login(session, "park")
        talk = exchanges.exchange_by_id(session, exchange, by, now=NOW)
        exchanges.withdraw(session, talk.exchange, talk.need, talk.park, by=by, now=NOW)
        session.commit()
    assert "inbox-about" not in office.get("/inbox").text


def test_who_has_shown_one_factor_of_two_reads_no_names(app: FastAPI, signed_in: Browser, exchange: str) -> None:
    firm = signed_in("enterprise")
    app.state.settings = app.state.settings.model_copy(update={"two_factors": TwoFactorsFor.CONFIDENTIAL})
    page = firm.get("/inbox").text
    assert "有一方表示对接意向" in page
    assert "inbox-about" not in page


def test_everything_is_read_at_once_and_one_by_one(signed_in: Browser, exchange: str) -> None:
    firm = signed_in("enterprise")
    assert firm.post(f"/inbox/{first(firm.get('/inbox').text)}/read").status_code == 303
    assert "没有符合条件的通知" in firm.get("/inbox?unread=1").text
    assert firm.post("/inbox/read-all").headers["location"] == "/inbox?done=read"


def test_a_notice_of_others_is_not_there(signed_in: Browser, exchange: str) -> None:
    id = first(signed_in("enterprise").get("/inbox").text)
    park = signed_in("park")
    answers = {park.post(f"/inbox/{each}/{act}").status_code for each in (id, "x" * 12) for act in ("open", "read")}
    assert answers == {404}


def test_filters_narrow_and_nonsense_asks_nothing(signed_in: Browser, exchange: str) -> None:
    firm = signed_in("enterprise")
    assert "有一方表示对接意向" in firm.get("/inbox?topic=exchanges&kind=interest&unread=1").text
    assert "没有符合条件的通知" in firm.get("/inbox?topic=house").text
    assert "有一方表示对接意向" in firm.get("/inbox?topic=zzz&kind=zzz&after=zzz").text
    assert "Somebody wants to talk" in firm.get("/inbox", headers={"accept-language": "en"}).text


def test_what_is_gone_for_the_reader_says_so_instead_of_a_missing_page(
    app: FastAPI, signed_in: Browser, exchange: str
) -> None:
    with writing(app.state.engine) as session:
        house = viewer_by_login(session, "enterprise").organisation_id
        inbox.tell(session, NoticeKind.CLOSED, to=house, about=("exchange", "x" * 12), now=NOW)
        session.commit()
    firm = signed_in("enterprise")
    page = firm.get("/inbox?kind=closed").text
    assert "/open" not in page.partition("<main")[2].partition("</main")[0]
    assert firm.post(f"/inbox/{first(page)}/open").headers["location"] == "/inbox?done=gone"


def test_a_person_chooses_what_comes_by_mail(app: FastAPI, signed_in: Browser) -> None:
    firm = signed_in("enterprise")
    page = firm.get("/account/notices").text
    assert page.count('class="form-select"') == len(NoticeKind) - 5  # of the desk and of offices alone
    assert "有园区超过对接办理时限" not in page
    assert firm.post("/account/notices", data={"interest": "never", "opened": "at_once"}).status_code == 303
    with reading(app.state.engine) as session:
        rows = [(row.kind, row.letter) for row in session.exec(select(NoticeChoice))]
    assert rows == [(NoticeKind.INTEREST, Letter.NEVER)]
    refused = firm.post("/account/notices", data={"interest": "hourly", "closed": "never"})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text


def test_a_letter_leads_to_this_site_and_to_the_settings(app: FastAPI, exchange: str) -> None:
    postman = Postman(Settings(public_url="https://park.example/"))
    with reading(app.state.engine) as session:
        [letter] = session.exec(select(Mail).where(Mail.to_address == "ede@mail.invalid"))
        text = postman._written(session, letter, NOW)
    assert "\nhttps://park.example/inbox\n" in text
    assert "\nhttps://park.example/account/notices\n" in text
    assert "{" not in text
