"""Which parts make the application?"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marketplace.database import day_of, engine_for, reading
from marketplace.matches import Catalogue
from web import api, errors, i18n, pages
from web.dependencies import viewer
from web.metrics import Meter
from web.once import Answering
from web.proxies import Proxies, networks
from web.rates import Rates
from web.refused import Refusals
from web.rendering import STATIC, environment
from web.security import Guard
from web.settings import Settings

SESSIONS = 3  # of one request: it reads, writes, and counts a try by itself; with fewer all wait for each other


class HeadAsGet:
    """Answers HEAD with what GET would say, without its body (RFC 9110, 9.3.2): monitors and link checkers ask so."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, bodiless)


class Application(FastAPI):
    """FastAPI with the guard outside everything, so that no answer leaves without its headers."""

    def build_middleware_stack(self) -> ASGIApp:
        """Once, at the first request."""
        settings: Settings = self.state.settings
        inner = HeadAsGet(super().build_middleware_stack())
        most, upload_most = settings.max_body_bytes, settings.max_body_bytes + settings.max_upload_bytes
        guard = Guard(
            inner,
            error_page=errors.error_page,
            body_most=most,
            upload_most=upload_most,
            tls=settings.tls,
            cookie=settings.session_cookie,
            rates=self.state.rates,
            meter=self.state.meter,
            asked_most=settings.requests_per_minute,
        )
        return Proxies(guard, networks(settings.trusted_proxies))


def create_app(
    database_url: str | None = None,
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """The whole application over one migrated database. A request learns the time from `clock` alone."""
    settings = settings or Settings()
    app = Application(
        title="Parkbridge 园桥",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.settings, app.state.clock, app.state.refusals = settings, clock, Refusals()
    app.state.engine = engine_for(database_url or settings.db, pool=SESSIONS * settings.threads)
    app.state.market = Catalogue(lambda: reading(app.state.engine), today=lambda: day_of(clock()))
    app.state.rates, app.state.meter = Rates(), Meter()
    environment()  # a wrong template or translation shows at start, not at the first reader
    i18n.catalogue()
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for route in (route for router in (*pages.ROUTERS, *api.ROUTERS) for route in router.routes):
        if type(route) is APIRoute:  # one place instead of a word in every router
            route.__class__ = Answering
    for router in pages.ROUTERS:
        app.include_router(router)
    for router in api.ROUTERS:
        app.include_router(router, dependencies=[Depends(viewer)])  # a wrong token is told even where none is needed
    errors.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """So many threads that each finds the connections it needs: more would only wait for each other."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.settings.threads
    yield
    app.state.engine.dispose()
