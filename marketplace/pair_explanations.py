"""How sure is a ranking of pairs: of two places for a need, or of parks with another?"""

from collections.abc import Sequence
from datetime import date

from marketplace.matches import Catalogue, Past, ranked_pairs
from marketplace.needs import Need, NeedFields
from marketplace.pairs import Kind, partners_of
from matching import confidence
from matching.records import Confidence, PairMatch
from matching.told import AMONG

__all__ = ["AMONG", "Confidence", "SurePairs", "sure_of_pairs", "sure_of_partners"]

SurePairs = Sequence[tuple[PairMatch, Confidence]]  # best first


def sure_of_pairs(
    catalogue: Catalogue | Past, need: Need | NeedFields, *, on: date, institution: bool = True
) -> SurePairs:
    """How probable the first places are for the best pairs of places, among the first `AMONG`. Raises Refusal."""
    found = ranked_pairs(catalogue, need, on=on, top=AMONG, misses=0, institution=institution)
    return _sure(found.results)


def sure_of_partners(catalogue: Catalogue, code: str, kind: Kind, *, on: date, institution: bool = True) -> SurePairs:
    """The same for the best others of a park. Raises NotFound."""
    return _sure(partners_of(catalogue, code, kind, on=on, institution=institution, top=AMONG, misses=0).results)


def _sure(matches: Sequence[PairMatch]) -> SurePairs:
    return tuple(zip(matches, confidence.of_pairs(matches), strict=False))
