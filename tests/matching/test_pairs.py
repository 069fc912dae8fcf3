"""Does the kernel rank pairs of parks as plain arithmetic does, and are pairs asked for by their codes?"""

import ast
import gc
import inspect
import weakref
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import industry
from matching.errors import InputError
from matching.index import Index
from matching.modes import facts as facts_module
from matching.modes import pair_kernel, pair_plan, sectors
from matching.modes.facts import facts_of
from matching.modes.pair_gates import pair_standings
from matching.modes.pair_terms import Form, scored
from matching.modes.pairs import best_partners, form_of, pair_of, park_pairs
from matching.records import EnergyBasis, Mode, Park, Resources, Standing, Verdict
from matching.reference import catalogue

MODES = [(Mode.ENCLAVE, False), (Mode.ENCLAVE, True), (Mode.PARTNER, False)]
both = pytest.mark.parametrize(("mode", "reverse"), MODES)


def some_parks(count: int, step: int = 37) -> list[Park]:
    return [catalogue()[(7 + step * place) % len(catalogue())] for place in range(count)]


def varied_parks(count: int, seed: int = 3) -> list[Park]:
    """Real zones with what a sheet may say, and with what may be missing."""
    draw = np.random.default_rng(seed)
    return [_varied(park, draw) for park in some_parks(count)]


def _varied(park: Park, draw: np.random.Generator) -> Park:
    def maybe(low: float, high: float) -> float | None:
        return float(draw.uniform(low, high)) if draw.random() < 0.6 else None

    free = Resources(
        land_m2=maybe(0, 6e5),
        largest_plot_m2=maybe(0, 6e5),
        building_m2=maybe(0, 2e4),
        energy_tce=maybe(0, 4e4),
        energy_basis=draw.choice([None, EnergyBasis.CALORIFIC, EnergyBasis.COAL_EQUIVALENT]),
        wastewater_t_d=maybe(0, 2e3),
    )
    cut = draw.integers(0, 8)
    return replace(
        park,
        free=free,
        adcode={0: None, 1: park.adcode and park.adcode[:4] + "00", 2: park.adcode and park.adcode[:2]}.get(
            int(cut), park.adcode
        ),
        lon=None if cut in (0, 3) else park.lon,
        lat=None if cut in (0, 3) else park.lat,
        industries=() if cut == 4 else park.industries,
        area_m2=None if cut == 5 else park.area_m2,
        level=None if cut == 6 else park.level,
        chemical_park=draw.choice([None, True, False]),
        prohibited=(() if draw.random() < 0.5 else tuple(str(c) for c in draw.choice(["26", "C", "38", "3841"], 2))),
        restricted=(() if draw.random() < 0.5 else ("14", "27")),
        tax_min_cny_m2_a=maybe(0, 500),
    )


def all_pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.arange(count, dtype=np.intp)
    return np.repeat(rows, count), np.tile(rows, count)


def brute_force(form: Form, index: Index) -> list[tuple[int, float, int, int]]:
    """Every pair of two parks as (standing, −score, first, second), in order."""
    facts = facts_of(index)
    first, second = all_pairs(len(facts))
    first, second = first[first != second], second[first != second]
    if form.symmetric:
        first, second = first[first < second], second[first < second]
    score = np.round(scored(form, facts, first, second).score, 12)
    standing = pair_standings(form, facts, first, second)
    return sorted(zip(standing.tolist(), (-score).tolist(), first.tolist(), second.tolist(), strict=True))


@both
def test_the_kernel_equals_plain_arithmetic(mode: Mode, reverse: bool) -> None:
    form, facts = form_of(mode, reverse), facts_of(Index.fit(varied_parks(60)))
    rows = np.arange(60, dtype=np.intp)
    first, second = all_pairs(60)
    for institution in (True, False):
        plan = pair_plan.plan_of(facts, form, institution=institution)
        scores, standings = pair_kernel.rows_of(rows, pair_plan.table_of(facts), plan, pair_plan.stands_of(facts, form))
        plain = scored(form, facts, first, second, institution=institution).score
        assert np.abs(scores.ravel() - plain).max() < 1e-12
        assert (standings.ravel() == pair_standings(form, facts, first, second)).all()


def test_no_number_of_another_module_is_compiled_in() -> None:
    """numba's cache looks at the date of one file: a number changed elsewhere would stay as it was."""
    tree = ast.parse(inspect.getsource(pair_kernel))
    own = {name.id for node in ast.walk(tree) if isinstance(node, ast.Assign) for name in ast.walk(node.targets[0])
           if isinstance(name, ast.Name)}  # fmt: skip
    compiled = [each.py_func.__code__ for each in vars(pair_kernel).values() if hasattr(each, "py_func")]
    read = {name for code in compiled for name in code.co_names if isinstance(vars(pair_kernel).get(name), int | float)}
    assert "CAPABILITY" in read
    assert read <= own


