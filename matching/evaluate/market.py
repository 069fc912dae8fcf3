"""Which park for which need, if all needs are placed at once, and how near is that to the best there can be?

Each need takes at most one park it is feasible in; a park's free amounts are shared out, and it looks after so many
needs at a time. Suggested: the best pairs first at the prices of crowded parks, then moves and single ejections while
they gain. The bound is the linear relaxation (HiGHS): no assignment, however made, can exceed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.congestion import CAP, demand_of, prices_of
from matching.evaluate.figures import Figure
from matching.evaluate.planted_trial import Progress, trial
from matching.explain import Evaluated
from matching.index import Index
from matching.records import Need, Park

Floats = NDArray[np.float64]

AMOUNTS = (
    "land_m2",
    "building_m2",
    "power_kva",
    "energy_tce",
    "coal_t_a",
    "water_t_d",
    "wastewater_t_d",
    "steam_t_h",
    "gas_m3_d",
    "hazardous_waste_t_a",
)
PASSES = 10
GAIN = 1e-9  # a move that gains less is float noise
NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Score (n_needs, n_parks), NaN where not feasible; what each pair would take and each park has.

    `asks` (n_needs, n_kinds), `times` (n_parks, n_kinds): tons of quota for each ton; `free` (n_parks, n_kinds).
    """

    score: Floats
    asks: Floats
    times: Floats
    free: Floats
    cap: float

    def takes(self, need: int, park: int) -> Floats:
        """What a need would take of a park, with one of its places at a time."""
        return np.append(self.asks[need] * self.times[park], 1.0)

    @property
    def room(self) -> Floats:
        """What all parks have, with their places at a time, (n_parks, n_kinds + 1)."""
        return np.column_stack((self.free, np.full(len(self.free), self.cap)))


def joint_of(needs: Sequence[Need], seen: Sequence[Evaluated], cap: float = CAP) -> Joint:
    """The joint problem of these needs before the parks that `seen` saw."""
    parks = seen[0].parks
    quotas = sorted({name for need in needs for name in need.asks.emissions_t_a})
    score = np.array([np.where(each.standing == 0, each.scores.score, np.nan) for each in seen])
    asks = np.array([_asked(need, quotas) for need in needs])
    times = np.array([[1.0] * len(AMOUNTS) + [park.replacement.get(name, 1.0) for name in quotas] for park in parks])
    return Joint(score, asks, times, np.array([_free(park, quotas) for park in parks]), cap)


def assigned(joint: Joint, prices: Floats) -> NDArray[np.intp]:
    """The park of each need, −1 for none, (n_needs,): greedy at these prices (n_parks,), then improved."""
    where = np.full(len(joint.score), NOWHERE, dtype=np.intp)
    left = joint.room
    needs, parks = np.nonzero(~np.isnan(joint.score))
    worth = np.round(joint.score[needs, parks] - prices[parks], 12)
    for place in np.lexsort((parks, needs, -worth)):
        need, park = int(needs[place]), int(parks[place])
        if where[need] == NOWHERE and _fits(joint, left, need, park):
            _put(joint, where, left, need, park)
    for _ in range(PASSES):
        if not sum(_improved(joint, where, left, need) for need in range(len(where))):
            break
    return where


def total(joint: Joint, where: NDArray[np.intp]) -> float:
    """The sum of the scores of an assignment."""
    placed = np.flatnonzero(where >= 0)
    return float(joint.score[placed, where[placed]].sum())


def sound(joint: Joint, where: NDArray[np.intp]) -> bool:
    """Whether an assignment holds every limit, checked from the beginning."""
    used = np.zeros_like(joint.room)
    for need, park in enumerate(where):
        if park >= 0:
            if np.isnan(joint.score[need, park]):
                return False
            used[park] += joint.takes(need, int(park))
    return bool((used <= joint.room * (1 + 1e-9)).all())


def bound(joint: Joint) -> float:
    """What no assignment can exceed: needs and amounts may be split."""
    from scipy.optimize import linprog  # half a second that a ranking does not pay
    from scipy.sparse import coo_array, vstack

    needs, parks = np.nonzero(~np.isnan(joint.score))
    if not len(needs):
        return 0.0
    once = coo_array((np.ones(len(needs)), (needs, np.arange(len(needs)))), (len(joint.score), len(needs)))
    taken = np.column_stack((joint.asks[needs] * joint.times[parks], np.ones(len(needs))))
    room = joint.room
    used = np.argwhere((taken > 0) & np.isfinite(room[parks]))
    rows = parks[used[:, 0]] * room.shape[1] + used[:, 1]
    shared = taken[used[:, 0], used[:, 1]] / np.maximum(room.ravel()[rows], 1e-12)  # each limit scaled to 1
    limits = coo_array((shared, (rows, used[:, 0])), (room.size, len(needs)))
    found = linprog(
        -joint.score[needs, parks],
        A_ub=vstack((once, limits), format="csr"),
        b_ub=np.ones(len(joint.score) + room.size),
        bounds=(0, 1),
        method="highs",
    )
    return float(-found.fun)


