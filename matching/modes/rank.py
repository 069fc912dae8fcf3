"""Which mode ranks what: one place, two places of one need, or two parks?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from matching.checks import check_mode
from matching.errors import Fault, InputError
from matching.modes import hq_base, rd_manufacturing
from matching.modes.pairing import Pairing
from matching.modes.told import pair_matches, ranking_of
from matching.modes.two_places import Candidates, fill_first
from matching.records import Mode, Need, PairMatch, PairRanking
from matching.weights import weight_faults

__all__ = ["ONE_PLACE", "TWO_PLACES", "check_one_place", "pair_of", "pairing_for", "pairs_for", "stays"]

ONE_PLACE = frozenset({Mode.RELOCATION, Mode.MARKET_PRODUCT})
BETWEEN_PARKS = "Mode {mode} ranks two parks, not places for a need: use pairs, or the park's page."


class Pairs(Protocol):
    """How a mode pairs the parks of an index for a need."""

    def __call__(
        self, need: Need, among: Candidates, base: Candidates | None = None, *, institution: bool = True
    ) -> Pairing: ...


TWO_PLACES: Mapping[Mode, Pairs] = MappingProxyType(
    {Mode.HQ_BASE: hq_base.pairing, Mode.RD_MANUFACTURING: rd_manufacturing.pairing}
)


def pairs_for(
    need: Need,
    among: Candidates,
    *,
    top: int,
    misses: int,
    institution: bool = True,
    unverified_only: bool = False,
) -> PairRanking:
    """The best pairs of places for a need of two places. Raises InputError."""
    pairing = pairing_for(need, among, institution=institution)
    field = fill_first(pairing, need)
    return ranking_of(pairing, need.mode, top=top, misses=misses, fill_first=field, unverified_only=unverified_only)


def pairing_for(need: Need, among: Candidates, *, institution: bool = True) -> Pairing:
    """Every pair of places of a need, as columns. Raises InputError."""
    return _pairs(need)(need, among, institution=institution)


def pair_of(need: Need, first: Candidates, second: Candidates, *, institution: bool = True) -> PairMatch:
    """One pair, each place the only candidate, the same as in the ranking. Raises InputError."""
    alone = np.zeros(1, dtype=np.intp)
    return pair_matches(_pairs(need)(need, first, second, institution=institution), alone, alone)[0]


def stays(need: Need) -> bool:
    """Whether the first place is given, so that only the second is chosen."""
    return need.mode is Mode.HQ_BASE and need.hq is not None


def check_one_place(need: Need) -> None:
    """Raises InputError where the need's mode ranks something else than single places."""
    check_mode(need)
    if need.mode in TWO_PLACES:
        message = "Mode {mode} ranks pairs of places, not single parks."
        raise InputError([Fault("mode", message, {"mode": need.mode.value})])
    if need.mode not in ONE_PLACE:
        raise InputError([Fault("mode", BETWEEN_PARKS, {"mode": need.mode.value})])


def _pairs(need: Need) -> Pairs:
    check_mode(need)
    found = TWO_PLACES.get(need.mode)
    if found is not None:
        if faults := weight_faults(need.weights, need.importance):  # also where the mode weighs by itself
            raise InputError(faults)
        return found
    if need.mode in ONE_PLACE:
        message = "Mode {mode} ranks single parks, not pairs of places."
        raise InputError([Fault("mode", message, {"mode": need.mode.value})])
    raise InputError([Fault("mode", BETWEEN_PARKS, {"mode": need.mode.value})])
