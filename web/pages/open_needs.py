"""Which needs are open, and what may this reader see of one?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, disclosure, matches, parks
from marketplace.disclosure import Level, Seen
from marketplace.organisations import Viewer
from web import exchanging, open_list, rows, summaries, sums
from web.dependencies import Market, MaybeViewer, Now, Reading, Today, viewer
from web.looks import NO_STORE, note, summaries_for
from web.open_list import Asked
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])

PATH = "/needs/open"
After = Annotated[str, Query(max_length=16)]


@router.get(PATH)
def index(request: Request, session: Reading, by: MaybeViewer, now: Now, asked: Asked, after: After = "") -> Response:
    """The needs that exist for this reader, each by its summary."""
    listed = summaries_for(session, by, now)
    answer = page(
        request,
        "needs/open/index.html",
        found=open_list.page_of(listed, asked, after),
        facets=open_list.facets(listed, asked),
        filters=asked.as_dict(),
        after=after,
        summaries=summaries,
        reader=by,
    )
    answer.headers.update(NO_STORE)
    return answer


@router.get(PATH + "/{id}")
def show(request: Request, id: str, session: Reading, by: MaybeViewer, market: Market, now: Now, on: Today) -> Response:
    """One need as far as this reader may see it; that it was looked at is noted first."""
    need, level = disclosure.need_for(session, id, by, now=now)
    note(request, need, level, by, now)
    shown = disclosure.seen(need, level)
    answer = page(
        request,
        "needs/open/show.html",
        shown=shown,
        identity=disclosure.identity_of(session, need, level),
        own=need.public_id if by and by.organisation_id == need.owner_id else None,
        fits=fits(session, shown, by, market, now, on) if level >= Level.PARKS else [],
        offers=exchanging.offers_of(session, need, by, now) if by and level == Level.PARKS else [],
        summaries=summaries,
        reader=by,
    )
    answer.headers.update(NO_STORE)
    return answer


def fits(session: Session, shown: Seen, by: Viewer | None, market: Market, now: Any, on: Any) -> list[dict[str, Any]]:
    """How the reader's own parks suit the need, computed from what they may see of it."""
    looks = disclosure.onlooker_of(session, by, now=now)
    index = market.index(on)
    codes = sorted(code for code in looks.speaks_for if code in index.row_of)[: matches.COMPARED_MOST]
    if not codes:
        return []
    fields = shown.fields
    if matches.of_two_places(fields):  # a park is one place: it is judged as the place of the works
        fields = fields.model_copy(update={"mode": matches.Mode.RELOCATION})
    found = matches.comparison(market, fields, codes, on=on)
    colours, simulated = rows.palette(found), capacity.simulated_among(session, codes)
    listed = rows.rows_of(found, simulated, colours)
    sheets = {code: capacity.sheet_of(session, parks.park_by_code(session, code), on=on) for code in codes}
    return [{"row": row, "grounds": sums.grounds_of(row.match, sheets[row.match.park.code], fields)} for row in listed]
