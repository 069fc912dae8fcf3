"""S3: how fast is exact text together with all criteria, beside text alone by sparse_dot_topn?"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench import market
from bench.figures import Figure, Missing, Section, in_turn
from bench.flat import TOP
from bench.frames import loaded
from matching import kernel, text
from matching.asked import asked_of
from matching.index import Index
from matching.plans import planned
from matching.records import Need
from matching.reference import gbt
from matching.tables import sheets_of

SIZES = {2_543: (1_000, "≥ 1.5 ×"), 20_000: (200, "≥ 2.5 ×")}
BRUTE = 5  # needs ranked by every column in float64
LIBRARY = "sparse_dot_topn"
NAMES = [industry.name for industry in gbt().values() if industry.level == 4]


def run(*, quick: bool) -> Iterator[Section]:
    """Both sizes, with descriptions of a line and of a paragraph."""
    return (_sized(size, quick, words) for size in SIZES for words in ("a line", "a paragraph"))


def paragraph(need: Need, place: int) -> Need:
    """The need with a description of some two hundred signs: the names of a dozen classes after its own."""
    own = NAMES.index(gbt()[need.industry or ""].name)
    return replace(need, description="、".join(NAMES[(own + step + place % 7) % len(NAMES)] for step in range(16)))


def _sized(parks: int, quick: bool, described: str) -> Section:
    count, goal = SIZES[parks]
    needs = market.needs(count // 5 if quick else count)
    if described == "a paragraph":
        needs = [paragraph(need, place) for place, need in enumerate(needs)]
    index = Index.fit(market.parks(parks))
    sheets = sheets_of(index.columns)
    asked = [asked_of(need) for need in needs]
    plan = planned(asked, sheets)
    into = kernel.room(len(needs), parks, TOP, 0)

    def ours() -> None:
        kernel.top(sheets.tables, plan.plans, plan.values, plan.flags, plan.able, TOP, 0, into)

    words = text.vectors([need.description for need in needs])
    calls = {"ours": ours}
    try:
        multiply = loaded(LIBRARY, "sparse-dot-topn").sp_matmul_topn
        across = index.columns.texts.T.tocsr()
        calls[LIBRARY] = lambda: multiply(words, across, top_n=TOP, n_threads=1)
    except Missing:
        multiply = None
    took = in_turn(calls, 3 if quick else 5)
    pairs = len(needs) * parks / 1e6
    figures = [Figure("ours: all criteria and exact text", pairs / took["ours"], "M pairs/s")]
    if multiply is None:
        figures.append(Figure(f"{LIBRARY}: text alone", None, "", "uv pip install sparse-dot-topn", goal))
    else:
        ratio = took[LIBRARY] / took["ours"]
        figures.append(
            Figure(f"{LIBRARY}: text alone", pairs / took[LIBRARY], "M pairs/s", f"ours is {ratio:.2f} ×", goal)
        )
    exact = _misses(index, needs[:BRUTE], sheets.order, into)
    notes = (f"parks of the true top 20 that the kernel does not propose, {BRUTE} needs by brute force: {exact}",)
    return Section(
        f"S3 Exact text, descriptions of {described}, {parks:,} parks × {len(needs):,} needs", tuple(figures), notes
    )


def _misses(index: Index, needs: list[Need], order: NDArray[np.intp], found: kernel.Found) -> int:
    """How many of the best parks of these needs, every park scored in float64, are not proposed."""
    missed = 0
    for i, need in enumerate(needs):
        proposed = {index.parks[row].code for row in order[found.places[i, : found.found[i]]]}
        missed += sum(match.park.code not in proposed for match in index.parks_for(need, top=TOP, misses=0).results)
    return missed
