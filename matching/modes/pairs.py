"""Which pairs of parks suit each other, in which order?

Pairs are ordered, origin and destination; partners stand in the order of their codes, one row a pair.
"""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.errors import Fault, InputError
from matching.gates import STANDINGS
from matching.index import Index
from matching.modes.all_pairs import BestPartners, best_partners
from matching.modes.facts import facts_of
from matching.modes.forms import form_of
from matching.modes.pair_reasons import explained_pairs
from matching.modes.pair_search import Asked, Found
from matching.records import Mode, PairMatch, PairRanking, Park

__all__ = ["BestPartners", "best_partners", "form_of", "pair_of", "park_pairs"]

Rows = NDArray[np.intp]


def park_pairs(
    index_or_parks: Index | Sequence[Park],
    mode: Mode,
    *,
    origins: Sequence[str] | None = None,
    destinations: Sequence[str] | None = None,
    reverse: bool = False,
    institution: bool = True,
    top: int = 20,
    misses: int = 5,
    unverified_only: bool = False,
) -> PairRanking:
    """The best `top` pairs that fail no gate, and the `misses` nearest of the rest. Codes of parks, None for all.

    With `origins` each destination stands once, with its best origin; `unverified_only` leaves the feasible out of
    the list, not out of the counts. Raises InputError.
    """
    form = form_of(mode, reverse)
    index = _index(index_or_parks)
    facts = facts_of(index)
    asked = Asked(form, facts, _rows(index, "origins", origins), _rows(index, "destinations", destinations),
                   once=origins is not None, institution=institution, unverified_only=unverified_only)  # fmt: skip
    found = Found.of(asked, max(0, top), max(0, misses))
    shown = [*found.ranked, *found.missed]
    first = np.array([pair[0] for pair in shown], dtype=np.intp)
    second = np.array([pair[1] for pair in shown], dtype=np.intp)
    matches = explained_pairs(form, facts, first, second, institution=institution)
    return PairRanking(
        mode=mode,
        counts=MappingProxyType(dict(zip(STANDINGS, map(int, found.counts), strict=True))),
        results=matches[: len(found.ranked)],
        misses=matches[len(found.ranked) :],
    )


def pair_of(
    index: Index, mode: Mode, first: str, second: str, *, reverse: bool = False, institution: bool = True
) -> PairMatch:
    """One pair, the same as in the ranking. Raises InputError."""
    form = form_of(mode, reverse)
    one, other = _rows(index, "origin", [first]), _rows(index, "destination", [second])
    if first == second:
        raise InputError([Fault("destination", "A park is no pair with itself: name two parks.")])
    if form.symmetric:
        one, other = np.minimum(one, other), np.maximum(one, other)
    return explained_pairs(form, facts_of(index), one, other, institution=institution)[0]


def _index(given: Index | Sequence[Park]) -> Index:
    return given if isinstance(given, Index) else Index.fit(given)


def _rows(index: Index, where: str, codes: Sequence[str] | None) -> Rows:
    """The rows of these parks, in the order of their codes. Raises InputError for a code that is no park's."""
    if codes is None:
        return np.arange(len(index.parks), dtype=np.intp)
    faults = [Fault(where, "There is no park {code}.", {"code": code}) for code in codes if code not in index.row_of]
    if faults:
        raise InputError(faults)
    return np.array(sorted({index.row_of[code] for code in codes}), dtype=np.intp)
