"""Does a transaction begin as it must, and are moments moments?"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread
from typing import cast

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import Session, col, select, update

from marketplace.database import (
    check_version,
    day_of,
    engine_for,
    is_current,
    migrate,
    public_id,
    reading,
    refuse_network_folder,
    version_of,
    writing,
)
from marketplace.errors import Refusal
from marketplace.organisations import Organisation, OrganisationKind, User, add_organisation

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def sqlite(template_file: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{template_file}")
    yield engine
    engine.dispose()


def test_sqlite_writers_begin_immediately_and_readers_do_not(sqlite: Engine) -> None:
    begun: list[str] = []
    event.listen(sqlite, "before_cursor_execute", lambda *args: begun.append(args[2]))
    with writing(sqlite) as session:
        session.connection()
    with reading(sqlite) as session:
        session.connection()
    assert begun == ["PRAGMA query_only=OFF", "BEGIN IMMEDIATE", "PRAGMA query_only=ON", "BEGIN"]


def test_sqlite_is_durable_keeps_foreign_keys_and_waits(sqlite: Engine) -> None:
    with reading(sqlite) as session:
        pragmas = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15000,
        "secure_delete": 1,
    }


def test_a_reading_session_cannot_write(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(DBAPIError):
        add_organisation(session, "甲", OrganisationKind.PARK, now=NOON)
    with writing(engine) as session:
        add_organisation(session, "甲", OrganisationKind.PARK, now=NOON)
        session.commit()


def test_threads_that_read_then_write_all_get_through(engine: Engine) -> None:
    with writing(engine) as session:
        id = add_organisation(session, "0", OrganisationKind.PARK, now=NOON).id
        session.commit()
    together, outcomes = Barrier(8), Counter[str]()

    def work() -> None:
        together.wait()
        for _ in range(25):
            with writing(engine) as session:
                session.exec(select(Organisation.name).where(Organisation.id == id)).one()
                raised = update(Organisation).where(col(Organisation.id) == id)
                raised = raised.values(name=text("CAST(CAST(name AS INTEGER) + 1 AS VARCHAR(20))"))
                session.connection().execute(raised)
                session.commit()
            outcomes["written"] += 1

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.exec(select(Organisation.name)).one() == "200"
    assert outcomes == {"written": 200}


def test_a_moment_comes_back_aware_and_in_utc(session: Session) -> None:
    china = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    id = add_organisation(session, "甲", OrganisationKind.PARK, now=china).id
    session.commit()
    session.expire_all()
    found = session.get_one(Organisation, id).created_at
    assert (found, found.tzinfo) == (china, UTC)


def test_a_moment_without_its_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError):
        add_organisation(session, "甲", OrganisationKind.PARK, now=datetime(2026, 11, 23))  # noqa: DTZ001


def test_the_day_is_the_day_in_china() -> None:
    assert day_of(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)).isoformat() == "2026-11-23"
    assert day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)).isoformat() == "2026-11-24"


def test_rows_refer_to_rows_that_are_there(session: Session) -> None:
    session.add(User(login="x", name="x", password_hash="-", organisation_id=12345, created_at=NOON))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_stored_value_outside_its_enum_is_refused(session: Session) -> None:
    with pytest.raises(IntegrityError):
        add_organisation(session, "甲", cast(OrganisationKind, "club"), now=NOON)


def test_public_ids_are_random_and_can_be_read_aloud() -> None:
    ids = {public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(id) for id in ids} == {12}
    assert not set("".join(ids)) & set("01loi")


def test_an_empty_database_has_no_version_and_migrating_twice_is_migrating_once(empty_url: str) -> None:
    engine = engine_for(empty_url)
    assert version_of(engine) is None
    with pytest.raises(Refusal):
        check_version(engine)
    migrate(empty_url)
    migrate(empty_url)
    check_version(engine)
    assert is_current(engine)
    engine.dispose()


def test_a_database_of_another_version_is_refused_with_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refusal) as refused:
        check_version(engine)
    assert refused.value.faults[0].params["found"] == "9999"


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Refusal):
        engine_for(url)


@pytest.mark.parametrize(("kind", "refused"), [("nfs4", True), ("ext4", False), ("cifs", True)])
def test_a_network_folder_is_refused(tmp_path: Path, kind: str, refused: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x /share {kind} rw 0 0\n")
    if refused:
        with pytest.raises(Refusal):
            refuse_network_folder(Path("/share/office/parkbridge.db"), mounts=mounts)
    else:
        refuse_network_folder(Path("/share/office/parkbridge.db"), mounts=mounts)
    refuse_network_folder(Path("/shared/parkbridge.db"), mounts=mounts)
