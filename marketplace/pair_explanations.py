"""How sure is a ranking of pairs, of two places for a need or of parks with another, and why is one not further up?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marketplace.errors import NotFound, Refusal
from marketplace.matches import Catalogue, Past, as_need, ranked_pairs
from marketplace.needs import Need, NeedFields
from marketplace.pairs import Kind, partners_of
from matching import confidence
from matching.answers import answer
from matching.errors import InputError
from matching.modes.best_with import BestWith, best_with
from matching.pair_contrast import PairContrast, beside
from matching.records import Confidence, PairMatch
from matching.told import AMONG, pair_why_document, with_pairs

__all__ = [
    "AMONG",
    "BestWith",
    "Confidence",
    "PairContrast",
    "PairWhatIf",
    "SurePairs",
    "beside_partner",
    "beside_place",
    "pair_why_document",
    "partners_answer",
    "sure_of_pairs",
    "sure_of_partners",
    "what_if_pairs",
]

SurePairs = Sequence[tuple[PairMatch, Confidence]]  # best first


@dataclass(frozen=True, slots=True)
class PairWhatIf:
    """The best pair with a park in one role, and that pair beside the one of a place; None where there is no other."""

    best: BestWith
    contrast: PairContrast | None


def sure_of_pairs(
    catalogue: Catalogue | Past, need: Need | NeedFields, *, on: date, institution: bool = True
) -> SurePairs:
    """How probable the first places are for the best pairs of places, among the first `AMONG`. Raises Refusal."""
    found = ranked_pairs(catalogue, need, on=on, top=AMONG, misses=0, institution=institution)
    return _sure(found.results)


def sure_of_partners(catalogue: Catalogue, code: str, kind: Kind, *, on: date, institution: bool = True) -> SurePairs:
    """The same for the best others of a park. Raises NotFound."""
    return _sure(partners_of(catalogue, code, kind, on=on, institution=institution, top=AMONG, misses=0).results)


def partners_answer(
    catalogue: Catalogue, code: str, kind: Kind, *, on: date, institution: bool = True, top: int = 20
) -> dict[str, Any]:
    """The answer of `pairs` for a park, with how sure each place is. Raises NotFound."""
    among = partners_of(catalogue, code, kind, on=on, institution=institution, top=max(top, AMONG))
    ranking = replace(among, results=among.results[:top])
    return with_pairs(answer(ranking), ranking, among.results)


def what_if_pairs(
    catalogue: Catalogue | Past,
    need: Need | NeedFields,
    code: str,
    *,
    on: date,
    place: int = 1,
    institution: bool = True,
) -> tuple[PairWhatIf, ...]:
    """For each role a park may take its best pair against the pair of a place. Raises NotFound, Refusal."""
    index, record = catalogue.index(on), as_need(need)
    if code not in index.row_of:
        raise NotFound
    try:
        found = best_with(index.pairing(record, institution=institution), code)
        among = index.pairs_for(record, top=AMONG, misses=0, institution=institution).results
    except InputError as error:
        raise Refusal(error.faults) from None
    return tuple(PairWhatIf(best, beside(best.match, among, place)) for best in found)


def beside_place(
    catalogue: Catalogue | Past, need: Need | NeedFields, match: PairMatch, *, on: date, institution: bool = True
) -> PairContrast | None:
    """A pair of places beside the first, the first beside the second. Raises Refusal."""
    return beside(match, ranked_pairs(catalogue, need, on=on, top=AMONG, misses=0, institution=institution).results)


def beside_partner(
    catalogue: Catalogue, code: str, kind: Kind, match: PairMatch, *, on: date, institution: bool = True
) -> PairContrast | None:
    """The same of a park with another, among the others of that park. Raises NotFound."""
    found = partners_of(catalogue, code, kind, on=on, institution=institution, top=AMONG, misses=0)
    return beside(match, found.results)


def _sure(matches: Sequence[PairMatch]) -> SurePairs:
    return tuple(zip(matches, confidence.of_pairs(matches), strict=False))
