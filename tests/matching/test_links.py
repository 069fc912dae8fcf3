"""Are a park's links, who could fill them and its likeness to neighbours what the formulas say?"""

import math
from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.errors import InputError
from matching.fillers import filled_by, fillers
from matching.gap import chain_gap
from matching.homogeneity import USUAL, homogeneity_of
from matching.index import Index
from matching.industry import Portfolios, divisions, portfolio, portfolio_matrix
from matching.links import LEAST, MISSING, OUTSIDE, STRONG, THIN, WEAK, chain_of
from matching.records import Need, Park
from matching.reference import catalogue, gbt, linkage, words
from matching.reference.market import catalogue_shares

WORDS = st.lists(st.sampled_from(sorted(words())), max_size=5, unique=True).map(tuple)
PLACES = st.sampled_from((None, "34", "340100", "341102", "310114", "320582", "500112"))


def parks(least: int = 1, most: int = 6) -> st.SearchStrategy[list[Park]]:
    one = st.builds(Park, code=st.integers(0, 30).map("P{:02}".format), adcode=PLACES, industries=WORDS)
    return st.lists(one, min_size=least, max_size=most, unique_by=lambda park: park.code)


@cache
def rows_of(code: str) -> Mapping[int, float]:
    """The table's rows of a code with their weight by gross output: anew, from the table itself."""
    table = linkage()
    for known in (code, code[:3], code[:2]):
        rows = {row for prefix, row in table.sector_of.items() if prefix.startswith(known) or known.startswith(prefix)}
        if rows:
            break
    total = sum(table.output_cny[row] for row in rows)
    return {row: float(table.output_cny[row] / total) for row in rows} if total else {}


@cache
def linked(sector: str, division: str, direction: str) -> float:
    """f(link) of two codes, row by row of the table; 0 where a factory's chain does not run that way (record 0014)."""
    section = gbt()[division].section
    makes, goes = gbt()[sector].section in "ABCDE", gbt()[sector].section in "ABCD"
    if direction == "up" and ((makes and section not in "ABC") or (section in "ABCDE" and not goes)):
        return 0.0
    if direction == "down" and makes and section not in "ABCD":
        return 0.0
    matrix = linkage().up if direction == "up" else linkage().down
    pairs = [(s, t, a * b) for s, a in rows_of(sector).items() for t, b in rows_of(division).items()]
    return sum(weight * float(matrix[s, t]) for s, t, weight in pairs)


def reach_of(shares: Mapping[str, float], division: str, direction: str) -> float:
    """Σ_s P_s · f(link), pair by pair."""
    return sum(share * linked(sector, division, direction) for sector, share in shares.items())


@given(parks(most=1))
def test_reach_and_gap_are_the_sums_of_the_formula(made):
    chain = chain_of(Index.fit(made), made[0].code)
    shares = portfolio(made[0].industries)
    for link in chain.links:
        reach = reach_of(shares, link.sector, link.direction)
        own = sum(share for sector, share in shares.items() if sector.startswith(link.sector))
        usual = catalogue_shares().get(link.sector, 0.0)
        lacking = max(0.0, 1 - own / usual) if usual else float(own == 0)
        assert link.reach == pytest.approx(min(1.0, reach), abs=1e-6)
        assert link.share == pytest.approx(own)
        if link.kind != OUTSIDE:
            assert link.gap == pytest.approx(min(1.0, reach * lacking), abs=1e-6)


@given(parks(most=1))
def test_no_division_that_counts_is_left_out(made):
    chain = chain_of(Index.fit(made), made[0].code)
    shares = portfolio(made[0].industries)
    told = {(link.sector, link.direction) for link in chain.links}
    for division in divisions():
        if any(sector.startswith(division) for sector in shares) or gbt()[division].section not in "ABC":
            continue
        for direction in ("up", "down"):
            reach = reach_of(shares, division, direction)
            assume(abs(reach - LEAST) > 1e-5)
            assert ((division, direction) in told) == (reach > LEAST)


@given(parks(most=1))
def test_a_gap_of_a_maker_is_the_criterion_a_need_is_ranked_by(made):
    chain = chain_of(Index.fit(made), made[0].code)
    matrix = portfolio_matrix([portfolio(made[0].industries)])
    for link in chain.links:
        if link.direction == "up" and link.kind in (WEAK, MISSING) and gbt()[link.sector].section == "C":
            assert link.gap == pytest.approx(float(chain_gap(link.sector, matrix, Portfolios.of(matrix))[0]))


@given(parks(most=1))
def test_each_kind_is_what_its_word_says(made):
    chain = chain_of(Index.fit(made), made[0].code)
    for link in chain.links:
        section = gbt()[link.sector].section
        if link.kind == MISSING:
            assert link.share == 0 < link.gap
        elif link.kind == WEAK:
            assert link.share > 0
            assert link.share < THIN or link.quotient < 1
        elif link.kind == STRONG:
            assert link.share >= THIN
            assert link.gap == 0
            assert link.quotient >= 1
        else:
            assert link.share == link.gap == 0
            assert section in "ABDEPQST" or link.sector == "16"
        assert all(0 <= part <= 1 for part in (link.reach, link.gap, link.share))
        amounts = [served.amount for served in link.serves]
        assert amounts == sorted(amounts, reverse=True)
        assert 0 < sum(amounts) <= link.reach + 1e-9 or link.reach == 1
        assert {served.sector for served in link.serves} <= dict(chain.shares).keys()


