"""Does the journal stay what was written, and does the chain tell where it did not?"""

import hashlib
import sqlite3
from contextlib import closing
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func, select

from marketplace import journal
from marketplace.database import public_id, reading, writing
from marketplace.journal import (
    Act,
    Asked,
    Entry,
    Place,
    Seal,
    Verdict,
    is_word_of_ours,
    mine,
    note,
    seal_all,
    sealed,
    verify,
)
from marketplace.organisations import Role, Viewer
from tests.marketplace.conftest import NOW

TRIGGERS = {
    "sqlite": (
        *(f"DROP TRIGGER {table}_no_{what}" for table in ("journal", "journal_seal") for what in ("update", "delete")),
    ),
    "postgresql": (
        *(f"DROP TRIGGER {table}_stands ON {table}" for table in ("journal", "journal_seal")),
        "ALTER TABLE journal_seal DROP CONSTRAINT fk_journal_seal_entry_id_journal",
    ),
}


def written(engine: Engine, count: int, *, by: Viewer | None = None) -> None:
    with writing(engine) as session:
        for number in range(count):
            note(session, Act.CHANGED, "need", f"n{number}", by=by, now=NOW, level=number, share=0.1)
        session.commit()


def checked(engine: Engine, kept: str | None = None) -> Verdict:
    with reading(engine) as session:
        return verify(session, kept=kept)


