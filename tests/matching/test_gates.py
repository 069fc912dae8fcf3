"""What passes, what fails and by how much, and what cannot be decided?"""

from datetime import date
from types import MappingProxyType

import pytest

from matching.gates import covers
from matching.index import Index
from matching.records import EnergyBasis, Gate, Match, Need, Park, Regions, Resources, Standing, Verdict, Why

CALORIFIC, COAL_EQUIVALENT = EnergyBasis.CALORIFIC, EnergyBasis.COAL_EQUIVALENT


def judged(need: Need, park: Park) -> Match:
    return Index.fit([park]).match(need, park.code)


def gate(need: Need, park: Park, name: str) -> Gate:
    return next(each for each in judged(need, park).gates if each.gate == name)


def names(need: Need, park: Park) -> list[str]:
    return [each.gate for each in judged(need, park).gates]


def asking(**amounts: object) -> Need:
    return Need(industry="3841", asks=Resources(**amounts))  # type: ignore[arg-type]


def having(**amounts: object) -> Park:
    return Park("P1", free=Resources(**amounts))  # type: ignore[arg-type]


RESOURCES = [
    ("land", "land_m2", "land_m2", "m2"),
    ("plot", "land_m2", "largest_plot_m2", "m2"),
    ("building", "building_m2", "building_m2", "m2"),
    ("power", "power_kva", "power_kva", "kVA"),
    ("coal", "coal_t_a", "coal_t_a", "t/a"),
    ("water", "water_t_d", "water_t_d", "t/d"),
    ("wastewater", "wastewater_t_d", "wastewater_t_d", "t/d"),
    ("steam", "steam_t_h", "steam_t_h", "t/h"),
    ("gas", "gas_m3_d", "gas_m3_d", "m3/d"),
    ("hazardous_waste", "hazardous_waste_t_a", "hazardous_waste_t_a", "t/a"),
]


@pytest.mark.parametrize(("name", "asked", "free", "unit"), RESOURCES)
def test_an_amount_passes_fails_by_what_is_missing_or_is_unknown(name: str, asked: str, free: str, unit: str) -> None:
    need = asking(**{asked: 100.0})
    assert gate(need, having(**{free: 100.0}), name) == Gate(name, Verdict.PASS, 100.0, 100.0, 0.0, unit)
    assert gate(need, having(**{free: 60.0}), name) == Gate(name, Verdict.FAIL, 100.0, 60.0, 40.0, unit)
    assert gate(need, having(), name) == Gate(name, Verdict.UNKNOWN, 100.0, None, None, unit, Why.PARK_SILENT)


@pytest.mark.parametrize(
    ("land", "plot", "verdicts", "standing"),
    [
        (500.0, 100.0, (Verdict.PASS, Verdict.PASS), Standing.FEASIBLE),
        (500.0, 90.0, (Verdict.PASS, Verdict.FAIL), Standing.INFEASIBLE),
        (500.0, None, (Verdict.PASS, Verdict.UNKNOWN), Standing.UNVERIFIED),
        (None, 100.0, (Verdict.UNKNOWN, Verdict.PASS), Standing.UNVERIFIED),
        (90.0, None, (Verdict.FAIL, Verdict.UNKNOWN), Standing.INFEASIBLE),
        (90.0, 80.0, (Verdict.FAIL, Verdict.FAIL), Standing.INFEASIBLE),
    ],
)
def test_land_is_needed_in_one_plot_so_free_land_alone_does_not_settle_it(
    land: float | None, plot: float | None, verdicts: tuple[Verdict, Verdict], standing: Standing
) -> None:
    match = judged(asking(land_m2=100.0), having(land_m2=land, largest_plot_m2=plot))
    assert [(each.gate, each.verdict) for each in match.gates] == list(zip(("land", "plot"), verdicts, strict=True))
    assert match.standing is standing


def test_a_largest_plot_is_the_parks_and_nothing_a_need_asks_for() -> None:
    match = judged(asking(largest_plot_m2=100.0), having(land_m2=50.0, largest_plot_m2=50.0))
    assert (match.gates, match.standing) == ((), Standing.UNVERIFIED)
    assert names(asking(building_m2=5.0), having(largest_plot_m2=50.0)) == ["building"]


