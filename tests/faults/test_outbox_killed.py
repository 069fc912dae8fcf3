"""D4: whenever workers are killed with -9, is each effect once in the database and each letter sent at least once?"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from socket import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk
from sqlmodel import func, select

from marketplace import jobs, mail
from marketplace.database import engine_for, reading, writing
from marketplace.jobs import Job
from marketplace.journal import Entry
from marketplace.mail import Mail
from tests.faults.dying_worker import KIND, MOMENTS
from tests.marketplace.conftest import NOW

KILLS, FULL_KILLS, JOBS = 5, 50, 3  # jobs planned a generation
TELLING = (("before_commit", 2), ("before_commit", 3), ("handed_over", 1), ("after_commit", 2), ("handing_over", 1))
CASES = (*TELLING, *((moment, nth) for nth in range(1, 7) for moment in MOMENTS))
ROOT = Path(__file__).parents[2]


class Box:
    """What arrived: by subject the Message-IDs, as often as they came."""

    def __init__(self) -> None:
        self.arrived: defaultdict[str, list[str]] = defaultdict(list)

    async def handle_DATA(self, server: SMTP, session: Talk, envelope: Envelope) -> str:
        made = message_from_bytes(envelope.content or b"")
        self.arrived[made["Subject"]].append(made["Message-ID"])
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    made = Box()
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    yield made, port
    server.stop()


def plan(url: str, ids: list[str], now: datetime) -> None:
    engine = engine_for(url)
    with writing(engine) as session:
        for id in ids:
            jobs.plan(session, KIND, id, due_at=now, now=now, id=id)
        session.commit()
    engine.dispose()


def test_d4_workers_killed_at_any_moment_do_each_thing_once_and_lose_no_letter(
    database_url: str, box: tuple[Box, int], full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    arrived, port = box
    command = [sys.executable, "-m", "tests.faults.dying_worker", database_url, str(port)]
    ids, died, now, generation = list[str](), 0, NOW, 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None

        def generation_of(*workers: tuple[str, int]) -> int:
            assert parent.stdin is not None
            assert parent.stdout is not None
            parent.stdin.write(json.dumps({"now": now.isoformat(), "workers": workers}) + "\n")
            parent.stdin.flush()
            return int(parent.stdout.readline())

        while died < (FULL_KILLS if full else KILLS):
            more = [f"job{len(ids) + number}" for number in range(JOBS)]
            plan(database_url, more, now)
            ids += more
            died += generation_of(*(CASES[(2 * generation + each) % len(CASES)] for each in (0, 1)))
            now, generation = now + jobs.LEASE + timedelta(minutes=1), generation + 1
        assert generation_of(("never", 0), ("never", 0)) == 0
        now += jobs.LEASE + timedelta(minutes=1)
        assert generation_of(("never", 0)) == 0
        parent.stdin.close()
    engine = engine_for(database_url)
    with reading(engine) as session:
        effects = session.exec(select(Entry.about_id)).all()
        letters = session.exec(select(Mail.subject, Mail.sent_at, Mail.message_id)).all()
        open_ones = session.exec(select(func.count()).where(Job.done_at.is_(None))).one()  # type: ignore[union-attr]
        waiting, failing = mail.waiting(session), jobs.failing(session)
    engine.dispose()
    came = sum(len(each) for each in arrived.arrived.values())
    with capsys.disabled():
        kind = database_url.partition(":")[0]
        print(f"\nD4 {kind}: {died} workers killed, {len(ids)} effects once, {came} letters for {len(ids)}")
    assert sorted(effects) == sorted(ids)
    assert sorted(subject for subject, _, _ in letters) == sorted(ids)
    assert all(sent_at is not None for _, sent_at, _ in letters)
    assert (open_ones, waiting, failing) == (0, 0, [])
    assert {subject: set(found) for subject, found in arrived.arrived.items()} == {
        subject: {f"<{message_id}@park.example>"} for subject, _, message_id in letters
    }
