"""Does a list spread over cities and kinds of parks where that is asked for, and only there?"""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from matching.diversity import CITY_MOST, WINDOW, city_of, diverse, likeness
from matching.index import Index
from matching.order import Switches, reordered
from matching.records import Need, PairMatch, Park, Ranking, Regions, Resources, Standing

NEED = Need(industry="3841", asks=Resources(land_m2=100.0))
CITIES = ("341100", "341600", "340200", "320500", "430100", "430200", "360100", "420100")


def ranked(parks: list[Park], need: Need = NEED, top: int = 60) -> Ranking:
    switches = Switches(diverse=True)
    return reordered(Index.fit(parks).parks_for(need, top=switches.pool(top)), need, switches, top)


def crowd(count: int = 40) -> list[Park]:
    """The first twelve, all of one city, suit best."""
    return [
        Park(
            f"P{n:02d}",
            adcode="341100" if n < 12 else CITIES[1 + n % 7],
            industries=("锂电池",) if n < 12 else ("食品",),
        )
        for n in range(count)
    ]


def cities(ranking: Ranking) -> list[str | None]:
    return [city_of(match.park) for match in ranking.results]


def test_of_ten_neighbours_at_most_three_lie_in_one_city() -> None:
    plain = Index.fit(crowd()).parks_for(NEED, top=10)
    assert Counter(cities(plain))["3411"] == 10
    spread = cities(ranked(crowd()))[:20]  # further down only the crowd is left
    for start in range(len(spread) - WINDOW + 1):
        assert max(Counter(spread[start : start + WINDOW]).values()) <= CITY_MOST


def test_the_best_park_stays_the_first_and_no_park_is_lost() -> None:
    parks = crowd()
    plain, spread = Index.fit(parks).parks_for(NEED, top=60), ranked(parks)
    assert spread.results[0].park == plain.results[0].park
    assert {m.park.code: m.score for m in spread.results} == {m.park.code: m.score for m in plain.results}


def test_a_city_that_was_asked_for_may_fill_the_list() -> None:
    asked = Need(industry="3841", asks=Resources(land_m2=100.0), regions=Regions(prefer=("3411",)))
    county = Need(industry="3841", asks=Resources(land_m2=100.0), regions=Regions(only=("341125",)))
    parks = [Park(f"P{n:02d}", adcode="341125", industries=("锂电池",)) for n in range(12)]
    others = [Park(f"Q{n:02d}", adcode=CITIES[1 + n % 4], industries=("锂电池",)) for n in range(12)]
    assert Counter(cities(ranked(parks + others, asked))[:10])["3411"] > CITY_MOST
    assert set(cities(ranked(parks, county))) == {"3411"}


def test_a_province_that_was_asked_for_is_still_spread_over_its_cities() -> None:
    asked = Need(industry="3841", asks=Resources(land_m2=100.0), regions=Regions(only=("34",)))
    parks = [Park(f"P{n:02d}", adcode=("341100", "341600", "340200", "340300")[n % 4]) for n in range(16)]
    assert max(Counter(cities(ranked(parks, asked))[:10]).values()) <= CITY_MOST


def test_where_only_one_city_is_left_the_list_is_not_cut_short() -> None:
    parks = [Park(f"P{n:02d}", adcode="341100") for n in range(8)]
    assert len(ranked(parks).results) == 8


def test_the_feasible_stay_ahead_of_the_unverified() -> None:
    room = Resources(land_m2=900.0, largest_plot_m2=900.0)
    parks = [Park(f"P{n:02d}", adcode="341100", free=room if n % 2 else Resources()) for n in range(20)]
    standings = [match.standing.value for match in ranked(parks).results]
    assert standings == sorted(standings, key=("feasible", "unverified").index)


def test_the_municipalities_are_one_city_each_and_a_province_is_none() -> None:
    assert [city_of(Park("P", adcode=code)) for code in ("310114", "341125", "340000", "34", None)] == [
        *("31", "3411", None, None, None)
    ]


PARKS = st.builds(
    Park,
    st.just("P"),
    adcode=st.sampled_from([*CITIES, None, "34", "310114"]),
    industries=st.lists(st.sampled_from(["食品", "锂电池", "纺织"]), max_size=3).map(tuple),
)


@given(PARKS, PARKS)
def test_likeness_is_symmetric_between_nothing_and_one(one: Park, other: Park) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_pairs_that_share_a_park_are_spread_by_the_other_whichever_place_it_takes() -> None:
    one = Park("Z", adcode="110101")
    others = [Park(f"P{n}", adcode="341100" if n < 6 else CITIES[n % 7 + 1]) for n in range(12)]
    orders = []
    for pairs in ([(one, other) for other in others], [(other, one) for other in others]):
        found = [PairMatch(*pair, Standing.FEASIBLE, 0.5, (0.5, 0.5), ()) for pair in pairs]
        orders.append(diverse(found, [0.5 - 0.001 * n for n in range(12)], None))
    assert orders[0] == orders[1]
    assert Counter(others[place].adcode for place in orders[0][:9])["341100"] == CITY_MOST