def test_only_what_is_asked_for_is_gated_and_zero_asks_for_nothing() -> None:
    park = having(land_m2=10.0, power_kva=5.0, emissions_t_a={"COD": 1.0, "SO2": 0.0})
    assert names(asking(land_m2=5.0), park) == ["land", "plot"]
    assert names(asking(land_m2=0.0, emissions_t_a={"COD": 0.0}), park) == []
    assert names(asking(emissions_t_a={"COD": 0.5}), park) == ["emission:COD"]


def test_float_noise_is_no_shortfall_and_more_than_noise_is() -> None:
    assert gate(asking(land_m2=0.1 + 0.2), having(land_m2=0.3), "land").verdict is Verdict.PASS
    assert gate(asking(land_m2=1e6), having(land_m2=1e6 * (1 - 2e-9)), "land").verdict is Verdict.FAIL


def test_one_amount_can_pass_while_another_fails() -> None:
    match = judged(asking(steam_t_h=10.0, power_kva=10.0), having(steam_t_h=10.0, power_kva=9.0))
    assert [(each.gate, each.verdict) for each in match.gates] == [("power", Verdict.FAIL), ("steam", Verdict.PASS)]
    assert match.standing is Standing.INFEASIBLE


def test_energy_is_compared_on_one_basis_alone() -> None:
    need = asking(energy_tce=100.0, energy_basis=CALORIFIC)
    assert gate(need, having(energy_tce=100.0, energy_basis=CALORIFIC), "energy").verdict is Verdict.PASS
    assert gate(need, having(energy_tce=90.0, energy_basis=CALORIFIC), "energy").gap == 10.0
    other = gate(need, having(energy_tce=9000.0, energy_basis=COAL_EQUIVALENT), "energy")
    assert other == Gate("energy", Verdict.UNKNOWN, 100.0, 9000.0, None, "tce", Why.BASIS_DIFFERS)
    assert gate(need, having(energy_tce=9000.0), "energy").reason is Why.BASIS_SILENT
    assert gate(need, having(energy_basis=CALORIFIC), "energy").reason is Why.PARK_SILENT
    mine = gate(asking(energy_tce=1.0), having(energy_tce=9.0, energy_basis=CALORIFIC), "energy")
    assert (mine.verdict, mine.reason, mine.lacking) == (Verdict.UNKNOWN, Why.BASIS_SILENT, ("energy_basis",))


def test_a_replacement_multiple_raises_what_is_needed_of_the_quota() -> None:
    need = asking(emissions_t_a={"COD": 3.0})
    park = Park("P1", free=Resources(emissions_t_a={"COD": 5.0}), replacement={"COD": 2.0})
    assert gate(need, park, "emission:COD") == Gate("emission:COD", Verdict.FAIL, 6.0, 5.0, 1.0, "t/a")
    assert gate(need, having(emissions_t_a={"COD": 5.0}), "emission:COD").verdict is Verdict.PASS
    assert gate(need, having(emissions_t_a={"SO2": 5.0}), "emission:COD").verdict is Verdict.UNKNOWN


def test_a_parks_demands_are_met_by_square_metre() -> None:
    park = Park("P1", investment_min_cny_m2=2250.0, tax_min_cny_m2_a=150.0)
    need = Need(industry="3841", asks=Resources(land_m2=1000.0), investment_cny=3e6, tax_cny_a=1e5)
    assert gate(need, park, "investment") == Gate("investment", Verdict.PASS, 3000.0, 2250.0, 0.0, "CNY/m2")
    assert gate(need, park, "tax") == Gate("tax", Verdict.FAIL, 100.0, 150.0, 50.0, "CNY/m2/a")
    assert names(need, Park("P1")) == ["land", "plot"]


def test_a_demand_the_need_is_silent_about_is_unknown_and_names_the_field() -> None:
    park = Park("P1", investment_min_cny_m2=2250.0, tax_min_cny_m2_a=150.0)
    need = Need(industry="3841", asks=Resources(building_m2=1000.0), investment_cny=3e6)
    assert gate(need, park, "investment").lacking == ("land_mu",)
    tax = gate(need, park, "tax")
    assert (tax.verdict, tax.reason, tax.lacking) == (Verdict.UNKNOWN, Why.NEED_SILENT, ("land_mu", "tax_10k_a"))


