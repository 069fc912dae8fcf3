"""What draws one place's firms to another?"""

import numpy as np

from matching.affinity import affinity
from matching.reference import prefectures, zones
from matching.ties import places, row_of

EVERY = np.arange(len(places()))


def between(origin: str, destination: str) -> dict[str, float]:
    found = affinity(np.array([row_of(origin)]), np.array([row_of(destination)]))
    return {name: float(table[0, 0]) for name, table in found.items()}


def test_nearness_is_in_km_and_the_same_both_ways():
    km = affinity(EVERY, EVERY)["nearness"]
    assert 100 < between("110100", "120100")["nearness"] < 120
    assert np.allclose(km, km.T)
    assert not km.diagonal().any()


def test_the_gap_in_income_turns_over_with_the_direction_and_is_unknown_where_gdp_is():
    gap = affinity(EVERY, EVERY)["income_gap"]
    assert between("320500", "321300")["income_gap"] > 2
    known = ~np.isnan(gap)
    assert np.allclose((gap * gap.T)[known], 1)
    blank = [row for row, code in enumerate(places()) if prefectures()[code].gdp_2015_cny is None]
    assert np.isnan(gap[:, blank]).all()


def test_the_pull_of_all_others_on_a_place_is_shared_out_whole():
    share = affinity(EVERY, EVERY)["hinterland"]
    assert np.isnan(share.diagonal()).all()
    assert np.allclose(np.nansum(share, axis=0), 1)
    assert np.nanmin(share) > 0


def test_a_town_belongs_to_the_metropolis_next_to_it_and_not_the_other_way():
    assert between("310100", "320600")["hinterland"] > 5 * between("320600", "310100")["hinterland"]
    assert between("440300", "441300")["hinterland"] > between("440100", "441300")["hinterland"]


def test_what_is_there_is_counted_at_the_destination():
    found = between("340100", "310100")
    assert found["zones"] == sum(zone.adcode.startswith("31") for zone in zones())
    assert found["universities"] == prefectures()["310100"].universities_2019
    assert found["listed"] > between("310100", "340100")["listed"] > 0


def test_a_part_of_the_places_is_a_part_of_the_whole():
    some, others = np.array([3, 200, 7]), np.array([9, 3])
    for name, table in affinity(some, others).items():
        assert np.array_equal(table, affinity(EVERY, EVERY)[name][np.ix_(some, others)], equal_nan=True)
