"""Are the pairs of places the best, exactly, and does each say where its score comes from?"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import InputError
from matching.evaluate import cases
from matching.evaluate.cases import completed
from matching.index import Index
from matching.modes import hq_base, rd_manufacturing
from matching.modes.pairing import Pairing
from matching.modes.two_places import Candidates
from matching.records import ROLES, Mode, Need, PairMatch, Park, Regions, Resources, Standing
from matching.reference import catalogue
from tests.matching.test_axioms import markets, needs

TWO = (Mode.HQ_BASE, Mode.RD_MANUFACTURING)
POINTS = ((None, None), (117.2, 31.8), (118.8, 32.0), (121.5, 31.2), (121.5, 31.2), (106.5, 29.5))
KINDS = (None, "high_tech", "economic", "customs")
STANDINGS = tuple(Standing)

placed = st.tuples(markets(2), st.lists(st.sampled_from(POINTS), min_size=6, max_size=6), st.sampled_from(KINDS)).map(
    lambda drawn: [
        replace(park, lon=point[0], lat=point[1], zone_type=drawn[2])
        for park, point in zip(drawn[0], drawn[1], strict=False)
    ]
)
asked = st.tuples(needs, st.sampled_from(TWO), st.sampled_from((None, "310000", "3401"))).map(
    lambda drawn: replace(drawn[0], mode=drawn[1], hq=drawn[2])
)


def joined_of(index: Index, need: Need, *, institution: bool = True) -> Pairing:
    among = Candidates(index.parks, index.columns)
    mode = hq_base if need.mode is Mode.HQ_BASE else rd_manufacturing
    return mode.pairing(need, among, institution=institution)


def by_hand(index: Index, need: Need, *, institution: bool) -> list[tuple[str, str, str, float]]:
    """Every pair, in the order of the contract: standing, score, codes."""
    joined = joined_of(index, need, institution=institution)
    first, second = (half.seen.parks for half in (joined.first, joined.second))
    pairs = [(i, j) for i, j in product(range(len(first)), range(len(second))) if first[i] is not second[j]]
    i, j = (np.array(rows, dtype=np.intp) for rows in zip(*pairs, strict=True))
    worst = np.maximum(joined.first.standing[i], joined.second.standing[j])
    scores = np.round(joined.scores(i, j), 12)
    rows = [(int(worst[k]), -float(scores[k]), first[a].code, second[b].code) for k, (a, b) in enumerate(pairs)]
    return [(a, b, STANDINGS[standing].value, -minus) for standing, minus, a, b in sorted(rows)]


def told(pairs: Sequence[PairMatch]) -> list[tuple[str, str, str, float]]:
    return [(pair.first.code, pair.second.code, pair.standing.value, round(pair.score, 12)) for pair in pairs]


@given(placed, asked, st.integers(1, 9), st.booleans())
def test_the_first_pairs_are_those_of_all_pairs_in_the_same_order(
    parks: list[Park], need: Need, top: int, institution: bool
) -> None:
    index = Index.fit(parks)
    every = by_hand(index, need, institution=institution)
    passing = [row for row in every if row[2] != "infeasible"]
    found = index.pairs_for(need, top=top, institution=institution)
    assert told(found.results) == passing[:top]
    one_by_one = replace(joined_of(index, need, institution=institution), step=1)
    assert one_by_one.best(top)[1].tolist() == [index.row_of[pair.second.code] for pair in found.results]
    assert dict(found.counts) == {each: sum(row[2] == each for row in every) for each in Standing}


@given(placed, asked)
def test_shares_sum_to_the_score_and_the_interval_holds_it(parks: list[Park], need: Need) -> None:
    roles = ROLES[need.mode]
    found = Index.fit(parks).pairs_for(need, top=30, misses=30)
    for pair in (*found.results, *found.misses):
        assert sum(part.share for part in pair.contributions) == pytest.approx(pair.score, abs=1e-9)
        low, high = pair.interval
        assert 0 <= low <= pair.score <= high <= 1 + 1e-12
        for part in pair.contributions:
            assert (part.place is None) == (part.side == "pair")
            assert part.place in (None, *roles)
        assert {gate.place for gate in pair.gates} <= set(roles)
        assert pair.first.code != pair.second.code


@given(placed, asked, st.integers(0, 1000))
def test_the_interval_holds_every_completion_of_what_is_unknown(parks: list[Park], need: Need, seed: int) -> None:
    need = replace(need, hq=None)
    first, second = parks[:2]
    low, high = Index.fit(parks).pair(need, first.code, second.code).interval
    full = [completed(park, cases.a_park(Random(seed + place), "X")) for place, park in enumerate((first, second))]
    assert low - 1e-9 <= Index.fit(full).pair(need, first.code, second.code).score <= high + 1e-9


@given(placed, asked)
def test_a_miss_fails_and_its_relaxation_admits_it(parks: list[Park], need: Need) -> None:
    index = Index.fit(parks)
    for miss in index.pairs_for(need, misses=3).misses:
        assert miss.standing is Standing.INFEASIBLE
        if miss.relax and miss.relax.gate == "land":
            less = (need.asks.land_m2 or 0.0) - miss.relax.by * (1 + 1e-6)
            smaller = replace(need, asks=replace(need.asks, land_m2=less))
            again = index.pair(smaller, miss.first.code, miss.second.code)
            assert not [gate for gate in again.gates if gate.gate in ("land", "plot") and gate.verdict == "fail"]


@given(placed, asked)
def test_other_parks_have_no_say_in_a_pair(parks: list[Park], need: Need) -> None:
    whole, rest = Index.fit(parks), Index.fit(parks[:2])
    a, b = rest.parks
    assert whole.pair(need, a.code, b.code) == rest.pair(need, a.code, b.code)
    one = {(pair.first.code, pair.second.code): pair for pair in whole.pairs_for(need, top=99).results}
    for pair in rest.pairs_for(need, top=99).results:
        assert replace(pair, relax=None) == replace(one[pair.first.code, pair.second.code], relax=None)


@given(placed, asked, st.sampled_from(("level", "land", "rent")))
def test_a_better_base_never_lowers_a_pair_of_head_office_and_base(parks: list[Park], need: Need, what: str) -> None:
    need = replace(need, mode=Mode.HQ_BASE, hq=None, asks=Resources(land_m2=100.0, building_m2=50.0))
    worse = replace(parks[0], level="provincial", land_price_cny_m2=800.0, rent_cny_m2_month=19.0)
    better = {"level": {"level": "national"}, "land": {"land_price_cny_m2": 100.0}, "rent": {"rent_cny_m2_month": 11.0}}
    before, after = (Index.fit([park, *parks[1:]]) for park in (worse, replace(worse, **better[what])))
    for other in parks[1:2]:
        for pair in ((worse.code, other.code), (other.code, worse.code)):
            assert after.pair(need, *pair).score >= before.pair(need, *pair).score - 1e-12


@pytest.mark.parametrize("mode", TWO)
@pytest.mark.parametrize("industry", ["3841", "1432"])
def test_over_the_catalogue_the_cells_find_what_every_pair_of_a_sample_finds(mode: Mode, industry: str) -> None:
    index = Index.fit(catalogue()[::9])
    need = Need(mode=mode, industry=industry, origin="310114", asks=Resources(land_m2=1e5, building_m2=5e3))
    joined = joined_of(index, need)
    every = [(i, j) for i, j in product(range(len(index.parks)), repeat=2) if i != j]
    i, j = (np.array(rows) for rows in zip(*every, strict=True))
    first = joined.ordered(i, j)[:40]
    for step in (1, joined.step):
        best = replace(joined, step=step).best(40)
        assert [*zip(i[first], j[first], strict=True)] == [*zip(*best, strict=True)]


def test_the_head_office_takes_the_rooms_and_the_base_the_land() -> None:
    parks = [Park("A", adcode="310115", free=Resources(building_m2=900.0)), Park("B", adcode="341100")]
    need = Need(mode=Mode.HQ_BASE, industry="3841", asks=Resources(land_m2=1e5, building_m2=800.0, power_kva=10.0))
    gates = {(gate.place, gate.gate) for gate in Index.fit(parks).pair(need, "A", "B").gates}
    assert gates == {("hq", "building"), ("base", "land"), ("base", "plot"), ("base", "power")}
    rooms_alone = replace(need, asks=Resources(building_m2=800.0))
    gates = {(gate.place, gate.gate) for gate in Index.fit(parks).pair(rooms_alone, "A", "B").gates}
    assert gates == {("base", "building")}


def test_a_head_office_stays_near_its_people_and_out_of_customs_zones() -> None:
    index = Index.fit(catalogue())
    for origin, near in (("310114", {"3101", "3205", "3301"}), ("440305", {"4403", "4401"})):
        need = Need(mode=Mode.HQ_BASE, industry="3841", origin=origin, asks=Resources(land_m2=1e5, power_kva=2e4))
        found = index.pairs_for(need, top=8).results
        assert {(pair.first.adcode or "")[:4] for pair in found} <= near
        assert not {"customs", "border"} & {pair.first.zone_type for pair in found}


def test_research_goes_to_zones_for_research() -> None:
    need = Need(mode=Mode.RD_MANUFACTURING, industry="2761", origin="310115", asks=Resources(land_m2=1e5))
    found = Index.fit(catalogue()).pairs_for(need, top=5).results
    assert {pair.first.zone_type for pair in found} == {"high_tech"}


def test_only_excluded_regions_keep_the_head_office_away() -> None:
    parks = [Park("A", adcode="310115"), Park("B", adcode="341100")]
    need = Need(mode=Mode.HQ_BASE, industry="3841", asks=Resources(land_m2=1.0), regions=Regions(only=("34",)))
    assert dict(Index.fit(parks).pairs_for(need).counts) == {
        Standing.FEASIBLE: 0,
        Standing.UNVERIFIED: 1,
        Standing.INFEASIBLE: 1,
    }
    excluded = replace(need, regions=Regions(exclude=("31",)))
    assert Index.fit(parks).pairs_for(excluded).counts[Standing.INFEASIBLE] == 2


def test_a_head_office_that_stays_is_a_place_and_no_park() -> None:
    index = Index.fit([Park("A", adcode="310115"), Park("B", adcode="341100")])
    need = Need(mode=Mode.HQ_BASE, industry="3841", hq="310100", asks=Resources(land_m2=1.0))
    found = index.pairs_for(need)
    assert {pair.first.code for pair in found.results} == {"310100"}
    assert {pair.first.name for pair in found.results} == {"上海市"}
    assert sum(found.counts.values()) == 2
    assert not [gate for pair in found.results for gate in pair.gates if gate.place == "hq"]


def test_official_ties_are_one_term_and_can_be_left_out() -> None:
    index = Index.fit([Park("A", adcode="320500"), Park("B", adcode="321000"), Park("C", adcode="341100")])
    need = Need(mode=Mode.HQ_BASE, industry="3841")
    values = {
        second: {
            part.criterion: part.value for part in index.pair(need, "A", second).contributions if part.side == "pair"
        }
        for second in ("B", "C")
    }
    assert (values["B"]["institution"], values["C"]["institution"]) == (1.0, 0.0)
    without = index.pair(need, "A", "B", institution=False).contributions
    weights = {part.criterion: part.weight for part in without if part.side == "pair"}
    assert weights == pytest.approx({"access": 0.75, "agreement": 0.25})


def test_a_pair_of_research_and_manufacturing_is_the_sum_of_its_terms() -> None:
    index = Index.fit(catalogue()[:400:40])
    need = Need(mode=Mode.RD_MANUFACTURING, industry="3841")
    best = index.pairs_for(need, top=1).results[0]
    weights = {part.criterion: part.weight for part in best.contributions}
    engine = {"match": 0.35, "absorption": 0.20, "access": 0.20, "pilot": 0.15, "factors": 0.10}
    assert weights.pop("zone") == pytest.approx(1 / 7)
    assert weights == pytest.approx({name: weight * 6 / 7 for name, weight in engine.items()})
    gap = rd_manufacturing.strengths_of(index.columns).technology
    first, second = index.row_of[best.first.code], index.row_of[best.second.code]
    g = max(0.0, gap[first] - gap[second])
    values = {part.criterion: part.value for part in best.contributions}
    assert values["absorption"] == pytest.approx(4 * g * (1 - g))
    assert values["pilot"] == 0.5


def test_research_near_the_firm_and_manufacturing_where_it_prefers_count_for_more() -> None:
    near, far = Park("A", adcode="110108"), Park("B", adcode="210106")
    base, other = Park("C", adcode="131000"), Park("D", adcode="210500")
    index = Index.fit([near, far, base, other])
    need = Need(mode=Mode.RD_MANUFACTURING, industry="3841", origin="110105", regions=Regions(prefer=("13",)))

    def values(first: str, second: str, asked: Need = need) -> dict[str, float]:
        return {part.criterion: part.value for part in index.pair(asked, first, second).contributions}

    assert values("A", "C")["home"] > 0.9 > 0.5 > values("B", "C")["home"]
    assert (values("A", "C")["region"], values("A", "D")["region"]) == (1.0, 0.0)
    assert {"home", "region"}.isdisjoint(values("A", "C", Need(mode=Mode.RD_MANUFACTURING, industry="3841")))
    stays = replace(need, origin="210106", hq="110105")
    assert values("A", "C", stays) == values("A", "C")


def test_a_firm_of_beijing_keeps_its_laboratory_at_hand() -> None:
    need = Need(mode=Mode.RD_MANUFACTURING, industry="3841", origin="110105", asks=Resources(land_m2=1e5))
    found = Index.fit(catalogue()).pairs_for(need, top=10).results
    assert {(pair.first.adcode or "")[:2] for pair in found} <= {"11", "12", "13"}


def test_research_is_unknown_as_soon_as_one_half_of_it_is() -> None:
    parks = [
        Park("A", adcode="340100", industries=("装备制造",)),
        Park("B", adcode="340100"),
        Park("C", adcode="34", industries=("装备制造",)),
        Park("D", adcode="341100", industries=("汽车零部件",)),
    ]
    index = Index.fit(parks)
    need = Need(mode=Mode.RD_MANUFACTURING, industry="3670")
    known = [index.pair(need, code, "D").contributions[0].known for code in ("A", "B", "C")]
    assert known == [True, False, False]


def test_a_place_alone_makes_no_pair() -> None:
    for mode in TWO:
        found = Index.fit([Park("A", adcode="310115")]).pairs_for(Need(mode=mode, industry="3841"))
        assert (found.results, found.misses, sum(found.counts.values())) == ((), (), 0)
        assert Index.fit([]).pairs_for(Need(mode=mode, industry="3841")).results == ()


@pytest.mark.parametrize("mode", [Mode.ENCLAVE, Mode.PARTNER])
def test_modes_of_two_parks_say_where_they_are_ranked(mode: Mode) -> None:
    index = Index.fit([Park("A")])
    for rank in (index.parks_for, index.pairs_for):
        with pytest.raises(InputError, match="ranks two parks"):
            rank(Need(industry="3841", mode=mode))


def test_a_need_of_one_place_is_no_pair_and_the_other_way_round() -> None:
    index = Index.fit([Park("A")])
    with pytest.raises(InputError, match="ranks single parks"):
        index.pairs_for(Need(industry="3841"))
    with pytest.raises(InputError, match="ranks pairs of places"):
        index.parks_for(Need(industry="3841", mode=Mode.HQ_BASE))
