"""What do many get who ask at the same time: how much, how late, how evenly, for how much of the processor?"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles
from threading import Barrier, Thread

from bench.figures import Figure

CLIENTS = 32


@dataclass(frozen=True, slots=True)
class Measured:
    """A second, the 99th percentile, fewest by most of a client, and processor time of this process for each."""

    each_s: float
    p99_ms: float
    fairness: float
    processor_ms: float


def measured(act: Callable[[], object], seconds: float) -> Measured:
    """32 threads that act as often as they can."""
    together, took, counts = Barrier(CLIENTS + 1), list[float](), [0] * CLIENTS
    ends = [0.0]

    def client(number: int) -> None:
        together.wait()
        while time.perf_counter() < ends[0]:
            began = time.perf_counter()
            act()
            took.append(time.perf_counter() - began)
            counts[number] += 1

    threads = [Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    began, busy = time.perf_counter(), time.process_time()
    ends[0] = began + seconds
    together.wait()
    for thread in threads:
        thread.join()
    passed, busy = time.perf_counter() - began, time.process_time() - busy
    p99 = quantiles(took, n=100)[98] * 1000
    return Measured(len(took) / passed, p99, min(counts) / max(counts), busy * 1000 / len(took))


def told(name: str, found: Measured) -> tuple[Figure, ...]:
    """Its figures; those of the group commit have a goal."""
    goals = ("≤ 25", "≥ 0.8") if "group" in name else ("", "")
    return (
        Figure(f"{name}: holds a second", found.each_s, "/s", "all clients together, wall time"),
        Figure(f"{name}: p99", found.p99_ms, "ms", "from asking to the answer", goals[0]),
        Figure(f"{name}: fairness", found.fairness, "", "fewest / most of a client", goals[1]),
        Figure(f"{name}: processor", found.processor_ms, "ms", "of this process for a hold"),
    )
