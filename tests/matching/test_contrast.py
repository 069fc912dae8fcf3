"""Is a reader told why a park does not have the place it might have had?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.contrast import why_not
from matching.errors import InputError
from matching.explain import Evaluated
from matching.index import Index
from matching.ranks import ordered, ranked
from matching.records import Need, Park, Resources, Standing, Verdict
from tests.matching.test_axioms import markets, needs

NEED = Need(industry="3841", asks=Resources(land_m2=100.0))


def seen_of(need: Need, *parks: Park) -> Evaluated:
    return Index.fit(parks).evaluated(need)


def park(code: str, land: float | None, price: float = 300.0) -> Park:
    return Park(code, free=Resources(land_m2=land, largest_plot_m2=land), land_price_cny_m2=price)


@given(needs, markets(1), st.sampled_from((1, 3, 10)))
def test_differences_sum_to_that_of_the_scores_and_verdicts_come_first(
    need: Need, parks: list[Park], place: int
) -> None:
    seen = seen_of(need, *parks)
    order = list(ordered(seen))
    for each in parks:
        found = why_not(seen, each.code, place)
        if found is None:
            assert {seen.parks[row].code for row in ranked(seen)} <= {each.code}
            continue
        gap = found.match.score - found.reference.score
        assert sum(part.by for part in found.differences) == pytest.approx(gap, abs=1e-9)
        assert [part.by for part in found.differences] == sorted(part.by for part in found.differences)
        assert seen.parks[order[found.rank - 1]].code == each.code
        assert seen.parks[order[found.reference_rank - 1]].code == found.reference.park.code != each.code
        levels = list(Standing)
        assert found.behind == (levels.index(found.match.standing) > levels.index(found.reference.standing))
        assert found.match.park.code == each.code


def test_failed_gates_are_told_before_undecided_ones_and_before_values() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=50.0))
    found = why_not(seen_of(need, park("A", 200.0), park("B", 60.0, price=90.0)), "B")
    assert found is not None
    assert [(gate.gate, gate.verdict) for gate in found.gates] == [
        ("land", Verdict.FAIL),
        ("plot", Verdict.FAIL),
        ("power", Verdict.UNKNOWN),
    ]
    assert (found.rank, found.reference.park.code, found.behind) == (2, "A", True)


def test_of_two_that_pass_the_values_alone_decide() -> None:
    found = why_not(seen_of(NEED, park("A", 200.0), park("B", 200.0, price=400.0)), "B")
    assert found is not None
    assert (found.gates, found.behind) == ((), False)
    assert (found.differences[0].criterion, found.differences[0].by < 0) == ("land_price", True)


def test_the_leader_is_set_beside_the_second_and_a_short_list_beside_its_last() -> None:
    seen = seen_of(NEED, park("A", 200.0, 90.0), park("B", 200.0, 300.0), park("C", 200.0, 400.0))
    found = {place: why_not(seen, "A", place) for place in (1, 10)}
    assert [each and each.reference.park.code for each in found.values()] == ["B", "C"]
    last = why_not(seen, "C", 10)
    assert last is not None
    assert (last.rank, last.reference.park.code, last.reference_rank) == (3, "B", 2)


def test_a_park_that_does_not_exist_is_refused_and_one_alone_has_nothing_beside_it() -> None:
    with pytest.raises(InputError, match="There is no park X"):
        why_not(seen_of(NEED, park("A", 200.0)), "X")
    assert why_not(seen_of(NEED, park("A", 200.0)), "A") is None
    assert why_not(seen_of(NEED, park("A", 50.0)), "A") is None
