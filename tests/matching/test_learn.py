"""Is what people chose learned where there is something to learn, and refused where there is not?"""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from matching.answers import answer
from matching.errors import InputError
from matching.index import Index
from matching.learn import TERMS, UNTAUGHT, Learned, Seen, divisions, fields_of, learned_value, shares_of, values_of
from matching.learned_fit import TEMPERATURE, attention, fitted, position_weight
from matching.learned_form import learned_from
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
        made.append(shown(share, worth, number))
    return made


def shown(share: np.ndarray, worth: np.ndarray, number: int, owner: str = "") -> Seen:
    """A list of a firm that makes batteries, all feasible, of parks that nobody knows a trade of."""
    rows = len(share)
    return Seen(
        on=DAY + timedelta(days=number),
        owner=owner or str(number),
        division="38",
        parks=tuple(f"{number}-{row}" for row in range(rows)),
        fields=np.zeros((rows, len(divisions()))),
        share=share,
        score=share.sum(axis=1),
        tier=np.zeros(rows, dtype=np.intp),
        worth=worth,
        rank=np.arange(1, rows + 1, dtype=np.float64),
    )


def multiplier(learned: Learned, name: str) -> float:
    return learned.theta[name]


def chosen(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One choice from a list by people who look less at what stands further down."""
    odds = attention(np.arange(1.0, len(points) + 1)) * np.exp(points / TEMPERATURE)
    return 6.0 * rng.multinomial(1, odds / odds.sum())


def test_multipliers_that_people_chose_by_are_found_again_though_they_look_less_further_down() -> None:
    rng = np.random.default_rng(4)
    shares = [seen.share for seen in lists(TRUE, 600)]
    learned = fitted([shown(share, chosen(share @ TRUE, rng), day) for day, share in enumerate(shares)])
    assert learned.choices == 600
    assert [learned.theta[name] for name in ("land_price", "talent", "tax")] == pytest.approx([3.0, 2.0, 1.0], abs=0.4)
    assert learned.theta["distance"] == pytest.approx(0.0, abs=0.2)


def test_one_enterprise_that_clicks_without_end_is_a_fifth_of_what_is_learned() -> None:
    honest, loud = lists(TRUE, 40, seed=2), np.ones(len(TERMS))
    loud[TERMS.index("land_price")], loud[TERMS.index("distance")] = 0.0, 4.0
    many = [replace(seen, owner="loud") for seen in lists(loud, 400, seed=3)]
    as_one = fitted([*honest, *many])
    assert multiplier(as_one, "land_price") > 1.5
    assert multiplier(as_one, "distance") < 1.0
    as_many = fitted([*honest, *(replace(seen, owner=str(number)) for number, seen in enumerate(many, start=1000))])
    assert multiplier(as_many, "distance") > 2.0


LIKED, PAIR, OWN = 0.08, 0.1, 0.06


def trading(count: int, owners: int, seed: int = 6) -> list[Seen]:
    """Choices among 20 parks of three trades: P3 has an appeal, makers of cars like chemistry, all like their own."""
    rng = np.random.default_rng(seed)
    fields = np.zeros((20, len(divisions())))
    for row in range(20):
        fields[row, divisions()[("26", "36", "38")[row % 3]]] = 1.0
    made = []
    for number in range(count):
        order, division = rng.permutation(20), ("36", "38")[number % 2]
        points = LIKED * (order == 3) + OWN * fields[order, divisions()[division]]
        points += PAIR * fields[order, divisions()["26"]] * (division == "36")
        share = rng.uniform(0, 0.02, (20, len(TERMS)))
        worth = chosen(share.sum(axis=1) + points, rng)
        seen = shown(share, worth, number, str(number % owners))
        codes = tuple(f"P{row}" for row in order)
        made.append(replace(seen, parks=codes, fields=fields[order], division=division))
    return made


def test_a_parks_appeal_and_the_liking_of_trades_are_found_and_shrunk() -> None:
    learned, few = fitted(trading(800, 100)), fitted(trading(60, 60))
    assert LIKED / 2 < learned.appeal["P3"] < LIKED * 1.1
    assert max((abs(each), code) for code, each in learned.appeal.items())[1] == "P3"
    car = learned.affinity["36"]
    assert PAIR / 2 < car["26"] - car.get("36", 0.0) + OWN - learned.own < PAIR * 1.2
    battery = learned.affinity["38"]
    assert OWN / 2 < learned.own + battery.get("38", 0.0) - battery.get("36", 0.0) < OWN * 1.2
    assert max(map(abs, few.appeal.values()), default=0.0) < learned.appeal["P3"]


def test_points_need_five_enterprises_that_chose_or_five_that_passed_over() -> None:
    for owners in (4, 5):
        learned = fitted(trading(400, owners))
        assert bool(learned.appeal) == bool(learned.affinity) == (owners == 5)


def test_what_four_enterprises_chose_has_no_points_above_nought_however_often_it_was_passed_over() -> None:
    silent = [
        replace(seen, worth=np.where(np.array(seen.parks) == "P3", 0.0, seen.worth)) if int(seen.owner) >= 4 else seen
        for seen in trading(800, 100)
    ]
    chose = {seen.owner for seen in silent if seen.worth[seen.parks.index("P3")] > 0}
    assert len(chose) == 4
    assert fitted(silent).appeal.get("P3", 0.0) <= 0.0


def test_one_value_of_a_match_and_of_a_list() -> None:
    need = Need(industry="3841", origin="310114", asks=Resources(land_m2=100.0))
    results = Index.fit(PARKS).parks_for(need).results
    theta = dict(zip(TERMS, np.linspace(0, 4, len(TERMS)).tolist(), strict=True))
    learned = Learned(theta, 900, own=0.1, affinity={"38": {"14": 0.3, "38": -0.05}}, appeal={"NEAR": 0.2})
    shares = [shares_of(match) for match in results]
    share = np.array([[each.get(name, 0.0) for name in TERMS] for each in shares])
    codes, fields = tuple(match.park.code for match in results), fields_of(match.park for match in results)
    score = np.array([match.score for match in results])
    seen = replace(shown(share, np.zeros(3), 0), parks=codes, fields=fields, score=score)
    assert [learned_value(match, learned, "38") for match in results] == pytest.approx(values_of(seen, learned))
    bare = replace(learned, own=0.0, affinity={}, appeal={})
    near = next(match for match in results if match.park.code == "NEAR")
    assert learned_value(near, learned, "38") > learned_value(near, bare, "38")


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


def test_from_nothing_chosen_nothing_is_taught() -> None:
    assert fitted([replace(seen, worth=np.zeros(20)) for seen in lists(TRUE, count=9)]) == UNTAUGHT


def test_what_is_as_good_as_the_version_in_use_is_refused() -> None:
    current = judged_update(lists(TRUE), "1")
    assert not is_promoted(judged_update(lists(TRUE), "2", current=current))


def test_a_day_is_never_split_between_teaching_and_judging() -> None:
    one_day = [replace(seen, on=DAY) for seen in lists(TRUE, count=30)]
    assert judged_update(one_day, "1").gate["judged"] == 0


def test_the_same_lists_give_the_same_version() -> None:
    assert judged_update(lists(TRUE, 120), "1", seed=7) == judged_update(lists(TRUE, 120), "1", seed=7)


def test_few_choices_leave_the_multipliers_near_one() -> None:
    few, many = fitted(lists(TRUE, count=1)), fitted(lists(TRUE))
    assert few.choices == 3
    assert max(abs(each - 1) for each in few.theta.values()) < max(abs(each - 1) for each in many.theta.values())


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
    learned = judged_update(trading(400, 50), "2026-11-23-1")
    assert min(len(learned.affinity), len(learned.appeal), learned.own) > 0
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
        {"theta": {}, "choices": 1, "own": 2.0},
        {"theta": {}, "choices": 1, "own": True},
        {"theta": {}, "choices": 1, "appeal": {"P1": float("nan")}},
        {"theta": {}, "choices": 1, "appeal": [0.1]},
        {"theta": {}, "choices": 1, "affinity": {"38": 0.1}},
        {"theta": {}, "choices": 1, "affinity": {"38": {"battery": 0.1}}},
        {"theta": {}, "choices": 1, "affinity": []},
    ],
)
def test_what_is_no_version_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        learned_from(document)
