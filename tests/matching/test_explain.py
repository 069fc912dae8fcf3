"""Is a reader told why a park stands where it stands, and what would change it?"""

from datetime import date

import pytest

from matching.explain import against_prior, difference
from matching.index import Index
from matching.records import Match, Need, Park, Reason, Regions, Relaxation, Resources, Standing
from matching.reference.priors import prior_of, priors

NEED = Need(industry="3841", origin="310114", asks=Resources(land_m2=100.0))
NEAR = {"adcode": "320582", "lon": 120.55, "lat": 31.87}


def judged(need: Need, park: Park) -> Match:
    return Index.fit([park]).match(need, park.code)


def kinds(match: Match) -> list[tuple[str, bool]]:
    return [(reason.kind, reason.good) for reason in match.reasons]


def reason(match: Match, kind: str) -> Reason:
    return next(each for each in match.reasons if each.kind == kind)


@pytest.mark.parametrize(
    ("word", "kind", "industry"),
    [("锂电池", "same_industry", "3841"), ("新能源汽车", "linked_down", "3612")],
)
def test_the_chain_is_told_by_what_the_park_has(word: str, kind: str, industry: str) -> None:
    match = judged(Need(industry="3841", asks=Resources(land_m2=1.0)), Park("P", industries=(word,)))
    found = judged(Need(industry="3841", importance=("industry_chain",)), Park("P", industries=(word,)))
    assert (kind, industry) in {(each.kind, each.params.get("industry")) for each in (*match.reasons, *found.reasons)}


def test_at_most_two_things_speak_for_a_park_and_one_against_it() -> None:
    park = Park("P", industries=("锂电池",), level="national", free=Resources(land_m2=1000.0), **NEAR)  # type: ignore[arg-type]
    match = judged(NEED, park)
    assert len([each for each in match.reasons if each.good]) == 2
    assert len([each for each in match.reasons if not each.good]) <= 1


def test_a_gap_is_told_where_the_park_lacks_what_it_needs() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=1.0))
    assert ("chain_gap", True) in kinds(judged(need, Park("P", industries=("汽车整车",))))
    assert ("chain_gap", True) not in kinds(judged(need, Park("P", industries=("锂电池",))))


@pytest.mark.parametrize(
    ("description", "word", "told"), [("年产2万吨速冻食品", "食品", True), ("动力电池电芯及模组", "电力电器", False)]
)
def test_a_text_that_is_hardly_alike_is_no_reason_however_much_it_weighs(
    description: str, word: str, told: bool
) -> None:
    match = judged(Need(industry="3841", description=description, weights={"text": 1.0}), Park("P", industries=(word,)))
    part = next(part for part in match.contributions if part.criterion == "text")
    assert part.value > prior_of("text").prior + 0.02  # it adds more than what is worth a sentence elsewhere
    assert (("text", True) in kinds(match)) is told


def test_nearness_is_told_in_km_and_hours() -> None:
    match = judged(Need(industry="3841", origin="310114", importance=("distance",)), Park("P", **NEAR))  # type: ignore[arg-type]
    told = reason(match, "distance")
    assert told.good
    assert told.params["km"] == pytest.approx(84, abs=15)
    assert told.params["hours"] == pytest.approx(2, abs=1)


def test_the_worst_gap_is_the_failed_gate_that_is_shortest() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=100.0))
    match = judged(need, Park("P", free=Resources(land_m2=90.0, power_kva=10.0)))
    assert match.reasons[-1] == Reason("gate", False, {"gate": "power", "gap": 90.0, "unit": "kVA"})
    excluded = Need(industry="3841", asks=Resources(land_m2=100.0), regions=Regions(exclude=("31",)))
    match = judged(excluded, Park("P", adcode="310114", free=Resources(land_m2=99.0)))
    assert match.reasons[-1].params["gate"] == "region"


def test_what_the_park_must_confirm_is_told_by_name() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=100.0))
    match = judged(need, Park("P", free=Resources(land_m2=900.0)))
    assert match.reasons[-1] == Reason("unconfirmed", False, {"gates": ("plot", "power")})


def test_where_all_is_confirmed_the_costliest_criterion_is_told() -> None:
    far = Park("P", adcode="650100", lon=87.6, lat=43.8, free=Resources(land_m2=100.0, largest_plot_m2=100.0))
    match = judged(Need(industry="3841", origin="310114", asks=Resources(land_m2=100.0), importance=("distance",)), far)
    assert match.standing is Standing.FEASIBLE
    assert kinds(match)[-1] == ("distance", False)


