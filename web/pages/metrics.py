"""What do the machines that watch the site read?"""

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from web.metrics import exposition, may_measure

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Counts of this process, for who may measure; to others there is nothing here."""
    if not may_measure(request, request.app.state.settings.metrics_token.get_secret_value()):
        raise HTTPException(404)
    text, kind = exposition(request.app.state.meter)
    return Response(text, media_type=kind, headers={"Cache-Control": "no-store"})
