"""Where are the facts from, how does one use this, and is it well?"""

from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from marketplace.matches import REFERENCE
from web import labels
from web.dependencies import viewer
from web.rendering import page
from web.sources import FACTS

router = APIRouter()
pages = APIRouter(dependencies=[Depends(viewer)])


@pages.get("/facts")
def facts(request: Request) -> Response:
    """Every source with its year and what to beware of."""
    return page(request, "facts.html", facts=FACTS, version=REFERENCE, lifetimes=labels.lifetimes())


@pages.get("/help")
def help_page(request: Request) -> Response:
    """What this is for and how each side uses it, in the clerk's words."""
    return page(request, "help.html")


@router.get("/healthz", include_in_schema=False)
async def alive() -> dict[str, str]:
    """The process answers. Async, so that a full thread pool does not delay it."""
    return {"status": "ok"}


@router.get("/readyz", include_in_schema=False)
async def ready(request: Request) -> Response:
    """The database answers too."""

    def ask(engine: Any) -> None:
        with engine.execution_options(reading=True).connect() as connection:
            connection.execute(text("SELECT 1"))

    try:
        await run_in_threadpool(ask, request.app.state.engine)
    except Exception:  # whatever is wrong with the database, we are not ready
        return JSONResponse({"status": "database unavailable"}, 503)
    return JSONResponse({"status": "ok"})


router.include_router(pages)
