"""Is a firm warned when its summary could single it out, and does what is offered mend it?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from marketplace import disclosure, needs
from marketplace.disclosure import K, Level, Limits, Summary, anonymity, seen
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import OrganisationKind, Viewer
from matching.records import Mode
from tests.marketplace.conftest import viewer

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
RARE = {"industry": "2664", "origin": "530100", "land_mu": 45}  # a chemical where few firms are listed
LIST = Callable[..., Need]
OPENLY = HiddenFrom(present_locality=False)


@pytest.fixture
def lists(session: Session) -> LIST:
    """Lists a need of a new firm, or of `owner`."""
    firms = iter(range(99))

    def made(owner: Viewer | None = None, hidden: HiddenFrom = OPENLY, **said: Any) -> Need:
        who = owner or viewer(session, OrganisationKind.ENTERPRISE, f"企业{next(firms)}")
        need = needs.enter(session, NeedFields.model_validate({**RARE, **said}), owner=who, now=NOW)
        disclosure.limit(session, need, Limits(hidden_from=hidden), version=1, by=who, now=NOW)
        disclosure.publish(session, need, by=who, now=NOW)
        return need

    return made


def asked(session: Session, need: Need, by: Viewer) -> anonymity.Anonymity:
    return disclosure.anonymity_of(session, need, by=by, now=NOW)


def test_a_rare_need_is_warned_of_until_five_firms_say_the_same(
    session: Session, enterprise: Viewer, lists: LIST
) -> None:
    own, told = lists(enterprise), []
    assert anonymity.firms_around(own, "266") < K
    for _ in range(1, K):
        told.append(asked(session, own, enterprise).enough)
        lists()
    assert told == [False] * len(told)
    assert told
    assert asked(session, own, enterprise).enough


def test_a_firm_with_five_needs_is_one_firm(session: Session, enterprise: Viewer, rival: Viewer, lists: LIST) -> None:
    own = lists(enterprise)
    for _ in range(K):
        lists(rival)
    others = [(rival.organisation_id, seen(own, Level.PUBLIC).summary)] * K
    alone = anonymity.crowd(own, seen(own, Level.PUBLIC).summary, [])
    assert anonymity.crowd(own, seen(own, Level.PUBLIC).summary, others) == alone + 1


def test_needs_that_are_hidden_from_the_asker_do_not_count_so_that_nobody_asks_after_them(
    session: Session, enterprise: Viewer, lists: LIST
) -> None:
    own = lists(enterprise)
    before = asked(session, own, enterprise)
    for _ in range(2 * K):
        lists(None, HiddenFrom(regions=["11"]))  # nobody knows where the asker sits
    assert asked(session, own, enterprise) == before


def test_the_field_that_singles_out_is_named_with_the_least_that_mends_it(
    session: Session, enterprise: Viewer, lists: LIST
) -> None:
    own = lists(enterprise, land_mu=45)  # 20–50 mu; a step wider is under 100
    for _ in range(K):
        lists(None, land_mu=60)
    found = asked(session, own, enterprise)
    assert not found.enough
    [cure] = [cure for cure in found.alone if cure.field == "land_mu"]
    assert not cure.hides
    limits = Limits(hidden_from=OPENLY, wider={"land_mu": cure.steps})
    disclosure.limit(session, own, limits, version=own.version, by=enterprise, now=NOW)
    assert asked(session, own, enterprise).enough


def test_listed_firms_are_counted_in_the_smallest_area_that_may_see(session: Session, enterprise: Viewer) -> None:
    fields = NeedFields.model_validate({"industry": "3841", "origin": "310114"})
    need = needs.enter(session, fields, owner=enterprise, now=NOW)
    shown = anonymity.firms_around(need, "384")  # the city does not see it, so the country is around it
    disclosure.limit(session, need, Limits(hidden_from=OPENLY), version=1, by=enterprise, now=NOW)
    assert (shown, anonymity.firms_around(need, "384")) == tuple(anonymity.firms_in(area, "384") for area in ("", "31"))
    assert anonymity.firms_in("31", "384") < anonymity.firms_in("31", "38") < anonymity.firms_in("31", "C")
    need.origin = None
    assert anonymity.firms_around(need, "384") == 0


ranged = st.fixed_dictionaries({}, optional={"land_mu": st.integers(0, 1500), "power_kva": st.integers(0, 200_000)})
said = st.builds(
    lambda amounts, industry, prefer, mode: NeedFields.model_validate(
        {**amounts, "industry": industry, "regions": {"prefer": prefer}, "mode": mode}
    ),
    ranged,
    st.sampled_from(["3841", "3842", "3852", "1432"]),
    st.lists(st.sampled_from(["31", "3401"]), max_size=2),
    st.sampled_from([Mode.RELOCATION, Mode.HQ_BASE]),
)
names = ("industry", *disclosure.EDGES, "regions.only", "regions.prefer")
kept = st.frozensets(st.sampled_from(names))
wider = st.dictionaries(st.sampled_from(["industry", "land_mu", "power_kva"]), st.integers(0, 2))


def summary(fields: NeedFields, of: frozenset[str], steps: dict[str, int]) -> Summary:
    return disclosure.summary_of(fields, of, steps)


@settings(max_examples=150, deadline=None)
@given(said, kept, wider, kept, wider)
def test_a_coarser_summary_covers_the_finer_one(
    fields: NeedFields, some: frozenset[str], steps: dict[str, int], fewer: frozenset[str], more: dict[str, int]
) -> None:
    fine = summary(fields, some, steps)
    coarse = summary(fields, some & fewer, {name: max(steps.get(name, 0), more.get(name, 0)) for name in names})
    assert anonymity.covers(coarse, fine)
    assert anonymity.covers(fine, fine)


@settings(max_examples=100, deadline=None)
@given(said, st.lists(said, max_size=12), kept, wider)
def test_a_group_is_of_those_whose_summaries_say_no_other(
    fields: NeedFields, others: list[NeedFields], some: frozenset[str], steps: dict[str, int]
) -> None:
    """Who is in the group of a widened summary would, widened as much, say nothing that it does not say."""
    own = summary(fields, some, steps)
    need = Need(owner_id=0)
    rows = [(owner, summary(each, frozenset(names), {})) for owner, each in enumerate(others, 1)]
    alike = [each for each in others if anonymity.covers(own, summary(each, some, steps))]
    group = anonymity.crowd(need, own, rows) - 1  # a need without a place has no listed firms around
    assert group <= len(alike)
