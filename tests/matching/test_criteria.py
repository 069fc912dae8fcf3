"""Is each criterion measured, valued and weighed as its prior says, and left out only by what the need says?"""

import random
from datetime import date

import numpy as np
import pytest

from matching.asked import asked_of
from matching.columns import columns_of
from matching.criteria import criteria_of, value_of, weights_of
from matching.errors import InputError
from matching.index import Index
from matching.records import Contribution, EnergyBasis, Need, Park, Regions, Resources
from matching.reference import catalogue, gbt
from matching.reference.build_market import reach_rows, share_rows
from matching.reference.market import catalogue_shares, prefecture_of, provinces, reach
from matching.reference.priors import prior_of, priors
from matching.weights import NEED_SIDE, PARK_SIDE

PLACE = "341102"


def parts(need: Need, park: Park) -> dict[str, Contribution]:
    match = Index.fit([park]).match(need, park.code)
    return {part.criterion: part for part in match.contributions}


def part(name: str, need: Need, park: Park) -> Contribution:
    return parts(need, park)[name]


def asking(**amounts: object) -> Need:
    return Need(industry="3841", asks=Resources(**amounts))  # type: ignore[arg-type]


def having(**amounts: object) -> Park:
    return Park("P1", free=Resources(**amounts))  # type: ignore[arg-type]


