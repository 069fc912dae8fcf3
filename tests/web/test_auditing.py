"""Does the terminal say in both languages whether the journal is sound, and what was deleted?"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from marketplace.database import engine_for, migrate, writing
from marketplace.journal import Act, note
from marketplace.mail import post
from tests.web.test_cli import parkbridge

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'market.db'}"
    migrate(made)
    return made


def fill(session: Session) -> None:
    for number in range(3):
        note(session, Act.CHANGED, "need", f"n{number}", by=None, now=NOW)
    post(session, "a@example.com", "x", "y", now=NOW - timedelta(days=4000))
    session.commit()


def test_a_sound_journal_is_said_to_be_sound_and_gives_its_digest(url: str) -> None:
    engine = engine_for(url)
    with writing(engine) as session:
        fill(session)
    said = parkbridge("journal", "verify", "--db", url)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[:2] == ["已封存 3 条，待封存 0 条", "日志完整，未被改动。"]
    digest = said.stdout.split()[-1].rpartition("：")[2]
    english = parkbridge("journal", "verify", "--db", url, "--since", digest, language="en_GB.UTF-8")
    assert english.stdout.splitlines()[-1] == "The digest kept earlier is in the chain, at seal 3"
    missing = parkbridge("journal", "verify", "--db", url, "--since", "f" * 64, language="en_GB.UTF-8")
    assert missing.returncode == 1
    assert missing.stdout.splitlines()[-1].endswith("is not in the chain: the journal was rewritten")
    engine.dispose()


def test_a_broken_journal_is_exit_1_with_its_first_broken_entry(url: str) -> None:
    engine = engine_for(url)
    with writing(engine) as session:
        fill(session)
    assert parkbridge("journal", "verify", "--db", url, "--json").returncode == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        connection.exec_driver_sql("UPDATE journal SET about_id = 'other' WHERE id = 2")
    broken = parkbridge("journal", "verify", "--db", url, "--json")
    assert (broken.returncode, broken.stderr) == (1, "")
    told = json.loads(broken.stdout)
    assert (told["sound"], told["broken"]) == (False, {"seal": 2, "entry": 2, "why": "changed"})
    said = parkbridge("journal", "verify", "--db", url, language="en_GB.UTF-8").stdout
    assert said.splitlines()[-1] == "Broken at seal 2: entry 2 is not what was sealed"
    engine.dispose()


def test_a_database_that_is_not_there_is_the_callers_fault(tmp_path: Path) -> None:
    for words in (("journal", "verify"), ("purge",)):
        done = parkbridge(*words, "--db", f"sqlite:///{tmp_path / 'none.db'}")
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert not (tmp_path / "none.db").exists()


def test_purge_deletes_what_is_past_its_period_and_says_how_many(url: str) -> None:
    engine = engine_for(url)
    with writing(engine) as session:
        fill(session)
    engine.dispose()
    assert json.loads(parkbridge("purge", "--db", url, "--json").stdout) == {"deleted": {"job": 1, "mail": 1}}
    assert parkbridge("purge", "--db", url, language="en_GB.UTF-8").stdout == "0 records were past their time\n"
