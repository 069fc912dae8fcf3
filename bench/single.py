"""S4: how long does one need take through the public call, explained?"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from statistics import median

from bench import market, sql
from bench.figures import Figure, Missing, Section, times
from bench.flat import flat, structured
from matching import kernel, text
from matching.asked import asked_of
from matching.index import Index
from matching.plans import planned
from matching.records import Need
from matching.tables import sheets_of

SIZES = (2_543, 20_000)


def run(*, quick: bool) -> Iterator[Section]:
    """Both sizes."""
    return (_sized(size, quick) for size in SIZES)


def _sized(parks: int, quick: bool) -> Section:
    needs, rounds = market.needs(16), 12 if quick else 60
    plain = Index.fit(market.parks(parks))
    index = plain.quickened()
    kernel_ms = 1000 * median(_each(_kernel_alone(plain, needs), needs, rounds))
    words_ms = 1000 * median(_each(lambda need: text.vectors([need.description]), needs, rounds))
    call_ms = 1000 * median(_each(partial(_ranked, index), needs, rounds))
    columns_ms = 1000 * median(_each(partial(_ranked, plain), needs, rounds))
    least = kernel_ms + words_ms
    figures = [
        Figure(
            "public call, top 20 explained and 5 misses, p50", call_ms, "ms", f"{call_ms / least:.1f} × least", "≤ 3 ×"
        ),
        Figure("the same without the kernel's tables", columns_ms, "ms"),
        Figure("least: the kernel alone", kernel_ms, "ms"),
        Figure("least: the vectoriser alone", words_ms, "ms"),
    ]
    figures.append(_postgresql(plain, needs, call_ms))
    return Section(f"S4 One need, {parks:,} parks", tuple(figures))


def _each(call: Callable[[Need], object], needs: list[Need], rounds: int) -> list[float]:
    turns = cycle(needs)
    return times(lambda: call(next(turns)), rounds)


def _ranked(index: Index, need: Need) -> object:
    return index.parks_for(need)


def _kernel_alone(index: Index, needs: list[Need]) -> Callable[[Need], object]:
    sheets = sheets_of(index.columns)
    plans = {need.id: planned([asked_of(need)], sheets) for need in needs}

    def keys(need: Need) -> object:
        plan = plans[need.id]
        return kernel.keys_of(sheets.tables, plan.plans, 0, plan.values, plan.flags)

    return keys


def _postgresql(index: Index, needs: list[Need], ours_ms: float) -> Figure:
    """One structured query, without text and without an explanation: less than ours does."""
    asked = [structured(need) for need in needs]
    work = flat(asked, index)
    try:
        with sql.postgresql(work, len(needs)) as (top, clock):
            took = median(times(lambda: top(len(needs)), 5, clock=clock)) / len(needs)
    except Missing as missing:
        return Figure("PostgreSQL, structured top 20 alone", None, "", str(missing), "≥ 10 ×")
    theirs = 1000 * took
    return Figure("PostgreSQL, structured top 20 alone", theirs, "ms", f"{theirs / ours_ms:.1f} × ours", "≥ 10 ×")
