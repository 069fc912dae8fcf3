"""How do up to four parks compare for one need, side by side?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from marketplace import capacity, matches, needs, parks, talks
from web import replies, rows, switching
from web.cost_rows import costs_at, pairs_of
from web.dependencies import EnterpriseUser, Market, Now, Reading, viewer
from web.pages.ranking import Asked, around
from web.rendering import go, page
from web.side_by_side import side_by_side

router = APIRouter(dependencies=[Depends(viewer)])


@router.get("/needs/{id}/compare")
def compare(
    request: Request,
    id: str,
    session: Reading,
    by: EnterpriseUser,
    market: Market,
    question: Asked,
    now: Now,
    park: Annotated[list[str], Query(default_factory=list)],
    hours: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Rows by criterion and gate of the first four; without a park a word on how to choose some."""
    need, stands = needs.need_by_id(session, id, by), switching.standing(market, question)
    if matches.of_two_places(need):
        return go(request, f"/needs/{id}")
    chosen = list(dict.fromkeys(code for code in park if code))
    codes = chosen[: matches.COMPARED_MOST]
    found = matches.comparison(stands, question.of(needs.fields_of(need)), codes, on=question.on) if codes else ()
    simulated = capacity.simulated_among(session, codes)
    listed = rows.rows_of(found, simulated, rows.palette(found))
    shown = [match.park.code for match in found]
    sheets = {code: capacity.sheet_of(session, parks.park_by_code(session, code), on=question.on) for code in shown}
    table = side_by_side(found, sheets)
    told: dict[str, Any] = {"need": need, "rows": listed, "table": table, "chosen": len(chosen)}
    told["costs"] = costs_at(question.of(needs.fields_of(need)), sheets, hours)
    told["pairs"] = pairs_of(question.link, shown)
    told["replies"] = replies.lines_of(codes, talks.replies_to(session, need, codes, by, now=now))
    told["asks"] = replies.asks_of(session, need, found, by, now=now)
    return page(request, "needs/compare.html", **told, **around(stands, question))
