"""Does a price exist only where so many enterprises draw on a park that it tells of none of them?"""

from collections.abc import Sequence

import pytest

from matching.congestion import Demand, demand_for, prices_of
from matching.crowds import blind_prices, telling_nothing
from matching.errors import InputError
from matching.index import Index
from matching.records import Need, Park, Resources

FREE = Resources(land_m2=900.0, largest_plot_m2=900.0)


def drawn(count: int, asks: Sequence[float] = ()) -> Demand:
    """So many needs, alike, on two parks; those that ask for more land than there is draw on nothing."""
    index = Index.fit(Park(f"P{number}", adcode="341100", industries=("锂电池",), free=FREE) for number in range(2))
    land = asks or [100.0] * count
    return demand_for([Need(industry="3841", asks=Resources(land_m2=each)) for each in land], index)


def test_five_enterprises_make_a_price_and_four_do_not() -> None:
    demand = drawn(8)
    assert blind_prices(demand, [1, 2, 3, 4, 5, 1, 2, 3], 1.0) != {}
    assert blind_prices(demand, [1, 2, 3, 4, 4, 1, 2, 3], 1.0) == {}
    assert prices_of(demand, cap=1.0) != {}


def test_one_enterprise_that_makes_up_most_of_a_crowd_hides_its_price() -> None:
    demand = drawn(9)
    assert telling_nothing(demand, [1, 1, 1, 1, 2, 3, 4, 5, 6]).all()
    assert not telling_nothing(demand, [1, 1, 1, 1, 1, 2, 3, 4, 5]).any()


def test_a_need_that_draws_on_nothing_counts_for_no_enterprise() -> None:
    demand = drawn(6, [100.0, 10_000.0, 100.0, 100.0, 100.0, 100.0])
    assert demand.number.tolist() == [0, 2, 3, 4, 5]
    assert telling_nothing(demand, [1, 9, 2, 3, 4, 5]).all()
    assert not telling_nothing(demand, [9, 1, 2, 3, 4, 4]).any()


def test_prices_are_told_in_steps_of_a_hundredth() -> None:
    prices = blind_prices(drawn(7), [1, 2, 3, 4, 5, 6, 7], 2.9)
    assert prices
    assert all(round(100 * price, 6).is_integer() for price in prices.values())


def test_no_demand_has_no_prices_and_a_wrong_capacity_is_refused() -> None:
    assert blind_prices(drawn(1, [10_000.0]), [1], 1.0) == {}
    with pytest.raises(InputError):
        blind_prices(drawn(5), [1, 2, 3, 4, 5], 0.0)
