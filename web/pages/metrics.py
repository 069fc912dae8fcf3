"""What do the machines that watch the site read?"""

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from marketplace import jobs
from marketplace.database import reading
from web.metrics import Waiting, exposition, may_measure
from web.worker import kinds_of

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Counts of this process and jobs that wait, for who may measure; to others there is nothing here."""
    if not may_measure(request, request.app.state.settings.metrics_token.get_secret_value()):
        raise HTTPException(404)
    text, kind = exposition(request.app.state.meter, _waiting(request))
    return Response(text, media_type=kind, headers={"Cache-Control": "no-store"})


def _waiting(request: Request) -> Waiting | None:
    """None while the database is away: the counts of the process are told all the same."""
    state = request.app.state
    now = state.clock()
    try:
        with reading(state.engine) as session:
            count, oldest = jobs.waiting(session, kinds_of(state.settings), now=now)
    except SQLAlchemyError:
        return None
    return Waiting(count, (now - oldest).total_seconds() if oldest else 0.0)