def test_what_the_need_alone_decides_is_no_reason_for_a_park() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0), investment_cny=1e9, tax_cny_a=1e9, jobs=1e4)
    assert not {"investment", "tax", "jobs"} & {kind for kind, _ in kinds(judged(need, Park("P")))}


def test_against_the_prior_an_unknown_park_differs_by_nothing() -> None:
    nothing = judged(Need(description="毛巾"), Park("P"))
    assert all(each.by == pytest.approx(0, abs=1e-15) for each in against_prior(nothing))
    match = judged(NEED, Park("P", industries=("锂电池",), level="national"))
    found = {each.criterion: each for each in against_prior(match)}
    chain = next(part for part in match.contributions if part.criterion == "industry_chain")
    assert found["industry_chain"].by == pytest.approx(
        chain.share * (1 - priors().need["industry_chain"].prior / chain.value)
    )
    assert found["services"].by > 0
    assert found["response_rate"].by == 0


def test_differences_sum_to_the_difference_of_the_scores() -> None:
    one = judged(NEED, Park("P", industries=("锂电池",), level="national", free=Resources(land_m2=500.0)))
    other = judged(NEED, Park("Q", adcode="650100", industries=("食品",)))
    rows = difference(one, other)
    assert sum(row.by for row in rows) == pytest.approx(one.score - other.score, abs=1e-12)
    assert [row.criterion for row in rows] == [part.criterion for part in one.contributions]
    assert all(row.by == row.share - row.other for row in rows)


@pytest.mark.parametrize(
    ("need", "park", "relax"),
    [
        (
            Need(industry="3841", asks=Resources(emissions_t_a={"COD": 3.0})),
            Park("P", free=Resources(emissions_t_a={"COD": 5.0}), replacement={"COD": 2.0}),
            Relaxation("emission:COD", 0.5, "t/a"),
        ),
        (
            Need(industry="3841", needed_on=date(2027, 6, 30)),
            Park("P", available_on=date(2027, 7, 2)),
            Relaxation("delivery", 2.0, "d"),
        ),
        (
            Need(industry="3841", land_price_max_cny_m2=10.0),
            Park("P", land_price_cny_m2=500.0),
            Relaxation("land_price", 490.0, "CNY/m2"),
        ),
        (
            Need(industry="3841", asks=Resources(land_m2=100.0), investment_cny=0.0),
            Park("P", free=Resources(land_m2=100.0), investment_min_cny_m2=2250.0),
            Relaxation("investment", 2250.0, "CNY/m2"),
        ),
        (Need(industry="3841", asks=Resources(land_m2=1.0)), Park("P", free=Resources(land_m2=0.0)), None),
        (Need(industry="2614"), Park("P", chemical_park=False), None),
        (Need(industry="3841", regions=Regions(only=("31",))), Park("P", adcode="341100"), None),
    ],
)
def test_the_smallest_single_change_is_told_in_the_gates_unit(need: Need, park: Park, relax: Relaxation | None) -> None:
    assert judged(need, park).relax == relax


def test_two_failures_have_no_single_change_but_tell_both_amounts() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=100.0))
    match = judged(need, Park("P", free=Resources(land_m2=90.0, power_kva=10.0)))
    assert match.relax is None
    assert [(gate.gate, gate.gap) for gate in match.gates] == [("land", 10.0), ("plot", None), ("power", 90.0)]


@pytest.mark.parametrize(
    ("land", "plot", "relax"),
    [
        (90.0, None, Relaxation("land", 10.0, "m2")),
        (None, 70.0, Relaxation("plot", 30.0, "m2")),
        (500.0, 70.0, Relaxation("plot", 30.0, "m2")),
        (90.0, 70.0, Relaxation("plot", 30.0, "m2")),
        (70.0, 90.0, Relaxation("land", 30.0, "m2")),
        (70.0, 70.0, Relaxation("land", 30.0, "m2")),
        (70.0, 0.0, None),
        (0.0, 70.0, None),
    ],
)
def test_too_little_land_and_too_small_a_plot_are_one_change_of_the_land_by_the_larger_gap(
    land: float | None, plot: float | None, relax: Relaxation | None
) -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0))
    park = Park("P", free=Resources(land_m2=land, largest_plot_m2=plot))
    assert judged(need, park).relax == relax
    short_of_power = Park("P", free=Resources(land_m2=land, largest_plot_m2=plot, power_kva=1.0))
    assert judged(Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=2.0)), short_of_power).relax is None
