"""Which pairs of parks suit one need that takes two places, and what does each place answer for?

The first place takes the rooms of people (`building_m2`, where land is asked too) and keeps away from the regions the
need excludes; the second takes all that production asks. What joins them is the mode's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.asked import FUNCTIONS, Asked, asked_of
from matching.columns import Columns
from matching.criteria import CriterionColumn, criteria_of
from matching.errors import Fault, InputError
from matching.explain import Evaluated
from matching.gates import Call, GateColumn, asks_an_amount, gates_of
from matching.modes.pairing import Half, Joint, Pairing
from matching.modes.places import Places, places_of
from matching.place import point_of
from matching.records import ROLES, Need, Park, Regions, Resources
from matching.reference.priors import priors, terms
from matching.score import scores_of
from matching.weights import weighed

ROOM_GATES = frozenset({"building", "region"})  # a place of people makes nothing: no list of trades, no 两高 screen


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The parks one place is chosen among; `stays` where it is a place that is given."""

    parks: Sequence[Park]
    columns: Columns
    stays: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A need by its two places, and the weight of each term of the pair."""

    first: Asked
    second: Asked
    weights: Mapping[str, float]


JoinOf = Callable[[Question, Candidates, Candidates, Places, Places], Joint]


def question_of(need: Need, *, institution: bool) -> Question:
    """What each of the two places is asked. `institution` False leaves official ties out of it."""
    names = FUNCTIONS[need.mode]
    whole = asked_of(need, names[1])
    prior = {name: term.weight for name, term in terms(need.mode.value, "pair").items()}
    unsaid = {"institution": not institution, "home": point_of(need.origin) is None, "region": not need.regions.prefer}
    for name in (name for name, left_out in unsaid.items() if left_out):
        prior.pop(name, None)
    return Question(
        replace(whole, need=_of_people(need), function=names[0]),
        replace(whole, need=_of_production(need)),
        MappingProxyType(weighed(prior, need)),
    )


def pairing_of(
    need: Need,
    first: Candidates,
    second: Candidates,
    shares: tuple[float, float, float],
    join: JoinOf,
    **switches: bool,
) -> Pairing:
    """Both halves of a need and what joins them; `shares` are those of the first, the second and the pair."""
    question = question_of(need, **switches)
    states = asks_an_amount(Asked(need, None, inferred=False))
    pair = shares[2] if sum(question.weights.values()) else 0.0
    total = shares[0] + shares[1] + pair
    if not total:
        raise InputError([Fault("weights", "All weights are zero: give at least one criterion more.")])
    roles = ROLES[need.mode]
    a, b = (
        _half(role, asked, among, share / total, states=states, rooms=role == roles[0])
        for role, asked, among, share in zip(
            roles, (question.first, question.second), (first, second), shares, strict=False
        )
    )
    joint = join(question, first, second, a.places, b.places)
    return Pairing(a, b, joint, pair / total, same=first.columns is second.columns)


def fill_first(pairing: Pairing, need: Need) -> str | None:
    """The field of the need that would tell most, as for one place."""
    asked = pairing.second.seen.asked
    if not asks_an_amount(Asked(need, None, inferred=False)):
        return "land_mu"
    if asked.industry is None or asked.inferred:
        return "industry"
    for gate in pairing.second.seen.gates:
        if gate.gate == "high_energy" and (gate.call == Call.UNKNOWN).any():
            return gate.lacking[0]
    return None


def _of_people(need: Need) -> Need:
    """The rooms, and where not to be."""
    rooms = need.asks.building_m2 if need.asks.land_m2 else None
    return Need(
        id=need.id,
        mode=need.mode,
        industry=need.industry,
        description=need.description,
        origin=need.origin,
        asks=Resources(building_m2=rooms),
        regions=Regions(exclude=need.regions.exclude),
        weights=need.weights,
        importance=need.importance,
    )


def _of_production(need: Need) -> Need:
    """All else; rooms too, where the need asks for no land."""
    rooms = None if need.asks.land_m2 else need.asks.building_m2
    return replace(need, hq=None, asks=replace(need.asks, building_m2=rooms))


def _half(role: str, asked: Asked, among: Candidates, share: float, *, states: bool, rooms: bool) -> Half:
    gates = [] if among.stays else gates_of(asked, among.columns)
    if rooms:
        gates = [gate for gate in gates if gate.gate in ROOM_GATES]
    parks = len(among.parks)
    standing = _standing(gates, parks, states=states)
    criteria = _criteria(asked, among.columns)
    scores = scores_of(criteria, parks, asked.function)
    seen = Evaluated(asked, among.parks, gates, criteria, scores, standing, columns=among.columns)
    return Half(role, seen, places_of(among.columns), share, standing)


def _standing(gates: Sequence[GateColumn], parks: int, *, states: bool) -> NDArray[np.int8]:
    """A place that is asked nothing does not hold the pair up, if the need asks the other for an amount."""
    worst = np.full(parks, Call.PASS if states else Call.UNKNOWN, dtype=np.int8)
    for gate in gates:
        np.maximum(worst, gate.call, out=worst)
    return worst


def _criteria(asked: Asked, columns: Columns) -> list[CriterionColumn]:
    """The criteria of one place; none where the mode values only the pair."""
    own = priors(asked.function)
    return criteria_of(asked, columns) if own.need or own.park else []
