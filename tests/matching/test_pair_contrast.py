"""Is a park told the best pair it could be part of, and what that pair lacks?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import InputError
from matching.index import Index
from matching.modes.best_with import best_with
from matching.pair_contrast import beside, pair_key
from matching.records import ROLES, Mode, Need, Park, Resources, Standing
from tests.matching.test_two_places import asked, by_hand, placed

BASE = Need(mode=Mode.HQ_BASE, hq="310000", industry="3841", asks=Resources(land_m2=100_000.0))
ROOMY, SMALL = Resources(land_m2=400_000.0, largest_plot_m2=400_000.0), Resources(land_m2=68_000.0)


def parks() -> Index:
    free = {"A": ROOMY, "B": ROOMY, "C": SMALL, "D": Resources()}
    places = {"A": "320500", "B": "341100", "C": "330100", "D": "320100"}
    return Index.fit(Park(code, code, adcode=places[code], free=each) for code, each in free.items())


@given(placed, asked, st.booleans())
def test_the_best_pair_with_a_park_is_the_first_of_all_pairs_that_have_it_there(
    parks: list[Park], need: Need, institution: bool
) -> None:
    index = Index.fit(parks)
    every = by_hand(index, need, institution=institution)
    pairing = index.pairing(need, institution=institution)
    for park in index.parks:
        found = {best.role: best.match for best in best_with(pairing, park.code)}
        for place, role in enumerate(ROLES[need.mode]):
            first = next((row for row in every if row[place] == park.code), None)
            assert (role in found) == (first is not None)
            if first is not None:
                match = found[role]
                assert match.standing.value == first[2]
                assert match.score == pytest.approx(first[3], abs=1e-11)
                assert pair_key(match)[place] == park.code


@given(placed, asked, st.integers(1, 10))
def test_what_a_pair_has_less_sums_to_the_difference_of_the_scores(parks: list[Park], need: Need, place: int) -> None:
    index = Index.fit(parks)
    among = index.pairs_for(need, top=8, misses=0).results
    for best in best_with(index.pairing(need), index.parks[0].code):
        found = beside(best.match, among, place)
        assert (found is None) == (not [each for each in among if pair_key(each) != pair_key(best.match)])
        if found is not None:
            by = sum(each.by for each in found.differences)
            assert by == pytest.approx(best.match.score - found.reference.score, abs=1e-9)
            assert found.rank is None or pair_key(among[found.rank - 1]) == pair_key(best.match)
            assert among[found.reference_rank - 1] is found.reference is not best.match
            assert found.behind == (
                list(Standing).index(best.match.standing) > list(Standing).index(found.reference.standing)
            )


def test_a_place_that_is_too_small_is_behind_for_that_alone_and_is_told_the_change() -> None:
    index = parks()
    (best,) = best_with(index.pairing(BASE), "C")
    found = beside(best.match, index.pairs_for(BASE, misses=0).results)
    assert found is not None
    assert (best.role, found.behind, found.rank) == ("base", True, None)
    assert [(gate.gate, gate.place) for gate in found.gates][:1] == [("land", "base")]
    assert best.change is not None
    assert [(step.field, step.to) for step in best.change.steps] == [("land_m2", 68_000.0)]


def test_a_region_that_is_excluded_is_mended_by_no_amount() -> None:
    need = replace(BASE, regions=replace(BASE.regions, exclude=("34",)))
    (best,) = best_with(parks().pairing(need), "B")
    assert (best.change, best.fixed) == (None, ("region",))


def test_the_leader_is_set_beside_the_second() -> None:
    index = parks()
    among = index.pairs_for(BASE, misses=0).results
    found = beside(among[0], among)
    assert found is not None
    assert (found.rank, found.reference_rank, found.behind) == (1, 2, False)
    assert beside(among[0], among[:1]) is None


def test_a_code_that_is_no_park_is_refused() -> None:
    with pytest.raises(InputError, match="There is no park"):
        best_with(parks().pairing(BASE), "X")
