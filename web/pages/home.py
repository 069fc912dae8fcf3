"""What is inside, for someone who has never been here?"""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import directory
from marketplace.directory import Wish
from web import charts
from web.dependencies import Now, Reading, Today, viewer
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])
WEEK = timedelta(days=7)
LEADING = 10


@router.get("/")
def home(request: Request, session: Reading, on: Today, now: Now) -> Response:
    """One sentence, three doors, the country as tiles, the leading industries, what moved this week."""
    everything = Wish()
    by_place = directory.counts_by(session, "place", everything, on=on)
    return page(
        request,
        "home.html",
        tiles=charts.tiles(by_place),
        by_place=by_place,
        by_level=directory.counts_by(session, "level", everything, on=on),
        total=sum(by_place.values()),
        with_sheet=directory.count_with_sheet(session),
        industries=charts.leaders(directory.counts_by(session, "division", everything, on=on), LEADING),
        news=directory.latest_sheets(session, since=now - WEEK),
    )
