"""How does the site begin to listen, and when does it say so?"""

import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any

import uvicorn
from fastapi import FastAPI

from marketplace import demo
from marketplace.database import check_version, engine_for, migrate, writing
from web import i18n, logs
from web.app import create_app
from web.rounds import Rounds
from web.settings import Settings
from web.worker import Worker

KERNEL_AFTER_S = 3.0  # the first pages first


class Announcing(uvicorn.Server):
    """A server that says its address once it answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[int], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._announce(self.servers[0].sockets[0].getsockname()[1])


def serve(url: str, *, host: str, port: int, settings: Settings | None = None, hello: str = "") -> None:
    """Serve a migrated database until told to stop. Raises Refusal where its tables are not this version's."""
    engine = engine_for(url)
    check_version(engine)
    engine.dispose()
    logs.begin()
    app = create_app(url, settings)
    quiet: dict[str, Any] = {"log_level": "warning", "access_log": False, "log_config": None, "server_header": False}
    config = uvicorn.Config(app, host=host, port=port, proxy_headers=False, **quiet)

    kernel = Timer(KERNEL_AFTER_S, app.state.market.quicken)  # beside the requests, never inside one
    kernel.daemon = True

    def announce(actual: int) -> None:
        print(f"Parkbridge on http://{host}:{actual}", hello, sep="\n" if hello else "", flush=True)
        kernel.start()
        for thread in threads:
            thread.start()

    threads = _threads(app)
    Announcing(config, announce).run()
    for thread in threads:
        thread.stop()


def _threads(app: FastAPI) -> list[Rounds | Worker]:
    """What works beside the requests."""
    state = app.state
    if not state.settings.demo and not state.settings.secret.get_secret_value():
        complaint = "PARKBRIDGE_SECRET is not set: the secrets of second factors lie open in the database"
        print(complaint, file=sys.stderr)
    return [Rounds(app), Worker(state.engine, state.settings, state.clock)]


def demonstrate(file: Path, *, port: int, parks_only: bool) -> None:
    """Make the demonstration database if it is missing, all of it or nothing, and serve it."""
    url = f"sqlite:///{file}"
    say(i18n.said(i18n.N_("Preparing the demonstration in {file}"), {"file": file}))
    migrate(url)
    engine = engine_for(url)
    with writing(engine) as session:
        demo.fill(session, now=datetime.now(UTC), parks_only=parks_only)
        session.commit()
        accounts = demo.accounts(session)
    engine.dispose()
    hello = "\n".join(
        i18n.said(i18n.N_("Sign in as {login}, password {password} ({organisation})"), account) for account in accounts
    )
    serve(url, host="127.0.0.1", port=port, settings=Settings(demo=True), hello=hello)


def say(words: str) -> None:
    """Progress: to stderr, and only where somebody watches."""
    if sys.stderr.isatty():
        print(words, file=sys.stderr)