def test_what_follows_from_facts_goes_with_them() -> None:
    facts = facts_of(Index.fit(varied_parks(10)))
    form = form_of(Mode.ENCLAVE)
    assert pair_plan.stands_of(facts, form) is pair_plan.stands_of(facts, form)
    assert pair_plan.stands_of(facts, form) is not pair_plan.stands_of(facts, form_of(Mode.ENCLAVE, True))
    with_ties, without = (pair_plan.plan_of(facts, form, institution=ties) for ties in (True, False))
    assert with_ties is not without
    gone = weakref.ref(facts.columns["lon"])
    facts_module._kept.cache_clear()
    del facts, with_ties, without
    gc.collect()
    assert gone() is None


@both
def test_best_partners_are_those_of_brute_force_in_the_same_order(mode: Mode, reverse: bool) -> None:
    index = Index.fit(varied_parks(50))
    form, facts = form_of(mode, reverse), facts_of(index)
    found = best_partners(index, mode, reverse=reverse, top=7)
    for row in range(50):
        others = np.delete(np.arange(50, dtype=np.intp), row)
        one = np.full(49, row, dtype=np.intp)
        low, high = (np.minimum(one, others), np.maximum(one, others)) if form.symmetric else (one, others)
        score = np.round(scored(form, facts, low, high).score, 12)
        standing = pair_standings(form, facts, one, others)
        order = [place for place in np.lexsort((others, -score, standing)) if standing[place] < 2][:7]
        kept = found.partners[row] >= 0
        assert found.partners[row][kept].tolist() == others[order].tolist()
        assert found.scores[row][kept].tolist() == score[order].tolist()


def test_equal_parks_tie_and_stand_in_the_order_of_their_codes() -> None:
    twins = [replace(catalogue()[5], code=f"T{place:02d}", adcode=f"3401{place:02d}") for place in range(1, 60)]
    found = best_partners(Index.fit(twins), Mode.PARTNER, top=5)
    assert found.partners[30].tolist() == [0, 1, 2, 3, 4]
    assert found.partners[2].tolist() == [0, 1, 3, 4, 5]


@both
def test_all_pairs_rank_as_by_brute_force(mode: Mode, reverse: bool) -> None:
    index = Index.fit(varied_parks(40))
    every = brute_force(form_of(mode, reverse), index)
    ranking = park_pairs(index, mode, reverse=reverse, top=30, misses=0)
    expected = [row for row in every if row[0] < 2][:30]
    assert [(index.row_of[m.first.code], index.row_of[m.second.code]) for m in ranking.results] == [
        (first, second) for _, _, first, second in expected
    ]
    assert list(ranking.counts.values()) == [sum(row[0] == standing for row in every) for standing in range(3)]


def test_the_unverified_alone_rank_as_in_the_whole_list_and_all_are_counted() -> None:
    index = Index.fit(varied_parks(80))
    for origins, destinations in ((["G121053"], None), (None, ["G412030"]), (None, None)):
        whole = park_pairs(index, Mode.ENCLAVE, origins=origins, destinations=destinations, top=5000)
        alone = park_pairs(index, Mode.ENCLAVE, origins=origins, destinations=destinations, top=5, unverified_only=True)
        unsettled = [match for match in whole.results if match.standing is Standing.UNVERIFIED]
        assert list(alone.results) == unsettled[:5]
        assert 5 < len(unsettled) < len(whole.results)
        assert (alone.counts, alone.misses) == (whole.counts, whole.misses)


def test_many_pairs_go_through_the_kernel_and_rank_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index.fit(varied_parks(40))
    codes = [park.code for park in index.parks[:15]]
    asked = [{}, {"origins": codes}, {"origins": codes, "destinations": codes}, {"destinations": codes}]
    direct = [park_pairs(index, Mode.ENCLAVE, **each) for each in asked]
    monkeypatch.setattr("matching.modes.pair_search.DIRECT", 0)
    assert [park_pairs(index, Mode.ENCLAVE, **each) for each in asked] == direct


def test_the_nearest_misses_are_those_that_the_least_smaller_programme_admits() -> None:
    index = Index.fit(varied_parks(40))
    every = park_pairs(index, Mode.ENCLAVE, misses=5000).misses
    own = {"land": 200_000.0, "plot": 200_000.0, "energy": 10_000.0, "wastewater": 500.0}
    changes = [None if each.relax is None else each.relax.by / own[each.relax.gate] for each in every]
    admitted = [by for by in changes if by is not None]
    assert len(admitted) > 20
    assert admitted == sorted(admitted) == changes[: len(admitted)]
    assert park_pairs(index, Mode.ENCLAVE, misses=7).misses == every[:7]
    for each in every[:20]:
        assert each.relax is not None
        failed = {gate.gate for gate in each.gates if gate.verdict is Verdict.FAIL}
        assert each.relax.gate in failed <= {"land", "plot"} | {each.relax.gate}


def test_with_origins_each_destination_stands_once_with_its_best() -> None:
    index = Index.fit(varied_parks(40))
    origins = [park.code for park in index.parks[:6]]
    ranking = park_pairs(index, Mode.ENCLAVE, origins=origins, top=100, misses=100)
    shown = [*ranking.results, *ranking.misses]
    assert len({match.second.code for match in shown}) == len(shown) == sum(ranking.counts.values()) == 40
    for match in shown:
        rivals = [
            pair_of(index, Mode.ENCLAVE, code, match.second.code) for code in origins if code != match.second.code
        ]
        assert match == min(rivals, key=lambda each: (list(Standing).index(each.standing), -each.score))


