"""Which are the best parks of each of very many needs, and the best needs of each park?

Needs are solved in chunks, on threads of this machine or on a cluster; a chunk's answer depends on nothing but its
needs and the parks, so all ways give the same answer bit for bit. The kernel proposes, `matching.exact` decides, with
the numbers of `Index.parks_for`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import joblib
import numpy as np
from numpy.typing import NDArray

from matching import exact, kernel
from matching.asked import Asked, asked_of
from matching.errors import Fault, InputError
from matching.index import INFEASIBLE, SCORE_DECIMALS, Index
from matching.plans import Planned, planned
from matching.records import Mode, Need
from matching.tables import Sheets

CHUNK = 8192  # needs; it bounds memory and what is lost with a worker, and changes no answer


class Pairs(NamedTuple):
    """Pairs of a need and a park, (n_pairs,) each: places of needs, rows of the index, standing and score."""

    need: NDArray[np.int64]
    park: NDArray[np.int64]
    standing: NDArray[np.int64]
    score: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The answer to one chunk. `needs` are places in the list that was given, `counts` (n_needs, 3) by standing.

    `best` goes need by need, the best park first; `of_parks` park by park, the best need of the chunk first.
    """

    number: int
    needs: tuple[int, ...]
    counts: NDArray[np.int64]
    best: Pairs
    of_parks: Pairs


def chunks(needs: Sequence[Need], size: int = CHUNK) -> list[tuple[int, ...]]:
    """Places of needs that are solved together: those of one industry and one home share the most work."""
    alike = [f"{need.industry or '':8}{need.hq or need.origin or ''}" for need in needs]
    order = sorted(range(len(needs)), key=alike.__getitem__)
    return [tuple(order[start : start + size]) for start in range(0, len(order), size)]


def best(
    needs: Sequence[Need],
    index: Index,
    top: int = 20,
    both: int = 0,
    *,
    chosen: Iterable[int] | None = None,
    size: int = CHUNK,
    workers: int = -1,
    cluster: str | None = None,
) -> Iterator[Part]:
    """The `top` parks of each need and, where `both` > 0, that many needs of each park, chunk by chunk as they come.

    `chosen` are the numbers of the chunks wanted (all), `cluster` the address of a Dask scheduler (`tcp://…`); without
    one there are `workers` threads, −1 for one a processor. Raises InputError with everything wrong with the needs.
    """
    asked = check(needs)
    split = chunks(needs, size)
    jobs = [(number, split[number]) for number in (range(len(split)) if chosen is None else chosen)]
    if cluster is not None:
        yield from _on_cluster(jobs, asked, index, top, both, cluster)
        return
    quick = index if index.sheets is not None else index.quickened()
    threads = joblib.Parallel(n_jobs=workers, backend="threading", return_as="generator_unordered")
    yield from threads(
        joblib.delayed(solved)(number, places, [asked[place] for place in places], quick, top, both)
        for number, places in jobs
    )


