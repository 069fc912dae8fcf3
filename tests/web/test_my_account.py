"""One's own account: password, second factor, browsers, and a new password without the old one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import accounts, feeds
from marketplace.accounts import second
from marketplace.database import reading, writing
from marketplace.mail import Mail
from marketplace.organisations import Role, User, viewer_as
from tests.web.conftest import NOW, PASSWORD, SAME_ORIGIN

OTHER = "kleine gelbe enten"
Browser = Callable[[str], TestClient]
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)


def stranger(app: FastAPI) -> TestClient:
    return TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)


def enter(app: FastAPI, password: str = PASSWORD, login: str = "park") -> TestClient:
    made = stranger(app)
    made.post("/sign-in", data={"login": login, "password": password}, headers={"user-agent": AGENT})
    return made


def is_in(browser: TestClient) -> bool:
    return browser.get("/account").status_code == 200


def with_second(app: FastAPI, login: str = "park") -> tuple[pyotp.TOTP, tuple[str, ...]]:
    with writing(app.state.engine) as session:
        viewer = viewer_as(session, session.exec(select(User).where(User.login == login)).one())
        second.propose(session, viewer, key="", now=NOW)
        clock = pyotp.TOTP(second.proposed(session, viewer, key="", now=NOW) or "")
        codes = second.confirm(session, viewer, clock.at(NOW - timedelta(seconds=30)), key="", now=NOW)
        session.commit()
    return clock, codes


def test_the_account_says_who_one_is_and_leads_to_all_that_belongs_to_it(signed_in: Browser) -> None:
    text = signed_in("park").get("/account").text
    assert "park person" in text
    for path in ("password", "second-factor", "sessions", "data", "tokens"):
        assert f'href="/account/{path}"' in text


@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/sessions", "/account/second-factor"])
def test_a_stranger_is_sent_to_the_door_and_back(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=" + path.replace("/", "%2F"))


def test_a_new_password_keeps_this_browser_and_signs_out_the_others(app: FastAPI) -> None:
    here, there = enter(app), enter(app)
    before = here.cookies["session"]
    answer = here.post("/account/password", data={"old": PASSWORD, "password": OTHER, "again": OTHER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
    assert here.cookies["session"] != before
    assert [is_in(here), is_in(there)] == [True, False]
    assert [is_in(enter(app, PASSWORD)), is_in(enter(app, OTHER))] == [False, True]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"old": "wrong"}, "当前密码不正确"),
        ({"again": "another one"}, "两次输入的新密码不一致"),
        ({"password": "short", "again": "short"}, "12"),
        ({"password": "Passw0rd2026!", "again": "Passw0rd2026!"}, "太容易被猜到"),
        ({"password": PASSWORD, "again": PASSWORD}, "与当前密码相同"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(app: FastAPI, typed: dict[str, str], words: str) -> None:
    here, there = enter(app), enter(app)
    answer = here.post("/account/password", data={"old": PASSWORD, "password": OTHER, "again": OTHER} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert not any(f'value="{text}"' in answer.text for text in (PASSWORD, OTHER, *typed.values()))
    assert [is_in(here), is_in(there)] == [True, True]


def test_the_browsers_are_listed_in_two_words_and_ended_one_by_one_or_all_others(app: FastAPI) -> None:
    here, second_one, third = enter(app), enter(app), enter(app)
    text = here.get("/account/sessions").text
    assert text.count("Chrome 120 · Windows") >= 3
    assert "AppleWebKit" not in text
    ends = re.findall(r'action="(/account/sessions/\w+/end)"', text)
    assert len(ends) == 2
    assert enter(app, login="enterprise").post(ends[0]).status_code == 404
    assert here.post(ends[0]).headers["location"] == "/account/sessions?done=ended"
    assert here.post(ends[0]).status_code == 404
    assert sorted([is_in(second_one), is_in(third)]) == [False, True]
    fourth = enter(app)
    here.post("/account/sessions/end-others")
    assert [is_in(each) for each in (here, second_one, third, fourth)] == [True, False, False, False]


def test_a_second_factor_is_set_up_shown_once_and_then_asked_for(app: FastAPI) -> None:
    here, there = enter(app), enter(app)
    for typed, answer in (({}, 422), ({"old": "not the password"}, 422), ({"old": PASSWORD}, 303)):
        begun = here.post("/account/second-factor/begin", data={"next": "/help", **typed})
        assert begun.status_code == answer
    assert begun.headers["location"].endswith("next=%2Fhelp")
    text = here.get("/account/second-factor?next=/help").text
    assert "<svg" in text
    secret = re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', text)[0].replace(" ", "")
    wrong = here.post("/account/second-factor", data={"code": "000000", "next": "/help"})
    assert wrong.status_code == 422
    before = here.cookies["session"]
    done = here.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(NOW), "next": "/help"})
    codes = re.findall(r"<li><code>([0-9a-z-]{29})</code></li>", done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    assert 'href="/help"' in done.text
    assert here.cookies["session"] != before
    assert [is_in(here), is_in(there)] == [True, False]
    assert secret[:4] not in here.get("/account/second-factor").text
    later = enter(app)
    assert not is_in(later)
    assert later.post("/sign-in/second", data={"code": codes[0], "next": "/help"}).headers["location"] == "/help"
    assert is_in(later)


def test_after_the_password_there_is_no_session_until_the_second_factor_came(app: FastAPI) -> None:
    clock, _ = with_second(app)
    browser = stranger(app)
    answer = browser.post("/sign-in", data={"login": "park", "password": PASSWORD, "next": "/help"})
    assert answer.headers["location"] == "/sign-in/second?next=%2Fhelp"
    assert set(browser.cookies) == {"pending"}
    assert not is_in(browser)
    assert browser.get("/sign-in/second?next=/help").status_code == 200
    wrong = browser.post("/sign-in/second", data={"code": "123456" if clock.at(NOW) != "123456" else "654321"})
    assert wrong.status_code == 422
    right = browser.post("/sign-in/second", data={"code": clock.at(NOW), "next": "//evil.example"})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert set(browser.cookies) == {"session"}
    assert is_in(browser)


def test_the_way_between_password_and_second_factor_is_open_for_five_minutes(app: FastAPI) -> None:
    clock, _ = with_second(app)
    browser = enter(app)
    later = NOW + timedelta(minutes=5)
    app.state.clock = lambda: later
    assert browser.post("/sign-in/second", data={"code": clock.at(later)}).status_code == 422
    assert stranger(app).get("/sign-in/second?next=/help").headers["location"] == "/sign-in?next=%2Fhelp"
    assert stranger(app).post("/sign-in/second", data={"code": "1"}).status_code == 422


def test_who_shows_the_factor_once_more_gets_other_codes_or_takes_it_away(app: FastAPI) -> None:
    clock, codes = with_second(app)
    browser = enter(app)
    browser.post("/sign-in/second", data={"code": codes[0]})
    assert browser.post("/account/second-factor/remove", data={"code": codes[0]}).status_code == 422
    text = browser.post("/account/second-factor/codes", data={"code": codes[1]}).text
    fresh = re.findall(r"<li><code>([0-9a-z-]{29})</code></li>", text)
    assert len(fresh) == 10
    assert browser.post("/account/second-factor/remove", data={"code": codes[2]}).status_code == 422
    assert browser.post("/account/second-factor/begin", data={"old": PASSWORD}).status_code == 409
    assert browser.post("/account/second-factor/remove", data={"code": clock.at(NOW)}).status_code == 303
    assert is_in(enter(app))


def test_without_mail_the_page_leads_to_a_code_and_posts_no_letter(app: FastAPI, client: TestClient) -> None:
    assert 'action="/reset"' not in client.get("/reset").text
    assert client.post("/reset", data={"login": "park"}).headers["location"] == "/reset/code"
    with reading(app.state.engine) as session:
        assert session.exec(select(Mail)).all() == []


def test_a_letter_is_asked_for_in_the_same_words_and_with_the_same_rows_for_every_name(app: FastAPI) -> None:
    mailing(app)
    said = []
    for login in ("park", "nobody"):
        browser = stranger(app)
        for _ in range(3):
            assert browser.post("/reset", data={"login": login}).headers["location"] == "/reset?sent=true"
        late = browser.post("/reset", data={"login": login})
        said.append((late.status_code, late.headers["retry-after"], browser.get("/reset?sent=true").status_code))
    assert said[0] == said[1]
    assert said[0][0] == 429
    with reading(app.state.engine) as session:
        assert len(session.exec(select(Mail)).all()) == 6


def mailing(app: FastAPI) -> None:
    settings = app.state.settings
    settings.smtp_host, settings.smtp_from, settings.public_url = (
        "127.0.0.1",
        "robot@park.example",
        "https://park.example",
    )


def calendar(app: FastAPI) -> str:
    """The secret address of the park's calendar."""
    with writing(app.state.engine) as session:
        user = session.exec(select(User).where(User.login == "park")).one()
        secret = feeds.renew(session, by=viewer_as(session, user), now=NOW)
        session.commit()
    assert stranger(app).get(f"/calendar.ics?token={secret}").status_code == 200
    return f"/calendar.ics?token={secret}"