def behind_the_triggers(engine: Engine, statement: str) -> None:
    """What somebody with the database in hand can do."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as connection:
            for each in (*TRIGGERS["sqlite"], statement):
                connection.execute(each)
        return
    with engine.begin() as connection:
        for each in (*TRIGGERS["postgresql"], statement):
            connection.execute(text(each))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET act = 'deleted'",
        "UPDATE journal SET id = id + 1000",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE id = 1",
        "UPDATE journal_seal SET digest = 'x'",
        "DELETE FROM journal_seal",
        "TRUNCATE journal CASCADE",
        "TRUNCATE journal_seal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal",
        "REPLACE INTO journal_seal SELECT * FROM journal_seal",
        "INSERT OR REPLACE INTO journal_seal SELECT id + 100, entry_id, 'x' FROM journal_seal",
        "UPDATE OR REPLACE journal SET id = 1",
    ],
)
def test_nothing_that_was_written_can_be_changed_or_deleted(engine: Engine, statement: str) -> None:
    written(engine, 3)
    seal_all(engine)
    with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(text(statement))
    home = "sqlite" if "REPLACE" in statement else "postgresql" if "TRUNCATE" in statement else engine.dialect.name
    assert home != engine.dialect.name or "append-only" in str(refused.value)  # the other knows no such statement
    assert (checked(engine).sealed, checked(engine).is_sound) == (3, True)


def test_a_session_that_plays_a_replica_changes_nothing_either(engine: Engine) -> None:
    written(engine, 1)
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("DELETE FROM journal"))


def test_seals_count_from_one_and_a_second_sealing_finds_nothing(engine: Engine) -> None:
    written(engine, 5)
    assert (checked(engine).sealed, checked(engine).unsealed) == (0, 5)
    assert seal_all(engine) == 5
    assert seal_all(engine) == 0
    with reading(engine) as session:
        assert session.exec(select(Seal.id).order_by(Seal.id)).all() == [1, 2, 3, 4, 5]
        assert sealed(session) == (5, checked(engine).digest, 0)
    found = checked(engine)
    assert (found.sealed, found.unsealed, found.is_sound) == (5, 0, True)
    assert len(found.digest) == 64


def test_both_databases_seal_the_same_entries_with_the_same_digest(engine: Engine) -> None:
    written(engine, 2)
    seal_all(engine)
    assert checked(engine).digest == "93a3022a52b4f31b62455c87668896f6174a257f1990a7d225b8536cade1929c"


def test_an_entry_that_commits_late_with_a_lower_number_is_sealed_in_its_turn(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Entry(id=7, at=NOW, act=Act.CHANGED, facts={}))
        session.commit()
    seal_all(engine)
    with writing(engine) as session:
        session.add(Entry(id=3, at=NOW, act=Act.CHANGED, facts={}))
        session.commit()
    assert seal_all(engine) == 1
    with writing(engine) as session:
        assert session.exec(select(Seal.entry_id).order_by(Seal.id)).all() == [7, 3]
    assert checked(engine).is_sound


@pytest.mark.parametrize(
    "change",
    [
        "act = 'published'",
        "at = '2026-11-23 02:00:01'",
        "by_user_id = 9",
        "by_organisation_id = 9",
        "about = 'park'",
        "about_id = 'n3'",
        "whose_id = 9",
        "facts = '{\"level\": 0}'",
        "facts = '{\"level\"'",
        "act = 'no such act'",
        "at = 'yesterday'",
    ],
)
def test_an_entry_changed_behind_the_triggers_is_found(engine: Engine, change: str) -> None:
    if engine.dialect.name == "postgresql" and change in ("facts = '{\"level\"'", "at = 'yesterday'"):
        return  # the column itself refuses them
    written(engine, 5)
    seal_all(engine)
    with writing(engine) as session:
        third = session.exec(select(Entry.id).order_by(Entry.id).offset(2)).first()
    behind_the_triggers(engine, f"UPDATE journal SET {change} WHERE id = {third}")
    broken = checked(engine).broken
    assert broken == journal.Broken(3, third, "changed")


def test_an_entry_removed_from_the_middle_is_found(engine: Engine) -> None:
    written(engine, 5)
    seal_all(engine)
    with writing(engine) as session:
        third = session.exec(select(Entry.id).order_by(Entry.id).offset(2)).first()
    behind_the_triggers(engine, f"DELETE FROM journal WHERE id = {third}")
    assert checked(engine).broken == journal.Broken(3, third, "removed")


def test_a_seal_removed_from_the_middle_is_found_also_after_the_next_sealing(engine: Engine) -> None:
    written(engine, 5)
    seal_all(engine)
    behind_the_triggers(engine, "DELETE FROM journal_seal WHERE id = 3")
    assert checked(engine).broken == journal.Broken(3, None, "seal")
    seal_all(engine, everywhere=True)
    assert checked(engine).broken == journal.Broken(3, None, "seal")


def test_a_chain_written_anew_no_longer_holds_the_digest_an_auditor_kept(engine: Engine) -> None:
    written(engine, 3)
    seal_all(engine)
    kept = checked(engine).digest
    written(engine, 2)
    seal_all(engine)
    assert checked(engine, kept).kept_at == 3
    behind_the_triggers(engine, "DELETE FROM journal_seal")
    with engine.begin() as connection:
        connection.execute(text("UPDATE journal SET about_id = 'other' WHERE about_id = 'n1'"))
    seal_all(engine, everywhere=True)
    assert checked(engine, kept).is_sound  # the chain alone cannot tell
    assert checked(engine, kept).kept_at is None


def test_sealers_at_the_same_time_seal_each_entry_once(engine: Engine, full: bool) -> None:
    count, together, failures = 400 if full else 60, Barrier(6), list[BaseException]()

    def run(work: str) -> None:
        together.wait()
        try:
            for _ in range(8):
                written(engine, count // 16) if work == "write" else seal_all(engine)
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=run, args=(work,)) for work in ["write", "write", "seal", "seal", "seal", "seal"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    seal_all(engine)
    found = checked(engine)
    assert (found.sealed, found.unsealed, found.is_sound) == (16 * (count // 16), 0, True)


@pytest.mark.parametrize(
    "value",
    [
        "华东锂电科技有限公司",
        "Acme Ltd",
        "li@example.com",
        "13800138000",
        13800138000,
        "91310000MA1FL0000X",
        ["land_mu", "张三"],
        {"name": "李四"},
        "x" * 81,
        b"raw",
    ],
)
def test_a_value_that_is_no_word_of_ours_does_not_get_into_the_journal(session: Session, value: object) -> None:
    with pytest.raises(ValueError, match=r"words and counts of ours, no values: fact$"):
        note(session, Act.CHANGED, "need", "n1", by=None, now=NOW, fact=value)
    assert session.exec(select(func.count()).select_from(Entry)).one() == 0


@pytest.mark.parametrize(
    "value",
    [
        "land_mu",
        ["emissions_t_a.COD", "origin"],
        2,
        0.5,
        None,
        True,
        NOW,
        NOW.date(),
        "a" * 64,
        "/needs/{id}",
        Role.ADMIN,
    ],
)
def test_words_and_counts_of_ours_do(session: Session, value: object) -> None:
    note(session, Act.CHANGED, "need", "n1", by=None, now=NOW, fact=value)


def test_every_public_id_and_digest_is_a_word_of_ours() -> None:
    ids = [word for word in (public_id() for _ in range(20_000)) if not word.isdigit()]
    digests = [hashlib.sha256(word.encode()).hexdigest() for word in ids]
    assert [word for word in (*ids, *digests) if not is_word_of_ours(word)] == []
    assert is_word_of_ours("k23456789xyz")


def test_an_organisation_reads_its_own_part_alone(session: Session, enterprise: Viewer, rival: Viewer) -> None:
    note(session, Act.CHANGED, "need", "own", by=enterprise, now=NOW, whose=enterprise.organisation_id)
    note(session, Act.DISCLOSED, "need", "seen", by=rival, now=NOW, whose=enterprise.organisation_id)
    note(session, Act.SIGNED_IN, "user", "rival", by=rival, now=NOW, whose=rival.organisation_id)

    def seen(viewer: Viewer) -> list[str]:
        return [entry.about_id for entry in journal.entries(session, mine(viewer), Asked(), most=10)]

    assert seen(enterprise) == ["seen", "own"]
    assert seen(rival) == ["rival", "seen"]


def test_who_does_not_administer_reads_of_things_and_not_of_colleagues(session: Session, enterprise: Viewer) -> None:
    colleague = enterprise.model_copy(update={"user_id": enterprise.user_id + 1, "role": Role.EDITOR})
    note(session, Act.SIGNED_IN, "user", "admin", by=enterprise, now=NOW, whose=enterprise.organisation_id)
    note(session, Act.PUBLISHED, "need", "thing", by=enterprise, now=NOW, whose=enterprise.organisation_id)
    note(session, Act.SIGNED_IN, "user", "self", by=colleague, now=NOW, whose=enterprise.organisation_id)
    seen = journal.entries(session, mine(colleague), Asked(), most=10)
    assert [entry.about_id for entry in seen] == ["self", "thing"]


def test_pages_follow_each_other_though_many_entries_are_of_one_moment(session: Session, enterprise: Viewer) -> None:
    for number in range(7):
        note(session, Act.CHANGED, "need", str(number), by=enterprise, now=NOW)
    part = mine(enterprise)
    first = journal.entries(session, part, Asked(), most=3)
    after = journal.entries(session, part, Asked(), after=Place(NOW, 3), most=10)
    assert [entry.about_id for entry in [*first, *after]] == list("6543210")
