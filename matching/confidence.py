"""How probable is it that a park is first, among the first three, among the first ten?

SMAA (Lahdelma & Salminen 2001): the ranking is made again many times, each time with other weights, drawn
Dirichlet(κ·w) on each side, and with every unknown value drawn by a law whose mean is what stands for it in the score.
Verdicts stay as they are, so feasible parks come first in every draw. Constants: [confidence] of priors.toml.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.explain import Evaluated
from matching.ranks import ranked
from matching.records import Confidence, PairMatch, Standing
from matching.reference.priors import constant, priors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

SHOWN = 50
LIMITS = (1, 3, 10)
NOISE = 1 << 18  # numbers; each draw reads them from another beginning
NEVER = Confidence(0.0, 0.0, 0.0)


def of_parks(seen: Evaluated, *, seed: int = 0, shown: int = SHOWN) -> Mapping[str, Confidence]:
    """The confidence of the first `shown` parks that fail no gate, by code; equal for equal input and seed."""
    order = ranked(seen)
    values = np.array([column.value for column in seen.criteria]).T
    known = np.array([column.known for column in seen.criteria]).T
    weights = np.array([column.weight for column in seen.criteria])
    sides = np.array([column.side == "park" for column in seen.criteria], dtype=np.int64)
    beta = priors(seen.asked.function).beta
    found: dict[str, Confidence] = {}
    for standing in (0, 1):
        ahead = len(found) if standing == 0 else int((seen.standing == 0).sum())
        rows = order[seen.standing[order] == standing]
        wanted = max(0, min(len(rows), shown - ahead))
        told = probabilities(
            values[rows],
            known[rows],
            weights,
            blocks=sides,
            sides=sides,
            beta=beta,
            ahead=ahead,
            shown=wanted,
            seed=seed,
        )
        found |= {seen.parks[row].code: each for row, each in zip(rows, told, strict=False)}
    return MappingProxyType(found)


def of_pairs(matches: Sequence[PairMatch], *, seed: int = 0, shown: int = SHOWN) -> tuple[Confidence, ...]:
    """The confidence of the first `shown` pairs of places, among the pairs given, in their order.

    The tilt toward the worse-off side stays as it is in the score.
    """
    found: list[Confidence] = []
    for standing in (Standing.FEASIBLE, Standing.UNVERIFIED):
        group = [match for match in matches if match.standing is standing]
        wanted = max(0, min(len(group), shown - len(found)))
        found += _of_group(group, ahead=len(found), shown=wanted, seed=seed)
    return tuple(found)


def _of_group(group: Sequence[PairMatch], *, ahead: int, shown: int, seed: int) -> tuple[Confidence, ...]:
    if not shown:
        return ()
    terms = list(dict.fromkeys((p.criterion, p.side, p.place) for match in group for p in match.contributions))
    column = {term: place for place, term in enumerate(terms)}
    values, factors = np.zeros((len(group), len(terms))), np.zeros((len(group), len(terms)))
    known, weights = np.ones(values.shape, dtype=np.bool_), np.zeros(len(terms))
    for row, match in enumerate(group):
        for part in match.contributions:
            k = column[part.criterion, part.side, part.place]
            values[row, k], known[row, k], weights[k] = part.value, part.known, part.weight
            whole = part.weight * part.value
            factors[row, k] = part.share / whole if whole else 0.0
    names = {block: place for place, block in enumerate(dict.fromkeys(term[1:] for term in terms))}
    blocks = np.array([names[term[1:]] for term in terms], dtype=np.int64)
    return probabilities(values, known, weights, blocks=blocks, factors=factors, ahead=ahead, shown=shown, seed=seed)


def probabilities(
    values: Floats,
    known: Flags,
    weights: Floats,
    *,
    blocks: Whole,
    sides: Whole | None = None,
    factors: Floats | None = None,
    beta: float = 0.0,
    ahead: int = 0,
    shown: int = SHOWN,
    seed: int = 0,
) -> tuple[Confidence, ...]:
    """The confidence of the first `shown` rows, among all rows, which are in the order of their score.

    values, known, factors: (n_rows, n_criteria); weights, blocks, sides: (n_criteria,). The weights of a block are
    drawn together, their sum stays. sides: 0 and 1 where the score is the mutual of two sides (β), else the score is
    the sum of factor · weight · value. ahead: how many stand before all of these in every draw.
    """
    limits = np.array([max(0, limit - ahead) for limit in LIMITS], dtype=np.int64)
    shown = min(shown, len(values))
    if not shown or not limits.any():
        return (NEVER,) * shown
    from matching.draws import counted  # compiled, and loaded only by who asks how sure a place is

    sides = np.zeros(len(weights), dtype=np.int64) if sides is None else sides
    factors = np.ones(values.shape) if factors is None else factors
    rng = np.random.default_rng(seed)
    drawn = _weights(rng, weights, blocks, int(constant("confidence", "draws")))
    best = np.ascontiguousarray((np.where(known, values, 1.0) * factors).T)
    starts, columns, rows = _unknown(known, weights)
    noise = rng.random(NOISE + len(columns))
    offsets = rng.integers(0, NOISE, size=len(drawn))
    counts = counted(
        *(best, sides, beta, starts, columns, _laws(values[rows, columns], factors[rows, columns])),
        *(drawn, noise, offsets, shown, limits),
    )
    return tuple(Confidence(*map(float, row)) for row in counts / len(drawn))


def _weights(rng: np.random.Generator, weights: Floats, blocks: Whole, draws: int) -> Floats:
    """Dirichlet(κ·w) within each block, times the block's sum, (n_draws, n_criteria)."""
    sums = np.bincount(blocks, weights)[blocks]
    shares = np.divide(weights, sums, out=np.zeros(len(weights)), where=sums > 0)
    drawn = rng.standard_gamma(constant("confidence", "kappa") * shares, size=(draws, len(weights)))
    for block in np.unique(blocks):
        own = blocks == block
        total = drawn[:, own].sum(axis=1, keepdims=True)
        drawn[:, own] = np.divide(drawn[:, own], total, out=np.zeros((draws, int(own.sum()))), where=total > 0)
    found: Floats = drawn * sums
    return found


def _unknown(known: Flags, weights: Floats) -> tuple[Whole, Whole, Whole]:
    """The unknown values one after the other, row by row, the weightiest first: starts, their criteria, their rows."""
    by_weight = np.argsort(-weights, kind="stable")
    rows, places = np.nonzero(~known[:, by_weight])
    starts = np.searchsorted(rows, np.arange(len(known) + 1))
    return starts.astype(np.int64), by_weight[places].astype(np.int64), rows.astype(np.int64)


def _laws(centre: Floats, factor: Floats) -> Floats:
    """How far a value lies below 1, times its factor, as two straight pieces in uniform noise u, (n_unknown, 5).

    The value is uniform on [0, centre] with probability 1 − centre, else uniform on [centre, 1]: its mean is the
    centre, and at ½ it is uniform. `spread` draws it toward the centre.
    """
    spread = constant("confidence", "spread")
    nothing = np.zeros(len(centre))
    below = np.divide(centre, 1 - centre, out=nothing.copy(), where=centre < 1)
    above = np.divide(1 - centre, centre, out=nothing.copy(), where=centre > 0)
    least = 1 - centre + spread * centre  # lacking where the noise is 0; where it is 1: least − spread
    pieces = (least, spread * below, least - spread, spread * above)
    return np.column_stack((1 - centre, *(factor * piece for piece in pieces)))