def test_the_priors_name_every_criterion_in_order_and_weigh_one_a_side() -> None:
    assert tuple(priors().need) == NEED_SIDE
    assert tuple(priors().park) == PARK_SIDE
    for side in (priors().need, priors().park):
        assert sum(each.weight for each in side.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", [*NEED_SIDE, *PARK_SIDE])
def test_every_value_function_is_monotone_stays_in_its_bounds_and_has_its_source(name: str) -> None:
    prior = {**priors().need, **priors().park}[name]
    for points in filter(None, (prior.points, prior.rent_points, prior.stand_in_points)):
        measures, values = zip(*points, strict=True)
        assert list(measures) == sorted(set(measures))
        assert list(values) in (sorted(values), sorted(values, reverse=True))
        assert all(0 <= value <= 1 for value in values)
    assert 0 < prior.prior < 1
    assert prior.measure
    assert prior.source


def test_a_need_that_says_little_is_judged_by_what_is_left_and_its_weights_share_the_rest() -> None:
    found = parts(Need(), Park("P1"))
    assert list(found) == ["land_price", "market", "talent", "services", "labour_cost", "green_power", "response_rate"]
    assert sum(each.weight for each in found.values()) == pytest.approx(1)
    prior = priors().need
    assert found["market"].weight / found["talent"].weight == pytest.approx(
        prior["market"].weight / prior["talent"].weight
    )


def test_what_no_park_knows_stays_in_at_its_prior() -> None:
    found = part("response_rate", Need(industry="3841"), Park("P1"))
    assert (found.known, found.value) == (False, 0.5)
    assert part("response_rate", Need(industry="3841"), Park("P1", response_rate=0.8)).value == 0.8


def test_the_chain_prefers_the_parks_own_trade_and_a_park_without_industries_is_unknown() -> None:
    need = Need(industry="3841")
    same, other, none = (
        part("industry_chain", need, Park("P1", industries=words)) for words in (("锂电池",), ("食品",), ())
    )
    assert same.value > other.value
    assert (same.known, none.known, none.value) == (True, False, priors().need["industry_chain"].prior)


def test_the_text_is_the_description_or_else_the_name_of_the_industry() -> None:
    park = Park("P1", industries=("锂离子电池",))
    assert part("text", Need(description="锂离子电池"), park).value == pytest.approx(1)
    assert part("text", Need(industry="3841"), park).value > 0.3
    assert part("text", Need(description="毛巾"), park).value == 0
    assert not part("text", Need(description="毛巾"), Park("P1")).known
    assert "text" not in parts(Need(), park)


def test_land_is_valued_by_its_price_and_rooms_by_their_rent() -> None:
    park = Park("P1", land_price_cny_m2=495.0, rent_cny_m2_month=12.0)
    assert part("land_price", asking(land_m2=10.0), park).value == pytest.approx(0.5)
    assert part("land_price", asking(building_m2=10.0), park).value == pytest.approx(0.8)
    assert part("land_price", asking(building_m2=10.0, land_m2=1.0), park).value == pytest.approx(0.5)


def test_slack_is_that_of_what_is_scarcest_and_unknown_with_any_part_of_it() -> None:
    need = asking(land_m2=100.0, building_m2=10.0)
    assert part("land_slack", need, having(land_m2=400.0, building_m2=10.0)).value == 0.5
    assert part("land_slack", need, having(land_m2=400.0, building_m2=40.0)).value == 1.0
    assert not part("land_slack", need, having(land_m2=400.0)).known
    assert "land_slack" not in parts(asking(power_kva=1.0), Park("P1"))


def test_spare_land_is_measured_against_all_free_land_whatever_its_plots() -> None:
    need = asking(land_m2=100.0)
    alone, parted = having(land_m2=200.0), having(land_m2=200.0, largest_plot_m2=10.0)
    assert part("land_slack", need, alone) == part("land_slack", need, parted)
    assert not part("land_slack", need, having(largest_plot_m2=200.0)).known


def test_energy_slack_knows_the_basis() -> None:
    need = asking(power_kva=10.0, energy_tce=10.0, energy_basis=EnergyBasis.CALORIFIC)
    same = having(power_kva=40.0, energy_tce=20.0, energy_basis=EnergyBasis.CALORIFIC)
    other = having(power_kva=40.0, energy_tce=20.0, energy_basis=EnergyBasis.COAL_EQUIVALENT)
    assert part("energy_slack", need, same).value == pytest.approx(0.8)
    assert not part("energy_slack", need, other).known


def test_quotas_count_with_their_replacement_multiple() -> None:
    need = asking(emissions_t_a={"COD": 5.0})
    park = Park("P1", free=Resources(emissions_t_a={"COD": 10.0}), replacement={"COD": 2.0})
    assert part("environment_slack", need, park).value == 0.5
    assert part("pollutant_share", need, park).value == pytest.approx(0.1)
    assert part("pollutant_share", need, having(emissions_t_a={"COD": 0.0})).value == 0
    assert not part("pollutant_share", need, Park("P1")).known
    assert "pollutant_share" not in parts(asking(water_t_d=1.0), park)


def test_facts_of_the_place_are_known_and_a_province_only_stands_in() -> None:
    found = parts(Need(industry="3841"), Park("P1", adcode=PLACE, level="national"))
    assert found["market"].known
    assert found["market"].value == pytest.approx(value_of("market", reach()["341100"]))
    assert found["talent"].known
    assert found["services"].value == pytest.approx(0.7)
    assert (found["green_power"].known, found["green_power"].value) == (False, pytest.approx(0.196))
    assert not found["labour_cost"].known
    assert found["labour_cost"].value != 0.5
    unplaced = parts(Need(industry="3841"), Park("P1"))
    assert not any(unplaced[name].known for name in ("market", "talent", "services"))
    assert (unplaced["green_power"].value, unplaced["labour_cost"].value) == (0.5, 0.5)


def test_a_parks_own_wage_and_green_share_beat_what_stands_in() -> None:
    found = parts(Need(industry="3841"), Park("P1", adcode=PLACE, wage_cny_a=72_000.0, green_power_share=0.9))
    assert (found["labour_cost"].value, found["labour_cost"].known) == (pytest.approx(0.6), True)
    assert (found["green_power"].value, found["green_power"].known) == (0.9, True)


def test_distance_falls_with_travel_time_and_drops_out_without_an_origin() -> None:
    near, far = Park("P1", adcode="310114", lon=121.2, lat=31.4), Park("P1", adcode="650100", lon=87.6, lat=43.8)
    need = Need(industry="3841", origin="310114")
    assert part("distance", need, near).value > 0.9
    assert part("distance", need, far).value < 0.2
    assert part("distance", Need(industry="3841", origin="310114", hq="650100"), far).value > 0.9
    assert not part("distance", need, Park("P1")).known
    assert part("distance", need, Park("P1", adcode="310114")).known
    assert not part("distance", need, Park("P1", adcode="31")).known
    assert "distance" not in parts(Need(industry="3841"), near)


def test_delivery_counts_the_days_to_spare() -> None:
    need = Need(industry="3841", needed_on=date(2027, 6, 30))
    assert part("delivery", need, Park("P1", available_on=date(2027, 6, 30))).value == pytest.approx(0.6)
    assert part("delivery", need, Park("P1", available_on=date(2026, 6, 30))).value == 1.0
    assert not part("delivery", need, Park("P1")).known
    assert "delivery" not in parts(Need(industry="3841"), Park("P1"))


def test_a_preferred_region_is_worth_one_elsewhere_nothing_and_no_place_is_unknown() -> None:
    need = Need(industry="3841", regions=Regions(prefer=("3411", "32")))
    found = [part("region", need, Park("P1", adcode=code)) for code in ("341102", "320000", "310114", "34", None)]
    assert [(each.value, each.known) for each in found] == [(1, True), (1, True), (0, True), (0.5, False), (0.5, False)]
    assert "region" not in parts(Need(industry="3841"), Park("P1"))


def test_the_park_looks_at_what_the_need_brings_to_each_square_metre() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=1000.0), investment_cny=2.25e6, tax_cny_a=1.5e5, jobs=4.5)
    found = parts(need, Park("P1"))
    assert [found[name].value for name in ("investment", "tax", "jobs")] == pytest.approx([0.5, 0.5, 0.5])
    without_land = parts(Need(industry="3841", investment_cny=2.25e6, tax_cny_a=1.5e5, jobs=4.5), Park("P1"))
    assert not {"investment", "tax", "jobs"} & set(without_land)


