"""QUALITY A2 to A7, A9 and A10 of needs: what is blind stays blind, whoever asks and however.

Each test is run on both databases. The strong property: changing only what a reader may not see changes no byte of
what they are answered.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select
from starlette.testclient import TestClient

from marketplace import disclosure, needs
from marketplace.database import engine_for, writing
from marketplace.disclosure import Level, Limits
from marketplace.journal import Act, Entry
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    sign_in,
    viewer_as,
)
from marketplace.parks import ParkFields, join
from tests.security.conftest import HEADERS
from web.app import create_app
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OPENLY = HiddenFrom(present_locality=False)
READERS = ("", "firm", "park", "organizer", "waiting")
# field: what is typed, its canary (numbers as digits alone), and the level from which it may appear
CANARIES: dict[str, tuple[Any, str, Level]] = {
    "title": ("鸀鴨甲项目", "鸀鴨甲", Level.BOTH),
    "description": ("鸀鸃特种隔膜 zqxdesc", "zqxdesc", Level.BOTH),
    "origin": ("530722", "永胜", Level.BOTH),
    "hq": ("620922", "瓜州", Level.BOTH),
    "land_mu": ("137.31", "13731", Level.PARKS),
    "building_m2": ("31337", "31337", Level.PARKS),
    "power_kva": ("13577", "13577", Level.PARKS),
    "investment_10k": ("77713", "77713", Level.PARKS),
    "energy_tce": ("71717", "71717", Level.PARKS),
    "jobs": ("17893", "17893", Level.PARKS),
    "needed_on": ("2029-03-17", "2029-03-17", Level.PARKS),
    "tax_10k_a": ("47471", "47471", Level.PARKS),
}
OWNER = {
    "organisation": "鸀鷽天工隔膜有限公司",
    "uscc": "91310000MA1FL0PQ2K",
    "person": "鸀鷽联系人",
    "phone": "19912345678",
}


@dataclass
class Hall:
    """The app, the sign-ins, and a way to change what stands in the database."""

    app: FastAPI
    tokens: dict[str, str]
    owner: Viewer
    park: str
    url: str

    def browser(self, who: str) -> TestClient:
        client = TestClient(self.app, headers=HEADERS, follow_redirects=False, raise_server_exceptions=False)
        if who:
            client.cookies.set(self.app.state.settings.session_cookie, self.tokens[who])
        return client

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with writing(self.app.state.engine) as session:
            yield session
            session.commit()

    def enter(self, hidden: HiddenFrom = OPENLY, **said: Any) -> Need:
        with self.writing() as session:
            fields = NeedFields.model_validate({"industry": "3841", **said})
            need = needs.enter(session, fields, owner=self.owner, now=NOW)
            limits = Limits(hidden_from=hidden)
            disclosure.limit(session, need, limits, version=need.version, by=self.owner, now=NOW)
            disclosure.publish(session, need, by=self.owner, now=NOW)
        return need

    def grant(self, need: Need, level: Level) -> None:
        with self.writing() as session:
            park = session.exec(select(Organisation).where(Organisation.name == "park")).one()
            disclosure.grant(session, session.get_one(Need, need.id), park.id, level, by=self.owner, now=NOW)

    def answers(self, who: str, *paths: str) -> list[tuple[int, str]]:
        browser = self.browser(who)
        return [(answer.status_code, bare(answer.text)) for answer in (browser.get(path) for path in paths)]


def bare(text: str) -> str:
    """Without what differs from one answer to the next whatever is asked: nonces and request ids."""
    text = re.sub(r'nonce="[^"]+"|nonce-[\w-]+', "", text)
    return re.sub(r"[0-9a-f]{16}", "", text)


def plain(text: str) -> str:
    """Numbers as digits alone, however the page writes them."""
    return re.sub(r"(?<=\d)[.,](?=\d)", "", text)


def person(session: Session, name: str, kind: OrganisationKind, standing: Standing, **said: Any) -> tuple[Viewer, str]:
    organisation = add_organisation(session, name, kind, now=NOW, standing=standing, **said)
    user = User(login=name, name=name, password_hash="-", organisation_id=organisation.id, created_at=NOW)
    user.role = Role.ADMIN
    session.add(user)
    session.flush()
    return viewer_as(session, user), sign_in(session, user.id, now=NOW, two_factors=True)


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    """Nobody but the owner knows the owner; the readers sit in Chuzhou."""
    engine, tokens = engine_for(database_url), {}
    kinds = {
        "firm": (OrganisationKind.ENTERPRISE, Standing.VERIFIED),
        "park": (OrganisationKind.PARK, Standing.VERIFIED),
        "organizer": (OrganisationKind.ORGANIZER, Standing.VERIFIED),
        "waiting": (OrganisationKind.PARK, Standing.PENDING),
        "platform": (OrganisationKind.PLATFORM, Standing.VERIFIED),
    }
    with writing(engine) as session:
        owner, tokens["owner"] = person(session, "owner", OrganisationKind.ENTERPRISE, Standing.VERIFIED)
        organisation = session.get_one(Organisation, owner.organisation_id)
        organisation.name, organisation.uscc = OWNER["organisation"], OWNER["uscc"]
        user = session.get_one(User, owner.user_id)
        user.name, user.phone = OWNER["person"], OWNER["phone"]
        for who, (kind, standing) in kinds.items():
            seen, tokens[who] = person(session, who, kind, standing, adcode="341100")
            if who == "park":
                named = {"name": "滁州示例产业园", "adcode": "341100", "level": "provincial"}
                code = join(session, ParkFields.model_validate(named), by=seen, now=NOW).code
        session.commit()
    engine.dispose()
    app = create_app(database_url, Settings(), clock=lambda: NOW)
    yield Hall(app, tokens, owner, code, database_url)
    app.state.engine.dispose()


def paths(need: Need) -> tuple[str, ...]:
    id = need.listing_id
    return "/needs/open", f"/needs/open/{id}", "/api/v1/open-needs", f"/api/v1/open-needs/{id}"


# ---- A4: canaries


@pytest.mark.parametrize("who", READERS)
def test_a4_no_canary_of_a_higher_level_in_any_answer(hall: Hall, who: str) -> None:
    need = hall.enter(**{name: value for name, (value, _, _) in CANARIES.items()}, energy_basis="calorific")
    level = Level.PARKS if who == "park" else Level.PUBLIC
    found = "".join(text for _, text in hall.answers(who, *paths(need), "/", "/needs", f"/needs/{need.public_id}"))
    told = {name for name, (_, canary, _) in CANARIES.items() if canary in plain(found)}
    assert told == {name for name, (_, _, opens) in CANARIES.items() if opens <= level}
    assert [name for name, canary in OWNER.items() if canary in found] == []
    assert need.public_id not in found.replace(f"/needs/{need.public_id}", "")


def test_a4_what_both_agreed_to_stands_in_their_exchange_and_not_in_the_listing(hall: Hall) -> None:
    need = hall.enter(**{name: value for name, (value, _, _) in CANARIES.items()}, energy_basis="calorific")
    before = hall.answers("park", *paths(need))
    hall.grant(need, Level.PROMISE)
    assert hall.answers("park", *paths(need)) == before


def test_a4_the_owner_is_shown_every_canary_at_its_level(hall: Hall) -> None:
    need = hall.enter(**{name: value for name, (value, _, _) in CANARIES.items()}, energy_basis="calorific")
    page = hall.browser("owner").get(f"/needs/{need.public_id}/others", headers={"accept-language": "zh"}).text
    parts = re.split(r'id="as-(\w+)"', page.partition('id="limits"')[0])
    shown = dict(zip(parts[1::2], parts[2::2], strict=True))
    levels = {"stranger": 0, "enterprise": 0, "organizer": 0, "park": 1, "both": 2, "promise": 3}
    for audience, level in levels.items():
        told = {name for name, (_, canary, _) in CANARIES.items() if canary in plain(shown[audience])}
        assert told == {name for name, (_, _, opens) in CANARIES.items() if opens <= level}, audience
        assert all((canary in shown[audience]) == (level >= Level.BOTH) for canary in OWNER.values())


# ---- the strong property

hidden_from_strangers = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "甲", "乙项目" * 20]),
        "description": st.sampled_from(["", "隔膜", "锂离子动力电池" * 40]),
        "origin": st.sampled_from([None, "310114", "4406"]),
        "hq": st.sampled_from([None, "110105"]),
        "land_mu": st.integers(100, 199),
        "power_kva": st.integers(10_000, 19_999),
        "investment_10k": st.integers(50_000, 99_999),
        "jobs": st.none() | st.integers(0, 9999),
        "tax_10k_a": st.none() | st.integers(0, 9999),
        "water_t_d": st.none() | st.integers(0, 9999),
        "emissions_t_a": st.dictionaries(st.sampled_from(["COD", "VOCs"]), st.integers(1, 50)),
        "industry": st.sampled_from(["3841", "3842", "3849"]),
        "supply_modes": st.just([]) | st.just(["sale"]),
        "importance": st.just([]) | st.just(["distance"]),
        "regions": st.sampled_from([{"prefer": ["3401"]}, {"prefer": ["3402", "34"], "exclude": ["31"]}]),
    }
)
hidden_from_parks = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "甲", "乙项目" * 20]),
        "description": st.sampled_from(["", "锂离子动力电池" * 40]),
        "origin": st.sampled_from([None, "310114", "341102", "4406"]),
        "hq": st.sampled_from([None, "110105"]),
        "importance": st.just([]) | st.just(["distance", "land_price"]),
        "weights": st.just({}),
        "regions": st.sampled_from([{"prefer": ["3401"]}, {"prefer": ["3401"], "exclude": ["34"]}]),
    }
)
EXAMPLES = 100 if os.environ.get("PARKBRIDGE_FULL") == "1" else 4
FEW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rewritten(hall: Hall, need: Need, said: dict[str, Any]) -> None:
    with hall.writing() as session:
        row = session.get_one(Need, need.id)
        fields = NeedFields.model_validate({"industry": "3841", "land_mu": 150, **said})
        needs.revise(session, row, fields, version=row.version, by=hall.owner, now=NOW)


@FEW
@given(one=hidden_from_strangers, other=hidden_from_strangers)
def test_a5_a6_what_a_stranger_may_not_see_moves_no_byte_of_their_answers(
    hall: Hall, one: dict[str, Any], other: dict[str, Any]
) -> None:
    need, beside = (
        hall.enter(),
        hall.enter(land_mu=150, power_kva=15_000, investment_10k=70_000),
    )  # to be sorted against
    asked = (*paths(need), "/needs/open?industry=38", "/needs/open?land=100-200", "/needs/open?place=34", "/")
    found = []
    for said in (one, other):
        rewritten(hall, need, said)
        found.append([hall.answers(who, *asked) for who in ("", "firm", "organizer")])
    assert found[0] == found[1]
    with hall.writing() as session:
        for each in (need, beside):
            needs.withdraw(session, session.get_one(Need, each.id), by=hall.owner, now=NOW)


@FEW
@given(one=hidden_from_parks, other=hidden_from_parks)
def test_a6_what_a_park_may_not_see_moves_no_byte_nor_its_match(
    hall: Hall, one: dict[str, Any], other: dict[str, Any]
) -> None:
    need = hall.enter()
    found = []
    for said in (one, other):
        rewritten(hall, need, said)
        found.append(hall.answers("park", *paths(need)))
    assert found[0] == found[1]
    assert found[0][1][0] == 200
    with hall.writing() as session:
        needs.withdraw(session, session.get_one(Need, need.id), by=hall.owner, now=NOW)


# ---- A2: for whom it does not exist


@pytest.mark.parametrize(
    "hidden",
    [
        HiddenFrom(parks=["PARK"], present_locality=False),
        HiddenFrom(regions=["3411"], present_locality=False),
        HiddenFrom(),
    ],
    ids=["park", "region", "locality"],
)
def test_a2_for_the_excluded_the_listing_does_not_exist(hall: Hall, hidden: HiddenFrom) -> None:
    said = hidden.model_copy(update={"parks": [hall.park for _ in hidden.parks]})
    empty = hall.answers("park", "/needs/open", "/api/v1/open-needs", "/")
    need = hall.enter(said, origin="341103", land_mu=150)
    assert hall.answers("park", "/needs/open", "/api/v1/open-needs", "/") == empty
    for who in ("park", "", "waiting"):
        for kind in ("/needs/open/{}", "/api/v1/open-needs/{}"):
            answers = hall.answers(who, kind.format(need.listing_id), kind.format("abcdefgh2345"))
            made = [(status, text.replace(str(need.listing_id), "abcdefgh2345")) for status, text in answers]
            assert (made[0], made[0][0]) == (made[1], 404)
    # an `after` that is hidden begins anew, as one that never was
    hall.enter(origin=None)
    hall.enter(origin=None)
    for who in ("park", ""):
        texts = [
            text
            for _, text in hall.answers(who, f"/needs/open?after={need.listing_id}", "/needs/open?after=abcdefgh2345")
        ]
        assert texts[0].replace(str(need.listing_id), "abcdefgh2345") == texts[1]


def test_a2_anothers_need_its_preview_and_its_views_are_the_same_404_as_none(hall: Hall) -> None:
    need = hall.enter()
    for page in ("", "/others", "/views", "/edit"):
        for who in ("firm", "park", "platform"):
            answers = hall.answers(who, f"/needs/{need.public_id}{page}", f"/needs/abcdefgh2345{page}")
            made = [(status, text.replace(need.public_id, "abcdefgh2345")) for status, text in answers]
            assert (made[0], made[0][0]) == (made[1], 404)
    for page in ("/limits", "/cure", "/list"):
        browser = hall.browser("firm")
        assert browser.post(f"/needs/{need.public_id}{page}", data={"version": "1"}).status_code == 404
    with hall.writing() as session:
        assert session.get_one(Need, need.id).version == need.version


def test_a3_fields_that_are_not_in_the_forms_change_nothing(hall: Hall) -> None:
    need = hall.enter()
    extra = {"owner_id": "2", "status": "hidden", "listing_id": "mine", "listed_on": "2020-01-01", "hidden_reason": "x"}
    told = {"version": str(need.version), "hidden_from.present_locality": "false", **extra}
    assert hall.browser("owner").post(f"/needs/{need.public_id}/limits", data=told).status_code == 303
    with hall.writing() as session:
        row = session.get_one(Need, need.id)
        kept = (row.owner_id, row.status, row.listing_id, row.listed_on, row.hidden_reason)
        assert kept == (need.owner_id, need.status, need.listing_id, need.listed_on, "")


# ---- A5, A6, A7: search, order, counts


@pytest.mark.parametrize("asked", ["q=隔膜", "origin=310114", "land_mu=150", "owner=1", "sort=land_mu", "title=甲"])
def test_a5_nothing_hidden_can_be_searched_or_sorted_by(hall: Hall, asked: str) -> None:
    hall.enter(title="甲", description="隔膜", land_mu=150)
    hall.enter(title="乙", description="电芯", land_mu=160)
    answers = hall.answers("firm", "/needs/open", f"/needs/open?{asked}")
    rows = [re.findall(r"/needs/open/([a-z0-9]{12})", text) for _, text in answers]
    assert rows[0] == rows[1] != []
    assert hall.answers("firm", f"/api/v1/open-needs?{asked}")[0][0] == 422


def test_a6_the_order_follows_random_ids_within_a_day(hall: Hall) -> None:
    for land in (500, 1, 50, 20, 150, 900):
        hall.enter(land_mu=land)
    document = hall.browser("").get("/api/v1/open-needs").json()
    ids = [row["id"] for row in document["needs"]]
    assert (ids, document["total"]) == (sorted(ids), "6")
    assert all(row["listed_on"] == "2026-11-23" for row in document["needs"])  # a day, no moment


def test_a7_counts_below_five_are_not_told(hall: Hall) -> None:
    for _ in range(4):
        hall.enter()
    assert hall.browser("").get("/api/v1/open-needs").json()["total"] == "<5"
    page = hall.browser("").get("/needs/open").text
    assert set(re.findall(r'class="count">([^<]+)<', page)) == {"&lt;5"}
    hall.enter()
    assert hall.browser("").get("/api/v1/open-needs").json()["total"] == "5"


# ---- A9: taken back at once


def withdraw(session: Session, need: Need, hall: Hall) -> None:
    needs.withdraw(session, need, by=hall.owner, now=NOW)


def exclude(session: Session, need: Need, hall: Hall) -> None:
    hidden = HiddenFrom(parks=[hall.park], present_locality=False)
    disclosure.limit(session, need, Limits(hidden_from=hidden), version=need.version, by=hall.owner, now=NOW)


def suspend(session: Session, need: Need, hall: Hall) -> None:
    session.get_one(Organisation, need.owner_id).standing = Standing.SUSPENDED


@pytest.mark.parametrize("taken_back", [withdraw, exclude, suspend])
def test_a9_what_is_taken_back_is_gone_at_the_next_look(hall: Hall, taken_back: Callable[..., None]) -> None:
    need = hall.enter(land_mu=150)
    browser = hall.browser("park")
    page, document = f"/needs/open/{need.listing_id}", f"/api/v1/open-needs/{need.listing_id}"
    first = [browser.get(page), browser.get(document)]
    assert [answer.status_code for answer in first] == [200, 200]
    assert {answer.headers["cache-control"] for answer in first} == {"no-store"}
    assert all("etag" not in answer.headers for answer in first)
    with hall.writing() as session:
        taken_back(session, session.get_one(Need, need.id), hall)
    told = {"if-none-match": "*", "if-modified-since": "Mon, 23 Nov 2026 02:00:00 GMT"}
    assert [browser.get(each, headers=told).status_code for each in (page, document)] == [404, 404]
    assert str(need.listing_id) not in browser.get("/needs/open").text


def test_a9_a_suspended_reader_sees_what_strangers_see(hall: Hall) -> None:
    need = hall.enter(land_mu="137.31")
    browser = hall.browser("park")
    assert "137.31" in browser.get(f"/needs/open/{need.listing_id}").text
    with hall.writing() as session:
        session.exec(select(Organisation).where(Organisation.name == "park")).one().standing = Standing.SUSPENDED
    assert "137.31" not in browser.get(f"/needs/open/{need.listing_id}").text


def test_a9_a_raised_level_closes_the_field(hall: Hall) -> None:
    need = hall.enter(land_mu="137.31")
    browser, page = hall.browser("park"), f"/needs/open/{need.listing_id}"
    assert "137.31" in browser.get(page).text
    with hall.writing() as session:
        row = session.get_one(Need, need.id)
        raised = Limits(raised={"land_mu": 2}, hidden_from=OPENLY)
        disclosure.limit(session, row, raised, version=row.version, by=hall.owner, now=NOW)
    assert "137.31" not in browser.get(page).text


# ---- A10: every disclosure in the journal, without the value


def test_a10_a_look_at_more_than_the_summary_is_journalled_once_a_day_without_values(hall: Hall) -> None:
    need = hall.enter(land_mu="137.31", jobs=1789)
    for who in ("park", "park", "", "firm"):
        hall.answers(who, f"/needs/open/{need.listing_id}", f"/api/v1/open-needs/{need.listing_id}")
    with hall.writing() as session:
        entries = session.exec(select(Entry).where(Entry.act == Act.DISCLOSED)).all()
        [entry] = entries
        assert (entry.about, entry.about_id, entry.whose_id) == ("listing", need.listing_id, need.owner_id)
        assert entry.facts == {"level": 1, "fields": ["mode", "industry", "land_mu", "jobs"]}
        found = disclosure.views_of(session, session.get_one(Need, need.id), hall.owner)
    assert [(row.organisation, row.times) for row in found.named] == [("park", 4)]
    page = hall.browser("owner").get(f"/needs/{need.public_id}/views").text
    assert "2026-11-23 10:00" in page
    assert timedelta(0) == NOW - found.named[0].hour


def test_a10_moderators_see_no_more_than_parks_and_their_look_is_told(hall: Hall) -> None:
    need = hall.enter(**{name: value for name, (value, _, _) in CANARIES.items()}, energy_basis="calorific")
    text = hall.browser("platform").get("/desk/listings").text
    told = {name for name, (_, canary, _) in CANARIES.items() if canary in plain(text)}
    assert told == {name for name, (_, _, opens) in CANARIES.items() if opens <= Level.PARKS}
    assert [canary for canary in OWNER.values() if canary in text] == []
    assert "platform" in hall.browser("owner").get(f"/needs/{need.public_id}/views").text
    for who in ("", "owner", "firm", "park"):
        assert hall.browser(who).get("/desk/listings").status_code == (404 if who else 303)