@given(parks(least=2))
def test_a_chain_depends_on_its_park_alone(made):
    code = made[0].code
    assert chain_of(Index.fit(made), code) == chain_of(Index.fit(made[:1]), code)


@given(parks(least=2), st.sampled_from(("33", "26", "39", "14")))
def test_who_could_fill_is_strong_there_near_first_and_never_the_park_itself(made, division):
    index = Index.fit(made)
    found = fillers(index, made[0].code, [division], top=50)[division]
    values = [filler.value for filler in found]
    assert values == sorted(values, reverse=True)
    usual = catalogue_shares()[division]
    strong = {
        park.code
        for park in made[1:]
        for share in [sum(s for code, s in portfolio(park.industries).items() if code.startswith(division))]
        if share >= 0.2 - 1e-12 and share >= usual
    }
    assert {filler.park.code for filler in found} == strong
    for filler in found:
        largest = max(
            sum(s for code, s in portfolio(filler.park.industries).items() if code.startswith(each))
            for each in divisions()
        )
        hours = None if filler.km is None else 0.5 + 1.3 * filler.km / 75
        assert filler.hours == pytest.approx(hours)
        near = 0.0 if hours is None else math.exp(-max(0.0, hours - 1) / 1.5)
        assert filler.value == pytest.approx(filler.share / largest * near)
        assert not (filler.same_prefecture and not filler.same_province)


@given(parks(least=2))
def test_likeness_is_the_cosine_symmetric_and_of_neighbours_alone(made):
    index = Index.fit(made)
    by_code = {park.code: homogeneity_of(index, park.code, top=50) for park in made}
    for park in made:
        for alike in by_code[park.code].most:
            a, b = (np.array(vector(each)) for each in (park, alike.park))
            assert alike.likeness == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
            back = [other for other in by_code[alike.park.code].most if other.park.code == park.code]
            assert back[0].likeness == pytest.approx(alike.likeness)
            assert not set(alike.only_here) & set(alike.only_there)
            same = park.adcode[:4] == alike.park.adcode[:4] and len(park.adcode) > 2
            assert same or alike.km <= 100


def vector(park: Park) -> list[float]:
    shares = portfolio(park.industries)
    return [sum(s for code, s in shares.items() if code.startswith(each)) for each in divisions()]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.fit(catalogue())


def test_a_park_of_machines_and_cars_lacks_metal_goods_and_rubber_parts():
    park = Park(code="A", adcode="330100", industries=("装备制造", "汽车"))
    chain = chain_of(Index.fit([park]), "A")
    missing = {link.sector: link for link in chain.of(MISSING) if link.direction == "up"}
    assert {"29", "31", "32", "33"} <= missing.keys()
    assert missing["33"].gap > missing["29"].gap > LEAST
    assert missing["33"].serves[0].sector in {"34", "36"}
    assert ("36", "down") in {(link.sector, link.direction) for link in chain.of(STRONG)}
    assert {"06", "08"} & {link.sector for link in chain.of(OUTSIDE)}
    assert not any(gbt()[link.sector].section in "DEFGHIJKLM" for link in chain.of(WEAK, MISSING))


def test_a_park_without_industries_has_no_chain_and_no_likeness():
    index = Index.fit([Park(code="A", adcode="340100"), Park(code="B", adcode="340100", industries=("汽车",))])
    assert chain_of(index, "A").links == chain_of(index, "A").shares == ()
    assert homogeneity_of(index, "A").likeness is None
    assert homogeneity_of(index, "B").likeness is None
    assert fillers(index, "B", ["33"])["33"] == ()


def test_a_park_that_is_not_there_is_named(index):
    for call in (chain_of, homogeneity_of, lambda market, code: fillers(market, code, ["33"])):
        with pytest.raises(InputError, match="NOPE"):
            call(index, "NOPE")


def test_the_nearest_of_two_equal_parks_comes_first_and_is_served_in_turn():
    here = Park(code="A", adcode="341100", industries=("汽车",))
    near = Park(code="Z", adcode="340100", industries=("金属制品",))
    far = Park(code="B", adcode="510100", industries=("金属制品",))
    index = Index.fit([here, near, far])
    found = fillers(index, "A", ["33"])["33"]
    assert [filler.park.code for filler in found] == ["Z", "B"]
    assert (found[0].same_prefecture, found[0].same_province, found[1].same_province) == (False, True, False)
    assert found[0].km < 150 < found[1].km


def test_a_need_fills_the_link_of_its_division_by_its_own_class():
    chain = chain_of(Index.fit([Park(code="A", industries=("汽车",))]), "A")
    needs = [Need(id="parts", industry="3311"), Need(id="food", industry="1432"), Need(id="words"), Need(industry="C")]
    found = filled_by(chain, needs)
    assert [(filling.need, filling.link.sector) for filling in found] == [("parts", "33")]
    matrix = portfolio_matrix([portfolio(("汽车",))])
    assert found[0].gap == pytest.approx(float(chain_gap("3311", matrix, Portfolios.of(matrix))[0]))


def test_the_usual_likeness_is_that_of_the_catalogue(index):
    seen = [homogeneity_of(index, park.code).likeness for park in index.parks[::20]]
    known = [value for value in seen if value is not None]
    assert np.percentile(known, [25, 50, 75]) == pytest.approx(USUAL, abs=0.06)