def test_energy_intensity_is_by_output() -> None:
    need = Need(industry="3841", asks=Resources(energy_tce=300.0), output_cny_a=1e7)
    assert part("energy_intensity", need, Park("P1")).value == pytest.approx(0.4)
    assert "energy_intensity" not in parts(Need(industry="3841", asks=Resources(energy_tce=3.0)), Park("P1"))


def test_a_need_strengthens_a_chain_or_fills_a_gap_in_it() -> None:
    need = Need(industry="3841")
    makers, suppliers, others = (
        part("chain_gap", need, Park("P1", industries=words)) for words in (("汽车整车",), ("锂电池",), ("食品",))
    )
    assert suppliers.value == pytest.approx(1)
    fit = part("industry_chain", need, Park("P1", industries=("汽车整车",))).value
    assert makers.value > fit > part("industry_chain", need, Park("P1", industries=("食品",))).value
    assert makers.value > others.value
    assert not part("chain_gap", need, Park("P1")).known
    assert "chain_gap" not in parts(Need(industry="C"), Park("P1", industries=("食品",)))


def test_no_need_states_its_technology_yet() -> None:
    assert "technology" not in parts(Need(industry="3841"), Park("P1"))


# Weights


def test_the_first_of_an_order_take_rank_order_centroids_and_the_rest_share_by_priors() -> None:
    weights = weights_of(Need(importance=("land_price", "market")))
    first = sum(1 / q for q in range(1, 16)) / 15
    assert weights["land_price"] == pytest.approx(first)
    assert weights["market"] == pytest.approx(first - 1 / 15)
    assert sum(weights[name] for name in NEED_SIDE) == pytest.approx(1)
    prior = priors().need
    assert weights["talent"] / weights["text"] == pytest.approx(prior["talent"].weight / prior["text"].weight)
    assert {name: weights[name] for name in PARK_SIDE} == pytest.approx(
        {name: each.weight for name, each in priors().park.items()}
    )


def test_a_whole_order_needs_no_priors() -> None:
    weights = weights_of(Need(importance=NEED_SIDE))
    assert sum(weights[name] for name in NEED_SIDE) == pytest.approx(1)
    assert weights["region"] == pytest.approx(1 / 225)


