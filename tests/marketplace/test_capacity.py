"""Does a sheet say what was written, as of when, and is what no longer holds unknown?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from marketplace import capacity
from marketplace.capacity import Capacity, SheetFields, State
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields, join
from marketplace.resources import FACTS, RESOURCES, TERMS, Source, ages_as
from matching.freshness import LIFETIME_DAYS

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ON = date(2026, 11, 23)
WHOLE: dict[str, Any] = {
    "land_mu": "10 公顷",
    "land_mu_used": 30,
    "largest_plot_mu": 80,
    "power_kva": "20 MVA",
    "energy_tce": "500万kWh",
    "energy_basis": "calorific",
    "emissions_t_a.COD": "3.2",
    "emissions_t_a.NH3-N": "300 kg/a",
    "emissions_t_a_used.COD": "0.2",
    "replacement.COD": "2",
    "land_10k_mu": "100元/㎡",
    "investment_10k_mu": 150,
    "green_power_share": "35%",
    "chemical_park": "否",
    "prohibited": "2614、1711",
    "supply_modes": "出让",
    "available_on": "2027-03-01",
}


def sheet(**said: Any) -> SheetFields:
    return SheetFields.model_validate(said)


def faults_of_saving(session: Session, park: Park, office: Viewer, **said: Any) -> list[str]:
    with pytest.raises(Refusal) as refused:
        capacity.save_sheet(session, park, sheet(**said), by=office, now=NOW)
    assert session.exec(select(func.count()).select_from(Capacity)).one() == 0
    return sorted({fault.where for fault in refused.value.faults})


def test_a_sheet_comes_back_as_it_was_said(session: Session, park: Park, office: Viewer) -> None:
    assert capacity.save_sheet(session, park, sheet(**WHOLE), by=office, now=NOW)
    session.expire_all()
    seen = capacity.sheet_of(session, park, on=ON)
    assert {entry.name: entry.value for entry in seen.entries if entry.source} == {
        "land": 120,
        "largest_plot": 80,
        "power": 20_000,
        "energy": Decimal("614.5"),
        "emission:COD": 3,
        "emission:NH3-N": Decimal("0.3"),
        "land_10k_mu": Decimal("6.666666666667"),
        "investment_10k_mu": 150,
        "green_power_share": Decimal("0.35"),
        "chemical_park": False,
        "prohibited": ["2614", "1711"],
        "supply_modes": ["sale"],
        "available_on": "2027-03-01",
        "replacement": {"COD": 2},
    }
    assert (seen["land"].design, seen["land"].used, seen["land"].typed) == (150, 30, {"land_mu": "10 公顷"})
    assert {entry.state for entry in seen.entries} == {State.FRESH, State.UNKNOWN}
    assert capacity.fields_of(session, park) == sheet(**WHOLE)


def test_a_park_that_said_nothing_is_unknown_throughout(session: Session, park: Park) -> None:
    seen = capacity.sheet_of(session, park, on=ON)
    assert [entry.name for entry in seen.entries] == [*RESOURCES, *TERMS, *FACTS]
    assert {entry.state for entry in seen.entries} == {State.UNKNOWN}
    assert (seen.said, seen.stale, seen.simulated) == (0, 0, False)


def test_only_what_changed_is_written_with_a_new_date_and_the_version_rises_once(
    session: Session, park: Park, office: Viewer
) -> None:
    capacity.save_sheet(session, park, sheet(**WHOLE), by=office, now=NOW)
    version = park.version
    later = NOW + timedelta(days=3)
    assert not capacity.save_sheet(session, park, sheet(**WHOLE), by=office, now=later)
    assert park.version == version
    changed = sheet(**{**WHOLE, "power_kva": 15000, "land_10k_mu": None})
    assert capacity.save_sheet(session, park, changed, by=office, now=later, source=Source.DOCUMENT)
    assert park.version == version + 1
    seen = capacity.sheet_of(session, park, on=ON + timedelta(days=3))
    assert (seen["power"].as_of, seen["power"].source, seen["power"].value) == (date(2026, 11, 26), "document", 15000)
    assert (seen["land"].as_of, seen["land"].source) == (ON, "declared")
    assert seen["land_10k_mu"].state == State.UNKNOWN


def test_stale_values_stay_visible_and_one_action_confirms_the_whole_sheet(
    session: Session, park: Park, office: Viewer
) -> None:
    capacity.save_sheet(session, park, sheet(**WHOLE), by=office, now=NOW)
    later = NOW + timedelta(days=31)
    seen = capacity.sheet_of(session, park, on=ON + timedelta(days=31))
    stale = {entry.name for entry in seen.entries if entry.state is State.STALE}
    assert stale == {"land", "largest_plot", "available_on"}
    assert seen["land"].value == 120
    version = park.version
    assert capacity.reconfirm(session, park, by=office, now=later) == 14
    assert park.version == version + 1
    assert capacity.sheet_of(session, park, on=ON + timedelta(days=31)).stale == 0
    assert capacity.reconfirm(session, park, by=office, now=later) == 0
    assert park.version == version + 1


def test_a_stated_end_beats_the_lifetime_and_a_confirmation_lifts_it_when_it_is_past(
    session: Session, park: Park, office: Viewer
) -> None:
    ends = ON + timedelta(days=5)
    capacity.save_sheet(session, park, sheet(power_kva=10), by=office, now=NOW, valid_until=ends)
    assert capacity.sheet_of(session, park, on=ends)["power"].state == State.FRESH
    assert capacity.sheet_of(session, park, on=ends + timedelta(days=1))["power"].state == State.STALE
    capacity.reconfirm(session, park, by=office, now=NOW + timedelta(days=6))
    assert capacity.sheet_of(session, park, on=ends + timedelta(days=30))["power"].state == State.FRESH


def test_a_value_of_a_later_day_was_not_yet_known(session: Session, park: Park, office: Viewer) -> None:
    capacity.save_sheet(session, park, sheet(power_kva=10), by=office, now=NOW)
    assert capacity.sheet_of(session, park, on=ON - timedelta(days=1))["power"].state == State.UNKNOWN


def test_rules_do_not_age(session: Session, park: Park, office: Viewer) -> None:
    capacity.save_sheet(session, park, sheet(**WHOLE), by=office, now=NOW)
    seen = capacity.sheet_of(session, park, on=ON + timedelta(days=5000))
    fresh = {entry.name for entry in seen.entries if entry.state is State.FRESH}
    assert fresh == {"investment_10k_mu", "prohibited", "replacement"}


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"land_mu_used": 1}, ["land_mu_used"]),
        ({"land_mu": 1, "land_mu_used": 2}, ["land_mu_used"]),
        ({"emissions_t_a_used.COD": 1}, ["emissions_t_a_used.COD"]),
        ({"land_mu": 100, "land_mu_used": 50, "largest_plot_mu": 60}, ["largest_plot_mu"]),
        ({"land_mu": 40, "land_mu_used": 50, "largest_plot_mu": 60}, ["land_mu_used"]),  # said once, by the cause
        ({"prohibited": "9999", "restricted": "abc"}, ["prohibited", "restricted"]),
        ({"energy_tce": "500万kWh", "energy_basis": "coal_equivalent"}, ["energy_tce"]),
    ],
)
def test_what_cannot_be_is_refused_at_its_place_and_nothing_is_written(
    session: Session, park: Park, office: Viewer, said: dict[str, Any], where: list[str]
) -> None:
    assert faults_of_saving(session, park, office, **said) == where


def test_an_empty_sheet_and_one_of_zeros_are_sheets(session: Session, park: Park, office: Viewer) -> None:
    assert not capacity.save_sheet(session, park, sheet(), by=office, now=NOW)
    assert capacity.save_sheet(session, park, sheet(land_mu=0, power_kva=0), by=office, now=NOW)
    assert capacity.sheet_of(session, park, on=ON)["land"].value == 0


def test_what_is_held_or_committed_cannot_be_taken_off_the_sheet(session: Session, park: Park, office: Viewer) -> None:
    capacity.save_sheet(session, park, sheet(land_mu=100, power_kva=10), by=office, now=NOW)
    row = session.exec(select(Capacity).where(col(Capacity.resource) == "land")).one()
    row.held, row.committed = 20_000_000, 30_000_000
    session.flush()
    for less in ({"power_kva": 10}, {"land_mu": 49, "power_kva": 10}, {"land_mu": 60, "land_mu_used": 11}):
        with pytest.raises(Refusal) as refused:
            capacity.save_sheet(session, park, sheet(**less), by=office, now=NOW)
        assert [(fault.where, fault.params["promised"]) for fault in refused.value.faults] == [("land_mu", 50)]
    capacity.save_sheet(session, park, sheet(land_mu=50, power_kva=10), by=office, now=NOW)
    entry = capacity.sheet_of(session, park, on=ON, exact=True)["land"]
    assert (entry.value, entry.design, entry.committed, entry.held) == (0, 50, 30, 20)


@pytest.mark.parametrize("change", ["held = 71", "design = -1", "used = 200", "committed = -1", "basis = 'x'"])
def test_the_database_itself_refuses_less_than_nothing(
    session: Session, park: Park, office: Viewer, change: str
) -> None:
    capacity.save_sheet(session, park, sheet(power_kva=100, power_kva_used=30), by=office, now=NOW)
    with pytest.raises(IntegrityError):
        session.connection().execute(text(f"UPDATE capacity SET {change}"))


def test_a_resource_stands_once_on_a_sheet(session: Session, park: Park, office: Viewer) -> None:
    capacity.save_sheet(session, park, sheet(power_kva=100), by=office, now=NOW)
    session.add(Capacity(park_id=park.id, resource="power", design=1, as_of=ON, updated_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()


def test_only_who_speaks_for_the_park_writes_its_sheet(
    session: Session, park: Park, other_office: Viewer, enterprise: Viewer
) -> None:
    for somebody in (other_office, enterprise):
        with pytest.raises(NotFound):
            capacity.save_sheet(session, park, sheet(land_mu=1), by=somebody, now=NOW)
        with pytest.raises(NotFound):
            capacity.reconfirm(session, park, by=somebody, now=NOW)


def test_two_who_save_at_once_do_not_undo_each_other(engine: Any, park: Park, office: Viewer, session: Session) -> None:
    stale = Park(**{**park.model_dump(), "id": park.id, "version": park.version})
    capacity.save_sheet(session, park, sheet(land_mu=1), by=office, now=NOW)
    with pytest.raises(Conflict):
        capacity.save_sheet(session, stale, sheet(land_mu=2), by=office, now=NOW)


def test_sheets_of_many_parks_enter_as_if_each_were_saved(session: Session, office: Viewer) -> None:
    made = [join(session, ParkFields(name=f"园区{number}"), by=office, now=NOW) for number in range(3)]
    others = [join(session, ParkFields(name=f"另园{number}"), by=office, now=NOW) for number in range(3)]
    day = ON - timedelta(days=9)
    versions = [park.version for park in made]
    entered = capacity.enter_sheets(
        session, [(park, sheet(**WHOLE), day) for park in made], source=Source.SIMULATED, now=NOW
    )
    for park in others:
        capacity.save_sheet(session, park, sheet(**WHOLE), by=None, now=NOW, source=Source.SIMULATED, as_of=day)
    assert entered == 14 * 3
    assert [park.version for park in made] == [version + 1 for version in versions]
    for one, other in zip(made, others, strict=True):
        assert capacity.sheet_of(session, one, on=ON) == capacity.sheet_of(session, other, on=ON)


def test_what_is_simulated_says_so(session: Session, park: Park, office: Viewer) -> None:
    other = join(session, ParkFields(name="另一园区"), by=office, now=NOW)
    capacity.save_sheet(session, park, sheet(land_mu=1, chemical_park=True), by=None, now=NOW, source=Source.SIMULATED)
    capacity.save_sheet(session, park, sheet(land_mu=2, chemical_park=True), by=office, now=NOW)
    capacity.save_sheet(session, other, sheet(land_mu=2), by=office, now=NOW)
    assert capacity.simulated_fields(session, park) == {"chemical_park"}
    assert capacity.simulated_among(session, [park.code, other.code]) == {park.code}
    assert capacity.sheet_of(session, park, on=ON).simulated


def test_a_price_of_which_a_wan_slipped_and_energy_without_basis_are_doubted() -> None:
    said = sheet(land_10k_mu=200_000, tax_10k_mu_a=10, energy_tce=5, hazardous_waste_cny_t="0.25", steam_cny_t=210)
    doubted = ["land_10k_mu", "hazardous_waste_cny_t", "energy_basis"]
    assert [fault.where for fault in capacity.doubts_of_sheet(said)] == doubted


def test_every_kind_of_value_has_a_lifetime_or_is_a_rule() -> None:
    kinds = {name: ages_as(name) for name in (*RESOURCES, *TERMS, *FACTS, "emission:COD")}
    assert {name for name, kind in kinds.items() if kind is None} == {
        "investment_10k_mu",
        "tax_10k_mu_a",
        "prohibited",
        "restricted",
        "replacement",
    }
    assert {kind for kind in kinds.values() if kind} == set(LIFETIME_DAYS) - {"response_rate"}


@pytest.mark.parametrize("name", ["land", "power", "emission:COD"])
def test_freshness_is_the_same_rule_in_sql(session: Session, park: Park, name: str) -> None:
    grid = {
        f"emission:{age},{left}": (ON - timedelta(days=age), None if left is None else ON + timedelta(days=left))
        for age in (-2, -1, 0, 1, 29, 30, 31, 89, 90, 91, 400)
        for left in (None, -1, 0, 1, 50)
    }
    for resource, (as_of, valid_until) in grid.items():
        dates = {"as_of": as_of, "valid_until": valid_until, "updated_at": NOW}
        session.add(Capacity(park_id=park.id, resource=resource, design=1, **dates))
    session.flush()
    fresh = set(session.exec(select(Capacity.resource).where(capacity.fresh_clause(name, ON))))
    assert fresh == {resource for resource, dates in grid.items() if capacity.holds(name, *dates, ON)}
    assert 0 < len(fresh) < len(grid)