def test_the_land_price_is_gated_where_the_need_has_a_highest() -> None:
    need = Need(industry="3841", land_price_max_cny_m2=450.0)
    assert gate(need, Park("P1", land_price_cny_m2=450.0), "land_price").verdict is Verdict.PASS
    dear = gate(need, Park("P1", land_price_cny_m2=500.0), "land_price")
    assert dear == Gate("land_price", Verdict.FAIL, 450.0, 500.0, 50.0, "CNY/m2")
    assert gate(need, Park("P1"), "land_price").verdict is Verdict.UNKNOWN
    assert names(Need(industry="3841"), Park("P1", land_price_cny_m2=500.0)) == []


def test_one_common_supply_mode_is_enough_and_an_unstated_one_is_unknown() -> None:
    need = Need(industry="3841", supply_modes=("lease", "equity"))
    assert gate(need, Park("P1", supply_modes=("transfer", "lease")), "supply_mode").verdict is Verdict.PASS
    assert gate(need, Park("P1", supply_modes=("transfer",)), "supply_mode").verdict is Verdict.FAIL
    assert gate(need, Park("P1"), "supply_mode").reason is Why.PARK_SILENT
    assert names(Need(industry="3841"), Park("P1", supply_modes=("transfer",))) == []


@pytest.mark.parametrize(
    ("industry", "verdict", "reason"),
    [
        ("2614", Verdict.FAIL, None),
        ("2612", Verdict.PASS, None),
        ("261", Verdict.UNKNOWN, Why.PARTLY),
        ("26", Verdict.UNKNOWN, Why.PARTLY),
        ("0610", Verdict.FAIL, None),
        ("C", Verdict.UNKNOWN, Why.PARTLY),
        (None, Verdict.UNKNOWN, Why.NEED_SILENT),
    ],
)
def test_a_prohibited_code_forbids_all_below_it_and_part_of_what_is_above(
    industry: str | None, verdict: Verdict, reason: Why | None
) -> None:
    park = Park("P1", prohibited=("2614", "B"))
    found = gate(Need(industry=industry), park, "prohibited")
    assert (found.verdict, found.reason) == (verdict, reason)


def test_a_restricted_code_is_unknown_and_a_prohibited_one_beats_it() -> None:
    need = Need(industry="2614")
    assert gate(need, Park("P1", restricted=("26",)), "prohibited").reason is Why.RESTRICTED
    both = gate(need, Park("P1", restricted=("26",), prohibited=("261",)), "prohibited")
    assert both.verdict is Verdict.FAIL
    assert gate(need, Park("P1", restricted=("3841",)), "prohibited").verdict is Verdict.PASS
    assert names(Need(industry="3841"), Park("P1")) == []


@pytest.mark.parametrize(
    ("industry", "expected"),
    [
        ("2614", (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)),
        ("2511", (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)),
        ("26", (Verdict.PASS, Verdict.UNKNOWN, Verdict.UNKNOWN)),
        ("2682", None),
        ("3841", None),
    ],
)
def test_chemical_processes_go_only_to_a_chemical_park(
    industry: str, expected: tuple[Verdict, Verdict, Verdict] | None
) -> None:
    for place, chemical_park in enumerate((True, False, None)):
        found = {
            each.gate: each.verdict
            for each in judged(Need(industry=industry), Park("P1", chemical_park=chemical_park)).gates
        }
        assert found.get("chemical") == (expected[place] if expected else None)


def test_an_industry_read_from_the_description_never_refuses() -> None:
    need = Need(description="甲醇")
    assert judged(need, Park("P1", chemical_park=False)).standing is Standing.UNVERIFIED
    assert gate(need, Park("P1", chemical_park=False), "chemical").reason is Why.INFERRED
    assert gate(need, Park("P1", prohibited=("26",)), "prohibited").reason is Why.INFERRED


HIGH_ENERGY = ["2511", "2614", "3011", "3041", "3110", "3216", "4411"]


