"""Will a lesser share of the land do, and are phases that do not fit the whole told, each where it stands?"""

import json
from datetime import date
from typing import Any

import pytest

from matching.answers import gate_document
from matching.counterfactual import changed, joint, single
from matching.documents import need_document, need_from
from matching.errors import Fault, InputError
from matching.index import Index
from matching.records import Need, Park, Phase, Resources, Standing, Verdict
from matching.reference import catalogue

PARKS = [
    Park(f"P{land}", industries=("锂电池",), free=Resources(land_m2=land, largest_plot_m2=land))
    for land in (60_000.0, 79_999.0, 80_000.0, 99_000.0, 100_000.0, 150_000.0)
]
WHOLE = Need(industry="3841", asks=Resources(land_m2=100_000.0))
LESSER = Need(industry="3841", asks=Resources(land_m2=100_000.0), land_least_share=0.8)
DOCUMENT: dict[str, Any] = {
    "industry": "3841",
    "land_mu": 150,
    "power_kva": 20000,
    "land_least_share": 0.8,
    "phases": [
        {"name": "一期", "share": 0.6, "land_mu": 90, "needed_on": "2027-06-30"},
        {"name": "二期", "share": 0.4, "land_mu": 60, "power_kva": 8000, "needed_on": "2029-06-30"},
    ],
}


def standing_of(need: Need) -> dict[str, Standing]:
    return {park.code: Index.fit(PARKS).match(need, park.code).standing for park in PARKS}


@pytest.mark.parametrize("index", [Index.fit(PARKS), Index.fit(PARKS).quickened()], ids=["columns", "kernel"])
def test_a_park_with_the_least_share_is_feasible_and_says_what_was_wished(index: Index) -> None:
    found = index.parks_for(LESSER, top=10, misses=10)
    assert {match.park.code for match in found.results} == {"P80000.0", "P99000.0", "P100000.0", "P150000.0"}
    gates = {match.park.code: match.gates[0] for match in (*found.results, *found.misses)}
    passed, failed = gates["P80000.0"], gates["P60000.0"]
    assert (passed.verdict, passed.need, passed.wished, passed.gap) == (Verdict.PASS, 80_000.0, 100_000.0, 0.0)
    assert (failed.verdict, failed.need, failed.wished, failed.gap) == (Verdict.FAIL, 80_000.0, 100_000.0, 20_000.0)
    assert gate_document(passed)["wished"] == 100_000.0


def test_without_a_least_share_nothing_changes() -> None:
    assert {code for code, standing in standing_of(WHOLE).items() if standing is not Standing.INFEASIBLE} == {
        "P100000.0",
        "P150000.0",
    }
    (gate, *_) = Index.fit(PARKS).match(WHOLE, "P99000.0").gates
    assert gate.wished is None
    assert "wished" not in gate_document(gate)
    whole = Need(industry="3841", asks=Resources(land_m2=100_000.0), land_least_share=1.0)
    assert standing_of(whole) == standing_of(WHOLE)


def test_more_land_is_never_worse() -> None:
    ranked = [match.park.code for match in Index.fit(PARKS).parks_for(LESSER, top=10).results]
    assert ranked == ["P150000.0", "P100000.0", "P99000.0", "P80000.0"]


def test_the_change_that_is_offered_admits_the_park() -> None:
    index = Index.fit(PARKS).quickened()
    missed = {match.park.code: match for match in index.parks_for(LESSER, misses=10).misses}
    relax = missed["P60000.0"].relax
    assert relax is not None
    assert relax.by == pytest.approx(25_000.0)  # 80 % of 75,000 m2 is what the park has
    seen = Index.fit(PARKS).evaluated(LESSER)
    row = next(place for place, park in enumerate(seen.parks) if park.code == "P60000.0")
    assert [step.by for step in single(seen, row)] == pytest.approx([25_000.0, 25_000.0])
    change = joint(seen, row)
    assert change is not None
    assert Index.fit(PARKS).match(changed(LESSER, change.steps), "P60000.0").standing is Standing.FEASIBLE


