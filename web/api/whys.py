"""How sure is a ranking, and what would change it, as JSON? The park's side is one part, as on the pages."""

from typing import Any

from fastapi import APIRouter, Depends

from marketplace import explanations, matches, pair_explanations
from marketplace.explanations import Confidence, WhatIf
from marketplace.matches import ROLES, Mode
from marketplace.needs import NeedFields
from marketplace.pair_explanations import PairWhatIf
from web.api.ranking import Asked
from web.dependencies import Market, other_days, viewer

router = APIRouter(
    prefix="/api/v1", tags=["ranking"], dependencies=[Depends(viewer), Depends(other_days, scope="function")]
)

Answer = dict[str, Any]


@router.post("/ranking/sure")
def sure(market: Market, question: Asked, fields: NeedFields) -> Answer:
    """How probable the first places are for a NEED.json, and which of its weights decide who leads (null for pairs)."""
    if matches.of_two_places(fields):
        return {"confidence": _of_pairs(market, question, fields), "sensitivity": None}
    found = explanations.sure_of(market, question.of(fields), on=question.on)
    chances = [{"park": code, **_chance(each)} for code, each in found.confidence.items()]
    return {"confidence": chances[: question.top], "sensitivity": explanations.sensitivity_document(found.sensitivity)}


@router.post("/ranking/why/{park}")
def why(market: Market, question: Asked, fields: NeedFields, park: str) -> Answer:
    """Why a park does not have the first place for a NEED.json, and what of either would have to change.

    For a need of two places: of each role the best pair that has the park there, beside the first pair.
    """
    if matches.of_two_places(fields):
        pairs = pair_explanations.what_if_pairs(market, question.of(fields), park, on=question.on)
        return {"park": park, "pairs": [_pair_why(each, Mode(fields.mode)) for each in pairs]}
    found = explanations.what_if(market, question.of(fields), park, on=question.on)
    return {"park": park, "against": _against(found), **explanations.what_if_document(found)}


def _of_pairs(market: Market, question: Asked, fields: NeedFields) -> list[Answer]:
    """The same of pairs of places, among the first of them."""
    found = pair_explanations.sure_of_pairs(market, question.of(fields), on=question.on)
    roles = ROLES[Mode(fields.mode)]
    return [
        {"parks": dict(zip(roles, (pair.first.code, pair.second.code), strict=True)), **_chance(each)}
        for pair, each in found[: question.top]
    ]


def _pair_why(found: PairWhatIf, mode: Mode) -> Answer:
    """As the command line says it, but what a park weighs is one part of each place."""
    told = pair_explanations.pair_why_document(found.best, found.contrast, mode)
    if found.contrast is None:
        return told
    by: dict[tuple[str, str | None], float] = {}
    for each in found.contrast.differences:
        part = ("park" if each.side == "park" else each.criterion, each.place)
        by[part] = by.get(part, 0.0) + each.by
    return told | {
        "differences": [{"criterion": name, "place": place, "by": lost} for (name, place), lost in by.items()]
    }


def _chance(found: Confidence) -> Answer:
    return {"rank1": found.rank1, "top3": found.top3, "top10": found.top10}


def _against(found: WhatIf) -> Answer | None:
    """The park beside the first; None where there is no other."""
    contrast = found.contrast
    if contrast is None:
        return None
    own = [{"criterion": each.criterion, "by": each.by} for each in contrast.differences if each.side == "need"]
    other = sum(each.by for each in contrast.differences if each.side != "need")
    return {
        "rank": contrast.rank,
        "reference": contrast.reference.park.code,
        "reference_rank": contrast.reference_rank,
        "behind_by_verdict": contrast.behind,
        "differences": [*own, {"criterion": "park", "by": other}],
    }
