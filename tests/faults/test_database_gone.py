"""The database goes away under the site and comes back: is that said, is nothing lost, and does all go on by itself?"""

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select

from marketplace.database import engine_for, migrate, reading, writing
from marketplace.needs import Need
from marketplace.organisations import OrganisationKind
from tests.faults.conftest import SETTINGS, signed_in
from tests.marketplace.conftest import NOW, viewer
from tests.marketplace.postgres_server import carried_binaries, unprivileged
from web.app import create_app

NEED = {"industry": "3841", "land_mu": 150}


@dataclass
class Server:
    """A PostgreSQL of one's own, as careful as in production."""

    home: Path
    binaries: Path
    run: dict[str, Any]

    def control(self, *words: str) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.home}'"
        command = [self.binaries / "pg_ctl", "-D", self.home / "data", "-w", "-l", self.home / "log"]
        subprocess.run([*command, "-o", options, *words], **self.run)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.home}"


@pytest.fixture
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="parkbridge-gone-") as folder:
        home = Path(folder)
        as_nobody = unprivileged(home)
        made = Server(
            home, carried_binaries(home), {"check": True, "stdout": subprocess.DEVNULL, "cwd": home, **as_nobody}
        )
        words = ["-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run([made.binaries / "initdb", *words], **made.run)
        made.control("start")
        yield made
        made.control("stop", "-m", "immediate")


def test_it_is_told_while_it_is_away_and_goes_on_when_it_is_back(server: Server) -> None:
    migrate(server.url)
    engine = engine_for(server.url)
    with writing(engine) as session:
        viewer(session, OrganisationKind.ENTERPRISE, "firm")
        session.commit()
    engine.dispose()
    app = create_app(server.url, SETTINGS, clock=lambda: NOW)
    firm, acknowledged = signed_in(app, "firm"), 0
    for outage in range(2):
        key = {"idempotency-key": f"outage-{outage}"}
        assert firm.post("/api/v1/needs", json=NEED).status_code == 201
        acknowledged += 1
        server.control("stop", "-m", "immediate")  # as when the machine loses power
        for answer in (firm.post("/api/v1/needs", json=NEED, headers=key), firm.get("/needs")):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.headers["x-request-id"] in answer.text
        server.control("start")
        assert firm.post("/api/v1/needs", json=NEED, headers=key).status_code == 201
        acknowledged += 1
        assert firm.post("/api/v1/needs", json=NEED, headers=key).headers["idempotency-replayed"] == "true"
    with reading(app.state.engine) as session:
        assert session.exec(select(func.count()).select_from(Need)).one() == acknowledged
    app.state.engine.dispose()