def test_the_catalogue_is_ranked_alike_with_and_without_the_kernel() -> None:
    index = Index.fit(catalogue())
    need = need_from({**DOCUMENT, "origin": "310114"})
    assert index.quickened().parks_for(need) == index.parks_for(need)


def test_a_document_is_read_and_written_alike() -> None:
    need = need_from(DOCUMENT)
    assert need.land_least_share == 0.8
    first = Phase("一期", 0.6, land_m2=pytest.approx(60_000.0), needed_on=date(2027, 6, 30))
    assert need.phases[0] == first
    assert need_from(json.loads(json.dumps(need_document(need)))) == need


def refused(**changes: Any) -> list[str]:
    with pytest.raises(InputError) as error:
        need_from(DOCUMENT | changes)
    return [f"{fault.where}: {said(fault)}" for fault in error.value.faults]


def said(fault: Fault) -> str:
    return fault.message.format(**fault.params)


ONE = {"name": "一期", "share": 1}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"land_least_share": 0.2}, "land_least_share: 0.2 is outside 0.3 to 1."),
        ({"land_least_share": 80}, "land_least_share: 80 is outside 0 to 1."),
        ({"land_least_share": "80%"}, "land_least_share: A number is needed here, not 80%."),
        (
            {"land_mu": None, "phases": None},
            "land_least_share: Say how much land the need asks for: this is a share of it.",
        ),
        ({"phases": "two"}, "phases: A list of phases is needed here, not two."),
        ({"phases": ["一期"]}, "phases.1: An object with named fields is needed here, not 一期."),
        ({"phases": [ONE] * 5}, "phases: These are 5 phases: at most 4."),
        ({"phases": [{"share": 1}]}, "phases.1.name: Every phase needs a name, such as 一期."),
        ({"phases": [{"name": "一" * 21, "share": 1}]}, "phases.1.name: This name is too long: at most 20 characters."),
        (
            {"phases": [{"name": "一期"}]},
            "phases.1.share: Say what this phase takes: its share of the whole, or an amount.",
        ),
        ({"phases": [{**ONE, "share": 0.5}] * 2}, "phases.2.name: Two phases are called 一期."),
        ({"phases": [{**ONE, "land": 3}]}, "phases.1.land: There is no field land; did you mean land_mu?"),
        ({"phases": [{**ONE, "share": -1}]}, "phases.1.share: -1 is negative: a number from zero up is needed here."),
        ({"phases": [{**ONE, "share": 0.9}]}, "phases.1.share: The shares add up to 90.0 %, not to 100 %."),
        (
            {"phases": [{**ONE, "land_mu": 151}]},
            "phases.1.land_mu: The phases add up to 151.0, not to the total of 150.0.",
        ),
        ({"phases": [{**ONE, "building_m2": 9}]}, "building_m2: The phases name this, so say the total as well."),
        (
            {"phases": [{**ONE, "power_kva": 19000}]},
            "phases.1.power_kva: The phases add up to 19000.0, not to the total of 20000.0.",
        ),
        (
            {
                "phases": [
                    {"name": "一期", "share": 0.5, "needed_on": "2028-01-01"},
                    {"name": "二期", "share": 0.5, "needed_on": "2027-01-01"},
                ]
            },
            "phases.2.needed_on: This phase is needed before the one above it: put them in the order of their days.",
        ),
    ],
)
def test_what_is_malformed_is_refused_where_it_stands(changes: dict[str, Any], told: str) -> None:
    assert told in refused(**changes)


def test_a_record_with_an_impossible_share_is_refused() -> None:
    for share in (0.1, 1.5, float("nan"), -1.0):
        with pytest.raises(InputError):
            Index.fit(PARKS).parks_for(Need(industry="3841", asks=Resources(land_m2=1.0), land_least_share=share))
