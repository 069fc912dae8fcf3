"""Is every try counted, by all processes together, and is the way free again in time?"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import throttle
from marketplace.database import engine_for, writing
from marketplace.errors import Busy

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PER = timedelta(minutes=15)


def tries(session: Session, key: str, *, at: datetime = NOW, limit: int = 5) -> bool:
    """Whether one more try is let through."""
    try:
        throttle.spend(session, key, limit=limit, per=PER, now=at)
    except Busy:
        return False
    return True


def test_five_are_let_through_and_the_sixth_is_told_when_to_come_again(session: Session) -> None:
    assert [tries(session, "anna") for _ in range(6)] == [True] * 5 + [False]
    with pytest.raises(Busy) as busy:
        throttle.spend(session, "anna", limit=5, per=PER, now=NOW)
    assert PER.total_seconds() <= busy.value.retry_s <= PER.total_seconds() + 60
    assert busy.value.faults[0].params == {"time": "10:16", "minutes": 16}
    assert tries(session, "berta")


def test_nobody_is_locked_out_for_ever_however_often_they_try(session: Session) -> None:
    for second in range(0, 16 * 60, 20):
        tries(session, "anna", at=NOW + timedelta(seconds=second))
    assert tries(session, "anna", at=NOW + timedelta(minutes=16))


def test_who_waits_as_long_as_they_were_told_is_let_through(session: Session) -> None:
    for second in (0, 100, 200, 300, 400):
        assert tries(session, "anna", at=NOW + timedelta(seconds=second))
    at = NOW + timedelta(seconds=500)
    with pytest.raises(Busy) as busy:
        throttle.spend(session, "anna", limit=5, per=PER, now=at)
    assert not tries(session, "anna", at=at + timedelta(seconds=busy.value.retry_s - 1))
    assert tries(session, "anna", at=at + timedelta(seconds=busy.value.retry_s))


def test_no_stretch_of_fifteen_minutes_ever_holds_more(session: Session) -> None:
    drawn, at, through = Random(45), NOW, []
    for _ in range(200):
        at += timedelta(seconds=drawn.choice((1, 20, 170, 400)))
        if tries(session, "anna", at=at):
            through.append(at)
    assert max(sum(first <= each < first + PER for each in through) for first in through) == 5
    assert len(through) > 60


def test_success_begins_anew_and_a_try_that_was_none_is_given_back(session: Session) -> None:
    for _ in range(5):
        tries(session, "anna")
    throttle.give_back(session, "anna")
    assert [tries(session, "anna") for _ in range(2)] == [True, False]
    throttle.forget(session, "anna")
    assert tries(session, "anna")
    throttle.give_back(session, "nobody")


def test_two_replicas_count_together(engine: Engine, database_url: str) -> None:
    other = engine_for(database_url)
    together, through = Barrier(8), Counter[bool]()

    def come(replica: Engine) -> None:
        together.wait()
        for _ in range(3):
            with writing(replica) as session:
                let = tries(session, "anna", limit=10)
                session.commit()
            through[let] += 1

    threads = [Thread(target=come, args=(replica,)) for replica in (engine, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()
    assert through == {True: 10, False: 14}


def test_the_key_is_not_kept_and_what_counts_no_more_is_thrown_away(session: Session) -> None:
    tries(session, "anna@192.0.2.1")
    (row,) = session.exec(select(throttle.Throttle)).all()
    assert "anna" not in row.key
    throttle.tidy(session, now=NOW + PER)
    assert len(session.exec(select(throttle.Throttle)).all()) == 1
    throttle.tidy(session, now=NOW + 2 * PER)
    assert session.exec(select(throttle.Throttle)).all() == []