def check(needs: Sequence[Need]) -> list[Asked]:
    """What they ask. Raises InputError: a need of another mode, two of one name, or what `parks_for` would refuse."""
    found, faults, names = [], [], set()
    for place, need in enumerate(needs, start=1):
        where = need.id or f"#{place}"
        if need.mode is not Mode.RELOCATION:
            faults.append(
                Fault(where, "Many needs are matched in mode relocation alone, not {mode}.", {"mode": need.mode})
            )
        if need.id and need.id in names:
            faults.append(Fault(where, "This id is given to more than one need.", {}))
        names.add(need.id)
        try:
            found.append(asked_of(need))
        except InputError as error:
            faults += [Fault(f"{where}.{fault.where}", fault.message, fault.params) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return found


def merged(found: Pairs, more: Pairs, top: int) -> Pairs:
    """The best `top` needs of each park of both; the order in which parts come does not matter."""
    together = _joined(found, more)
    return _first(together, together.park, together.need, top)


NO_PAIRS = Pairs(
    np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
)


def _joined(a: Pairs, b: Pairs) -> Pairs:
    return Pairs(
        np.concatenate((a.need, b.need)),
        np.concatenate((a.park, b.park)),
        np.concatenate((a.standing, b.standing)),
        np.concatenate((a.score, b.score)),
    )


def _at(pairs: Pairs, rows: NDArray[np.intp] | slice) -> Pairs:
    return Pairs(pairs.need[rows], pairs.park[rows], pairs.standing[rows], pairs.score[rows])


def solved(number: int, places: tuple[int, ...], asked: Sequence[Asked], index: Index, top: int, both: int) -> Part:
    """One chunk. `index` has the kernel's tables."""
    sheets = index.sheets
    assert sheets is not None
    plan = planned(asked, sheets)
    found = _found(plan, sheets, top, both)
    counts = found.standings.astype(np.int64)
    wanted = found.found[:, None] > np.arange(found.places.shape[1])
    need, column = np.nonzero(wanted)
    park = found.places[need, column]
    kept = (np.arange(found.needs.shape[1]) < found.taken[:, None]) & (found.keys > found.bars[:, None])
    park_side, column = np.nonzero(kept)
    need_side = found.needs[park_side, column]
    pairs = _scored(
        plan,
        sheets,
        np.concatenate((need, need_side)).astype(np.int32),
        np.concatenate((park, park_side)).astype(np.int32),
    )
    best, of_parks = _at(pairs, slice(len(need))), _at(pairs, slice(len(need), None))
    for place in np.flatnonzero(~plan.able).tolist():
        counts[place], plain = _plainly(index, asked[place].need, place)
        best, of_parks = _joined(best, plain), _joined(of_parks, plain) if both else of_parks
    at = np.array(places, dtype=np.int64)
    best = _first(best, best.need, best.park, top)
    of_parks = of_parks._replace(need=at[of_parks.need])
    return Part(
        number, places, counts, best._replace(need=at[best.need]), _first(of_parks, of_parks.park, of_parks.need, both)
    )


def _found(plan: Planned, sheets: Sheets, top: int, both: int) -> kernel.Found:
    """What the kernel proposes, with room for all ties."""
    tied, parks = kernel.TIED, sheets.columns.parks
    while True:
        found = kernel.room(len(plan.able), parks, min(top, parks), both, tied)
        kernel.top(sheets.tables, plan.plans, plan.values, plan.flags, plan.able, min(top, parks), both, found)
        if not found.crowded.any() and found.found.max(initial=0) <= found.places.shape[1]:
            return found
        tied *= 4


def _scored(plan: Planned, sheets: Sheets, need: NDArray[np.int32], park: NDArray[np.int32]) -> Pairs:
    """Standing and score of these pairs; `park` are places in the tables."""
    order = _gathered(need)
    need, park = need[order], park[order]
    scores = exact.scores(sheets.tables, plan.plans, sheets.details, _looked_up(plan, need, park), need, park)
    standing = kernel.standings_at(sheets.tables, plan.plans, plan.flags, need, park)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return Pairs(need[back].astype(np.int64), sheets.order[park][back], standing[back].astype(np.int64), scores[back])


def _looked_up(plan: Planned, need: NDArray[np.int32], park: NDArray[np.int32]) -> NDArray[np.float64]:
    """What the rows of the plan hold for these pairs, (4, n_pairs); 0 where a need has no such row."""
    found = np.zeros((plan.plans.rows.shape[1], len(need)))
    for values, which in zip(found, plan.plans.rows.T, strict=True):
        row = which[need]
        order = _gathered(row)
        starts = np.searchsorted(row[order], np.arange(len(plan.exact) + 1))
        for place in np.flatnonzero(np.diff(starts)).tolist():
            part = order[starts[place] : starts[place + 1]]
            values[part] = plan.exact[place][park[part]]
    return found


def _plainly(index: Index, need: Need, place: int) -> tuple[NDArray[np.int64], Pairs]:
    """A need that the kernel cannot rank, against every park that does not fail."""
    seen = index.evaluated(need)
    rows = np.flatnonzero(seen.standing != INFEASIBLE)
    pairs = Pairs(np.full(len(rows), place), rows, seen.standing[rows].astype(np.int64), seen.scores.score[rows])
    return np.bincount(seen.standing, minlength=3), pairs


def _first(pairs: Pairs, group: NDArray[np.int64], other: NDArray[np.int64], top: int) -> Pairs:
    """The first `top` pairs of each group: standing, then score, then the other's order."""
    order = _gathered(group)
    score = np.round(pairs.score, SCORE_DECIMALS)
    return _at(pairs, exact.firsts(group, order, pairs.standing, score, other, top))


def _gathered(group: NDArray[np.integer]) -> NDArray[np.int64]:
    """Places by group, each group in its order; numbers of two bytes are sorted by counting, which is soon done."""
    least = np.min_scalar_type(-int(group.max(initial=0)) - 1)
    return np.argsort(group.astype(least), kind="stable")


def _on_cluster(
    jobs: Sequence[tuple[int, tuple[int, ...]]], asked: Sequence[Asked], index: Index, top: int, both: int, address: str
) -> Iterator[Part]:
    """The same on the workers of a Dask scheduler; what a worker that died was doing is done by another."""
    from dask.distributed import Client, as_completed

    with Client(address) as client:  # type: ignore[no-untyped-call]
        market = client.submit(_market, index.parks, pure=False)  # a task, so that a lost copy is made again
        tasks = [
            client.submit(solved, number, places, [asked[place] for place in places], market, top, both, pure=False)
            for number, places in jobs
        ]
        for task in as_completed(tasks):  # type: ignore[no-untyped-call]
            yield task.result()
            task.release()


def _market(parks: Sequence[object]) -> Index:
    return Index.fit(parks).quickened()  # type: ignore[arg-type]
