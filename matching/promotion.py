"""Is what was learned better on what happened later, or is it refused?

The lists of the first seven tenths of the time teach, the later ones judge: NDCG@10 of the learned order against the
order in use, gains weighted by position as in the fit, and a bootstrap over lists. An update is promoted only where the
95 % interval of the gain lies above 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from matching.learn import UNTAUGHT, Floats, Learned, Seen, values_of
from matching.learned_fit import fitted, position_weight
from matching.reference import VERSION as REFERENCE

TEACHING = 0.7
JUDGES_LEAST = 30  # lists; with 24 six of 80 updates from blind choices passed, with 45 four (two expected)
DRAWS = 2000
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """How the learned order fared on later lists, and whether it is promoted; `why` is a message id."""

    promoted: bool
    why: str
    taught: int
    judged: int
    before: float | None = None
    after: float | None = None
    gain: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def figures(self) -> dict[str, object]:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def judged_update(lists: Sequence[Seen], version: str, *, current: Learned | None = None, seed: int = 0) -> Learned:
    """What the earlier lists teach with the gate's figures from the later ones. Pure: same lists, same answer."""
    ordered = sorted(lists, key=lambda seen: seen.on)
    cut = _cut(ordered)
    teaching, judging = ordered[:cut], [seen for seen in ordered[cut:] if (seen.worth > 0).any()]
    found = fitted(teaching)
    chosen = any((seen.worth > 0).any() for seen in ordered)
    gate = _gate(found, judging, current or UNTAUGHT, seed) if chosen else _silent()
    return replace(
        found,
        version=version,
        reference=REFERENCE,
        since=ordered[0].on if ordered else None,
        until=ordered[-1].on if ordered else None,
        gate=MappingProxyType(gate.figures),
    )


def ndcg(seen: Seen, values: Floats) -> float:
    """NDCG@10 of a list ordered by tier, then value; nan where nothing was chosen."""
    gain = seen.worth * position_weight(seen.rank)
    discount = 1 / np.log2(np.arange(2, min(DEPTH, len(gain)) + 2))
    best = float((np.sort(gain)[::-1][:DEPTH] * discount).sum())
    order = np.lexsort((-np.round(values, 12), seen.tier))[:DEPTH]
    return float((gain[order] * discount).sum()) / best if best > 0 else float("nan")


def _cut(ordered: Sequence[Seen]) -> int:
    """Where the later lists begin: never within a day, so that nothing later has taught."""
    cut = int(len(ordered) * TEACHING)
    while 0 < cut < len(ordered) and ordered[cut].on == ordered[cut - 1].on:
        cut += 1
    return cut


def _silent() -> Gate:
    message = "Nothing was chosen yet: there is nothing to learn from"
    return Gate(False, message, 0, 0)


def _gate(found: Learned, judging: Sequence[Seen], current: Learned, seed: int) -> Gate:
    if not found.choices or len(judging) < JUDGES_LEAST:
        message = "Refused: there are too few later lists to judge by"
        return Gate(False, message, found.choices, len(judging))
    before = np.array([ndcg(seen, values_of(seen, current)) for seen in judging])
    after = np.array([ndcg(seen, values_of(seen, found)) for seen in judging])
    gain = after - before
    draws = np.random.default_rng(seed).integers(0, len(gain), (DRAWS, len(gain)))
    low, high = np.quantile(gain[draws].mean(axis=1), (0.025, 0.975))
    promoted = bool(low > 0)
    message = "Promoted: better on later lists" if promoted else "Refused: not certainly better on later lists"
    means = (before.mean(), after.mean(), gain.mean(), low, high)
    return Gate(promoted, message, found.choices, len(judging), *(round(float(value), 6) for value in means))


def is_promoted(learned: Learned) -> bool:
    """Whether its gate let it through."""
    gate: Mapping[str, object] = learned.gate
    return gate.get("promoted") is True
