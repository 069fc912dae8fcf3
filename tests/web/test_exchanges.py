"""Does the page of an exchange show each side what it may see, ask for the right consent, and close at once?"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace import disclosure, needs, parks
from marketplace.database import writing
from marketplace.needs import NeedFields
from marketplace.organisations import Organisation, User, viewer_by_login
from tests.web.conftest import NOW

CODE = "G341132"
SECRETS = ("enterprise organisation", "enterprise person", "二期", "电芯与模组")
Browser = Callable[[str], TestClient]


@pytest.fixture
def listing(app: FastAPI) -> tuple[str, str]:
    """A listed need of the enterprise, which the park's organisation sees at level 1: (public id, listing id)."""
    with writing(app.state.engine) as session:
        owner, office = viewer_by_login(session, "enterprise"), viewer_by_login(session, "park")
        parks.park_by_code(session, CODE).owner_id = office.organisation_id
        fields = NeedFields(industry="3841", title="二期", description="电芯与模组", origin="310114", land_mu=150)
        need = needs.enter(session, fields, owner=owner, now=NOW)
        disclosure.publish(session, need, by=owner, now=NOW)
        session.commit()
        assert need.listing_id
        return need.public_id, need.listing_id


def digest(page: str, action: str = "consent") -> str:
    found = re.search(
        rf'/{action}">(?:\s*<input [^>]*>)*?\s*<input type="hidden" name="digest" value="([0-9a-f]{{64}})"', page
    )
    assert found
    return found.group(1)


def begin(browser: TestClient, listing: tuple[str, str]) -> str:
    need, listed = listing
    answer = browser.post("/exchanges", data={"need": need, "listing": listed, "park": CODE})
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


def agree(browser: TestClient, path: str, **changed: str) -> int:
    page = browser.get(path).text
    return browser.post(f"{path}/consent", data={"digest": digest(page), **changed}).status_code


def test_both_sides_click_and_identities_open(signed_in: Browser, listing: tuple[str, str]) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    path = begin(park, listing)
    assert agree(park, path) == 303
    before = park.get(path).text
    assert [word for word in SECRETS if word in before] == []
    assert "park organisation" not in firm.get(path).text
    assert agree(firm, path) == 303
    after = park.get(path)
    assert [word for word in SECRETS if word not in after.text] == []
    assert after.headers["cache-control"] == "no-store"
    assert "park organisation" in firm.get(path).text
    title = re.search("<title>(.*?)</title>", after.text)
    assert title
    assert [word for word in SECRETS if word in title.group(1) + path] == []


def test_a_list_that_changed_meanwhile_is_shown_again(
    app: FastAPI, signed_in: Browser, listing: tuple[str, str]
) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    path = begin(park, listing)
    agree(park, path)
    old = digest(firm.get(path).text)
    with writing(app.state.engine) as session:
        person = viewer_by_login(session, "enterprise")
        session.get_one(User, person.user_id).phone = "021-55550000"
        session.commit()
    answer = firm.post(f"{path}/consent", data={"digest": old})
    assert answer.status_code == 409
    assert "021-55550000" in answer.text
    assert digest(answer.text) != old
    assert [word for word in SECRETS if word in park.get(path).text] == []
    assert firm.post(f"{path}/consent", data={"digest": digest(answer.text)}).status_code == 303


def test_a_decline_reads_as_no_answer(signed_in: Browser, listing: tuple[str, str]) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    path = begin(park, listing)
    waiting, rows = park.get(path).text, park.get("/exchanges").text
    assert firm.post(f"{path}/decline").status_code == 303
    assert plain(park.get(path).text) == plain(waiting)
    assert plain(park.get("/exchanges").text) == plain(rows)
    assert begin(park, listing) == path
    assert plain(park.get(path).text) == plain(waiting)
    assert park.get("/api/v1" + path).json()["state"] == "theirs"


def plain(page: str) -> str:
    """A page without what differs at every request."""
    return re.sub(r'nonce="[^"]*"|hx-nonce="[^"]*"|[0-9a-f]{16}', "", page)