def test_looking_at_a_link_uses_nothing_up_and_posting_it_gives_a_new_password_once(app: FastAPI) -> None:
    with writing(app.state.engine) as session:
        user = session.exec(select(User).where(User.login == "park")).one()
        token = accounts.link_for(session, user.id, now=NOW)
        session.commit()
    before, browser = enter(app), stranger(app)
    for _ in range(2):
        assert browser.get(f"/reset/link?token={token}").status_code == 200
    weak = browser.post("/reset/link", data={"token": token, "password": "park park park", "again": "park park park"})
    assert weak.status_code == 422
    right, feed = {"token": token, "password": OTHER, "again": OTHER}, calendar(app)
    assert browser.post("/reset/link", data=right).headers["location"] == "/sign-in?done=reset"
    assert browser.get(feed).status_code == 404
    assert browser.post("/reset/link", data=right).status_code == 422
    assert [is_in(before), is_in(enter(app, OTHER))] == [False, True]


def test_an_admin_of_the_platform_reads_out_a_code_and_takes_a_lost_factor_away(
    app: FastAPI, signed_in: Browser
) -> None:
    with_second(app)
    desk = signed_in("platform")
    text = desk.post("/desk/codes", data={"login": "park", "what": "code"}).text
    code = re.findall(r'<code class="secret">([0-9a-z-]{14})</code>', text)[0]
    right = {"login": "park", "code": code, "password": OTHER, "again": OTHER}
    assert stranger(app).post("/reset/code", data={**right, "login": "enterprise"}).status_code == 422
    feed = calendar(app)
    assert stranger(app).post("/reset/code", data=right).headers["location"] == "/sign-in?done=reset"
    assert not is_in(enter(app, OTHER))  # the second factor is still asked for
    assert stranger(app).get(feed).status_code == 404
    feed = calendar(app)
    assert desk.post("/desk/codes", data={"login": "park", "what": "second"}).status_code == 200
    assert stranger(app).get(feed).status_code == 404
    assert is_in(enter(app, OTHER))
    for login in ("nobody", "platform"):
        assert desk.post("/desk/codes", data={"login": login}).status_code == 422
    assert signed_in("enterprise").get("/desk/codes").status_code == 404
    assert signed_in("enterprise").post("/desk/codes", data={"login": "park"}).status_code == 404


