"""Do needs, parks and answers read and write as the contract says, and is every fault told?"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.answers import answer
from matching.documents import need_document, need_from, parks_from
from matching.errors import Fault, InputError
from matching.freshness import is_fresh
from matching.index import Index
from matching.reading import parsed
from matching.records import EnergyBasis, Mode, Need, Park, Regions, Resources, Standing

NEED: dict[str, Any] = json.loads("""
{"mode": "relocation", "industry": "3841", "description": "锂离子动力电池电芯与模组", "origin": "310114", "hq": null,
 "land_mu": 150, "building_m2": null, "power_kva": 20000, "energy_tce": 8200, "energy_basis": "calorific",
 "water_t_d": 900, "wastewater_t_d": 300, "steam_t_h": 10, "gas_m3_d": null, "hazardous_waste_t_a": 40,
 "emissions_t_a": {"COD": 3.2, "NH3-N": 0.3, "SO2": 1.0, "NOx": 4.0, "VOCs": 2.0},
 "investment_10k": 80000, "tax_10k_a": 6000, "output_10k_a": 150000, "jobs": 600, "needed_on": "2027-06-30",
 "land_price_max_10k_mu": 30, "supply_modes": [], "regions": {"only": [], "prefer": ["3401"], "exclude": ["31"]},
 "weights": {}, "importance": ["industry_chain", "land_price"]}
""")
PARK: dict[str, Any] = json.loads("""
{"code": "P1", "name": "示例园区", "adcode": "341100", "lon": 118.3, "lat": 32.3, "level": "provincial",
 "area_ha": 3449.55, "industries": ["装备制造", "新材料"], "chemical_park": false, "prohibited": ["2614"],
 "restricted": [],
 "free": {"land_mu": 500, "largest_plot_mu": 200, "power_kva": 80000, "energy_tce": 20000,
          "energy_basis": "calorific", "wastewater_t_d": 2000, "emissions_t_a": {"COD": 20}},
 "gates": {"investment_10k_mu": 150, "tax_10k_mu_a": 10}, "prices": {"land_10k_mu": 20, "power_cny_kwh": 0.62},
 "supply_modes": [], "available_on": "2026-12-01", "as_of": "2026-11-01", "valid_until": null}
