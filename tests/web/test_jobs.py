"""Does the platform see what of its own work fails and nothing about whom, and does the command end when told to?"""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import jobs
from marketplace.database import engine_for, migrate, reading, writing
from marketplace.jobs import Job
from marketplace.organisations import Role, User
from tests.web.conftest import NOW
from web.settings import Settings
from web.worker import Worker

SignedIn = Callable[[str], TestClient]


def role(app: FastAPI, wanted: Role) -> None:
    with writing(app.state.engine) as session:
        session.exec(select(User).where(User.login == "platform")).one().role = wanted
        session.commit()


def failed(app: FastAPI, kind: str, key: str) -> None:
    with writing(app.state.engine) as session:
        jobs.plan(session, kind, key, due_at=NOW, now=NOW)
        claimed = jobs.claim(session, [kind], now=NOW)
        assert claimed is not None
        jobs.fail(session, claimed, "ConnectionRefusedError", now=NOW)
        session.commit()


def test_failures_are_counted_by_kind_without_what_they_are_about(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("platform")
    assert "没有失败的任务" in browser.get("/desk/jobs").text
    for kind, key in (("mail", "abc-key"), ("webhook", "def-key"), ("webhook", "ghi-key"), ("other.kind", "jkl-key")):
        failed(app, kind, key)
    page = browser.get("/desk/jobs").text
    assert "ConnectionRefusedError" in page
    assert "other.kind" in page
    assert "-key" not in page
    assert "/desk/jobs" in browser.get("/desk").text


def test_only_the_platforms_admins_see_it(app: FastAPI, signed_in: SignedIn) -> None:
    for login in ("park", "enterprise", "organizer"):
        assert signed_in(login).get("/desk/jobs").status_code == 404
    role(app, Role.APPROVER)
    browser = signed_in("platform")
    assert browser.get("/desk/jobs").status_code == 404
    assert "/desk/jobs" not in browser.get("/desk").text


def test_a_rule_that_fails_stops_no_other_and_its_words_are_in_no_log(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(app.state.engine) as session:
        jobs.plan(session, "ledger.expire", "a", due_at=NOW, now=NOW)
        jobs.plan(session, "webhook", "nothing-there", due_at=NOW, now=NOW)
        session.commit()
    with app.state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hold RENAME TO elsewhere")
    assert Worker(app.state.engine, Settings(), app.state.clock).go_round() == 1
    assert "a job failed: ledger.expire: OperationalError" in caplog.text
    assert "elsewhere" not in caplog.text
    with reading(app.state.engine) as session:
        assert jobs.failing(session) == [("ledger.expire", "OperationalError", 1, 0)]


def test_the_command_works_until_it_is_told_to_stop(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'market.db'}"
    migrate(url)
    command = [sys.executable, "-c", "from web.cli import main; main()", "worker", "--db", url]
    engine = engine_for(url)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert "园桥" in worker.stdout.readline()
        planned = 0
        while planned == 0:
            with reading(engine) as session:
                planned = len(session.exec(select(Job.id).where(Job.kind == "retention.purge")).all())
        worker.send_signal(signal.SIGTERM)
        assert worker.wait() == 0
    engine.dispose()


def test_the_command_refuses_a_database_of_another_version(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from web.cli import main; main()",
        "worker",
        "--db",
        f"sqlite:///{tmp_path}/no.db",
    ]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
