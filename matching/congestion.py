"""Which parks are crowded, and by how much does that price stand against them in the order?

Dual ascent on the prices λ of the parks: needs spread over their candidates by P_ij = softmax((S_ij − λ_j) / .05), and
a park that draws more than its capacity becomes dearer, λ ← [λ + η·clip(load/cap − 1, −1, 3)]₊. The candidates of a
need are the parks at the head of its ranking, of the best standing it has: parks further down draw nothing at this
temperature. λ enters the order alone, R = S − λ, never the shown score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.errors import Fault, InputError
from matching.index import Index
from matching.records import Match, Mode, Need, PairMatch, PairRanking, Ranking

Prices = Mapping[str, float]

TEMPERATURE = 0.05  # of the softmax, in points of the score
ROUNDS = 200
STEP = 0.005  # η, ours: ten times under what makes the loads swing (η·load/cap < 2·TEMPERATURE), .15 within 30 rounds
PRICE_MOST = 0.15
CLIP = (-1.0, 3.0)
CANDIDATES = 50  # of one need; the fiftieth draws e^(−ΔS/.05) of what the first does
CAP = 3.0  # needs a park can look after at a time where nothing better is known; ours
DECIMALS = 6
MANY = 64  # needs from which on the kernel is worth its start


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Needs against their candidates, sparse: (n,) arrays park and score, and where each need begins.

    `number` is the place of each need that has a candidate, in the list asked about.
    """

    codes: tuple[str, ...]
    park: NDArray[np.intp]
    score: NDArray[np.float64]
    start: NDArray[np.intp]
    number: NDArray[np.intp]

    @property
    def needs(self) -> int:
        """How many needs have a candidate."""
        return len(self.start)


def places_of(match: Match | PairMatch) -> tuple[str, ...]:
    """Codes of the one or two parks a match would take up."""
    return (match.park.code,) if isinstance(match, Match) else (match.first.code, match.second.code)


def demand_of(rankings: Iterable[Ranking | PairRanking]) -> Demand:
    """What needs draw on: the parks of their best standing, `CANDIDATES` at most; of pairs, both places."""
    drawn: list[tuple[int, str, float]] = []
    for number, ranking in enumerate(rankings):
        first = [match for match in ranking.results if match.standing is ranking.results[0].standing][:CANDIDATES]
        drawn += [(number, code, match.score) for match in first for code in places_of(match)]
    return _demand(drawn)


def demand_for(needs: Sequence[Need], index: Index) -> Demand:
    """What these needs draw on; very many go through the kernel, which gives the same scores. Raises InputError."""
    if len(needs) < MANY or any(need.mode is not Mode.RELOCATION for need in needs):
        return demand_of(index.parks_for(need, top=CANDIDATES, misses=0) for need in needs)
    from matching.batch import best  # the kernel takes a second to load, which few needs are not worth

    drawn: list[tuple[int, str, float]] = []
    for part in best(needs, index, top=CANDIDATES):
        need, park, standing, score = (column.tolist() for column in part.best)
        first = dict(zip(reversed(need), reversed(standing), strict=True))  # the best of a need comes first
        drawn += [
            (number, index.parks[row].code, value)
            for number, row, which, value in zip(need, park, standing, score, strict=True)
            if which == first[number]
        ]
    return _demand(sorted(drawn, key=lambda each: each[0]))


def _demand(drawn: Sequence[tuple[int, str, float]]) -> Demand:
    """(number of the need, park, score) of every candidate, need by need."""
    codes = tuple(sorted({code for _, code, _ in drawn}))
    row_of = {code: row for row, code in enumerate(codes)}
    number_of = np.array([number for number, _, _ in drawn], dtype=np.intp)
    start = np.flatnonzero(np.diff(number_of, prepend=-1))
    return Demand(
        codes,
        np.array([row_of[code] for _, code, _ in drawn], dtype=np.intp),
        np.array([score for _, _, score in drawn], dtype=np.float64),
        start,
        number_of[start],
    )


def loads_by_candidate(demand: Demand, price: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each need each of its candidates draws at these prices, (n,); of one need they sum to 1."""
    if not demand.needs:
        return np.zeros(0)
    sizes = np.diff(demand.start, append=len(demand.park))
    wish = (demand.score - price[demand.park]) / TEMPERATURE
    wish = np.exp(wish - np.repeat(np.maximum.reduceat(wish, demand.start), sizes))
    share: NDArray[np.float64] = wish / np.repeat(np.add.reduceat(wish, demand.start), sizes)
    return share


def loads_of(demand: Demand, price: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many needs each park draws at these prices, (n_parks,); a need is shared out whole."""
    share = loads_by_candidate(demand, price)
    loads: NDArray[np.float64] = np.bincount(demand.park, weights=share, minlength=len(demand.codes)).astype(np.float64)
    return loads


def prices_of(demand: Demand, caps: Mapping[str, float] = MappingProxyType({}), cap: float = CAP) -> dict[str, float]:
    """λ of every crowded park, above 0 and at most .15; `caps` beats `cap`. Raises InputError for a cap not above 0."""
    limits = {code: caps.get(code, cap) for code in demand.codes} | {"": cap}
    wrong = [value for value in limits.values() if not (isfinite(value) and value > 0)]
    if wrong:
        raise InputError([Fault("cap", "{value} is no capacity: give a number above zero.", {"value": wrong[0]})])
    limit = np.array([limits[code] for code in demand.codes])
    price = np.zeros(len(demand.codes))
    for _ in range(ROUNDS):
        crowding = np.clip(loads_of(demand, price) / limit - 1, *CLIP)
        price = np.clip(price + STEP * crowding, 0, PRICE_MOST)
    rounded = np.round(price, DECIMALS)
    return {code: float(rounded[row]) for row, code in enumerate(demand.codes) if rounded[row] > 0}


def prices_from(document: object) -> Prices:
    """Prices of a file {park code: λ}. Raises InputError with every fault."""
    if not isinstance(document, Mapping):
        raise InputError([Fault("", "An object of park codes and their prices is needed.")])
    message = "{value} is no price: give a number from 0 to {most}."
    faults = [
        Fault(str(code), message, {"value": str(value)[:20], "most": PRICE_MOST})
        for code, value in document.items()
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= PRICE_MOST
    ]
    if faults:
        raise InputError(faults)
    return MappingProxyType({str(code): float(value) for code, value in document.items()})
