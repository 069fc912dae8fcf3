"""Is a sheet measured by what the market asks, without telling of any one need?"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from marketplace import capacity, needs
from marketplace.capacity import Section, SheetFields, State
from marketplace.capacity.completeness import FEWEST, LEAST, USUAL, Completeness, asked_shares, completeness
from marketplace.database import day_of
from marketplace.needs import Need, NeedFields, NeedStatus
from marketplace.organisations import OrganisationKind
from marketplace.parks import Park
from tests.marketplace.conftest import viewer

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def publish(session: Session, firms: int, before: str = "企业", **said: object) -> list[Need]:
    made = []
    for number in range(firms):
        owner = viewer(session, OrganisationKind.ENTERPRISE, f"{before}{number}")
        fields = NeedFields.model_validate({"industry": "3841", **said})
        made.append(needs.enter(session, fields, owner=owner, now=NOW, simulated=True))
        made[-1].status = NeedStatus.OPEN
    session.flush()
    return made


def measured(session: Session, park: Park, **said: object) -> Completeness:
    capacity.save_sheet(session, park, SheetFields.model_validate(said), by=None, now=NOW)
    return completeness(capacity.sheet_of(session, park, on=day_of(NOW)), asked_shares(session))


def test_below_five_enterprises_the_market_says_nothing(session: Session, park: Park) -> None:
    publish(session, FEWEST - 1, gas_m3_d=500)
    assert asked_shares(session) == {}
    assert measured(session, park).market is False
    publish(session, 1, "又一", gas_m3_d=500)
    assert asked_shares(session) == {"gas": 1.0, "gas_cny_m3": 1.0}


@pytest.mark.parametrize(
    ("field", "answers"),
    [
        ("steam_t_h", {"steam", "steam_cny_t"}),
        ("wastewater_t_d", {"wastewater", "wastewater_cny_m3"}),
        ("hazardous_waste_t_a", {"hazardous_waste", "hazardous_waste_cny_t"}),
    ],
)
def test_who_asks_for_it_asks_for_its_price_too(session: Session, park: Park, field: str, answers: set[str]) -> None:
    publish(session, FEWEST, **{field: 5})
    assert set(asked_shares(session)) == answers
    missing = {each.name: each.section for each in measured(session, park, land_mu=5).missing}
    (price,) = (name for name in answers if "_cny_" in name)
    assert missing[price] is Section.PRICES


def test_what_fewer_than_five_ask_for_does_not_show_among_many(session: Session, park: Park) -> None:
    publish(session, 9, "甲", land_mu=100)
    publish(session, FEWEST - 1, "乙", steam_t_h=5, emissions_t_a={"Pb": 1})
    before = measured(session, park, land_mu=5)
    assert set(asked_shares(session)) == {"land", "largest_plot", "land_10k_mu"}
    assert {each.name for each in before.missing} <= {*USUAL}
    publish(session, 1, "丙", land_mu=100)  # one more in ten moves a tenth at most
    assert asked_shares(session)["land"] == 0.7


def test_one_enterprise_with_many_needs_counts_once(session: Session, park: Park) -> None:
    publish(session, FEWEST, "甲", land_mu=100)
    owner = viewer(session, OrganisationKind.ENTERPRISE, "大户")
    for _ in range(10):
        fields = NeedFields.model_validate({"industry": "3841", "steam_t_h": 8})
        needs.enter(session, fields, owner=owner, now=NOW, simulated=True).status = NeedStatus.OPEN
    session.flush()
    assert asked_shares(session) == {"land": 0.8, "largest_plot": 0.8, "land_10k_mu": 0.8}


@pytest.mark.parametrize("status", [NeedStatus.DRAFT, NeedStatus.WITHDRAWN, NeedStatus.HIDDEN])
def test_what_is_not_open_is_not_asked(session: Session, park: Park, status: NeedStatus) -> None:
    for need in publish(session, FEWEST, land_mu=100):
        need.status = status
    session.flush()
    assert asked_shares(session) == {}


def test_the_most_asked_that_is_missing_comes_first_and_names_its_section(session: Session, park: Park) -> None:
    publish(session, 6, "甲", land_mu=100, power_kva=5000)
    publish(session, 5, "乙", land_mu=10, emissions_t_a={"COD": 1})
    found = measured(session, park, largest_plot_mu=20, land_10k_mu=18)
    assert [(each.name, each.field, each.section) for each in found.missing[:3]] == [
        ("land", "land_mu", Section.LAND),
        ("power", "power_kva", Section.ENERGY),
        ("emission:COD", "emissions_t_a.COD", Section.QUOTAS),
    ]
    assert found.market is True


def test_what_is_out_of_date_is_missing_and_all_that_is_asked_makes_it_whole(session: Session, park: Park) -> None:
    publish(session, FEWEST, land_mu=100)
    everything = {"land_mu": 900, "largest_plot_mu": 100, "land_10k_mu": 18, "building_m2": 10}
    everything |= {"power_kva": 1, "energy_tce": 1, "water_t_d": 1, "wastewater_t_d": 1}
    found = measured(session, park, **everything, supply_modes=["sale"], available_on="2027-01-01")
    assert (found.share, found.missing) == (1.0, ())
    later = completeness(capacity.sheet_of(session, park, on=day_of(NOW + timedelta(days=60))), asked_shares(session))
    stale = {each.name for each in later.missing}
    assert (stale, {each.state for each in later.missing}) == (
        {"land", "largest_plot", "building", "available_on"},
        {State.STALE},
    )
    assert later.share == pytest.approx((1 + 5 * LEAST) / (3 + 7 * LEAST))
