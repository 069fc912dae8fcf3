"""Which are every park's best partners or destinations, out of all pairs of parks?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.index import Index
from matching.modes.facts import Facts, facts_of
from matching.modes.forms import form_of
from matching.modes.pair_gates import pair_standings
from matching.modes.pair_terms import Form, compared
from matching.records import Mode

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Calls = NDArray[np.int8]

AT_ONCE = 128  # parks whose pairs are in memory together
ERROR = 1e-9  # far more than the kernel differs by
MARGIN = 12  # more partners than asked that the kernel keeps for scoring again
INFEASIBLE = 2


@dataclass(frozen=True, slots=True, eq=False)
class BestPartners:
    """For each park its best others, feasible first: rows in `codes` (n, top), −1 where there are fewer; scores."""

    codes: tuple[str, ...]
    partners: Rows
    scores: Floats
    standings: Calls


def best_partners(
    index: Index, mode: Mode, *, reverse: bool = False, institution: bool = True, top: int = 20, threads: int = 2
) -> BestPartners:
    """Every park's best `top` others as destinations or partners, from every pair of the index."""
    from matching.modes import pair_kernel as kernel
    from matching.modes import pair_plan

    form, facts = form_of(mode, reverse), facts_of(index)
    table, plan = pair_plan.table_of(facts), pair_plan.plan_of(facts, form, institution=institution)
    stands = pair_plan.stands_of(facts, form)
    keep = min(top + MARGIN, max(1, len(facts) - 1))
    chosen, keys = np.full((len(facts), keep), -1, dtype=np.intp), np.full((len(facts), keep), -np.inf)

    def some(rows: Rows) -> None:
        scores, standings = kernel.rows_of(rows, table, plan, stands)
        kernel.best_rows(rows, scores, standings, keep, chosen[rows[0] : rows[-1] + 1], keys[rows[0] : rows[-1] + 1])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, chunks(np.arange(len(facts), dtype=np.intp))))
    return _settled(form, facts, chosen, keys, top, institution)


def _settled(form: Form, facts: Facts, chosen: Rows, keys: Floats, top: int, institution: bool) -> BestPartners:
    """The kernel's proposals scored again and cut to `top`; a row whose margin is too thin is scored whole."""
    parks, keep = chosen.shape
    codes = tuple(park.code for park in facts.parks)
    first, second = np.repeat(np.arange(parks, dtype=np.intp), keep), chosen.ravel()
    there = second >= 0
    score, standing = np.full(parks * keep, -np.inf), np.full(parks * keep, INFEASIBLE, dtype=np.int8)
    score[there] = compared(form, facts, first[there], second[there], institution)
    standing[there] = pair_standings(form, facts, first[there], second[there])
    order = np.lexsort((second, -score, standing, first)).reshape(parks, keep)[:, :top]
    partners = np.where(score[order] > -np.inf, second[order], -1)
    scores, standings = score[order], standing[order]
    if keep < parks - 1:
        last = min(top, keep) - 1
        kept_out = (keys[:, -1] > -np.inf) & (keys[:, last] - keys[:, -1] <= ERROR)
        for row in np.flatnonzero(kept_out):
            partners[row], scores[row], standings[row] = _whole_row(
                form, facts, int(row), partners.shape[1], institution
            )
    return BestPartners(codes, partners, scores, standings)


def _whole_row(form: Form, facts: Facts, row: int, top: int, institution: bool) -> tuple[Rows, Floats, Calls]:
    second = np.delete(np.arange(len(facts), dtype=np.intp), row)
    first = np.full(len(second), row, dtype=np.intp)
    standing = pair_standings(form, facts, first, second)
    score = compared(form, facts, first, second, institution)
    order = np.lexsort((second, -score, standing))
    order = order[standing[order] < INFEASIBLE][:top]
    gap = top - len(order)
    return (
        np.append(second[order], np.full(gap, -1)),
        np.append(score[order], np.full(gap, -np.inf)),
        np.append(standing[order], np.full(gap, INFEASIBLE)),
    )


def chunks(rows: Rows) -> Iterator[Rows]:
    """Rows in pieces whose pairs fit into memory together."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
