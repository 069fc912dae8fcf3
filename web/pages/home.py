"""What is inside, for someone who has never been here?"""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import directory, mandates
from marketplace.directory import Wish
from web import charts
from web.dependencies import MaybeViewer, Now, Reading, Today, viewer
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])
WEEK = timedelta(days=7)
LEADING = 10


@router.get("/")
def home(request: Request, session: Reading, on: Today, now: Now, seen: MaybeViewer) -> Response:
    """One sentence, three doors, the country as tiles, the leading industries, what moved this week."""
    everything = Wish()
    by_place = directory.counts_by(session, "place", everything, on=on)
    said, invented = directory.counts_with_sheet(session)
    return page(
        request,
        "home.html",
        tiles=charts.tiles(by_place),
        by_place=by_place,
        by_level=directory.counts_by(session, "level", everything, on=on),
        total=sum(by_place.values()),
        with_sheet=said,
        invented=invented,
        ours=mandates.parks_of(session, seen, now=now) if seen and seen.kind in mandates.AGENTS else [],
        industries=charts.leaders(directory.counts_by(session, "division", everything, on=on), LEADING),
        news=directory.latest_sheets(session, since=now - WEEK),
    )
