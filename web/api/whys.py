"""How sure is a ranking, and what would change it, as JSON? The park's side is one part, as on the pages."""

from typing import Any

from fastapi import APIRouter, Depends

from marketplace import explanations
from marketplace.explanations import WhatIf
from marketplace.needs import NeedFields
from web.api.ranking import Asked
from web.dependencies import Market, viewer

router = APIRouter(prefix="/api/v1", tags=["ranking"], dependencies=[Depends(viewer)])

Answer = dict[str, Any]


@router.post("/ranking/sure")
def sure(market: Market, question: Asked, fields: NeedFields) -> Answer:
    """How probable the first places are for a NEED.json, and which of its weights decide who leads."""
    found = explanations.sure_of(market, question.of(fields), on=question.on)
    chances = [
        {"park": code, "rank1": each.rank1, "top3": each.top3, "top10": each.top10}
        for code, each in found.confidence.items()
    ]
    return {"confidence": chances[: question.top], "sensitivity": explanations.sensitivity_document(found.sensitivity)}


@router.post("/ranking/why/{park}")
def why(market: Market, question: Asked, fields: NeedFields, park: str) -> Answer:
    """Why a park does not have the first place for a NEED.json, and what of either would have to change."""
    found = explanations.what_if(market, question.of(fields), park, on=question.on)
    return {"park": park, "against": _against(found), **explanations.what_if_document(found)}


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
