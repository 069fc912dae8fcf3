"""S1, S2: how many pairs a processor second, beside a bare C loop and beside what people would use instead?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench import frames, market, sql
from bench.ceiling import Ceiling
from bench.figures import Figure, Missing, Section, in_turn, seconds
from bench.flat import TOP, Flat, Tops, agree, flat, only_passing, structured
from matching import kernel
from matching.asked import asked_of
from matching.index import Index
from matching.plans import Planned, planned
from matching.records import Need, Standing
from matching.tables import Sheets, sheets_of

SIZES = {2_543: (1_000, "≥ 0.5 of C; 160 M/s"), 20_000: (200, "≥ 0.85 of C; 340 M/s")}
PEERS = {
    "numpy blocks": (64, "8 ×"),
    "polars": (64, "30 ×"),
    "DuckDB": (64, "50 ×"),
    "PostgreSQL": (12, "150 ×"),
    "SQLite": (12, "250 ×"),
    "scikit-criteria": (12, "180 ×"),
    "pymcdm": (12, "180 ×"),
}
STANDINGS = tuple(Standing)
PRODUCT = 5  # needs whose answer is held against the public call


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """One market in every form: as the product has it, as the kernel reads it, as bare arrays."""

    index: Index
    needs: list[Need]
    sheets: Sheets
    plan: Planned
    work: Flat

    @classmethod
    def of(cls, parks: int, needs: int) -> "Market":
        index, asked = Index.fit(market.parks(parks)), [structured(need) for need in market.needs(needs)]
        sheets = sheets_of(index.columns)
        return cls(index, asked, sheets, planned([asked_of(need) for need in asked], sheets), flat(asked, index))

    def ours(self) -> kernel.Found:
        """The kernel's proposals for every need."""
        into = kernel.room(len(self.needs), len(self.index.parks), TOP, 0)
        kernel.top(self.sheets.tables, self.plan.plans, self.plan.values, self.plan.flags, self.plan.able, TOP, 0, into)
        return into

    def proposes(self, tops: Tops, found: kernel.Found) -> bool:
        """Whether every true top 20 is among what the kernel proposes."""
        for i, rows in enumerate(tops.rows):
            mine = set(self.sheets.order[found.places[i, : found.found[i]]].tolist())
            if not set(rows[rows >= 0].tolist()) <= mine:
                return False
        return True


def product(whole: Market) -> Tops:
    """The answer of the public call, as rows and keys."""
    rows, keys = [], []
    for need in whole.needs[:PRODUCT]:
        found = whole.index.parks_for(need, top=TOP, misses=0).results
        row = np.array([whole.index.row_of[match.park.code] for match in found])
        key = np.array([match.score - 1.5 * STANDINGS.index(match.standing) for match in found])
        filled = frames.padded(row, key)
        rows.append(filled[0])
        keys.append(filled[1])
    return Tops(np.array(rows, dtype=np.int32), np.array(keys, dtype=np.float32))


def run(*, quick: bool) -> Iterator[Section]:
    """Both sizes, the smaller with every peer."""
    return (section for size in SIZES for section in _sized(size, quick))


def _sized(parks: int, quick: bool) -> Iterator[Section]:
    needs, goal = SIZES[parks]
    whole = Market.of(parks, needs // 5 if quick else needs)
    pairs = len(whole.needs) * parks
    loop = Ceiling()
    took = in_turn({"ours": whole.ours, "C": lambda: loop(whole.work)})
    tops, found = loop(whole.work), whole.ours()
    rate = {name: pairs / each / 1e6 for name, each in took.items()}
    checks = [
        ("the C loop's top 20 are the public call's", agree(product(whole), tops)),
        ("every one of them is proposed by the kernel", whole.proposes(tops, found)),
    ]
    figures = [
        Figure("kernel, top 20 proposed", rate["ours"], "M pairs/s", f"{rate['ours'] / rate['C']:.2f} × C", goal),
        Figure("bare C loop, gcc -O3 -march=native", rate["C"], "M pairs/s"),
    ]
    notes = [f"{words}: {'yes' if true else 'NO'}" for words, true in checks]
    yield Section(
        f"S1 Structured top 20 of all pairs, {parks:,} parks × {len(whole.needs):,} needs", tuple(figures), tuple(notes)
    )
    if parks == min(SIZES):
        yield _beside(whole, tops, rate["ours"], quick)


def _beside(whole: Market, tops: Tops, ours: float, quick: bool) -> Section:
    figures, notes = [], []
    for name, (needs, goal) in PEERS.items():
        count = max(2, needs // 4) if quick else needs
        try:
            with peer(name, whole.work, count) as (top, clock):
                same = agree(tops, only_passing(top(count)))
                took = seconds(partial(top, count), 3 if quick else 5, clock=clock)
        except Missing as missing:
            figures.append(Figure(name, None, "", f"{missing}", goal))
            continue
        rate = count * whole.work.parks / took / 1e6
        figures.append(Figure(name, rate, "M pairs/s", f"ours is {ours / rate:,.0f} ×", goal))
        if not same:
            notes.append(f"{name} has another top 20")
    told = "all peers have the same top 20" if not notes else ""
    return Section("S2 The same work by others, in the same run", tuple(figures), tuple(notes or [told]))


Running = tuple[Callable[[int], Tops], Callable[[], float]]


@contextmanager
def peer(name: str, work: Flat, needs: int) -> Iterator[Running]:
    """A peer ready to answer, and the clock its processor time is told by. Raises Missing."""
    databases = {"DuckDB": sql.duckdb, "PostgreSQL": sql.postgresql, "SQLite": sql.sqlite}
    if name in databases:
        with databases[name](work, needs) as running:
            yield running
        return
    libraries = {"polars": frames.polars, "scikit-criteria": frames.scikit_criteria, "pymcdm": frames.pymcdm}
    top = libraries[name]() if name in libraries else frames.numpy_blocks
    yield lambda count: top(work, count), sql.processor
