"""Does what was compiled before answer only while everything it was compiled from is as it was?"""

import subprocess
import sys
from pathlib import Path

import pytest

from matching import kernel_data
from matching.compiled import exact

ROOT = Path(__file__).parents[2]
CALLED = """
from typing import NamedTuple
from matching.compiled import exact

class Pair(NamedTuple):
    first: float
    second: float

FACTOR = 2.0

@exact
def times(x):
    return 3.0 * x
"""
CALLING = """
from trade.called import FACTOR, Pair, times
from matching.compiled import exact

@exact
def difference(pair):
    return times(pair.first) - FACTOR * pair.second
"""
ASKING = """
from trade.called import Pair
from trade.calling import difference
print(difference(Pair(10.0, 1.0)), sum(difference.stats.cache_hits.values()))
"""


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ("3.0 * x", "4.0 * x", "38.0"),
        ("FACTOR = 2.0", "FACTOR = 5.0", "25.0"),
        ("first: float\n    second: float", "second: float\n    first: float", "-17.0"),
    ],
    ids=["a function it calls", "a number it reads", "the fields of a tuple it is given"],
)
def test_a_change_in_another_module_is_compiled_anew(tmp_path: Path, before: str, after: str, answer: str) -> None:
    package = tmp_path / "trade"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "calling.py").write_text(CALLING)

    def asked(called: str) -> str:
        (package / "called.py").write_text(called)
        command = [sys.executable, "-B", "-c", ASKING]
        done = subprocess.run(
            command, cwd=ROOT, env={"PYTHONPATH": f"{tmp_path}:{ROOT}"}, capture_output=True, text=True
        )
        return done.stdout.strip() or done.stderr

    assert asked(CALLED) == "28.0 0"
    assert asked(CALLED) == "28.0 1"
    assert asked(CALLED.replace(before, after)) == f"{answer} 0"
    assert asked(CALLED.replace(before, after)) == f"{answer} 1"


def test_a_number_that_is_read_through_its_module_is_refused() -> None:
    def tier() -> float:
        return kernel_data.TIER

    tier.__module__ = "matching.somewhere"
    with pytest.raises(TypeError, match="import what it reads by name"):
        exact(tier)
