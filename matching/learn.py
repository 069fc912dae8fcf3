"""Which criteria did people's choices bear out, and may what was learned order the next list?

A need's criteria keep the weights it states; what is learned are multipliers θ ≥ 0 on their shares, anchored at 1: one
logistic loss over pairs (chosen, passed over) of what one list showed, convex, solved by L-BFGS-B within bounds. A
choice far down the list counts more, for fewer people look there (ω = 1/max(r^−η, .15)). The learned value orders,
S' = (1−α)S + α·σ(4θᵀf − 2), α = n/(n+400): σ has slope 1 at ½ there, so θ = 1 leaves the order of S as it is. The
shown score stays S.
Source: Joachims, Swaminathan & Schnabel, WSDM 2017, for the weights by position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import exp
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.errors import Fault, InputError
from matching.records import Match, PairMatch
from matching.weights import NEED_SIDE, PARK_SIDE

Floats = NDArray[np.float64]

TERMS = (*NEED_SIDE, *PARK_SIDE)
WORTH: Mapping[str, float] = MappingProxyType(
    {"detail": 1.0, "favourite": 3.0, "contact": 6.0, "meeting": 10.0, "mou": 20.0, "signed": 50.0}
)
ETA, PROPENSITY_LEAST = 1.0, 0.15
TEMPERATURE = 0.05  # of the pairwise logistic, in points of score; as of the demand in matching.congestion
ANCHOR = 5.0  # what one squared step of a multiplier away from 1 costs, in choices; ours
THETA_MOST = 4.0
HALF = 400.0  # choices at which the learned value counts as much as the score


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One list, and what was chosen from it.

    share (n, TERMS) sums to score (n,); tier (n,) 0 feasible, 1 unverified; worth (n,) of what happened, 0 nothing;
    rank (n,) where each was shown, from 1.
    """

    on: date
    share: Floats
    score: Floats
    tier: NDArray[np.intp]
    worth: Floats
    rank: Floats


@dataclass(frozen=True, slots=True)
class Learned:
    """Multipliers of the criteria's shares, how many choices they rest on, and from when to when."""

    theta: Mapping[str, float]
    choices: int
    version: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None
    gate: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def alpha(self) -> float:
        """How much the learned value counts."""
        return self.choices / (self.choices + HALF)

    @property
    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "version": self.version,
            "reference": self.reference,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "choices": self.choices,
            "alpha": self.alpha,
            "theta": dict(self.theta),
            "gate": dict(self.gate),
        }


def shares_of(match: Match | PairMatch) -> dict[str, float]:
    """What each criterion adds to the score; of two places both together."""
    found: dict[str, float] = {}
    for part in match.contributions:
        found[part.criterion] = found.get(part.criterion, 0.0) + part.share
    return found


def learned_value(match: Match | PairMatch, learned: Learned) -> float:
    """S' of one match."""
    moved = sum(learned.theta.get(name, 1.0) * share for name, share in shares_of(match).items())
    return (1 - learned.alpha) * match.score + learned.alpha / (1 + exp(2 - 4 * moved))


def values_of(seen: Seen, theta: Floats, choices: float) -> Floats:
    """S' of each row of a list, (n,); for few choices it is nearly the score."""
    alpha = choices / (choices + HALF)
    values: Floats = (1 - alpha) * seen.score + alpha / (1 + np.exp(2 - 4 * (seen.share @ theta)))
    return values


def position_weight(rank: Floats) -> Floats:
    """ω of a place in the list, from 1: how much more a choice there counts."""
    weights: Floats = 1 / np.maximum(rank**-ETA, PROPENSITY_LEAST)
    return weights


def fitted(lists: Sequence[Seen]) -> tuple[Floats, int]:
    """θ (TERMS,) and the number of choices it rests on; all ones where nothing was chosen."""
    from scipy.optimize import minimize  # half a second that a ranking does not pay

    pairs, weights, choices = _pairs(lists)
    ones = np.ones(len(TERMS))
    if not choices:
        return ones, 0

    def loss(theta: Floats) -> tuple[float, Floats]:
        margin = pairs @ theta / TEMPERATURE
        slack = weights / (1 + np.exp(np.clip(margin, -500, 500)))
        total = float(weights @ np.logaddexp(0, -margin)) + ANCHOR / 2 * float(((theta - 1) ** 2).sum())
        return total, -(slack @ pairs) / TEMPERATURE + ANCHOR * (theta - 1)

    bounds = [(0.0, THETA_MOST)] * len(TERMS)
    found = minimize(loss, ones, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.round(found.x, 6), choices


def _pairs(lists: Sequence[Seen]) -> tuple[Floats, Floats, int]:
    """Differences of shares (p, TERMS) of chosen and passed over of one list and tier, and what each pair counts.

    The pairs of one choice share its worth × ω; all together count as many as there are choices.
    """
    found: list[Floats] = []
    weights: list[Floats] = []
    choices = 0
    for seen in lists:
        omega = position_weight(seen.rank)
        for place in np.flatnonzero(seen.worth > 0):
            under = np.flatnonzero((seen.worth < seen.worth[place]) & (seen.tier == seen.tier[place]))
            if len(under):
                gain = (seen.worth[place] - seen.worth[under]) * omega[place] / len(under)
                found.append(seen.share[place] - seen.share[under])
                weights.append(gain)
                choices += 1
    if not choices:
        return np.zeros((0, len(TERMS))), np.zeros(0), 0
    weight = np.concatenate(weights)
    return np.concatenate(found), weight * choices / weight.sum(), choices


def learned_from(document: object) -> Learned:
    """A learned version from its file. Raises InputError with every fault."""
    if not isinstance(document, Mapping):
        raise InputError([Fault("", "An object with named fields is needed.")])
    theta, choices = document.get("theta"), document.get("choices")
    faults: list[Fault] = []
    if not isinstance(theta, Mapping):
        faults.append(Fault("theta", "An object of criteria and their multipliers is needed."))
    else:
        message = "{value} is no multiplier of a criterion: give a number from 0 to {most}."
        faults += [
            Fault(f"theta.{name}", message, {"value": str(value)[:20], "most": THETA_MOST})
            for name, value in theta.items()
            if name not in TERMS or not _is_number(value) or not 0 <= value <= THETA_MOST
        ]
    if isinstance(choices, bool) or not isinstance(choices, int) or choices < 0:
        faults.append(Fault("choices", "Say how many choices this rests on: a whole number from 0 up."))
    days = {name: _day(document.get(name), name, faults) for name in ("since", "until")}
    if faults or not isinstance(theta, Mapping) or not isinstance(choices, int):
        raise InputError(faults)
    gate = document.get("gate")
    return Learned(
        MappingProxyType({str(name): float(value) for name, value in theta.items()}),
        choices,
        str(document.get("version") or ""),
        str(document.get("reference") or ""),
        days["since"],
        days["until"],
        MappingProxyType(dict(gate) if isinstance(gate, Mapping) else {}),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _day(text: object, where: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        faults.append(Fault(where, "This is not a date: write it as 2027-06-30"))
        return None