def test_named_weights_replace_their_priors_and_all_scale_to_one() -> None:
    weights = weights_of(Need(weights={"land_price": 0.92, "region": 0.0, "jobs": 0.9}))
    prior = priors().need
    rest = 1 - prior["land_price"].weight - prior["region"].weight
    assert weights["land_price"] == pytest.approx(0.92 / (0.92 + rest))
    assert weights["region"] == 0
    assert weights["market"] / weights["text"] == pytest.approx(prior["market"].weight / prior["text"].weight)
    assert weights["jobs"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "need",
    [
        Need(weights={"price": 1.0}),
        Need(weights={"market": -1.0}),
        Need(weights={"market": float("nan")}),
        Need(weights={"market": float("inf")}),
        Need(weights={"market": 0.0, "text": 0.0}),
        Need(weights={"market": 1.0}, importance=("market",)),
        Need(importance=("market", "market")),
        Need(importance=("price",)),
    ],
)
def test_weights_that_mean_nothing_are_refused(need: Need) -> None:
    with pytest.raises(InputError):
        weights_of(need)


def test_weights_only_on_what_the_need_says_nothing_about_are_refused() -> None:
    nothing = dict.fromkeys((*NEED_SIDE, *PARK_SIDE), 0.0)
    with pytest.raises(InputError, match="distance"):
        Index.fit([Park("P1")]).parks_for(Need(industry="3841", weights={**nothing, "distance": 1.0}))


def test_a_side_without_weight_leaves_the_score_to_the_other() -> None:
    weights = {**dict.fromkeys(NEED_SIDE, 0.0), "chain_gap": 1.0}
    match = Index.fit([Park("P1", industries=("食品",))]).match(Need(industry="3841", weights=weights), "P1")
    assert match.need_side is None
    assert match.score == match.park_side
    assert [each.criterion for each in match.contributions] == ["chain_gap"]


# The facts criteria stand on


def test_provinces_and_markets_are_complete() -> None:
    assert len(provinces()) == 31
    assert len(reach()) == 370
    assert provinces()["54"].renewable_weight_2023 is None
    assert all(0 < each.renewable_weight_2023 < 1 for each in provinces().values() if each.renewable_weight_2023)
    assert sum(catalogue_shares().values()) == pytest.approx(1, abs=1e-3)


def test_markets_and_usual_shares_are_those_of_the_other_tables() -> None:
    assert {row[0]: row[1] for row in reach_rows()} == pytest.approx(dict(reach()), abs=2e-6)
    assert {row[0]: row[1] for row in share_rows()} == pytest.approx(dict(catalogue_shares()), abs=2e-6)


@pytest.mark.parametrize(("criterion", "column"), [("market", "market"), ("talent", "universities")])
def test_values_of_places_are_their_percentiles_among_the_zones(criterion: str, column: str) -> None:
    measures = columns_of(catalogue())[column]
    for percent in (25, 50, 75):
        assert value_of(criterion, float(np.percentile(measures, percent))) == pytest.approx(percent / 100, abs=0.02)


@pytest.mark.parametrize("criterion", ["industry_chain", "text", "chain_gap"])
def test_priors_of_the_chain_and_the_text_are_means_over_the_catalogue(criterion: str) -> None:
    columns, usual = columns_of(catalogue()), catalogue_shares()
    classes = [code for code in gbt() if len(code) == 4]
    chosen = random.Random(0).choices(
        classes, [usual.get(code[:2], 0.0) / peers(code, classes) for code in classes], k=60
    )
    found = [
        column.value[column.known].mean()
        for code in chosen
        for column in criteria_of(asked_of(Need(industry=code)), columns)
        if column.criterion == criterion
    ]
    assert float(np.mean(found)) == pytest.approx(prior_of(criterion).prior, abs=0.05)


def peers(code: str, classes: list[str]) -> int:
    return sum(other[:2] == code[:2] for other in classes)


@pytest.mark.parametrize(
    ("adcode", "place"),
    [
        ("341102", "341100"),
        ("3411", "341100"),
        ("500112", "500100"),
        ("500229", "500100"),
        ("429004", "429004"),
        ("34", None),
        ("500000", None),
        (None, None),
    ],
)
def test_facts_are_those_of_the_prefecture_or_directly_governed_county(adcode: str | None, place: str | None) -> None:
    assert prefecture_of(adcode) == place
