"""Do the engine's changes read as what the need would have to do?"""

import pytest

from matching.records import Relaxation
from web import wording
from web.i18n import Language, current

MU = 2000 / 3


@pytest.mark.parametrize("gate", ["land", "plot"])
def test_a_plot_that_is_too_small_is_told_as_less_land_of_the_need(gate: str) -> None:
    relax = Relaxation(gate, 48 * MU, "m2")
    assert wording.relaxation(relax) == "若用地减少 48 亩（3.2 公顷），各项条件即全部满足。"
    token = current.set(Language.EN)
    try:
        assert wording.relaxation(relax) == "Land: 48 mu (3.2 ha) less, and every condition would hold."
    finally:
        current.reset(token)


def test_a_gap_of_the_plot_is_told_as_the_plots() -> None:
    assert wording.shortfall("plot", 48 * MU) == "最大单块用地差 48 亩（3.2 公顷）"
