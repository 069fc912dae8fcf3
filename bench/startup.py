"""How long does the kernel take to start: from the cache of an earlier run, and compiled for the first time?"""

import os
import subprocess
import sys
import time
from statistics import median
from tempfile import TemporaryDirectory

from bench import market
from bench.figures import Figure, Section
from matching.index import Index

FEW = 24


def run(*, quick: bool) -> list[Section]:
    """Processes of their own, with a cache that begins empty."""
    with TemporaryDirectory() as cache:
        first = _seconds(cache)
        again = [_seconds(cache) for _ in range(2 if quick else 5)]
    figures = (
        Figure("from the cache", median(again), "CPU-s", "", "≤ 1 s"),
        Figure("compiled for the first time", first, "CPU-s", "reported"),
    )
    return [
        Section("Start of the kernel: loading it and one ranking of few parks, beyond what the second takes", figures)
    ]


def _seconds(cache: str) -> float:
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    command = [sys.executable, "-m", "bench.startup"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def main() -> None:
    """Print the processor seconds that the first batch takes beyond the second."""
    from matching.text import vectors

    needs, index = market.needs(FEW), Index.fit(market.parks(FEW))
    vectors(["园区"])
    took = []
    for _ in range(2):
        began = time.process_time()
        from matching.batch import best

        list(best(needs, index.quickened(), 3, 3, workers=1))
        took.append(time.process_time() - began)
    print(took[0] - took[1])


if __name__ == "__main__":
    main()
