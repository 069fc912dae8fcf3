"""Is a park judged as a market by what it could take, what the way costs and how goods get in?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.explain import against_prior
from matching.index import Index
from matching.modes import market_product
from matching.records import Match, Mode, Need, Park, Resources, Standing
from matching.reference.market import demand, market_shares
from tests.matching.test_axioms import markets

NEED = Need(mode=Mode.MARKET_PRODUCT, industry="1432", origin="410100", output_cny_a=1.5e9)
NEAR = Park("A", adcode="410105", zone_type="economic", lon=113.7, lat=34.8)


def parts(match: Match) -> dict[str, float]:
    return {part.criterion: part.value for part in match.contributions}


def test_the_score_is_the_sum_of_the_three_terms() -> None:
    match = Index.fit([NEAR]).match(NEED, "A")
    values = parts(match)
    assert list(values) == ["cover", "freight", "channel"]
    assert match.score == pytest.approx(0.55 * values["cover"] + 0.25 * values["freight"] + 0.2 * values["channel"])
    assert match.park_side is None
    assert sum(each.by for each in against_prior(match)) == pytest.approx(match.score - 0.5)


def test_what_is_sold_can_be_no_more_than_the_market_takes() -> None:
    index = Index.fit([NEAR])
    covers = [parts(index.match(replace(NEED, output_cny_a=output), "A"))["cover"] for output in (1e6, 1e9, 1e10, 1e11)]
    assert covers[0] == 1.0
    assert covers == sorted(covers, reverse=True)
    assert covers[-1] < covers[0]


def test_all_that_the_country_takes_is_shared_out_once() -> None:
    gdp, people = zip(*market_shares().values(), strict=True)
    assert (sum(gdp), sum(people)) == (pytest.approx(1), pytest.approx(1, abs=0.01))
    assert len(demand()) == 153
    assert sum(households for _, households in demand().values()) == pytest.approx(38.7e12, rel=0.03)


def test_the_way_costs_by_the_kilometre_of_road() -> None:
    far = replace(NEAR, code="B", lon=113.7 + 3.0)
    index = Index.fit([NEAR, far])
    near_cost, far_cost = (
        market_product.freight(index.evaluated(NEED).asked, index.columns.at([row])) for row in (0, 1)
    )
    assert near_cost is not None
    assert far_cost is not None
    apart = float(far_cost[0] - near_cost[0])
    assert apart == pytest.approx(273 * 1.3 * 0.4, rel=0.15)
    assert parts(index.match(NEED, "A"))["freight"] > parts(index.match(NEED, "B"))["freight"]


def test_a_far_county_is_no_way_into_the_market_of_its_city() -> None:
    parks = [
        Park("FAR", adcode="500238", zone_type="industrial"),
        Park("NEAR", adcode="500103", zone_type="industrial"),
    ]
    index = Index.fit(parks)
    far, near = (parts(index.match(NEED, code)) for code in ("FAR", "NEAR"))
    assert far["cover"] < near["cover"]
    assert far["channel"] == 0.0 < near["channel"]
    customs = Index.fit([replace(parks[0], zone_type="customs")]).match(NEED, "FAR")
    assert parts(customs)["channel"] == 0.4


def test_what_a_need_does_not_say_is_left_out() -> None:
    index = Index.fit([NEAR])
    assert set(parts(index.match(replace(NEED, output_cny_a=None), "A"))) == {"freight", "channel"}
    assert set(parts(index.match(replace(NEED, origin=None), "A"))) == {"cover", "channel"}
    assert set(parts(index.match(replace(NEED, industry="C"), "A"))) == {"freight", "channel"}


def test_what_is_asked_of_the_market_itself_is_gated() -> None:
    need = replace(NEED, asks=Resources(building_m2=500.0))
    parks = [
        replace(NEAR, free=Resources(building_m2=100.0)),
        replace(NEAR, code="B", free=Resources(building_m2=900.0)),
    ]
    found = Index.fit(parks).parks_for(need)
    assert [match.park.code for match in found.results] == ["B"]
    assert [match.park.code for match in found.misses] == ["A"]
    assert found.results[0].standing is Standing.FEASIBLE


@given(markets(1), st.sampled_from(("1432", "3841", "C", None)), st.none() | st.floats(1.0, 1e12))
def test_every_market_has_a_score_with_its_range(parks: list[Park], industry: str | None, output: float | None) -> None:
    need = replace(NEED, industry=industry, description="锂电池" if industry is None else "", output_cny_a=output)
    for match in Index.fit(parks).parks_for(need, top=9).results:
        low, high = match.interval
        assert 0 <= low <= match.score <= high <= 1
        assert sum(part.share for part in match.contributions) == pytest.approx(match.score, abs=1e-9)
        assert all(np.isfinite(part.value) for part in match.contributions)
