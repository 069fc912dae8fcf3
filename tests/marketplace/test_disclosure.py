"""Does everybody see of a need what their level opens, and is it nothing at all for whom it does not exist?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from marketplace import disclosure, needs
from marketplace.disclosure import (
    COARSE,
    FIELDS,
    RAISABLE,
    STRANGER,
    Grant,
    Level,
    Limits,
    Onlooker,
    exact_level,
    level_for,
    level_of,
    seen,
)
from marketplace.errors import NotFound, Refusal
from marketplace.journal import Act, Entry
from marketplace.mandates import Mandate, MandateStatus
from marketplace.needs import HiddenFrom, Need, NeedFields, RegionChoice
from marketplace.organisations import Organisation, OrganisationKind, Standing, Viewer
from marketplace.parks import Park, ParkFields, join, merge
from matching.records import Mode
from tests.marketplace.conftest import viewer

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "title": "二期", "industry": "3841", "description": "锂离子动力电池", "origin": "310114", "land_mu": 150,
    "power_kva": 20000, "energy_tce": 8200, "energy_basis": "calorific", "emissions_t_a": {"COD": 3.2},
    "investment_10k": 80000, "jobs": 600, "needed_on": "2027-06-30", "supply_modes": ["sale"],
    "regions": {"prefer": ["3401"], "exclude": ["31"]}, "importance": ["land_price"],
}  # fmt: skip
OPENLY = HiddenFrom(present_locality=False)
FARAWAY = Onlooker(True, places=frozenset({"530100"}))
PARK = Onlooker(True, frozenset({"P1"}), frozenset({"P1"}), frozenset({"530100"}))


def drafted(session: Session, owner: Viewer, **said: Any) -> Need:
    return needs.enter(session, NeedFields.model_validate({**ASKED, **said}), owner=owner, now=NOW)


def listed(session: Session, owner: Viewer, hidden: HiddenFrom = OPENLY, **said: Any) -> Need:
    need = drafted(session, owner, **said)
    disclosure.limit(session, need, Limits(hidden_from=hidden), version=need.version, by=owner, now=NOW)
    disclosure.publish(session, need, by=owner, now=NOW)
    return need


def standing(session: Session, by: Viewer, to: Standing) -> None:
    session.get_one(Organisation, by.organisation_id).standing = to
    session.flush()


def acts(session: Session, act: Act) -> list[Entry]:
    return list(session.exec(select(Entry).where(Entry.act == act).order_by(col(Entry.id))))


# ---- fields and levels

amounts = st.decimals(0, 10**6, places=2, allow_nan=False)
maybe = st.none() | amounts
codes = st.sampled_from(["11", "31", "3101", "340100", "44"])
blind = st.builds(
    Need,
    title=st.sampled_from(["", "甲项目"]),
    mode=st.sampled_from([Mode.RELOCATION, Mode.HQ_BASE]),
    industry=st.sampled_from([None, "3841", "1432", "26"]),
    description=st.sampled_from(["", "只有我们知道的产品"]),
    origin=st.none() | codes,
    hq=st.none() | codes,
    **dict.fromkeys(("land_mu", "building_m2", "power_kva", "investment_10k", "energy_tce", "water_t_d"), maybe),
    jobs=st.none() | st.integers(0, 9999),
    needed_on=st.none() | st.dates(date(2027, 1, 1), date(2030, 1, 1)),
    emissions_t_a=st.dictionaries(st.sampled_from(["COD", "NOx"]), amounts),
    supply_modes=st.just([]) | st.just(["sale"]),
    regions=st.builds(
        RegionChoice,
        only=st.lists(codes, max_size=5),
        prefer=st.lists(codes, max_size=5),
        exclude=st.lists(codes, max_size=5),
    ),
    weights=st.just({}) | st.just({"land_price": 0.5}),
    importance=st.just([]) | st.just(["distance"]),
    typed=st.just({}) | st.just({"land_mu": "约 10 公顷"}),
    raised=st.dictionaries(st.sampled_from(RAISABLE), st.integers(1, 3)),
    wider=st.dictionaries(st.sampled_from(["industry", "land_mu", "power_kva"]), st.integers(1, 2)),
    hidden_from=st.builds(
        HiddenFrom, parks=st.lists(st.sampled_from(["P1", "P2"]), max_size=5), regions=st.lists(codes, max_size=5)
    ),
    owner_id=st.just(1),
    listing_id=st.just("abc"),
    listed_on=st.just(NOW.date()),
)
levels = st.sampled_from(list(Level))


def value_of(fields: Any, name: str) -> Any:
    head, _, inner = name.partition(".")
    return getattr(getattr(fields, head), inner) if inner else getattr(fields, head)


def test_every_field_of_a_need_has_a_level() -> None:
    whole = {name for name in FIELDS if "." not in name}
    parts = {name.partition(".")[2] for name in FIELDS if name.startswith("regions.")}
    assert whole | {"regions"} == set(NeedFields.model_fields)
    assert parts == set(RegionChoice.model_fields)
    assert set(COARSE) | {"mode"} == {name for name, level in FIELDS.items() if level == Level.PUBLIC}


@settings(max_examples=150, deadline=None)
@given(blind, levels)
def test_what_is_seen_holds_no_field_of_a_higher_level(need: Need, level: Level) -> None:
    shown, empty = seen(need, level), NeedFields()
    for name in FIELDS:
        opens = exact_level(need, name)
        if opens is None or opens > level:
            assert value_of(shown.fields, name) == value_of(empty, name)
            assert name not in shown.names
        else:
            assert value_of(shown.fields, name) == value_of(need, name)


def with_other_secrets(need: Need, other: Need, level: Level) -> Need:
    """The same need with every field that is not open at a level taken from another."""
    taken = {}
    for name in FIELDS:
        opens = exact_level(need, name)
        if "." not in name and name not in COARSE and (opens is None or opens > level):
            taken[name] = getattr(other, name)
    state = ("raised", "wider", "hidden_from", "owner_id", "listing_id", "listed_on")
    return Need(**{**{name: getattr(need, name) for name in (*NeedFields.model_fields, *state)}, **taken})


@settings(max_examples=150, deadline=None)
@given(blind, blind, levels)
def test_what_is_hidden_moves_nothing_of_what_is_seen(need: Need, other: Need, level: Level) -> None:
    assert seen(with_other_secrets(need, other, level), level) == seen(need, level)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(disclosure.EDGES)), amounts, st.integers(0, 2))
def test_an_amount_lies_in_its_range_and_a_wider_one_holds_it(name: str, amount: Decimal, wider: int) -> None:
    each = disclosure.range_of(name, amount, wider)
    assert each.least is None or each.least <= amount
    assert each.below is None or amount < each.below
    for edge in (each.least, each.below):
        assert edge is None or edge in disclosure.EDGES[name]


@pytest.mark.parametrize(("wider", "said"), [(0, "384"), (1, "38"), (2, "C")])
def test_an_industry_is_said_by_its_group_or_coarser(wider: int, said: str) -> None:
    assert disclosure.industry_group("3841", wider) == said


def test_a_raised_field_leaves_the_summary_and_opens_later(session: Session, enterprise: Viewer) -> None:
    need = drafted(session, enterprise)
    disclosure.limit(session, need, Limits(raised={"land_mu": 2, "jobs": 3}), version=1, by=enterprise, now=NOW)
    assert seen(need, Level.PUBLIC).summary.range_of("land_mu") is None
    assert seen(need, Level.PARKS).fields.land_mu is None
    assert seen(need, Level.BOTH).fields.land_mu == 150
    assert (seen(need, Level.BOTH).fields.jobs, seen(need, Level.PROMISE).fields.jobs) == (None, 600)


def test_the_fields_that_open_are_named_with_the_identity(session: Session, enterprise: Viewer) -> None:
    need = drafted(session, enterprise)
    opening = {level: disclosure.fields_opening(need, level) for level in Level}
    assert opening[Level.PUBLIC] == ("mode",)
    assert {"land_mu", "jobs", "industry", "regions.prefer"} <= set(opening[Level.PARKS])
    assert opening[Level.BOTH] == (*disclosure.IDENTITY, "regions.exclude", "title", "description", "origin")
    assert opening[Level.PROMISE] == ()


@pytest.mark.parametrize(
    ("limits", "where"),
    [
        ({"raised": {"land_mu": 0}}, "raised.land_mu"),
        ({"raised": {"title": 1}}, "raised.title"),
        ({"raised": {"title": 4}}, "raised.title"),
        ({"raised": {"weights": 1}}, "raised.weights"),
        ({"raised": {"nothing": 1}}, "raised.nothing"),
        ({"wider": {"jobs": 1}}, "wider.jobs"),
        ({"wider": {"land_mu": 3}}, "wider.land_mu"),
        ({"hidden_from": {"parks": ["G999999"]}}, "hidden_from.parks"),
        ({"hidden_from": {"regions": ["999999"]}}, "hidden_from.regions"),
    ],
)
def test_a_level_is_raised_never_lowered(
    session: Session, enterprise: Viewer, limits: dict[str, Any], where: str
) -> None:
    need = drafted(session, enterprise)
    with pytest.raises(Refusal) as refused:
        disclosure.limit(session, need, Limits.model_validate(limits), version=1, by=enterprise, now=NOW)
    assert [fault.where for fault in refused.value.faults] == [where]
    assert (need.version, need.raised, need.wider) == (1, {}, {})


# ---- who looks


@pytest.mark.parametrize(
    ("hidden", "looks", "level"),
    [
        (OPENLY, STRANGER, Level.PUBLIC),
        (OPENLY, FARAWAY, Level.PUBLIC),
        (OPENLY, PARK, Level.PARKS),
        (HiddenFrom(), STRANGER, None),  # the need has a present place: a stranger could sit there
        (HiddenFrom(), FARAWAY, Level.PUBLIC),
        (HiddenFrom(), Onlooker(True), None),  # nobody knows where it sits
        (HiddenFrom(), Onlooker(True, places=frozenset({"310115"})), None),  # another district of the same city
        (HiddenFrom(), Onlooker(True, places=frozenset({"310000"})), None),  # an office of the whole province
        (HiddenFrom(), Onlooker(True, places=frozenset({"320500"})), Level.PUBLIC),
        (HiddenFrom(parks=["P1"], present_locality=False), PARK, None),
        (HiddenFrom(parks=["P2"], present_locality=False), PARK, Level.PARKS),
        (HiddenFrom(parks=["P2"], present_locality=False), STRANGER, None),
        (HiddenFrom(regions=["5301"], present_locality=False), PARK, None),
        (HiddenFrom(regions=["53"], present_locality=False), PARK, None),
        (HiddenFrom(regions=["530102"], present_locality=False), PARK, None),
        (HiddenFrom(regions=["5303"], present_locality=False), PARK, Level.PARKS),
    ],
)
def test_who_is_excluded_sees_nothing_and_others_their_level(
    hidden: HiddenFrom, looks: Onlooker, level: Level | None
) -> None:
    need = Need(origin="310114", hidden_from=hidden, owner_id=1)
    assert level_for(need, looks) == level


def test_a_grant_opens_more_but_not_to_who_is_excluded() -> None:
    agreed = Onlooker(True, frozenset({"P1"}), frozenset({"P1"}), frozenset({"530100"}), Level.BOTH)
    assert level_for(Need(hidden_from=OPENLY, owner_id=1), agreed) == Level.BOTH
    assert level_for(Need(hidden_from=HiddenFrom(parks=["P1"]), owner_id=1), agreed) is None


def test_a_draft_exists_for_its_owner_alone(
    session: Session, enterprise: Viewer, rival: Viewer, office: Viewer
) -> None:
    need, everybody = drafted(session, enterprise, origin=None), (enterprise, rival, office, None)
    assert [level_of(session, each, need, now=NOW) for each in everybody] == [3, None, None, None]
    disclosure.publish(session, need, by=enterprise, now=NOW)
    assert [level_of(session, each, need, now=NOW) for each in everybody] == [3, 0, 0, 0]


def test_verified_parks_see_the_requirements(session: Session, enterprise: Viewer, office: Viewer, park: Park) -> None:
    need = listed(session, enterprise)
    assert level_of(session, office, need, now=NOW) == Level.PARKS
    waiting = office.model_copy(update={"standing": Standing.PENDING})
    assert level_of(session, waiting, need, now=NOW) == Level.PUBLIC


@pytest.mark.parametrize("to", [Standing.PENDING, Standing.REJECTED, Standing.SUSPENDED])
def test_an_enterprise_that_is_not_verified_has_no_open_need(
    session: Session, enterprise: Viewer, office: Viewer, park: Park, to: Standing
) -> None:
    need = listed(session, enterprise)
    standing(session, enterprise, to)
    assert (level_of(session, office, need, now=NOW), level_of(session, None, need, now=NOW)) == (None, None)
    assert disclosure.open_needs(session, office, now=NOW) == []


def test_a_mandate_counts_as_the_park_for_seeing_and_for_being_excluded(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    agent = viewer(session, OrganisationKind.ORGANIZER, "代理")
    need = listed(session, enterprise)
    assert level_of(session, agent, need, now=NOW) == Level.PUBLIC
    day = NOW.date() + timedelta(days=9)
    ids = {"principal_id": office.organisation_id, "agent_id": agent.organisation_id, "park_id": park.id}
    session.add(Mandate(**ids, status=MandateStatus.ACTIVE, until_on=day, created_at=NOW, updated_at=NOW))
    session.flush()
    assert level_of(session, agent, need, now=NOW) == Level.PARKS
    hidden = Limits(hidden_from=HiddenFrom(parks=[park.code], present_locality=False))
    disclosure.limit(session, need, hidden, version=need.version, by=enterprise, now=NOW)
    assert level_of(session, agent, need, now=NOW) is None
    assert level_of(session, agent, need, now=NOW + timedelta(days=12)) == Level.PUBLIC  # the mandate has run out


def test_the_seat_of_an_office_excludes_it_as_its_parks_do(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    need = listed(session, enterprise, HiddenFrom(regions=["340100"], present_locality=False))
    assert level_of(session, office, need, now=NOW) == Level.PARKS  # its park lies in 341100
    assert level_of(session, office.model_copy(update={"adcode": "340104"}), need, now=NOW) is None


def test_who_is_excluded_stays_so_after_a_merger(
    session: Session, enterprise: Viewer, office: Viewer, other_office: Viewer, park: Park
) -> None:
    fields = ParkFields.model_validate({"name": "滁州第二产业园", "adcode": "341100", "level": "provincial"})
    into = join(session, fields, by=other_office, now=NOW)
    need = listed(session, enterprise, HiddenFrom(parks=[park.code], present_locality=False))
    assert level_of(session, other_office, need, now=NOW) == Level.PARKS
    merge(session, park, into, by=None, now=NOW)
    assert level_of(session, other_office, need, now=NOW) is None


def test_a_listed_need_keeps_its_industry(session: Session, enterprise: Viewer) -> None:
    need = listed(session, enterprise)
    without = NeedFields.model_validate({**ASKED, "industry": ""})
    with pytest.raises(Refusal) as refused:
        needs.revise(session, need, without, version=need.version, by=enterprise, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["industry"]


def test_what_is_hidden_is_in_no_list(
    session: Session, enterprise: Viewer, rival: Viewer, office: Viewer, park: Park
) -> None:
    shown = listed(session, enterprise)
    hidden = listed(session, rival, HiddenFrom(parks=[park.code], present_locality=False))
    assert disclosure.open_needs(session, office, now=NOW) == [shown]
    assert disclosure.open_needs(session, None, now=NOW) == [shown]
    assert hidden in disclosure.open_needs(session, rival, now=NOW)
    with pytest.raises(NotFound):
        disclosure.need_for(session, hidden.listing_id or "", office, now=NOW)


def test_the_order_tells_the_day_and_nothing_else(session: Session, enterprise: Viewer) -> None:
    for land in (500, 5, 50, 150, 1):
        listed(session, enterprise, land_mu=land)
    found = [need.listing_id for need in disclosure.open_needs(session, None, now=NOW)]
    assert found == sorted(found)


# ---- listing


def test_every_listing_has_an_id_of_its_own(session: Session, enterprise: Viewer) -> None:
    need = listed(session, enterprise)
    first = need.listing_id
    needs.withdraw(session, need, by=enterprise, now=NOW)
    assert (need.listing_id, need.listed_on, level_of(session, None, need, now=NOW)) == (None, None, None)
    disclosure.publish(session, need, by=enterprise, now=NOW)
    assert need.listing_id not in (None, first, need.public_id)


def test_a_need_is_listed_by_its_editors_with_an_industry(session: Session, enterprise: Viewer, rival: Viewer) -> None:
    need = drafted(session, enterprise, industry="")
    with pytest.raises(Refusal) as refused:
        disclosure.publish(session, need, by=enterprise, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["industry"]
    with pytest.raises(NotFound):
        disclosure.publish(session, need, by=rival, now=NOW)
    with pytest.raises(NotFound):
        disclosure.limit(session, need, Limits(), version=1, by=rival, now=NOW)
    assert need.status == "draft"


def test_listing_changing_and_withdrawing_are_in_the_journal_without_values(
    session: Session, enterprise: Viewer
) -> None:
    need = listed(session, enterprise)
    changed = NeedFields.model_validate({**ASKED, "land_mu": 160})
    needs.revise(session, need, changed, version=need.version, by=enterprise, now=NOW)
    needs.withdraw(session, need, by=enterprise, now=NOW)
    found = [(entry.act, entry.about, entry.whose_id) for entry in session.exec(select(Entry).order_by(col(Entry.id)))]
    mine = enterprise.organisation_id
    assert found == [
        (Act.RIGHTS, "need", mine),
        (Act.PUBLISHED, "need", mine),
        (Act.PUBLISHED, "listing", mine),
        (Act.CHANGED, "need", mine),
        (Act.WITHDRAWN, "need", mine),
    ]
    assert acts(session, Act.CHANGED)[0].facts == {"fields": ["land_mu"]}


# ---- grants


def test_a_grant_opens_the_need_to_one_organisation_and_its_end_closes_it(
    session: Session, enterprise: Viewer, rival: Viewer, office: Viewer, other_office: Viewer, park: Park
) -> None:
    need, theirs = listed(session, enterprise), office.organisation_id
    with pytest.raises(NotFound):
        disclosure.grant(session, need, theirs, Level.BOTH, by=rival, now=NOW)
    disclosure.grant(session, need, theirs, Level.BOTH, by=enterprise, now=NOW)
    assert (level_of(session, office, need, now=NOW), level_of(session, other_office, need, now=NOW)) == (2, 0)
    identity = disclosure.identity_of(session, need, Level.BOTH)
    assert identity is not None
    assert (identity.name, disclosure.identity_of(session, need, Level.PARKS)) == ("甲企业", None)
    disclosure.grant(session, need, theirs, Level.PROMISE, by=office, now=NOW)
    assert level_of(session, office, need, now=NOW) == Level.PROMISE
    rows = session.exec(select(Grant).order_by(col(Grant.id)))
    assert [(row.level, row.ended_at) for row in rows] == [(2, NOW), (3, None)]
    disclosure.revoke(session, need, theirs, by=enterprise, now=NOW)
    disclosure.revoke(session, need, theirs, by=enterprise, now=NOW)
    assert level_of(session, office, need, now=NOW) == Level.PARKS
    told = acts(session, Act.DISCLOSED)
    assert [entry.facts["level"] for entry in told] == [2, 3]
    assert "owner.contact" in told[0].facts["fields"]
    assert [entry.facts for entry in acts(session, Act.RIGHTS)][-1] == {"level": 0, "to": theirs}


def test_withdrawal_and_exclusion_close_what_was_granted(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    need = listed(session, enterprise)
    disclosure.grant(session, need, office.organisation_id, Level.PROMISE, by=enterprise, now=NOW)
    hidden = Limits(hidden_from=HiddenFrom(parks=[park.code]))
    disclosure.limit(session, need, hidden, version=need.version, by=enterprise, now=NOW)
    assert level_of(session, office, need, now=NOW) is None
    disclosure.limit(session, need, Limits(hidden_from=OPENLY), version=need.version, by=enterprise, now=NOW)
    assert level_of(session, office, need, now=NOW) == Level.PROMISE
    needs.withdraw(session, need, by=enterprise, now=NOW)
    assert level_of(session, office, need, now=NOW) is None


# ---- views


def test_the_owner_learns_which_organisation_looked_in_which_hour(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    need = listed(session, enterprise)
    for minutes in (0, 20, 45, 70, 60 * 24):
        disclosure.note_view(session, need, Level.PARKS, office, now=NOW + timedelta(minutes=minutes))
    disclosure.note_view(session, need, Level.PROMISE, enterprise, now=NOW)
    found = disclosure.views_of(session, need, enterprise)
    assert {(row.organisation, row.level) for row in found.named} == {("甲管委会", 1)}
    assert [row.times for row in found.named] == [1, 1, 3]
    assert found.named[-1].hour == NOW
    told = acts(session, Act.DISCLOSED)
    assert [entry.at for entry in told] == [NOW, NOW + timedelta(days=1)]
    assert told[0].facts["fields"] == list(seen(need, Level.PARKS).names)
    with pytest.raises(NotFound):
        disclosure.views_of(session, need, office)


def test_strangers_are_a_count_that_is_told_from_five_on(session: Session, enterprise: Viewer, rival: Viewer) -> None:
    need = listed(session, enterprise)
    told = []
    waiting = rival.model_copy(update={"standing": Standing.PENDING})
    for who in (None, waiting, rival, None, None):
        told.append(disclosure.views_of(session, need, enterprise).summary_times)
        disclosure.note_view(session, need, Level.PUBLIC, who, now=NOW)
    assert (told, disclosure.views_of(session, need, enterprise)) == ([None] * 5, disclosure.Views((), 5))
    assert acts(session, Act.DISCLOSED) == []
