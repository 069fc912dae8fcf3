"""Which parks suit a need, as JSON? The caller's side split by criterion, the park's side as one part."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from marketplace import matches
from marketplace.errors import Fault, Refusal
from marketplace.matches import Catalogue, Contribution, Match, PairMatch
from marketplace.needs import NeedFields
from web import pair_rows
from web.dependencies import Market, Today, other_days, viewer
from web.questions import WEIGHT, Question, weights_from
from web.rows import open_reasons

router = APIRouter(
    prefix="/api/v1", tags=["ranking"], dependencies=[Depends(viewer), Depends(other_days, scope="function")]
)

TOP_MOST = 100
Answer = dict[str, Any]


def asked(
    request: Request,
    today: Today,
    on: Annotated[date | None, Query(description="judge freshness on this day; today without it")] = None,
    top: Annotated[int, Query(ge=1, le=TOP_MOST)] = 20,
) -> Question:
    """How a ranking was asked for. Raises Refusal."""
    given = {name: text for name, text in request.query_params.items() if name.startswith(WEIGHT)}
    wrong = [name for name in request.query_params if name not in {"on", "top", *given}]
    if wrong:
        raise Refusal([Fault(name, "There is no such field") for name in wrong])
    return Question(on or today, top, weights_from(given))


Asked = Annotated[Question, Depends(asked)]


@router.post("/ranking")
def rank(market: Market, question: Asked, fields: NeedFields) -> Answer:
    """Ranks the parks, or pairs of places, for a NEED.json; nothing is stored."""
    return ranked(market, question.of(fields), question)


def ranked(market: Catalogue, fields: NeedFields, question: Question) -> Answer:
    """The answer of `rank`, with each park's side as one part: what a park weighs is its own affair."""
    if matches.of_two_places(fields):
        pairs = matches.ranked_pairs(market, fields, on=question.on, top=question.top)
        return matches.answer(replace(pairs, results=tuple(_pair_one_sided(pair) for pair in pairs.results)))
    ranking = matches.ranked_parks(market, fields, on=question.on, top=question.top)
    return matches.answer(replace(ranking, results=tuple(_one_sided(match) for match in ranking.results)))


def _pair_one_sided(pair: PairMatch) -> PairMatch:
    own = tuple(part for part in pair.contributions if part.side != "park")
    reasons = pair_rows.open_reasons(pair)
    return replace(pair, reasons=reasons, contributions=(*own, *pair_rows.park_lines(pair)))


def _one_sided(match: Match) -> Match:
    match = replace(match, reasons=open_reasons(match))
    if match.park_side is None:
        return match
    own = tuple(part for part in match.contributions if part.side == "need")
    others = [part for part in match.contributions if part.side != "need"]
    share = sum(part.share for part in others)
    whole = Contribution("park", "park", 1.0, match.park_side, share, all(part.known for part in others))
    return replace(match, contributions=(*own, whole))
