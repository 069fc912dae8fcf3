"""How sure is a ranking, and what would change it, as JSON? The park's side is one part, as on the pages."""

from typing import Any

from fastapi import APIRouter, Depends

from marketplace import explanations, matches, pair_explanations
from marketplace.explanations import Confidence, WhatIf
from marketplace.needs import NeedFields
from web.api.ranking import Asked
from web.dependencies import Market, viewer

router = APIRouter(prefix="/api/v1", tags=["ranking"], dependencies=[Depends(viewer)])

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
    """Why a park does not have the first place for a NEED.json, and what of either would have to change."""
    found = explanations.what_if(market, question.of(fields), park, on=question.on)
    return {"park": park, "against": _against(found), **explanations.what_if_document(found)}


def _of_pairs(market: Market, question: Asked, fields: NeedFields) -> list[Answer]:
    """The same of pairs of places, among the first of them."""
    found = pair_explanations.sure_of_pairs(market, question.of(fields), on=question.on)
    roles = matches.ROLES[fields.mode]
    return [
        {"parks": dict(zip(roles, (pair.first.code, pair.second.code), strict=True)), **_chance(each)}
        for pair, each in found[: question.top]
    ]


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
