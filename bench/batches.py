"""S5, S6 and memory: how long does everything against everything take, on one core, on two, on a cluster?"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

from bench import market
from bench.figures import Figure, Missing, Section, times
from bench.frames import loaded
from matching.batch import CHUNK, best
from matching.index import Index
from matching.records import Need

PARKS, MANY_PARKS = 2_543, 20_000
NEEDS, FEW, WARM = 100_000, 8_192, 512
TOP = 20
ROUNDS = 5
MEMORY_GOAL = "≤ 2,048 MiB"


def run(*, quick: bool) -> Iterator[Section]:
    """Both directions, two cores, Dask, and the peak of memory."""
    count = FEW if quick else NEEDS
    needs, index = market.needs(count), Index.fit(market.parks(PARKS)).quickened()
    yield _both(needs, index, quick)
    yield _cores(needs, index, quick)
    yield _memory(quick)


def solved(needs: list[Need], index: Index, workers: int = 1, cluster: str | None = None, size: int = CHUNK) -> int:
    """Every need's top 20 parks and every park's top 20 needs; how many of the former."""
    parts = best(needs, index, TOP, TOP, workers=workers, cluster=cluster, size=size)
    return sum(len(part.best.need) for part in parts)


def _both(needs: list[Need], index: Index, quick: bool) -> Section:
    took = times(lambda: solved(needs, index), 1 if quick else ROUNDS, warm=lambda: solved(needs[:WARM], index))
    scale = NEEDS / len(needs)
    each = f"{len(took)} rounds" if scale == 1 else f"{len(needs):,} needs took {median(took):.2f} s, scaled up"
    figure = Figure("top 20 of each need and of each park", median(took) * scale, "CPU-s", each, "≤ 7 CPU-s")
    return Section(f"S5 {NEEDS:,} needs × {PARKS:,} parks, exact text, both directions", (figure,))


def _cores(needs: list[Need], index: Index, quick: bool) -> Section:
    size, rounds = min(CHUNK, len(needs) // 16), 1 if quick else ROUNDS

    def wall(workers: int, cluster: str | None = None) -> float:
        call = partial(solved, needs, index, workers, cluster, size)
        return median(times(call, rounds, clock=time.perf_counter, budget_s=20.0))

    one, two = wall(1), wall(2)
    figures = [
        Figure("one thread", one, "s"),
        Figure("two threads", two, "s", f"{one / two:.2f} × faster", "≥ 1.7 × on idle cores"),
    ]
    try:
        with _dask() as address:
            dask = wall(2, address)
        note = f"{dask / two:.2f} × the threads' time"
        figures.append(Figure("Dask, two workers of one thread, this machine", dask, "s", note, "≤ 1.3 ×"))
    except Missing as missing:
        figures.append(Figure("Dask", None, "", str(missing), "≤ 1.3 ×"))
    return Section(f"S6 Two cores and a cluster, {len(needs):,} needs × {PARKS:,} parks, wall time", tuple(figures))


@contextmanager
def _dask() -> Iterator[str]:
    """A local cluster of two processes; its start is not counted. Raises Missing."""
    cluster = loaded("distributed", "'dask[distributed]'").LocalCluster
    with cluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as running:
        yield running.scheduler_address


def _memory(quick: bool) -> Section:
    count = NEEDS // 10 if quick else NEEDS
    command = [sys.executable, "-m", "bench.batches", str(count), str(MANY_PARKS)]
    peak, took = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    name = "peak of a process of its own, needs and answers not kept"
    figure = Figure(name, peak, "MiB", f"{took:,.0f} CPU-s in all", MEMORY_GOAL)
    return Section(f"Memory for {count:,} needs × {MANY_PARKS:,} parks", (figure,))


def main(needs: int, parks: int) -> None:
    """Solve one market in this process and print its peak memory (MiB) and processor seconds."""
    solved(market.needs(needs), Index.fit(market.parks(parks)).quickened(), workers=2)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