""")


def faults_of(read: Callable[[], object]) -> list[Fault]:
    with pytest.raises(InputError) as raised:
        read()
    return list(raised.value.faults)


def need_faults(**changes: object) -> list[tuple[str, str]]:
    document = {"industry": "3841", **changes}
    return [(fault.where, str(fault)) for fault in faults_of(lambda: need_from(document))]


def park_faults(*documents: object) -> list[tuple[str, str]]:
    return [(fault.where, str(fault)) for fault in faults_of(lambda: parks_from(list(documents)))]


def test_the_need_of_the_contract_reads_in_base_units() -> None:
    assert need_from(NEED) == Need(
        mode=Mode.RELOCATION,
        industry="3841",
        description="锂离子动力电池电芯与模组",
        origin="310114",
        asks=Resources(
            land_m2=100_000.0,
            power_kva=20_000.0,
            energy_tce=8200.0,
            energy_basis=EnergyBasis.CALORIFIC,
            water_t_d=900.0,
            wastewater_t_d=300.0,
            steam_t_h=10.0,
            hazardous_waste_t_a=40.0,
            emissions_t_a={"COD": 3.2, "NH3-N": 0.3, "SO2": 1.0, "NOx": 4.0, "VOCs": 2.0},
        ),
        investment_cny=8e8,
        tax_cny_a=6e7,
        output_cny_a=1.5e9,
        jobs=600.0,
        needed_on=date(2027, 6, 30),
        land_price_max_cny_m2=450.0,
        regions=Regions(prefer=("3401",), exclude=("31",)),
        importance=("industry_chain", "land_price"),
    )


def test_the_park_of_the_contract_reads_in_base_units() -> None:
    (park,) = parks_from([PARK])
    assert park == Park(
        code="P1",
        name="示例园区",
        adcode="341100",
        lon=118.3,
        lat=32.3,
        level="provincial",
        area_m2=34_495_500.0,
        industries=("装备制造", "新材料"),
        chemical_park=False,
        prohibited=("2614",),
        free=Resources(
            land_m2=1_000_000 / 3,
            largest_plot_m2=400_000 / 3,
            power_kva=80_000.0,
            energy_tce=20_000.0,
            energy_basis=EnergyBasis.CALORIFIC,
            wastewater_t_d=2000.0,
            emissions_t_a={"COD": 20.0},
        ),
        investment_min_cny_m2=2250.0,
        tax_min_cny_m2_a=150.0,
        land_price_cny_m2=300.0,
        power_price_cny_kwh=0.62,
        available_on=date(2026, 12, 1),
    )


def test_every_other_field_of_a_park_is_read() -> None:
    document = {
        "code": "P2",
        "replacement": {"COD": 2, "SO2": None},
        "response_rate": 0.8,
        "green_power_share": 0.4,
        "supply_modes": ["lease"],
        "prices": {"rent_cny_m2_month": 12, "water_cny_m3": 3, "gas_cny_m3": 4, "wage_10k_a": 7.2},
        "free": {
            "building_m2": 5,
            "coal_t_a": 6,
            "water_t_d": 7,
            "steam_t_h": 8,
            "gas_m3_d": 9,
            "hazardous_waste_t_a": 1,
        },
    }
    (park,) = parks_from([document])
    assert (park.replacement, park.response_rate, park.green_power_share) == ({"COD": 2.0}, 0.8, 0.4)
    assert (park.rent_cny_m2_month, park.wage_cny_a, park.supply_modes) == (12.0, 72_000.0, ("lease",))
    assert (park.free.building_m2, park.free.coal_t_a, park.free.gas_m3_d) == (5.0, 6.0, 9.0)
    assert parks_from([{"code": "P3"}]) == [Park("P3")]


def test_only_an_industry_or_a_description_is_required() -> None:
    assert need_from({"industry": "3841"}) == Need(industry="3841")
    assert need_from({"description": "电芯", "industry": ""}) == Need(description="电芯")
    assert [fault.where for fault in faults_of(lambda: need_from({}))] == ["industry"]
    assert [fault.where for fault in faults_of(lambda: need_from({"industry": None, "land_mu": 3}))] == ["industry"]


def test_the_mode_of_the_command_beats_the_documents() -> None:
    assert need_from({"industry": "3841", "mode": "enclave"}, Mode.RELOCATION).mode is Mode.RELOCATION
    assert need_from({"industry": "3841"}).mode is Mode.RELOCATION


def test_a_need_is_written_as_it_was_read() -> None:
    assert need_from(need_document(need_from(NEED))) == need_from(NEED)
    assert need_document(need_from({"industry": "3841"})) == {
        "mode": "relocation",
        "industry": "3841",
        "regions": {"only": [], "prefer": [], "exclude": []},
    }


@given(st.integers(0, 10**7), st.integers(0, 10**9))
def test_whole_mu_and_ten_thousands_come_back_whole(mu: int, ten_thousands: int) -> None:
    document = need_document(need_from({"industry": "3841", "land_mu": mu, "investment_10k": ten_thousands}))
    assert document["land_mu"] == pytest.approx(mu, rel=1e-15)
    assert document["investment_10k"] == ten_thousands


@pytest.mark.parametrize(
    ("field", "value", "where", "says"),
    [
        ("land_m", 1, "land_m", "There is no field land_m; did you mean land_mu?"),
        ("largest_plot_mu", 1, "largest_plot_mu", "There is no field largest_plot_mu"),
        ("zzz", 1, "zzz", "There is no field zzz: leave it out."),
        ("land_mu", "150", "land_mu", "A number is needed here, not 150."),
        ("land_mu", True, "land_mu", "A number is needed here, not true."),
        ("land_mu", [1], "land_mu", "A number is needed here, not [1]."),
        ("land_mu", -1, "land_mu", "-1 is negative: a number from zero up is needed here."),
        ("land_mu", float("nan"), "land_mu", "NaN is not a finite number."),
        ("land_mu", float("inf"), "land_mu", "Infinity is not a finite number."),
        ("land_mu", 10**400, "land_mu", "is not a finite number."),
        ("needed_on", "2027-02-30", "needed_on", "2027-02-30 is no date: write it as 2027-06-30."),
        ("needed_on", 20270630, "needed_on", "Text is needed here, not 20270630."),
        ("energy_basis", "other", "energy_basis", "other is none of calorific, coal_equivalent."),
        ("mode", "moving", "mode", "moving is none of relocation, "),
        ("industry", "9999", "industry", "9999 is no code of GB/T 4754-2017; did you mean "),
        ("industry", [], "industry", "Text is needed here, not []."),
        ("origin", "999999", "origin", "999999 is no region code: "),
        ("origin", "3", "origin", "3 is no region code: "),
        ("hq", "上海", "hq", "上海 is no region code: "),
        ("regions", [], "regions", "An object with named fields is needed here, not []."),
        ("regions", {"only": "31"}, "regions.only", "A list of texts is needed here, not 31."),
        ("regions", {"prefer": ["99"]}, "regions.prefer", "99 is no region code: "),
        ("regions", {"avoid": ["31"]}, "regions.avoid", "There is no field avoid"),
        ("supply_modes", [1], "supply_modes", "Every item of this list is a text, not 1."),
        ("emissions_t_a", {"COD": "3"}, "emissions_t_a.COD", "A number is needed here, not 3."),
        ("emissions_t_a", {"COD": -3}, "emissions_t_a.COD", "-3 is negative"),
        ("weights", {"land_prise": 1}, "weights", "There is no criterion land_prise; did you mean land_price?"),
        ("weights", {"land_price": -1}, "weights.land_price", "-1.0 is no weight"),
        ("weights", {"land_price": "1"}, "weights.land_price", "A number is needed here, not 1."),
        ("weights", {"land_price": 0}, "weights", "All weights are zero"),
        ("importance", ["qqqqqq"], "importance", "There is no criterion qqqqqq: the criteria are industry_chain, "),
        ("importance", ["market", "market"], "importance", "market is listed twice"),
        ("importance", "market", "importance", "A list of texts is needed here, not market."),
    ],
)
def test_each_fault_is_one_sentence_at_its_place(field: str, value: object, where: str, says: str) -> None:
    ((place, sentence),) = need_faults(**{field: value})
    assert place == where
    assert says in sentence


def test_weights_and_importance_together_are_refused() -> None:
    assert need_faults(weights={"market": 1}, importance=["market"]) == [
        ("weights", "weights: Give either weights or an order of importance, not both.")
    ]


def test_all_faults_are_told_at_once() -> None:
    wheres = [where for where, _ in need_faults(land_mu=-1, needed_on="soon", colour="red", weights={"x": -1})]
    assert wheres == ["land_mu", "needed_on", "colour", "weights", "weights.x"]


def test_faults_of_parks_name_the_park_or_its_place_in_the_list() -> None:
    found = park_faults(
        {"code": "A", "free": {"land_mu": -1}, "level": "county"},
        {"name": "no code"},
        {"code": "A"},
        7,
        None,
        {"code": "B", "lon": 118.3, "prohibited": ["2614", "9999"], "replacement": {"COD": 0}, "response_rate": 2},
    )
    assert sorted(where for where, _ in found) == [
        "#2.code",
        "#4",
        "#5",
        "A",
        "A.free.land_mu",
        "A.level",
        "B.lat",
        "B.prohibited",
        "B.replacement.COD",
        "B.response_rate",
    ]


def test_a_document_of_another_shape_is_refused() -> None:
    assert [fault.where for fault in faults_of(lambda: need_from([NEED]))] == [""]
    assert [fault.where for fault in faults_of(lambda: parks_from(PARK))] == [""]
    assert parks_from([]) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1', "This is not JSON: line 1, column 8"),
        ("", "This is not JSON: line 1, column 1"),
        ('{"land_mu": 1, "land_mu": 2}', "The field land_mu is given twice: keep one."),
        (b"\xb0\xa1", "The file is not UTF-8 text: byte 0."),
        ("[" * 100_000, "This JSON is nested too deeply."),
    ],
)
def test_what_is_no_json_is_told(text: str | bytes, says: str) -> None:
    (fault,) = faults_of(lambda: parsed(text))
    assert says in str(fault)


def test_a_code_may_bear_the_letter_of_its_section() -> None:
    assert need_from({"industry": "C3841"}).industry == "3841"
    assert need_from({"industry": 3841}).industry == "3841"
    assert need_from({"industry": "c"}).industry == "C"
    assert parks_from([{"code": "P", "prohibited": ["C2614", "2614"]}])[0].prohibited == ("2614",)


ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("as_of", "valid_until", "fresh"),
    [
        (date(2026, 10, 24), None, True),
        (date(2026, 10, 23), None, False),
        (date(2026, 1, 1), date(2026, 11, 23), True),
        (date(2026, 11, 22), date(2026, 11, 22), False),
        (None, date(2026, 12, 1), True),
        (None, None, False),
        (date(2026, 11, 24), None, False),
        (date(2026, 11, 24), date(2027, 1, 1), False),
    ],
)
def test_a_vacancy_holds_thirty_days_or_to_its_stated_end(
    as_of: date | None, valid_until: date | None, fresh: bool
) -> None:
    assert is_fresh("land", as_of, valid_until, ON) is fresh
    assert is_fresh("land", as_of, valid_until, None) is True


def test_each_kind_of_value_goes_stale_in_its_own_time_and_rules_never_do() -> None:
    document = {**PARK, "chemical_park": True, "replacement": {"COD": 2}, "supply_modes": ["lease"]}
    as_it_stands, after_60, after_120, after_1100 = (
        parks_from([document], on)[0] for on in (None, date(2026, 12, 31), date(2027, 3, 1), date(2029, 11, 5))
    )
    assert as_it_stands.free.land_m2 is not None
    assert (after_60.free.land_m2, after_60.available_on, after_60.free.power_kva) == (None, None, 80_000.0)
    assert (after_120.free.power_kva, after_120.free.emissions_t_a, after_120.land_price_cny_m2) == (None, {}, 300.0)
    assert (after_1100.land_price_cny_m2, after_1100.chemical_park, after_1100.supply_modes) == (None, None, ())
    assert (after_1100.prohibited, after_1100.replacement) == (("2614",), {"COD": 2.0})
    assert (after_1100.investment_min_cny_m2, after_1100.level) == (2250.0, "provincial")


def test_the_answer_has_the_form_of_the_contract() -> None:
    parks = [*parks_from([PARK]), Park("P2", free=Resources(land_m2=90_000.0)), Park("P3", adcode="310114")]
    found = answer(Index.fit(parks).parks_for(need_from(NEED)))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert {"engine", "mode", "counts", "results", "misses", "fill_first"} <= set(found)
    assert (found["engine"], found["mode"]) == ("0.1.0", "relocation")
    assert found["counts"] == {"feasible": 0, "unverified": 1, "infeasible": 2}
    (result,) = found["results"]
    assert (result["rank"], result["park"], result["name"], result["verdict"]) == (1, "P1", "示例园区", "unverified")
    assert result["confidence"] is None
    assert result["interval"][0] <= result["score"] <= result["interval"][1]
    assert set(result["contributions"][0]) >= {"criterion", "side", "weight", "value", "share"}
    assert abs(sum(part["share"] for part in result["contributions"]) - result["score"]) < 1e-9
    land = next(gate for gate in result["gates"] if gate["gate"] == "land")
    assert {name: land[name] for name in ("verdict", "need", "gap", "unit")} == {
        "verdict": "pass",
        "need": 100_000.0,
        "gap": 0.0,
        "unit": "m2",
    }
    assert [(miss["park"], miss["relax"]) for miss in found["misses"]] == [
        ("P2", {"gate": "land", "by": 10_000.0, "unit": "m2"}),
        ("P3", None),
    ]


def test_counts_are_of_all_standings_even_in_an_empty_market() -> None:
    found = answer(Index.fit([]).parks_for(Need(industry="3841")))
    assert found["counts"] == {standing.value: 0 for standing in Standing}
    assert (found["results"], found["misses"]) == ([], [])