def test_after_a_withdrawal_an_open_tab_shows_nothing(signed_in: Browser, listing: tuple[str, str]) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    path = begin(park, listing)
    agree(park, path)
    agree(firm, path)
    file = {"file": ("方案.png", PNG, "image/png")}
    assert firm.post(f"/needs/{listing[0]}/documents", files=file).status_code == 303
    assert "/documents/" not in park.get(path).text
    promise = digest(park.get(path).text, "promise")
    assert park.post(f"{path}/promise", data={"digest": promise}).status_code == 303
    found = re.search(r'href="(/documents/\w+)"', park.get(path).text)
    assert found
    taken = park.get(found.group(1))
    assert (taken.content, taken.headers["cache-control"]) == (PNG, "no-store")
    assert taken.headers["content-disposition"].startswith("attachment")
    assert firm.post(f"{path}/withdraw").status_code == 303
    assert park.get(found.group(1)).status_code == 404
    closed = park.get(path).text
    assert [word for word in SECRETS if word in closed] == []
    told = park.get("/api/v1" + path).json()
    assert (told["state"], told["need"], told["park"], told["opened"], told["documents"]) == (
        "closed", None, None, None, [],
    )  # fmt: skip
    assert park.post(f"{path}/promise", data={"digest": promise}).status_code == 409


def version(app: FastAPI, need: str) -> str:
    with writing(app.state.engine) as session:
        return str(needs.need_by_id(session, need, viewer_by_login(session, "enterprise")).version)


@pytest.mark.parametrize(
    "way", ["withdrawn and listed again", "excluded and admitted again", "suspended and let in again"]
)
def test_what_ended_around_an_exchange_does_not_open_it_again_when_it_is_undone(
    app: FastAPI, signed_in: Browser, listing: tuple[str, str], way: str
) -> None:
    park, firm, desk = signed_in("park"), signed_in("enterprise"), signed_in("platform")
    path = begin(park, listing)
    agree(park, path)
    agree(firm, path)
    need = f"/needs/{listing[0]}"
    with writing(app.state.engine) as session:
        house = viewer_by_login(session, "park").organisation_id
        house_id = session.get_one(Organisation, house).public_id
    if way.startswith("withdrawn"):
        assert firm.post(f"{need}/withdraw").status_code == 303
        assert firm.post(f"{need}/list", data={"sure": "yes"}).status_code == 303
    elif way.startswith("excluded"):
        for excluded in (CODE, ""):
            wish = {"version": version(app, listing[0]), "hidden_from.parks": excluded}
            assert (
                firm.post(f"{need}/limits", data={**wish, "hidden_from.present_locality": "false"}).status_code == 303
            )
    else:
        for act in ("suspend", "reinstate"):
            answer = desk.post(f"/desk/organisations/{house_id}/{act}", data={"reason": "核查"})
            assert answer.status_code == 303
    page = park.get(path).text
    assert "已关闭" in page
    assert [word for word in SECRETS if word in page] == []
    with writing(app.state.engine) as session:
        row = needs.need_by_id(session, listing[0], viewer_by_login(session, "enterprise"))
        level = disclosure.level_of(session, viewer_by_login(session, "park"), row, now=NOW)
        assert level == disclosure.Level.PARKS


def test_others_exchanges_are_not_there(app: FastAPI, signed_in: Browser, listing: tuple[str, str]) -> None:
    path = begin(signed_in("park"), listing)
    absent = plain(signed_in("organizer").get("/exchanges/zzzzzzzzzzzz").text).replace("zzzzzzzzzzzz", "")
    for browser in (signed_in("organizer"), signed_in("platform")):
        answer = browser.get(path)
        assert (answer.status_code, browser.post(f"{path}/withdraw").status_code) == (404, 404)
    assert plain(signed_in("organizer").get(path).text).replace(path[-12:], "") == absent
    assert signed_in("organizer").get("/exchanges").status_code == 200


def test_the_text_of_the_promise_is_open_to_all_with_its_check_value(client: TestClient) -> None:
    page = client.get("/promise")
    assert page.status_code == 200
    assert "本项目存在" in page.text
    assert len(re.findall(r"[0-9a-f]{64}", page.text)) == 2


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
