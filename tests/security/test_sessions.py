"""Sessions: QUALITY B1, B2, B3 and B6 to B10, on both databases; B4, B5 and A8 stand in test_tries.py."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import demo, members
from marketplace.database import engine_for, reading, writing
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    sign_in,
    viewer_as,
)
from marketplace.tokens import Scope, TokenFields, make
from tests.security.doorway import (
    HEADERS,
    NOW,
    OTHER,
    PASSWORD,
    after,
    authenticator,
    browser,
    change,
    enter,
    inside,
    is_in,
    replica,
)
from web.cli import run
from web.settings import Settings, TwoFactorsFor

# ---- B1, B2, B3: a session begins and ends


def test_b01_a_sign_in_has_a_new_id_and_one_that_was_planted_opens_nothing(site: FastAPI) -> None:
    """B1."""
    one = browser(site)
    right = {"login": "anna", "password": PASSWORD}
    assert one.post("/sign-in", data=right, headers={"cookie": "session=planted"}).status_code == 303
    fresh = one.cookies["session"]
    planted = browser(site)
    planted.cookies.set("session", "planted")
    assert [fresh == "planted", len(fresh) >= 43, is_in(one), is_in(planted)] == [False, True, True, False]
    assert enter(one) == 303
    stale = browser(site)
    stale.cookies.set("session", fresh)
    assert [is_in(one), is_in(stale)] == [True, False]


def test_b02_signing_out_ends_the_session_on_the_server(site: FastAPI) -> None:
    """B2."""
    one, other = inside(site), inside(site)
    token = one.cookies["session"]
    one.post("/sign-out")
    one.cookies.set("session", token)
    assert [is_in(one), is_in(other)] == [False, True]


def test_b02_a_changed_password_ends_all_other_sessions(site: FastAPI) -> None:
    """B2."""
    one, other = inside(site), inside(site)
    one.post("/account/password", data={"old": PASSWORD, "password": OTHER, "again": OTHER})
    assert [is_in(one), is_in(other)] == [True, False]


def test_b02_who_is_disabled_is_out_at_once_and_stays_out(site: FastAPI) -> None:
    """B2."""
    one = inside(site)
    with writing(site.state.engine) as session:
        anna, berta = (session.exec(select(User).where(User.login == login)).one() for login in ("anna", "berta"))
        by = viewer_as(session, anna)
        token = sign_in(session, berta.id, now=NOW)
        members.leave(session, berta, by=by, now=NOW)
        session.commit()
    gone = browser(site)
    gone.cookies.set("session", token)
    assert [is_in(one), is_in(gone), enter(gone, "berta")] == [True, False, 422]


def test_b02_a_role_and_a_suspension_hold_from_the_next_click(site: FastAPI) -> None:
    """B2."""
    one = inside(site)
    need = {"industry": "3841", "description": "x"}
    assert one.post("/api/v1/needs", json=need).status_code == 201
    change(site, "anna", lambda user: setattr(user, "role", Role.VIEWER))
    assert one.post("/api/v1/needs", json=need).status_code == 404
    change(site, "anna", lambda user: setattr(user, "role", Role.ADMIN))
    with writing(site.state.engine) as session:
        organisation = session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.ENTERPRISE)).one()
        organisation.standing = Standing.SUSPENDED
        session.add(organisation)
        session.commit()
    assert one.post("/api/v1/needs", json=need).status_code == 404


@pytest.mark.parametrize("clicks", [1, 30])
def test_b03_half_an_hour_of_silence_and_twelve_hours_in_any_case(site: FastAPI, clicks: int) -> None:
    """B3."""
    one = inside(site)
    for click in range(1, clicks + 1):
        minutes = click * 24
        after(site, timedelta(minutes=minutes))
        assert is_in(one) is (minutes < 12 * 60)
    after(site, timedelta(minutes=clicks * 24 + 30))
    assert not is_in(one)


# ---- B6, B7: the second factor


def test_b06_one_code_lets_one_in_though_two_bring_it_at_once(site: FastAPI) -> None:
    """B6."""
    code = authenticator(site, "anna").at(NOW)
    pair = [browser(site) for _ in range(2)]
    assert [enter(one) for one in pair] == [303, 303]
    together, codes = Barrier(2), list[int]()

    def show(one: TestClient) -> None:
        together.wait()
        codes.append(one.post("/sign-in/second", data={"code": code}).status_code)

    threads = [Thread(target=show, args=(one,)) for one in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 422]
    assert sorted(is_in(one) for one in pair) == [False, True]
    third = browser(site)
    enter(third)
    assert third.post("/sign-in/second", data={"code": code}).status_code == 422


def test_b06_five_wrong_codes_and_the_sixth_waits_whichever_browser_brings_it(site: FastAPI) -> None:
    """B6, B4."""
    right = authenticator(site, "anna").at(NOW)
    codes = []
    for number in range(6):
        one = browser(site)
        enter(one)
        codes.append(one.post("/sign-in/second", data={"code": right if number == 5 else "1"}).status_code)
    assert codes == [422] * 5 + [429]


def test_b07_the_platforms_people_see_nothing_before_their_second_factor(site: FastAPI) -> None:
    """B7: in production; whoever must set one up is led there and back."""
    one = inside(site, "root")
    for path in ("/account", "/desk/codes", "/account/sessions", "/account/tokens"):
        answer = one.get(path)
        assert (answer.status_code, answer.headers["location"][:28]) == (303, "/account/second-factor?next=")
    assert one.get("/api/v1/needs").status_code == 403
    assert "root" not in one.get("/desk/codes", follow_redirects=False).text
    assert one.get("/account/second-factor").status_code == 200
    code = authenticator(site, "root").at(NOW)
    again = browser(site)
    enter(again, "root")
    assert again.post("/sign-in/second", data={"code": code, "next": "/desk/codes"}).status_code == 303
    assert again.get("/desk/codes").status_code == 200


def test_b07_identities_open_to_two_factors_alone(site: FastAPI) -> None:
    """B7: what both sides agreed to open stands in their exchange, and nowhere else."""
    codes = {}
    for two_factors in (True, False):
        one = browser(site)
        with writing(site.state.engine) as session:
            anna = session.exec(select(User).where(User.login == "anna")).one()
            one.cookies.set("session", sign_in(session, anna.id, now=NOW, two_factors=two_factors))
            session.commit()
        codes[two_factors] = [one.get(path).status_code for path in ("/account", "/exchanges", "/api/v1/exchanges")]
    assert codes == {True: [200, 200, 200], False: [200, 303, 403]}


@pytest.mark.parametrize(("asked", "codes"), [("off", [200, 200]), ("confidential", [200, 303]), ("all", [303, 303])])
def test_b07_who_must_show_two_factors_is_a_setting(people_url: str, asked: str, codes: list[int]) -> None:
    """B7."""
    with replica(people_url, Settings(two_factors=TwoFactorsFor(asked))) as site:
        assert [inside(site, login).get("/account").status_code for login in ("anna", "root")] == codes


# ---- B8, B9, B10


@pytest.mark.parametrize(
    ("password", "taken"),
    [("kleine gelbe enten", True), ("elf zeichen", False), ("anna anna 2026", False), ("Passw0rd2026!", False)],
)
def test_b08_twelve_characters_of_any_kind_and_none_that_everybody_tries(
    site: FastAPI, password: str, taken: bool
) -> None:
    """B8: ASVS."""
    answer = inside(site).post("/account/password", data={"old": PASSWORD, "password": password, "again": password})
    assert answer.status_code == (303 if taken else 422)


def test_b08_the_mlps_profile_asks_for_three_kinds_of_signs_ninety_days_and_two_factors(people_url: str) -> None:
    """B8: GB/T 22239-2019, 8.1.4.1."""
    with replica(people_url, Settings(profile="mlps", secret="a key of the tests")) as site:
        one = inside(site)
        for password, code in ((OTHER, 422), ("Kleine gelbe Enten 7", 303)):
            typed = {"old": PASSWORD, "password": password, "again": password}
            assert one.post("/account/password", data=typed).status_code == code
        after(site, timedelta(days=90))
        late = inside(site, password="Kleine gelbe Enten 7")
        assert late.get("/account").headers["location"] == "/account/password?next=%2Faccount"
        typed = {"old": "Kleine gelbe Enten 7", "password": "Grosse rote Enten 8", "again": "Grosse rote Enten 8"}
        assert late.post("/account/password", data=typed).status_code == 303
        assert is_in(late)
        assert inside(site, "root").get("/help").status_code == 200
        assert inside(site, "root").get("/account").headers["location"].startswith("/account/second-factor")


@pytest.mark.parametrize("tls", [True, False])
def test_b09_the_cookies_of_a_sign_in_are_bound_to_the_host_and_hidden_from_scripts(people_url: str, tls: bool) -> None:
    """B9."""
    with replica(people_url, Settings(tls=tls)) as site:
        authenticator(site, "anna")
        made = TestClient(site, base_url="https://testserver", headers=HEADERS, follow_redirects=False)
        for login, name, seconds in (("anna", "pending", "300"), ("berta", "session", "43200")):
            answer = made.post("/sign-in", data={"login": login, "password": PASSWORD})
            first, *rest = answer.headers["set-cookie"].split("; ")
            assert first.partition("=")[0] == ("__Host-" if tls else "") + name
            bound = {"HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={seconds}"} | ({"Secure"} if tls else set())
            assert set(rest) == bound


def test_b10_nobody_can_sign_in_until_somebody_was_let_in(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """B10: a fresh database has no account; the first admin comes by a printed link that works once."""
    engine = engine_for(database_url)
    with reading(engine) as session:
        assert session.exec(select(User)).all() == []
    engine.dispose()
    with replica(database_url, Settings(two_factors=TwoFactorsFor.OFF)) as site:
        for login in (*demo.ORGANISATIONS, "admin", "root"):
            assert enter(browser(site, f"192.0.2.{len(login)}"), login, demo.PASSWORD) == 422
        assert run(["first-admin", "--db", database_url]) == 0
        path = capsys.readouterr().out.strip().removeprefix("http://127.0.0.1:8000")
        site.state.clock = datetime.now(tz=NOW.tzinfo).replace  # the command has a clock of its own
        token = path.partition("token=")[2]
        fields = {"organisation": "平台", "login": "root", "person": "根", "password": OTHER, "again": OTHER}
        one = browser(site)
        assert one.get(path).status_code == 200
        assert one.post("/first-admin", data={**fields, "token": token}).status_code == 303
        assert one.get(path).status_code == 404
        assert enter(one, "root", OTHER) == 303
        assert is_in(one)
    assert run(["first-admin", "--db", database_url]) == 2


def test_b10_the_demonstrations_accounts_are_told_in_the_demonstration_alone(people_url: str) -> None:
    """B10."""
    with replica(people_url, Settings()) as site:
        assert demo.PASSWORD not in browser(site).get("/sign-in").text


def test_b08_a_program_is_held_back_where_its_person_would_be(people_url: str) -> None:
    """B7 and B8: a password past its time and a second factor that was never shown hold a token back too."""
    with replica(people_url, Settings(profile="mlps", secret="a key of the tests")) as site:
        texts = {}
        with writing(site.state.engine) as session:
            for login in ("anna", "root"):
                user = session.exec(select(User).where(User.login == login)).one()
                for shown in (True, False):
                    by = viewer_as(session, user).model_copy(update={"two_factors": shown})
                    fields = TokenFields(name="program", scopes=[Scope.READ], days=120)
                    texts[login, shown] = make(session, fields, by=by, now=NOW)[1]
            session.commit()

        def answers() -> dict[tuple[str, bool], int]:
            bearers = {who: {"authorization": f"Bearer {text}"} for who, text in texts.items()}
            return {
                who: browser(site).get("/api/v1/parks", headers=bearer).status_code for who, bearer in bearers.items()
            }

        expected = {("anna", True): 200, ("anna", False): 200, ("root", True): 200, ("root", False): 403}
        assert answers() == expected
        after(site, timedelta(days=91))
        assert answers() == dict.fromkeys(expected, 403)
