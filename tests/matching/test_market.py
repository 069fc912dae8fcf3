"""Is a joint assignment sound, near the best, and its bound a bound?"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Need, Park, Resources
from matching.evaluate.market import NOWHERE, Joint, assigned, bound, joint_of, part_e, sound, total
from matching.index import Index


@st.composite
def joints(draw: st.DrawFn) -> Joint:
    needs, parks = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    score = np.where(rng.random((needs, parks)) < 0.7, rng.random((needs, parks)), np.nan)
    free = np.where(rng.random((parks, 2)) < 0.8, rng.integers(0, 12, (parks, 2)), np.inf)
    return Joint(
        score, rng.integers(0, 6, (needs, 2)).astype(float), np.ones((parks, 2)), free, float(rng.integers(1, 3))
    )


def best_by_trying(joint: Joint) -> float:
    needs, parks = joint.score.shape
    tried = (np.array(where) for where in product(range(-1, parks), repeat=needs))
    return max(total(joint, where) for where in tried if sound(joint, where))


def possible(joint: Joint) -> Joint:
    """Without the pairs that do not fit even alone: the engine calls those infeasible."""
    fits = (joint.asks[:, None, :] * joint.times <= joint.free).all(axis=2)
    return Joint(np.where(fits, joint.score, np.nan), joint.asks, joint.times, joint.free, joint.cap)


@given(joints())
def test_an_assignment_breaks_no_limit_and_never_exceeds_its_bound(joint: Joint) -> None:
    joint = possible(joint)
    where = assigned(joint, np.zeros(joint.score.shape[1]))
    assert sound(joint, where)
    best = best_by_trying(joint)
    assert total(joint, where) <= best + 1e-9 <= bound(joint) + 2e-9
    assert total(joint, where) >= 0.6 * best


def test_two_needs_that_want_one_place_are_parted_where_that_loses_least() -> None:
    score = np.array([[0.9, 0.8], [0.85, np.nan]])
    joint = Joint(score, np.zeros((2, 1)), np.ones((2, 1)), np.full((2, 1), np.inf), 1.0)
    assert assigned(joint, np.zeros(2)).tolist() == [1, 0]
    assert bound(joint) == pytest.approx(1.65)


def test_an_assignment_that_takes_too_much_or_what_is_not_feasible_is_not_sound() -> None:
    joint = Joint(np.array([[0.5], [0.5]]), np.array([[3.0], [3.0]]), np.ones((1, 1)), np.array([[5.0]]), 9.0)
    assert sound(joint, np.array([0, NOWHERE]))
    assert not sound(joint, np.array([0, 0]))
    assert not sound(
        Joint(np.array([[np.nan]]), np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, 1)), 1.0), np.array([0])
    )


def test_a_multiple_of_quota_is_taken_whole_and_what_is_unverified_is_not_assigned() -> None:
    parks = [
        Park("A", free=Resources(emissions_t_a={"COD": 3.0}), replacement={"COD": 2.0}),
        Park("B", free=Resources(emissions_t_a={})),
    ]
    index = Index.fit(parks)
    needs = [Need(id=str(number), asks=Resources(emissions_t_a={"COD": 1.0})) for number in range(2)]
    joint = joint_of(needs, [index.evaluated(need) for need in needs])
    assert np.isnan(joint.score[:, 1]).all()
    assert sorted(assigned(joint, np.zeros(2)).tolist()) == [NOWHERE, 0]


def test_the_joint_assignment_of_a_small_market_is_near_its_bound() -> None:
    found = {figure.name: figure for figure in part_e(40, 25, seed=1, progress=lambda _: None)}
    assert found["assigned_over.bound"].reached
    assert found["assigned_over.bound"].value >= found["assigned_over.first_come"].value
    assert found["assigned_over.bound"].value <= 1 + 1e-9