def test_an_admin_of_an_organisation_helps_its_own_people_alone(app: FastAPI, signed_in: Browser) -> None:
    with writing(app.state.engine) as session:
        park = session.exec(select(User).where(User.login == "park")).one()
        clerk = {"login": "clerk", "name": "clerk", "password_hash": park.password_hash, "role": Role.EDITOR}
        session.add(User(organisation_id=park.organisation_id, created_at=NOW, **clerk))
        session.commit()
    text = signed_in("park").post("/organisation/codes", data={"login": "clerk"}).text
    code = re.findall(r'<code class="secret">([0-9a-z-]{14})</code>', text)[0]
    right = {"login": "clerk", "code": code, "password": OTHER, "again": OTHER}
    assert stranger(app).post("/reset/code", data=right).status_code == 303
    assert is_in(enter(app, OTHER, "clerk"))
    for login in ("enterprise", "park", "nobody"):
        assert signed_in("park").post("/organisation/codes", data={"login": login}).status_code == 422
    assert enter(app, OTHER, "clerk").get("/organisation/codes").status_code == 404


def test_the_first_admin_page_is_there_for_the_token_alone_and_once(app: FastAPI) -> None:
    with writing(app.state.engine) as session:
        session.exec(select(User).where(User.login == "platform")).one().disabled_at = NOW
        session.flush()
        token = accounts.first_token(session, now=NOW)
        session.commit()
    browser = stranger(app)
    assert [browser.get(f"/first-admin?token={each}").status_code for each in ("", "x", token)] == [404, 404, 200]
    fields = {"organisation": "平台运营方", "login": "root", "person": "根", "password": OTHER, "again": OTHER}
    assert browser.post("/first-admin", data={**fields, "token": "x"}).status_code == 422
    assert browser.post("/first-admin", data={**fields, "token": token}).headers["location"].startswith("/sign-in")
    assert browser.get(f"/first-admin?token={token}").status_code == 404
    assert is_in(enter(app, OTHER, "root"))
