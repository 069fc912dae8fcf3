"""Which head office and which base, of one firm, suit each other and the need (总部+基地)?

S = .3 bal(U^HQ, V^HQ) + .5 bal(U^base, V^base) + .2 X, X = .6 acc(τ; 1.5, 1.5) + .2 agreement + .2 institution.
Where the need says `hq`, the head office stays in that region, and only the base is chosen. Source: ENGINE.md 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import columns_of
from matching.modes import terms
from matching.modes.pairing import Pairing, TermColumn
from matching.modes.places import Places
from matching.modes.two_places import Candidates, Question, pairing_of
from matching.records import Need, Park
from matching.reference import regions
from matching.reference.priors import constant
from matching.reference.priors import terms as priors_of

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

MODE = "hq_base"


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """What a head office and a base are to each other: X."""

    weights: dict[str, float]
    a: Places
    b: Places

    def bound(self) -> Floats:
        weights = self.weights
        most = weights["access"] * terms.access_bound(MODE, self.a, self.b)
        most += weights["agreement"] * priors_of(MODE, "pair")["agreement"].prior
        if "institution" in weights:
            most += weights["institution"] * terms.institution_bound(MODE, self.a, self.b)
        return most

    def limit(self, i: Rows, j: Rows, needed: Floats) -> Floats | None:
        return None

    def terms(self, i: Rows, j: Rows) -> Sequence[TermColumn]:
        weights, pairs = self.weights, (i, j)
        found = [
            terms.access(MODE, weights["access"], self.a, self.b, pairs),
            terms.unknown_column(priors_of(MODE, "pair")["agreement"], weights["agreement"], len(i)),
        ]
        if "institution" in weights:
            found.append(terms.institution(MODE, weights["institution"], self.a, self.b, pairs))
        return found


def pairing(need: Need, among: Candidates, base: Candidates | None = None, *, institution: bool = True) -> Pairing:
    """Every head office with every base; `base` where the two are chosen among other parks."""
    shares = (constant(MODE, "hq"), constant(MODE, "base"), constant(MODE, "pair"))
    return pairing_of(need, staying(need) or among, base or among, shares, _join, institution=institution)


def staying(need: Need) -> Candidates | None:
    """The region in which the head office stays, as a place; None where the need does not say."""
    if need.hq is None:
        return None
    adcode = need.hq.ljust(6, "0")
    known = regions().get(adcode)
    place = Park(code=adcode, name=known.name if known else adcode, adcode=adcode)  # the point follows from the adcode
    return Candidates((place,), columns_of((place,)), stays=True)


def _join(question: Question, first: Candidates, second: Candidates, a: Places, b: Places) -> Ties:
    return Ties(dict(question.weights), a, b)
