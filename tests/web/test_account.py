"""Can a reader check by hand how the score of a pair adds up?"""

from typing import Any

import pytest

from marketplace import units
from marketplace.resources import emission, quantity_of
from matching.records import Contribution
from web.pair_sums import Group, counting
from web.rendering import environment, pieces


def part(**said: Any) -> Contribution:
    return Contribution(**{"criterion": "talent", "side": "need", "weight": 0.4, "value": 0.5, "share": 0.06, **said})


def between(low: float, high: float) -> str:
    macros = environment().get_template("_ui.html").module
    return str(macros.between((low, high)))  # type: ignore[attr-defined]


def test_the_percentage_beside_a_heading_takes_weight_and_value_to_the_points() -> None:
    lines = [part(), part(criterion="distance", weight=0.6, value=0.9, share=0.162)]
    counts = Group("HQ", lines).counts
    assert counts == pytest.approx(0.3)
    assert [line.share for line in lines] == pytest.approx([line.weight * line.value * 0.3 for line in lines])


def test_the_line_of_the_park_tells_no_percentage() -> None:
    assert Group("HQ", [part(criterion="park", side="park", share=0.1)]).counts is None


def test_terms_of_no_value_tell_no_percentage() -> None:
    assert counting([(0.0, 0.0)]) is None


def test_a_range_is_told_only_where_the_score_can_move() -> None:
    assert "45" not in between(45.31, 45.33)
    assert "44.9" in between(44.9, 45.3)


def test_an_amount_is_not_said_twice_by_a_power_of_ten() -> None:
    assert [piece.unit for piece in pieces(60, quantity_of(emission("COD")).measure)] == ["t/a"]
    assert [piece.unit for piece in pieces(150, units.LAND)] == ["mu", "ha"]
    assert len(pieces(0, quantity_of("power").measure)) == 1


def test_a_need_without_amounts_is_told_why_no_park_is_feasible() -> None:
    macros = environment().get_template("_ui.html").module
    silent, open_gate = {"verdict": "pass"}, {"verdict": "unknown"}
    told = [
        str(macros.asks_nothing({"standing": standing, "gates": gates})).strip()  # type: ignore[attr-defined]
        for standing, gates in (("unverified", [silent]), ("unverified", [open_gate]), ("feasible", [silent]))
    ]
    assert [bool(words) for words in told] == [True, False, False]
