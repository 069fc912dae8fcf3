"""S7, S8: how long do all pairs of parks take, and the best pairs of places for one need?"""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle, product
from statistics import median

from bench import market
from bench.figures import Figure, Section, times
from matching import reference
from matching.index import Index
from matching.modes.pairs import best_partners
from matching.records import Mode, Need, PairMatch, Standing

TOP, BEST = 20, 10
BRUTE = 14  # parks whose pairs are all looked at one by one
STANDINGS = tuple(Standing)
NAMES = {Mode.HQ_BASE: "head office + base", Mode.RD_MANUFACTURING: "research + manufacturing"}


def run(*, quick: bool) -> Iterator[Section]:
    """All pairs of the catalogue by mode; pairs of places over the catalogue and over full sheets."""
    yield _partners(quick)
    yield _two_places(quick)


def _partners(quick: bool) -> Section:
    zones = Index.fit(reference.catalogue())
    full = Index.fit(market.parks(len(zones.parks)))
    figures = []
    for told, index in (("catalogue", zones), ("full sheets", full)):
        for mode, reverse in ((Mode.ENCLAVE, False), (Mode.ENCLAVE, True), (Mode.PARTNER, False)):
            rounds = 2 if quick else 5
            began, call = time.process_time(), partial(best_partners, index, mode, reverse=reverse, top=TOP)
            wall = median(times(call, rounds, clock=time.perf_counter))
            cpu = (time.process_time() - began) / (rounds + 1)
            name = f"{mode.value}{' --reverse' if reverse else ''}, {told}"
            figures.append(Figure(name, wall, "s", f"{cpu:.2f} CPU-s", "≤ 1 s on two idle cores"))
    pairs = len(zones.parks) * (len(zones.parks) - 1) / 1e6
    return Section(f"S7 All {pairs:.1f} M pairs of parks, the best {TOP} of each, two threads", tuple(figures))


def _two_places(quick: bool) -> Section:
    zones = Index.fit(reference.catalogue())
    full = Index.fit(market.parks(len(zones.parks)))
    figures, notes = [], []
    for mode, name in NAMES.items():
        needs = [replace(need, mode=mode) for need in market.needs(12)]
        for told, index in (("catalogue", zones), ("full sheets", full)):
            turns = cycle(needs)
            took = times(lambda: index.pairs_for(next(turns), top=BEST, misses=0), 6 if quick else 24)  # noqa: B023
            figures.append(Figure(f"{name}, {told}, p50", 1000 * median(took), "ms", "", "≤ 50 ms"))
        same = all(_as_by_hand(need) for need in needs[: 1 if quick else 3])
        notes.append(
            f"{name}: the best {BEST} of {BRUTE} parks are those of looking at every pair: {'yes' if same else 'NO'}"
        )
    return Section(
        f"S8 The best {BEST} pairs of places for one need, {len(zones.parks):,} parks", tuple(figures), tuple(notes)
    )


def _as_by_hand(need: Need) -> bool:
    index = Index.fit(market.parks(BRUTE, seed=5))
    codes = [park.code for park in index.parks]
    found = index.pairs_for(need, top=BEST, misses=0).results
    every = [index.pair(need, a, b) for a, b in product(codes, codes) if a != b]
    passing = sorted((pair for pair in every if pair.standing is not Standing.INFEASIBLE), key=_order)[: len(found)]
    return [_order(pair) for pair in passing] == [_order(pair) for pair in found]


def _order(pair: PairMatch) -> tuple[int, float, str, str]:
    return STANDINGS.index(pair.standing), -round(pair.score, 12), pair.first.code, pair.second.code
