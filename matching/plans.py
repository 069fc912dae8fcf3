"""What does a need ask of the kernel?

A plan is what `criteria_of`, `gates_of` and `scores_of` would do for the need, as numbers. Where a gate turns between
two amounts that are one float32 the plan says of itself that it is not able: such a need is ranked by the columns.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching import kernel
from matching.asked import Asked
from matching.criteria import MEASURES, home_of, shared, valued
from matching.exact import values_of_code
from matching.gates import CHEMICAL, touched
from matching.records import Need
from matching.reference import gbt
from matching.reference.priors import prior_of
from matching.said import Stated, rules_of, said_by, starts_of, stated
from matching.tables import CRITERIA, FUNCTION, Sheets, codes_of
from matching.text.tfidf import Grams, grams
from matching.weights import NEED_SIDE, weights_of

GIVEN = [kernel.INVESTMENT, kernel.TAX, kernel.INTENSITY, kernel.JOBS]
UNIT = 2.0**-24  # half a unit in the last place of float32 near 1
ROUNDINGS = 64  # see `_bound`
Floats = NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """Plans with the rows they point at; `able` (n_needs,) says which of them the kernel may rank.

    `exact` are the rows of `values` in float64.
    """

    plans: kernel.Plans
    exact: Sequence[NDArray[np.generic]]
    values: NDArray[np.float32]
    flags: NDArray[np.int8]
    able: NDArray[np.bool_]


class Shelf:
    """Rows of several kinds by key, each once, in the order they were asked for."""

    def __init__(self) -> None:
        self.rows: list[NDArray[np.generic]] = []

    def places(
        self, keys: Sequence[Hashable], stands: Sequence[bool], row: Callable[[int], NDArray[np.generic]]
    ) -> list[int]:
        """The place of each key's row, −1 where it does not stand; `row` makes the one of the i-th key."""
        found, place = [], dict[Hashable, int]()
        for i, key in enumerate(keys):
            if stands[i] and key not in place:
                place[key] = len(self.rows)
                self.rows.append(row(i))
            found.append(place[key] if stands[i] else -1)
        return found

    def matrix(self, parks: int, dtype: type[Number]) -> NDArray[Number]:
        """The rows one below the other, at least one."""
        found: NDArray[Number] = np.zeros((max(len(self.rows), 1), parks), dtype=dtype)
        for place, row in enumerate(self.rows):  # rounded row by row: all of them in float64 are a lot of memory
            found[place] = row
        return found


def planned(needs: Sequence[Asked], sheets: Sheets) -> Planned:
    """The plans of these needs. Raises InputError for weights that are given to nothing a need says."""
    parks = sheets.columns.parks
    said = stated(said_by(needs, sheets), rules_of(sheets), sheets.known, sheets.counts, functions()[0][GIVEN])
    weights = _weights(needs, said)
    words = _words(needs, weights[:, kernel.TEXT] > 0)
    values, flags = Shelf(), Shelf()
    rows, marks = _rows(needs, weights, sheets, values), _flags(needs, sheets, flags)
    plans = kernel.Plans(
        weights=weights,
        weights32=weights.astype(np.float32),
        constant=_constant(weights[:, GIVEN], said.given),
        sides=_sides(weights),
        base=said.base,
        rents=said.rents,
        needed_on=said.needed_on,
        rows=rows,
        flags=marks,
        gates_start=said.gates_start,
        gates=said.gates,
        turns=said.turns,
        asked=said.asked,
        given=said.given,
        silent_groups=said.silent_groups,
        words_start=words.starts,
        word=words.places,
        word_weight=words.weights,
        bound=_bound(weights, np.diff(words.starts)),
    )
    parks = sheets.columns.parks
    return Planned(plans, values.rows, values.matrix(parks, np.float32), flags.matrix(parks, np.int8), said.able)


def _bound(weights: NDArray[np.float64], grams: NDArray[np.int64]) -> NDArray[np.float32]:
    """How far a key may be from the score in float64.

    Each value in [0, 1] is wrong by at most 12 units (2⁻²⁴): its measure is rounded 4 times and no value function
    rises by more than .8 for a doubling, four ramps are rounded, 1 for the column itself. A side is a sum of up to 16
    terms no partial sum of which exceeds 1: 32 roundings; its weights sum to 1: 12 + 32 + 2. The score moves by no
    more than the worse of its sides, its own four operations and the tier on the key add 8. A text is a sum over the
    need's grams, two roundings each, weighed. 64 + 2 · grams · weight is above all of it.
    """
    return ((ROUNDINGS + 2.0 * grams * weights[:, kernel.TEXT]) * UNIT).astype(np.float32)


def _constant(weights: Floats, given: Floats) -> Floats:
    """What is the same at every park of both sides, (n_needs, 2)."""
    found = np.zeros((len(weights), 2))
    found[:, 1] = np.sum(weights * given, axis=1)
    return found


def _sides(weights: NDArray[np.float64]) -> NDArray[np.int8]:
    first, second = weights[:, : len(NEED_SIDE)], weights[:, len(NEED_SIDE) :]
    return np.array((first > 0).any(axis=1) + 2 * (second > 0).any(axis=1), dtype=np.int8)


