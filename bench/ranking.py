"""How long does one need take through the public call?  python -m bench.ranking [ROUNDS]

Processor milliseconds of `Index.parks_for` (top 20 with contributions, gates, reasons; 5 misses) over the catalogue and
over the same parks with full sheets; beside them fitting the index, updating one park, and, as the yardstick of the
same run, explaining all parks one by one.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from statistics import median, quantiles

from matching import reference
from matching.index import Index
from matching.records import EnergyBasis, Need, Park, Regions, Resources

NEEDS = tuple(
    Need(
        industry=code,
        description=words,
        origin=origin,
        asks=Resources(land_m2=land, power_kva=20_000, energy_tce=8_200, energy_basis=EnergyBasis.CALORIFIC),
        investment_cny=8e8,
        tax_cny_a=6e7,
        jobs=600,
        needed_on=date(2027, 6, 30),
        regions=Regions(prefer=("34",), exclude=("31",)),
    )
    for code, words, origin, land in (
        ("3841", "锂离子动力电池电芯与模组", "310114", 100_000.0),
        ("1432", "速冻食品", "370200", 20_000.0),
        ("3670", "汽车座椅", "440100", 40_000.0),
        ("2710", "原料药", "330200", 66_000.0),
    )
)


def filled(park: Park, place: int) -> Park:
    """The park with every amount said, none of it true."""
    land = 10_000.0 * (place % 40 + 1)
    free = Resources(
        land_m2=land, largest_plot_m2=land / 2, power_kva=1_000.0 * (place % 60), energy_tce=500.0 * (place % 50),
        energy_basis=EnergyBasis.CALORIFIC,
    )  # fmt: skip
    return replace(park, free=free, land_price_cny_m2=150.0 + place % 300, available_on=date(2026, 6, 1))


def milliseconds(call: Callable[[], object], rounds: int) -> list[float]:
    """Processor time of each round, the first not counted."""
    call()
    took = []
    for _ in range(rounds):
        began = time.process_time()
        call()
        took.append(1000 * (time.process_time() - began))
    return took


def row(name: str, took: list[float], against: float | None = None) -> None:
    """One line: name, median, 95th percentile, and the median as a part of another figure."""
    ratio = f"  × {median(took) / against:.4f}" if against else ""
    print(f"{name:44s} p50 {median(took):8.2f} ms  p95 {quantiles(took, n=20)[-1]:8.2f} ms{ratio}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    zones = reference.catalogue()
    full = [filled(park, place) for place, park in enumerate(zones)]
    bare, said = Index.fit(zones), Index.fit(full)
    one_by_one = median(milliseconds(lambda: [bare.match(NEEDS[0], park.code) for park in zones[:100]], 3))
    one_by_one *= len(zones) / 100
    print(f"{len(zones):,} parks, {rounds} rounds; × is against explaining every park alone ({one_by_one:,.0f} ms)")
    for name, index in (("the catalogue", bare), ("every sheet filled", said)):
        turns = iter(range(10**9))
        ask = lambda index=index, turns=turns: index.parks_for(NEEDS[next(turns) % len(NEEDS)])  # noqa: E731
        row(f"parks_for, {name}", milliseconds(ask, rounds), one_by_one)
    row("Index.fit, every sheet filled", milliseconds(lambda: Index.fit(full), min(rounds, 10)))
    row("Index.updated, one park", milliseconds(lambda: said.updated([zones[7]]), min(rounds, 10)))


if __name__ == "__main__":
    main()
