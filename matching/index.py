"""Which parks suit a need, in which order, and which would with one small change?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.asked import FUNCTIONS, Asked, asked_of
from matching.columns import Columns, columns_of
from matching.criteria import CriterionColumn, criteria_of
from matching.errors import Fault, InputError
from matching.explain import Aside, Evaluated, Judged, explained, matches
from matching.gates import STANDINGS, GateColumn, asks_an_amount, gates_of, screened, standings
from matching.modes import market_product, rank
from matching.modes.pairing import Pairing
from matching.modes.two_places import Candidates
from matching.records import Match, Need, PairMatch, PairRanking, Park, Ranking
from matching.score import scores_of
from matching.tables import Sheets, sheets_of

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

SCORE_DECIMALS = 12  # scores closer than that are a tie, broken by code
UNVERIFIED, INFEASIBLE = 1, 2


class Looked(NamedTuple):
    """The parks looked at, how far each is from passing (see `Judged`), and how many of all have each standing."""

    seen: Judged
    far: Floats
    counts: NDArray[np.int64]
    aside: Callable[[Rows], Aside]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Parks, fitted once, in the order of their codes. Immutable: `updated` makes another."""

    parks: tuple[Park, ...]
    columns: Columns
    row_of: dict[str, int] = field(repr=False)
    sheets: Sheets | None = field(default=None, repr=False)

    @classmethod
    def fit(cls, parks: Iterable[Park]) -> "Index":
        """Raises InputError when two parks have one code."""
        ordered = _ordered(parks)
        return cls._of(ordered, columns_of(ordered))

    def __reduce__(self) -> tuple[object, ...]:
        """Another process fits the parks itself: what was reckoned here and kept may grow while it is written."""
        return _fitted, (self.parks, self.sheets is not None)

    def updated(self, changed: Iterable[Park], removed: Iterable[str] = ()) -> "Index":
        """The same as `fit` of the parks that result, byte for byte; only the changed rows are computed.

        A changed park with a new code is added; a removed code that is not there is no fault.
        """
        new = _ordered(changed)
        gone = {park.code for park in new} | set(removed)
        kept = [row for row, park in enumerate(self.parks) if park.code not in gone]
        staying = [self.parks[row] for row in kept]
        both = [*staying, *new]
        order = sorted(range(len(both)), key=lambda place: both[place].code)
        parks = tuple(both[place] for place in order)
        columns = self.columns.replaced(kept, columns_of(new), np.array(order, dtype=np.intp), parks)
        index = self._of(parks, columns)
        return index if self.sheets is None else index.quickened()

    def parks_for(self, need: Need, top: int = 20, misses: int = 5, *, unverified_only: bool = False) -> Ranking:
        """The best `top` parks that fail no gate, and the `misses` nearest of those that do. Raises InputError.

        `unverified_only` passes over the feasible, which stand before the unverified.
        """
        asked, top, misses = _asked(need), max(0, top), max(0, misses)
        seen, far, counts, aside = self._looked_at(asked, top, misses, unverified_only)
        scores = np.round(seen.scores.score, SCORE_DECIMALS)
        order = np.lexsort((-scores, seen.standing))  # stable: ties stay in the order of the codes
        wanted = seen.standing[order] == UNVERIFIED if unverified_only else seen.standing[order] != INFEASIBLE
        ranked = order[wanted][:top]
        near = np.lexsort((-scores, far))[: np.count_nonzero(far < np.inf)]
        shown = np.concatenate((ranked, near[:misses]))
        found = matches(seen, shown, aside(shown))
        return Ranking(
            mode=need.mode,
            counts=MappingProxyType(dict(zip(STANDINGS, counts.tolist(), strict=True))),
            results=found[: len(ranked)],
            misses=found[len(ranked) :],
            fill_first=_fill_first(asked, len(self.parks)),
        )

    def quickened(self) -> "Index":
        """The same index with the tables of the compiled kernel: equal answers, sooner; worth it from many needs on.

        It loads the kernel, which a single question does better without (decision 0015).
        """
        return replace(self, sheets=sheets_of(self.columns))

    def _looked_at(self, asked: Asked, top: int, misses: int, unverified_only: bool) -> Looked:
        """Parks among which the first and the nearest are."""
        if self.sheets is not None and asked.function == "relocation":
            from matching.proposals import proposal

            found = proposal(asked, self.sheets, self.parks, top, misses, unverified_only=unverified_only)
            if found is not None:
                return Looked(found.seen, found.far, found.counts, found.aside.at)
        seen = _evaluated(asked, self.parks, self.columns)
        counts = np.bincount(seen.standing, minlength=len(STANDINGS))
        return Looked(seen, seen.distances, counts, partial(Aside.of, seen))

    def match(self, need: Need, code: str) -> Match:
        """One park against a need, the same as in the ranking. Raises InputError when there is no such park."""
        park, columns = self._alone(code)
        seen = _evaluated(_asked(need), (park,), columns)
        return explained(seen, np.zeros(1, dtype=np.intp))[0]

    def needs_for(self, code: str, needs: Sequence[Need], top: int = 20) -> tuple[tuple[int, Match], ...]:
        """The best `top` of these needs for a park, as places in `needs` with their matches; ties by place.

        Needs whose gates the park fails are left out. Raises InputError.
        """
        from matching.batch import solved

        park, columns = self._alone(code)
        alone = Index._of((park,), columns).quickened()
        asked = [asked_of(need) for need in needs]
        found = solved(0, tuple(range(len(needs))), asked, alone, 0, top).of_parks.need.tolist()
        return tuple((place, alone.match(needs[place], code)) for place in found)

    def pairs_for(
        self,
        need: Need,
        top: int = 20,
        misses: int = 5,
        *,
        institution: bool = True,
        unverified_only: bool = False,
    ) -> PairRanking:
        """The best `top` pairs of places of which neither fails a gate, and the nearest misses. Raises InputError.

        `institution` False leaves official ties (one province, 都市圈, 对口) out of the score.
        """
        among = Candidates(self.parks, self.columns)
        return rank.pairs_for(
            need, among, top=top, misses=misses, institution=institution, unverified_only=unverified_only
        )

    def pair(self, need: Need, first: str, second: str, *, institution: bool = True) -> PairMatch:
        """One pair of places for a need, the same as in the ranking. Raises InputError when there is no such park.

        Where the need's head office stays, `first` is not looked at.
        """
        places = [
            Candidates((park,), columns) for park, columns in map(self._alone, (first, second)[rank.stays(need) :])
        ]
        return rank.pair_of(need, places[0], places[-1], institution=institution)

    def pairing(self, need: Need, *, institution: bool = True) -> Pairing:
        """Every pair of places of a need as columns, for the explanations. Raises InputError."""
        return rank.pairing_for(need, Candidates(self.parks, self.columns), institution=institution)

    def _alone(self, code: str) -> tuple[Park, Columns]:
        row = self.row_of.get(code)
        if row is None:
            raise InputError([Fault("park", "There is no park {code}.", {"code": code})])
        park = self.parks[row]
        return park, self.columns.at([row])

    def evaluated(self, need: Need) -> Evaluated:
        """Every gate, criterion and score of a need as columns, for the explanations. Raises InputError."""
        return _evaluated(_asked(need), self.parks, self.columns)

    @classmethod
    def _of(cls, parks: tuple[Park, ...], columns: Columns) -> "Index":
        return cls(parks, columns, {park.code: row for row, park in enumerate(parks)})