def _weights(needs: Sequence[Asked], said: Stated) -> Floats:
    """The weights of each need, (n_needs, n_criteria); needs that weigh alike and say of the same share them."""
    found = [
        _shared(tuple(each.need.weights.items()), each.need.importance, says.tobytes())
        for each, says in zip(needs, said.says, strict=True)
    ]
    return np.array(found).reshape(-1, len(CRITERIA))


@lru_cache(maxsize=4096)
def _shared(weights: tuple[tuple[str, float], ...], importance: tuple[str, ...], says: bytes) -> tuple[float, ...]:
    """Weights as `criteria_of` shares them among the criteria that stand. Raises InputError."""
    given = weights_of(Need(weights=dict(weights), importance=importance))
    said = dict(zip(CRITERIA, says, strict=True))
    found = shared(given, [name for name, weight in given.items() if weight > 0 and said[name]], FUNCTION)
    return tuple(found.get(name, 0.0) for name in CRITERIA)


@cache
def functions() -> tuple[Floats, Floats]:
    """The value functions of CRITERIA, the last point repeated, (n_criteria, n_points, 2), and their priors."""
    points = [prior_of(name).points for name in CRITERIA]
    longest = max(map(len, points))
    filled = [[*each, *[each[-1]] * (longest - len(each))] for each in points]
    return np.array(filled), np.array([prior_of(name).prior for name in CRITERIA])


def _words(needs: Sequence[Asked], stands: NDArray[np.bool_]) -> Grams:
    """The grams of each need, none where its text does not stand; words that several needs share are weighed once."""
    place: dict[str, int] = {}
    said = [_said_in_words(each) if here else "" for each, here in zip(needs, stands.tolist(), strict=True)]
    which = np.array([place.setdefault(words, len(place)) for words in said], dtype=np.int64)
    found = grams(list(place))
    if len(place) == len(needs):  # no two alike
        return found
    lengths = np.diff(found.starts)[which]
    starts = starts_of(lengths)
    at = np.arange(starts[-1]) + np.repeat(found.starts[which] - starts[:-1], lengths)
    return Grams(starts, found.places[at], found.weights[at])


def _said_in_words(asked: Asked) -> str:
    words = asked.need.description.strip()
    return words if words or asked.industry is None else gbt()[asked.industry].name


def _rows(needs: Sequence[Asked], weights: Floats, sheets: Sheets, values: Shelf) -> NDArray[np.int32]:
    """Places of the rows by chain, gap, home and preference, (n_needs, 4), −1 where the criterion does not stand."""
    chain, gap, distance, region = (
        weights[:, [kernel.CHAIN, kernel.GAP, kernel.DISTANCE, kernel.REGION]] > 0
    ).T.tolist()
    codes, homes = [each.industry or "" for each in needs], [home_of(each) for each in needs]
    prefer = [each.need.regions.prefer for each in needs]
    found = [
        values.places(codes, chain, lambda i: _of_code(codes[i], sheets)[0]),
        values.places(codes, gap, lambda i: _of_code(codes[i], sheets)[1]),
        values.places(homes, distance, lambda i: _valued("distance", needs[i], homes[i], sheets)),
        values.places(prefer, region, lambda i: _valued("region", needs[i], prefer[i], sheets)),
    ]
    return np.ascontiguousarray(np.array(found, dtype=np.int32).T)


def _of_code(code: str, sheets: Sheets) -> NDArray[np.generic]:
    """Values of chain fit and chain gap at every park, (2, n_parks)."""
    priors = prior_of("industry_chain").prior, prior_of("chain_gap").prior
    return sheets.rows.row(("code", code), lambda: values_of_code(sheets.details, codes_of([code]), 0, *priors))


def _valued(name: str, asked: Asked, key: Hashable, sheets: Sheets) -> NDArray[np.generic]:
    """Values of a criterion at every park, in the tables' order; needs with this key share them."""

    def make() -> NDArray[np.generic]:
        measured = MEASURES[name](asked, sheets.columns)
        assert measured is not None
        return valued(prior_of(name), "", 1.0, measured).value[sheets.order]

    return sheets.rows.row((name, key), make)


def _flags(needs: Sequence[Asked], sheets: Sheets, flags: Shelf) -> NDArray[np.int32]:
    """Places of the standings by region, by list and by way of supply, (n_needs, 3), −1 where there is no such gate."""
    rule = "lists" if sheets.listed else "chemical"
    regions, supply = [each.need.regions for each in needs], [each.need.supply_modes for each in needs]
    gated = [bool(each.only or each.exclude) for each in regions]
    judged = [sheets.listed or (n.industry is not None and touched(CHEMICAL, n.industry)) for n in needs]
    where = [(each.only, each.exclude) if here else None for each, here in zip(regions, gated, strict=True)]
    what = [(each.industry, each.inferred) if here else None for each, here in zip(needs, judged, strict=True)]
    how = [frozenset(each) if each else None for each in supply]
    found = [
        flags.places(where, gated, lambda i: sheets.flags("region", needs[i], where[i])),
        flags.places(what, judged, lambda i: sheets.flags(rule, needs[i], what[i])),
        flags.places(how, [bool(each) for each in supply], lambda i: sheets.flags("supply_mode", needs[i], how[i])),
    ]
    return np.ascontiguousarray(np.array(found, dtype=np.int32).T)