@both
def test_shares_sum_to_the_score_within_its_interval(mode: Mode, reverse: bool) -> None:
    ranking = park_pairs(varied_parks(30), mode, reverse=reverse, top=200, misses=200)
    for match in (*ranking.results, *ranking.misses):
        assert abs(sum(part.share for part in match.contributions) - match.score) < 1e-9
        assert 0 <= match.interval[0] <= match.score <= match.interval[1] <= 1


@both
def test_without_institutions_their_terms_are_gone_and_the_rest_rescaled(mode: Mode, reverse: bool) -> None:
    named = {"same_province", "metro", "cluster", "paired"}
    parks = some_parks(20)
    with_them = park_pairs(parks, mode, reverse=reverse).results[0]
    without = park_pairs(parks, mode, reverse=reverse, institution=False).results[0]
    assert named & {part.criterion for part in with_them.contributions}
    assert not named & {part.criterion for part in without.contributions}
    for match in (with_them, without):
        weights = [part.weight for part in match.contributions if part.side == "pair"]
        assert abs(sum(weights) - 1) < 1e-12


@both
def test_a_pair_never_depends_on_the_other_parks(mode: Mode, reverse: bool) -> None:
    parks = varied_parks(30)
    whole, two = Index.fit(parks), Index.fit(parks[:2])
    a, b = parks[0].code, parks[1].code
    assert pair_of(whole, mode, a, b, reverse=reverse) == pair_of(two, mode, a, b, reverse=reverse)


@given(st.lists(st.sampled_from(catalogue()), min_size=2, max_size=12, unique_by=lambda park: park.code))
def test_any_parks_rank_with_sums_and_falling_scores(parks: Sequence[Park]) -> None:
    for mode, reverse in MODES:
        ranking = park_pairs(parks, mode, reverse=reverse, top=200)
        scores = [round(match.score, 12) for match in ranking.results]
        pairs = len(parks) * (len(parks) - 1)
        assert sum(ranking.counts.values()) == (pairs // 2 if mode is Mode.PARTNER else pairs)
        for standing in Standing:
            within = [s for s, match in zip(scores, ranking.results, strict=True) if match.standing is standing]
            assert within == sorted(within, reverse=True)


UNSAID: tuple[dict[str, object], ...] = (
    {"industries": ()},
    {"free": Resources()},
    {"level": None, "zone_type": None},
    {"area_m2": None, "tax_min_cny_m2_a": None},
    {"industries": (), "free": Resources(), "level": None, "area_m2": None, "zone_type": None},
)


@given(
    st.sampled_from(varied_parks(40)),
    st.sampled_from(varied_parks(40, seed=5)),
    st.sampled_from(UNSAID),
    st.sampled_from(UNSAID),
)
def test_the_interval_contains_the_score_once_the_unknown_is_known(
    one: Park, other: Park, unsaid: dict[str, object], of_other: dict[str, object]
) -> None:
    one, other = replace(one, code="A"), replace(other, code="B")
    silent = Index.fit([replace(one, **unsaid), replace(other, **of_other)])
    known = Index.fit([one, other])
    for mode, reverse in MODES:
        low, high = pair_of(silent, mode, "A", "B", reverse=reverse).interval
        score = pair_of(known, mode, "A", "B", reverse=reverse).score
        assert low - 1e-12 <= score <= high + 1e-12


def test_no_park_or_one_park_is_no_pair() -> None:
    for parks in ([], some_parks(1)):
        for mode, reverse in MODES:
            ranking = park_pairs(parks, mode, reverse=reverse)
            assert ranking.results == ranking.misses == ()
            assert sum(ranking.counts.values()) == 0


def test_an_unknown_code_a_wrong_mode_and_a_park_with_itself_are_refused() -> None:
    index = Index.fit(some_parks(3))
    code = index.parks[0].code
    with pytest.raises(InputError, match="There is no park X9"):
        park_pairs(index, Mode.ENCLAVE, origins=["X9"])
    with pytest.raises(InputError, match="pairs no parks"):
        park_pairs(index, Mode.RELOCATION)
    with pytest.raises(InputError, match="no direction"):
        park_pairs(index, Mode.PARTNER, reverse=True)
    with pytest.raises(InputError, match="no pair with itself"):
        pair_of(index, Mode.PARTNER, code, code)


def test_sector_tables_are_the_figures_of_one_code_at_a_time() -> None:
    for row, code in list(enumerate(industry.sectors()))[::25]:
        assert np.allclose(sectors.likeness()[row], industry.similarity(code), atol=1e-6)
        assert np.allclose(sectors.linked()[row], industry.linkage(code).chain, atol=1e-6)
        assert np.allclose(sectors.supplied()[row], industry.linkage(code).up, atol=1e-6)
