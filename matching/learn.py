"""What did people's choices teach, and where does it put a park beside its score?

A need's criteria keep the weights it states. Learned are multipliers θ ≥ 0 on the criteria's shares, anchored at 1,
and, in points of score, anchored at 0: `own`, for a park that names the need's own division; `affinity`, for a need's
division with a park's; `appeal`, a park's own. The learned value orders, S' = (1−α)S + α·σ(4z − 2), z = θᵀf + own +
affinity + appeal, α = n/(n+400): σ has slope 1 at ½ there, so anchors leave the order of S. The shown score stays S.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from math import exp
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.asked import asked_of
from matching.industry import division_shares, portfolio
from matching.records import Match, Need, PairMatch, Park
from matching.reference import gbt
from matching.weights import NEED_SIDE, PARK_SIDE

Floats = NDArray[np.float64]

TERMS = (*NEED_SIDE, *PARK_SIDE)
WORTH: Mapping[str, float] = MappingProxyType(
    {"detail": 1.0, "favourite": 3.0, "contact": 6.0, "meeting": 10.0, "mou": 20.0, "signed": 50.0}
)
HALF = 400.0  # choices at which the learned value counts as much as the score
NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One list, and what was chosen from it by the people of one owner; `division` is the need's, "" unknown.

    share (n, TERMS) sums to score (n,); tier (n,) 0 feasible, 1 unverified; worth (n,) of what happened, 0 nothing;
    rank (n,) where each was shown, from 1; parks their codes (n,), fields (n, divisions) as `fields_of` gives them.
    """

    on: date
    owner: str
    division: str
    parks: tuple[str, ...]
    fields: Floats
    share: Floats
    score: Floats
    tier: NDArray[np.intp]
    worth: Floats
    rank: Floats


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, how many choices it rests on, and from when to when. `affinity`: need's division → park's."""

    theta: Mapping[str, float]
    choices: int
    version: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None
    gate: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    own: float = 0.0
    affinity: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: MappingProxyType({}))
    appeal: Mapping[str, float] = field(default_factory=lambda: NOTHING)

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
            "own": self.own,
            "affinity": {division: dict(points) for division, points in self.affinity.items()},
            "appeal": dict(self.appeal),
            "gate": dict(self.gate),
        }


UNTAUGHT = Learned(MappingProxyType(dict.fromkeys(TERMS, 1.0)), 0)


def shares_of(match: Match | PairMatch) -> dict[str, float]:
    """What each criterion adds to the score; of two places both together."""
    found: dict[str, float] = {}
    for part in match.contributions:
        found[part.criterion] = found.get(part.criterion, 0.0) + part.share
    return found


def division_of(need: Need | None) -> str:
    """The division a need belongs to, stated or read from its description; "" unknown. Raises InputError."""
    code = None if need is None else asked_of(need).industry
    return code[:2] if code and code[:2] in divisions() else ""


@cache
def divisions() -> Mapping[str, int]:
    """The divisions of GB/T 4754 and the column of each in `fields`."""
    codes = sorted(code for code, industry in gbt().items() if industry.level == 2)
    return MappingProxyType({code: column for column, code in enumerate(codes)})


@lru_cache(maxsize=4096)
def fields_named(industries: tuple[str, ...]) -> Mapping[str, float]:
    """How much a park's words stand for each division, its foremost 1."""
    shares = division_shares(portfolio(industries))
    most = max(shares.values(), default=1.0)
    return MappingProxyType({code: share / most for code, share in sorted(shares.items())})


def fields_of(parks: Iterable[Park]) -> Floats:
    """The same of many parks, (n_parks, divisions)."""
    named = [fields_named(park.industries) for park in parks]
    found = np.zeros((len(named), len(divisions())))
    for row, shares in enumerate(named):
        for code, share in shares.items():
            found[row, divisions()[code]] = share
    return found


def learned_value(match: Match | PairMatch, learned: Learned, division: str = "") -> float:
    """S' of one match for a need of this division; pairs of places teach nothing and have the multipliers alone."""
    points = sum(learned.theta.get(name, 1.0) * share for name, share in shares_of(match).items())
    if isinstance(match, Match):
        beside = learned.affinity.get(division, NOTHING)
        for code, share in fields_named(match.park.industries).items():
            points += share * (beside.get(code, 0.0) + (learned.own if code == division else 0.0))
        points += learned.appeal.get(match.park.code, 0.0)
    return (1 - learned.alpha) * match.score + learned.alpha / (1 + exp(2 - 4 * points))


def values_of(seen: Seen, learned: Learned) -> Floats:
    """S' of each row of a list, (n,); for few choices it is nearly the score."""
    beside = np.zeros(len(divisions()))
    for code, points in learned.affinity.get(seen.division, NOTHING).items():
        beside[divisions()[code]] += points
    if seen.division:
        beside[divisions()[seen.division]] += learned.own
    points = seen.share @ np.array([learned.theta.get(name, 1.0) for name in TERMS]) + seen.fields @ beside
    points += np.array([learned.appeal.get(code, 0.0) for code in seen.parks])
    values: Floats = (1 - learned.alpha) * seen.score + learned.alpha / (1 + np.exp(2 - 4 * points))
    return values
