"""Are distances, hours and regions right?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.place import distance_km, point_of, shortened, travel_hours, within
from matching.reference import regions

POINTS = st.tuples(st.floats(73, 136), st.floats(3, 54))


def test_beijing_and_shanghai_are_1068_km_apart():
    assert float(distance_km(116.407, 39.904, 121.474, 31.230)) == pytest.approx(1068, abs=2)


def test_one_degree_of_the_equator_is_111_km():
    assert float(distance_km(100.0, 0.0, 101.0, 0.0)) == pytest.approx(111.195, abs=0.01)


def test_distances_to_many_parks_are_one_array_with_nan_where_unknown():
    km = distance_km(116.4, 39.9, [116.4, 121.5, np.nan], [39.9, 31.2, np.nan])
    assert km[0] == 0
    assert km[1] > 1000
    assert np.isnan(km[2])


@given(POINTS, POINTS, POINTS)
def test_great_circles_are_a_distance(a, b, c):
    ab, ba, bc, ac = (float(distance_km(*p, *q)) for p, q in ((a, b), (b, a), (b, c), (a, c)))
    assert ab == pytest.approx(ba, abs=1e-9)
    assert ac <= ab + bc + 1e-6


def test_hours_are_those_of_the_faster_way():
    km = np.array([30.0, 1068.0, 1068.0, 0.0])
    minutes = np.array([np.nan, 258.0, np.nan, np.nan])
    hours = travel_hours(km, minutes)
    assert hours[0] == pytest.approx(0.5 + 1.3 * 30 / 75)
    assert hours[1] == pytest.approx(1.0 + 258 / 60)
    assert hours[2] == pytest.approx(1.6 + 1.2 * 1068 / 230)
    assert hours[3] == 0.5


def test_a_detour_by_rail_never_beats_the_road():
    assert float(travel_hours(100.0, 600.0)) == pytest.approx(0.5 + 1.3 * 100 / 75)


def test_an_unknown_distance_has_unknown_hours_even_with_a_train():
    assert np.isnan(travel_hours(np.nan, 60.0))


@given(st.floats(0, 5000), st.floats(0, 500), st.floats(1, 2000))
def test_farther_is_never_faster(km, more, minutes):
    assert travel_hours(km + more, minutes) >= travel_hours(km, minutes)
    assert travel_hours(km + more, np.nan) >= travel_hours(km, np.nan)


@pytest.mark.parametrize(
    ("code", "adcode", "inside"),
    [
        ("340123", "340000", True),
        ("340123", "34", True),
        ("340123", "3401", True),
        ("340123", "340100", True),
        ("340123", "340123", True),
        ("340100", "340123", False),
        ("350123", "34", False),
        ("34", "340000", True),
        ("469005", "460000", True),
        ("130100", "1301", True),
        ("131000", "1310", True),
        (None, "34", False),
        ("340123", None, False),
        ("340123", "", False),
    ],
)
def test_a_code_matches_every_code_it_begins(code, adcode, inside):
    assert within(code, adcode) is inside


def test_every_region_lies_in_its_parents():
    for region in regions().values():
        if region.parent is not None and not region.parent.endswith("0000"):
            assert within(region.adcode, region.parent)
        assert within(region.adcode, region.adcode[:2])


def test_trailing_zeros_are_dropped_in_pairs_and_two_digits_stay():
    assert [shortened(code) for code in ("340000", "340100", "131000", "3401", "340123", "00")] == [
        "34",
        "3401",
        "1310",
        "3401",
        "340123",
        "00",
    ]


def test_the_point_of_a_region_is_its_seat_or_that_of_the_next_larger():
    assert point_of("340100") == point_of("3401") == (regions()["340100"].lon, regions()["340100"].lat)
    assert point_of("340199") == point_of("340100")
    assert point_of("349999") == point_of("34")
    assert point_of("99") is None
    assert point_of(None) is None