@pytest.mark.parametrize("industry", HIGH_ENERGY)
def test_the_high_energy_screen_asks_the_need_for_energy_coal_and_emissions(industry: str) -> None:
    park = Park("P1", chemical_park=True)
    silent = gate(Need(industry=industry), park, "high_energy")
    assert (silent.verdict, silent.reason) == (Verdict.UNKNOWN, Why.NEED_SILENT)
    assert silent.lacking == ("energy_tce", "coal_t_a", "emissions_t_a")
    filled = Need(industry=industry, asks=Resources(energy_tce=1.0, coal_t_a=1.0, emissions_t_a={"SO2": 0.0}))
    assert gate(filled, park, "high_energy").verdict is Verdict.PASS


@pytest.mark.parametrize("industry", ["3251", "3051", "3841", "4415", "1411", None])
def test_the_high_energy_screen_leaves_other_processes_alone(industry: str | None) -> None:
    assert "high_energy" not in names(Need(industry=industry), Park("P1"))


def test_power_without_coal_is_not_screened() -> None:
    assert "high_energy" not in names(Need(industry="4412", asks=Resources(coal_t_a=0.0)), Park("P1"))


@pytest.mark.parametrize(
    ("regions", "adcode", "verdict"),
    [
        (Regions(only=("34",)), "341102", Verdict.PASS),
        (Regions(only=("340000",)), "341102", Verdict.PASS),
        (Regions(only=("3401", "32")), "341102", Verdict.FAIL),
        (Regions(only=("341102",)), "341100", Verdict.UNKNOWN),
        (Regions(only=("341102",)), "340100", Verdict.FAIL),
        (Regions(only=("34",)), None, Verdict.UNKNOWN),
        (Regions(exclude=("31",)), "310114", Verdict.FAIL),
        (Regions(exclude=("31",)), "341102", Verdict.PASS),
        (Regions(exclude=("3411",)), "34", Verdict.UNKNOWN),
        (Regions(exclude=("31",)), None, Verdict.UNKNOWN),
        (Regions(only=("34",), exclude=("3411",)), "341102", Verdict.FAIL),
    ],
)
def test_regions_admit_and_exclude_by_the_codes_they_begin(
    regions: Regions, adcode: str | None, verdict: Verdict
) -> None:
    assert gate(Need(industry="3841", regions=regions), Park("P1", adcode=adcode), "region").verdict is verdict


def test_a_preferred_region_is_no_gate() -> None:
    assert names(Need(industry="3841", regions=Regions(prefer=("34",))), Park("P1", adcode="310114")) == []


def test_delivery_fails_by_days() -> None:
    need = Need(industry="3841", needed_on=date(2027, 6, 30))
    assert gate(need, Park("P1", available_on=date(2027, 6, 30)), "delivery").verdict is Verdict.PASS
    late = gate(need, Park("P1", available_on=date(2027, 7, 10)), "delivery")
    assert (late.verdict, late.gap, late.unit) == (Verdict.FAIL, 10.0, "d")
    assert date.fromordinal(int(late.free or 0)) == date(2027, 7, 10)
    assert gate(need, Park("P1"), "delivery").verdict is Verdict.UNKNOWN


def test_a_need_that_asks_for_no_amount_leaves_every_park_unverified() -> None:
    park = Park("P1", adcode="341102")
    assert judged(Need(industry="3841"), park).standing is Standing.UNVERIFIED
    assert judged(Need(industry="3841", regions=Regions(only=("34",))), park).standing is Standing.UNVERIFIED
    assert judged(Need(industry="3841", regions=Regions(only=("31",))), park).standing is Standing.INFEASIBLE
    asks = Resources(emissions_t_a=MappingProxyType({"COD": 1.0}))
    feasible = Park("P1", free=Resources(emissions_t_a={"COD": 2.0}))
    assert judged(Need(industry="3841", asks=asks), feasible).standing is Standing.FEASIBLE


def test_a_code_covers_itself_and_what_lies_below_it() -> None:
    assert covers("26", "2614")
    assert covers("2614", "2614")
    assert covers("C", "2614")
    assert not covers("2614", "26")
    assert not covers("B", "2614")
    assert not covers("261", "262")
