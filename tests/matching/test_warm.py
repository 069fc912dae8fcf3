"""Is the kernel there at once for whoever comes second?"""

import subprocess
import sys
from pathlib import Path

from matching import draws, exact, kernel, warm
from matching.modes import pair_kernel

LOADED = """
from matching import draws, exact, few, gate_bits, kernel, passes, said, tops, turns, warm
from matching.modes import pair_kernel
warm.warm()
for module in (kernel, passes, few, gate_bits, tops, turns, said, exact, draws, pair_kernel):
    for name, function in vars(module).items():
        misses = getattr(getattr(function, "stats", None), "cache_misses", {})
        assert not misses, (name, misses)
"""


def test_warming_compiles_for_good_and_leaves_nothing_to_compile() -> None:
    warm.warm()
    for function in (kernel.top, exact.scores, draws.counted, pair_kernel.score_rows, pair_kernel.best_rows):
        assert function.stats.cache_hits or function.stats.cache_misses
    second = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )
    assert second.stderr == ""
    assert second.returncode == 0


def test_one_ranking_of_the_command_line_loads_no_compiler() -> None:
    said = "import sys, matching.index; from matching.reference import catalogue; from matching.records import Need;"
    said += "matching.index.Index.fit(catalogue()).parks_for(Need(industry='3841')); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert (done.stdout, done.stderr) == ("False\n", "")
