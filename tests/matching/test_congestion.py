"""Do prices spread needs over parks, and only the order of those that are crowded?"""

import numpy as np
import pytest

from matching.answers import answer
from matching.congestion import CANDIDATES, MANY, PRICE_MOST, demand_for, demand_of, loads_of, prices_from, prices_of
from matching.errors import InputError
from matching.index import Index
from matching.order import Switches, reordered
from matching.records import Match, Need, Park, Ranking, Resources, Standing

WORDS = ("锂电池", "电池材料", "汽车零部件", "食品", "纺织", "新材料", "电子信息", "装备制造")
NEED = Need(industry="3841", origin="310114", asks=Resources(land_m2=100.0))


def market(count: int = 40) -> Index:
    """Parks of differing industries; every fourth has the land, the others have not said."""
    return Index.fit(
        Park(
            f"P{number:02d}",
            adcode=f"34{1 + number % 5:02d}00",
            industries=(WORDS[number % 8], WORDS[(number * 3 + 1) % 8]),
            free=Resources(land_m2=900.0, largest_plot_m2=900.0) if number % 4 == 0 else Resources(),
        )
        for number in range(count)
    )


def ranked(index: Index, switches: Switches, top: int = 10, need: Need = NEED) -> Ranking:
    return reordered(index.parks_for(need, top=switches.pool(top)), need, switches, top)


def codes(ranking: Ranking) -> list[str]:
    return [match.park.code for match in ranking.results]


def asking(index: Index, count: int = 12) -> list[Ranking]:
    industries = ("3841", "3612", "1353", "1711", "3562")
    needs = (Need(industry=industries[n % 5], asks=Resources(land_m2=1.0 + n)) for n in range(count))
    return [index.parks_for(need, top=50) for need in needs]


def test_very_many_needs_draw_what_few_draw_one_by_one() -> None:
    index, industries = market(), ("3841", "3612", "1353", "1711")
    needs = [
        Need(industry=industries[n % 4], origin="310114", asks=Resources(land_m2=10.0 * n + 1))
        for n in range(MANY + 20)
    ]
    many, few = demand_for(needs, index), demand_of(index.parks_for(need, top=CANDIDATES) for need in needs)
    assert (many.codes, many.start.tolist(), many.park.tolist()) == (few.codes, few.start.tolist(), few.park.tolist())
    assert many.score == pytest.approx(few.score, abs=1e-12)
    assert prices_of(many, cap=2.0) == prices_of(few, cap=2.0) != {}


def test_each_need_draws_one_share_in_all() -> None:
    demand = demand_of(asking(market()))
    loads = loads_of(demand, np.zeros(len(demand.codes)))
    assert demand.needs == 12
    assert loads.sum() == pytest.approx(12)


def test_a_crowded_park_is_dear_and_its_load_falls_toward_its_capacity() -> None:
    demand = demand_of(asking(market()))
    prices = prices_of(demand, cap=1.3)
    before = loads_of(demand, np.zeros(len(demand.codes)))
    after = loads_of(demand, np.array([prices.get(code, 0.0) for code in demand.codes]))
    assert prices
    assert all(0 < price <= PRICE_MOST for price in prices.values())
    assert after.max() < before.max()
    between = [code for code, price in prices.items() if price < PRICE_MOST]
    assert [after[demand.codes.index(code)] for code in between] == pytest.approx([1.3] * len(between), abs=0.02)


def test_where_there_is_room_for_all_nothing_is_dear() -> None:
    assert prices_of(demand_of(asking(market())), cap=12.0) == {}
    assert prices_of(demand_of([])) == {}


def test_a_park_with_more_room_is_less_dear() -> None:
    demand = demand_of(asking(market()))
    dearest = max(prices_of(demand, cap=1.3).items(), key=lambda pair: pair[1])[0]
    assert prices_of(demand, {dearest: 4.0}, cap=1.3).get(dearest, 0.0) < prices_of(demand, cap=1.3)[dearest]


def test_prices_do_not_depend_on_the_order_of_the_needs() -> None:
    rankings = asking(market())
    first, second = prices_of(demand_of(rankings), cap=1.3), prices_of(demand_of(rankings[::-1]), cap=1.3)
    assert first == pytest.approx(second, abs=2e-6)
    assert prices_of(demand_of(rankings), cap=1.3) == first


def test_prices_reorder_within_a_standing_and_leave_the_shown_score_alone() -> None:
    index = market()
    plain = index.parks_for(NEED, top=40)
    leader = plain.results[0]
    assert leader.standing is Standing.FEASIBLE
    moved = ranked(index, Switches(prices={leader.park.code: 0.15}), top=40)
    assert sorted(codes(moved)) == sorted(codes(plain))
    standings = [match.standing for match in moved.results]
    assert standings == [match.standing for match in plain.results]
    assert codes(moved)[0] != leader.park.code
    fallen = next(match for match in moved.results if match.park == leader.park)
    assert (fallen.score, fallen.contributions, fallen.interval) == (
        leader.score,
        leader.contributions,
        leader.interval,
    )
    assert fallen.order is not None
    assert fallen.order.moved == -codes(moved).index(leader.park.code) < 0


@pytest.mark.parametrize("top", [1, 3, 10])
def test_the_head_of_a_priced_list_is_that_of_the_whole_market(top: int) -> None:
    index = market()
    everything = dict.fromkeys(codes(index.parks_for(NEED, top=40))[:7], 0.15)
    switches = Switches(prices=everything)
    whole = reordered(index.parks_for(NEED, top=40), NEED, switches, 40)
    assert codes(ranked(index, switches, top)) == codes(whole)[:top]


def test_how_far_each_moved_adds_up_to_nothing() -> None:
    moved = ranked(market(), Switches(prices={"P00": 0.1, "P04": 0.02}), top=40)
    assert sum(match.order.moved for match in moved.results if match.order) == 0
    assert {code for code in ("P00", "P04") for m in moved.results if m.park.code == code and m.order and m.order.price}


def test_without_switches_the_answer_is_the_same_object_and_says_nothing_of_order() -> None:
    ranking = market().parks_for(NEED, top=10)
    assert reordered(ranking, NEED, Switches(), 10) is ranking
    assert not any("order" in row for row in answer(ranking)["results"])
    said = answer(ranked(market(), Switches(prices={"P00": 0.15})))["results"][0]["order"]
    assert set(said) == {"moved", "by", "price"}


@pytest.mark.parametrize("document", [[], None, {"P": "x"}, {"P": -0.1}, {"P": 0.2}, {"P": True}, {"P": float("nan")}])
def test_what_is_no_price_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        prices_from(document)


@pytest.mark.parametrize("cap", [0.0, -1.0, float("nan"), float("inf")])
def test_a_capacity_is_above_zero(cap: float) -> None:
    with pytest.raises(InputError):
        prices_of(demand_of([]), cap=cap)


def match_codes(matches: tuple[Match, ...]) -> list[str]:
    return [match.park.code for match in matches]


def test_the_near_misses_are_not_reordered() -> None:
    index = Index.fit(Park(f"P{n}", free=Resources(land_m2=float(n))) for n in range(9))
    plain = index.parks_for(NEED, top=5)
    moved = ranked(index, Switches(prices={"P8": 0.15}, diverse=True), top=5)
    assert match_codes(moved.misses) == match_codes(plain.misses) != []