def _fitted(parks: tuple[Park, ...], quick: bool) -> Index:
    return Index.fit(parks).quickened() if quick else Index.fit(parks)


def _ordered(parks: Iterable[Park]) -> tuple[Park, ...]:
    ordered = tuple(sorted(parks, key=lambda park: park.code))
    twice = sorted({a.code for a, b in pairwise(ordered) if a.code == b.code})
    if twice:
        raise InputError(
            [Fault("code", "The code {code} is given to more than one park.", {"code": code}) for code in twice]
        )
    return ordered


def _asked(need: Need) -> Asked:
    rank.check_one_place(need)
    return asked_of(need, FUNCTIONS[need.mode][0])


def _evaluated(asked: Asked, parks: Sequence[Park], columns: Columns) -> Evaluated:
    gates: list[GateColumn] = gates_of(asked, columns)
    criteria: list[CriterionColumn] = criteria_of(asked, columns)
    return Evaluated(
        asked=asked,
        parks=parks,
        gates=gates,
        criteria=criteria,
        scores=scores_of(criteria, len(parks), asked.function),
        standing=standings(asked, gates, len(parks)),
        columns=columns,
    )


def _fill_first(asked: Asked, parks: int) -> str | None:
    """The field of the need that would tell most: an amount, its industry, or what the 两高 screen asks for."""
    if asked.function == market_product.MODE:
        return market_product.fill_first(asked)
    if not asks_an_amount(asked):
        return "land_mu"
    if asked.industry is None or asked.inferred:
        return "industry"
    lacking = screened(asked) if parks else None
    return lacking[0] if lacking else None