def part_e(parks: int, needs: int, *, seed: int, progress: Progress) -> list[Figure]:
    """The suggested joint assignment of a planted market against its bound, and against each need taking its best."""
    progress("E")
    made = trial(parks, needs, "mid", seed)
    joint = joint_of(made.needs, made.seen)
    prices = prices_at(made.index, made.needs)
    limit = bound(joint)
    suggested = assigned(joint, prices)
    first_come = _first_come(joint)
    if not (sound(joint, suggested) and sound(joint, first_come)):
        raise AssertionError("an assignment breaks a limit")
    return [
        Figure("E", "assigned_over.bound", total(joint, suggested) / limit, goal=0.97, cases=needs),
        Figure("E", "assigned_over.first_come", total(joint, first_come) / limit, cases=needs),
        Figure("E", "placed", float((suggested >= 0).sum()), cases=needs),
    ]


def prices_at(index: Index, needs: Sequence[Need]) -> Floats:
    """λ of each park when all these needs stand on the market, (n_parks,)."""
    found = prices_of(demand_of(index.parks_for(need, top=50, misses=0) for need in needs))
    return np.array([found.get(park.code, 0.0) for park in index.parks])


def _asked(need: Need, quotas: Sequence[str]) -> list[float]:
    amounts = [getattr(need.asks, name) or 0.0 for name in AMOUNTS]
    return amounts + [need.asks.emissions_t_a.get(name, 0.0) for name in quotas]


def _free(park: Park, quotas: Sequence[str]) -> list[float]:
    stated = [getattr(park.free, name) for name in AMOUNTS] + [park.free.emissions_t_a.get(name) for name in quotas]
    return [np.inf if amount is None else amount for amount in stated]


def _fits(joint: Joint, left: Floats, need: int, park: int) -> bool:
    return bool((joint.takes(need, park) <= left[park] * (1 + 1e-12)).all())


def _put(joint: Joint, where: NDArray[np.intp], left: Floats, need: int, park: int) -> None:
    """Moves a need to a park, or nowhere, and keeps what is left in step."""
    if where[need] >= 0:
        left[where[need]] += joint.takes(need, int(where[need]))
    if park >= 0:
        left[park] -= joint.takes(need, park)
    where[need] = park


def _worth(joint: Joint, where: NDArray[np.intp], need: int) -> float:
    return float(joint.score[need, where[need]]) if where[need] >= 0 else 0.0


def _improved(joint: Joint, where: NDArray[np.intp], left: Floats, need: int) -> bool:
    """Moves one need to a better park, if need be by moving one that is there elsewhere; whether anything gained."""
    own = _worth(joint, where, need)
    better = np.flatnonzero(np.nan_to_num(joint.score[need], nan=-1.0) > own + GAIN)
    for park in better[np.argsort(-joint.score[need, better], kind="stable")]:
        gain = float(joint.score[need, park]) - own
        if _fits(joint, left, need, int(park)):
            _put(joint, where, left, need, int(park))
            return True
        if _ejected(joint, where, left, need, int(park), gain):
            return True
    return False


def _ejected(joint: Joint, where: NDArray[np.intp], left: Floats, need: int, park: int, gain: float) -> bool:
    """Lets one need make way: it goes to its best other park with room, where that loses less than is gained."""
    before = int(where[need])
    for other in np.flatnonzero(where == park):
        loss_at = joint.score[other, park]
        _put(joint, where, left, int(other), NOWHERE)
        if _fits(joint, left, need, park):
            _put(joint, where, left, need, park)
            refuge = _best_with_room(joint, left, int(other))
            kept = 0.0 if refuge < 0 else float(joint.score[other, refuge])
            if loss_at - kept < gain - GAIN:
                _put(joint, where, left, int(other), refuge)
                return True
            _put(joint, where, left, need, before)
        _put(joint, where, left, int(other), park)
    return False


def _best_with_room(joint: Joint, left: Floats, need: int) -> int:
    open_to = np.flatnonzero(~np.isnan(joint.score[need]))
    for park in open_to[np.argsort(-joint.score[need, open_to], kind="stable")]:
        if _fits(joint, left, need, int(park)):
            return int(park)
    return NOWHERE


def _first_come(joint: Joint) -> NDArray[np.intp]:
    """Each need in its turn takes its best park that still has room."""
    where = np.full(len(joint.score), NOWHERE, dtype=np.intp)
    left = joint.room
    for need in range(len(where)):
        _put(joint, where, left, need, _best_with_room(joint, left, need))
    return where
