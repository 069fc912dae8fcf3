"""Is what people chose learned where there is something to learn, and refused where there is not?"""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from matching.answers import answer
from matching.errors import InputError
from matching.index import Index
from matching.learn import TERMS, Learned, Seen, fitted, learned_from, learned_value, position_weight
from matching.order import Switches, reordered
from matching.promotion import is_promoted, judged_update
from matching.records import Need, Park, Resources

DAY = date(2026, 1, 1)
TRUE = np.ones(len(TERMS))
TRUE[TERMS.index("land_price")], TRUE[TERMS.index("distance")], TRUE[TERMS.index("talent")] = 3.0, 0.0, 2.0


def lists(theta: np.ndarray, count: int = 150, rows: int = 20, noise: float = 0.02, seed: int = 1) -> list[Seen]:
    """Lists ordered by the score, of which the parks best under `theta`, with noise, are chosen."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        share = rng.uniform(0, 0.1, (rows, len(TERMS)))
        share = share[np.argsort(-share.sum(axis=1))]
        wanted = share @ theta + rng.normal(0, noise, rows)
        worth = np.zeros(rows)
        worth[np.argsort(-wanted)[:3]] = (6.0, 3.0, 1.0)
        tier, rank = np.zeros(rows, dtype=np.intp), np.arange(1, rows + 1, dtype=np.float64)
        made.append(Seen(DAY + timedelta(days=number), share, share.sum(axis=1), tier, worth, rank))
    return made


def multiplier(learned: Learned, name: str) -> float:
    return learned.theta[name]


def test_multipliers_that_people_chose_by_are_found_again() -> None:
    theta, choices = fitted(lists(TRUE))
    assert choices == 450
    found = theta / theta[TERMS.index("tax")]
    assert found[TERMS.index("land_price")] == pytest.approx(3.0, rel=0.25)
    assert found[TERMS.index("talent")] == pytest.approx(2.0, rel=0.25)
    assert found[TERMS.index("distance")] == pytest.approx(0.0, abs=0.2)


def test_an_update_that_helps_later_lists_is_promoted() -> None:
    learned = judged_update(lists(TRUE), "1")
    assert is_promoted(learned)
    assert learned.gate["low"] > 0
    assert learned.gate["after"] > learned.gate["before"]
    assert multiplier(learned, "land_price") > 1.5 > 0.5 > multiplier(learned, "distance")
    assert (learned.since, learned.until) == (DAY, DAY + timedelta(days=149))


def test_an_update_from_choices_without_reason_is_refused_in_words() -> None:
    rng = np.random.default_rng(3)
    blind = [replace(seen, worth=rng.permutation(seen.worth)) for seen in lists(TRUE, count=150, seed=5)]
    learned = judged_update(blind, "1")
    assert not is_promoted(learned)
    assert learned.gate["why"] == "Refused: not certainly better on later lists"
    assert learned.gate["low"] <= 0


def test_nothing_chosen_and_too_few_lists_are_refused() -> None:
    silent = [replace(seen, worth=np.zeros(20)) for seen in lists(TRUE, count=20)]
    assert judged_update([], "1").gate["why"] == "Nothing was chosen yet: there is nothing to learn from"
    assert judged_update(silent, "1").gate["promoted"] is False
    assert judged_update(lists(TRUE, count=20), "1").gate["why"] == "Refused: there are too few later lists to judge by"


def test_what_is_as_good_as_the_version_in_use_is_refused() -> None:
    current = judged_update(lists(TRUE), "1")
    assert not is_promoted(judged_update(lists(TRUE), "2", current=current))


def test_a_day_is_never_split_between_teaching_and_judging() -> None:
    one_day = [replace(seen, on=DAY) for seen in lists(TRUE, count=30)]
    assert judged_update(one_day, "1").gate["judged"] == 0


def test_the_same_lists_give_the_same_version() -> None:
    assert judged_update(lists(TRUE, 120), "1", seed=7) == judged_update(lists(TRUE, 120), "1", seed=7)


def test_few_choices_leave_the_multipliers_near_one() -> None:
    theta, choices = fitted(lists(TRUE, count=1))
    assert choices == 3
    assert np.abs(theta - 1).max() < np.abs(fitted(lists(TRUE))[0] - 1).max()


def test_a_choice_far_down_counts_more_up_to_a_limit() -> None:
    assert position_weight(np.array([1.0, 2.0, 5.0, 10.0, 100.0])) == pytest.approx([1, 2, 5, 1 / 0.15, 1 / 0.15])


NEED = Need(industry="3841", origin="310114", asks=Resources(land_m2=100.0))
PARKS = [
    Park("NEAR", adcode="320582", lon=120.55, lat=31.87, industries=("食品",)),
    Park("FAR", adcode="650100", lon=87.6, lat=43.8, industries=("锂电池",)),
    Park("ROOMY", free=Resources(land_m2=200.0, largest_plot_m2=200.0)),
]


def test_multipliers_of_one_leave_the_order_as_it_is_and_the_score_too() -> None:
    index = Index.fit(PARKS)
    plain = index.parks_for(NEED)
    ones = Learned(dict.fromkeys(TERMS, 1.0), 10_000)
    moved = reordered(plain, NEED, Switches(learned=ones), 20)
    assert [match.park.code for match in moved.results] == [match.park.code for match in plain.results]
    assert all(match.order is not None and match.order.moved == 0 for match in moved.results)


def test_a_learned_order_moves_within_a_standing_and_says_how_far() -> None:
    plain = Index.fit(PARKS).parks_for(NEED)
    order = [match.park.code for match in plain.results]
    theta = dict.fromkeys(TERMS, 1.0) | {"distance": 4.0, "industry_chain": 0.0, "chain_gap": 0.0, "text": 0.0}
    flip = theta if order.index("FAR") < order.index("NEAR") else {**theta, "distance": 0.0, "industry_chain": 4.0}
    moved = reordered(plain, NEED, Switches(learned=Learned(flip, 100_000)), 20)
    assert [match.park.code for match in moved.results] == ["ROOMY", *reversed(order[1:])]
    said = {row["park"]: row["order"] for row in answer(moved)["results"]}
    assert [said[code]["by"] for code in order] == [{"learned": 0}, {"learned": -1}, {"learned": 1}]
    assert {match.park.code: match.score for match in moved.results} == {m.park.code: m.score for m in plain.results}


def test_no_choices_no_change() -> None:
    match = Index.fit(PARKS).match(NEED, "NEAR")
    assert learned_value(match, Learned(dict.fromkeys(TERMS, 4.0), 0)) == match.score


def test_a_version_reads_back_as_it_was_written() -> None:
    learned = judged_update(lists(TRUE, 120), "2026-11-23-1")
    assert learned_from(json.loads(json.dumps(learned.document))) == learned


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"choices": 1},
        {"theta": {}, "choices": -1},
        {"theta": {"nothing": 1.0}, "choices": 1},
        {"theta": {"land_price": -1.0}, "choices": 1},
        {"theta": {"land_price": float("nan")}, "choices": 1},
        {"theta": {}, "choices": 1, "since": "yesterday"},
    ],
)
def test_what_is_no_version_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        learned_from(document)
