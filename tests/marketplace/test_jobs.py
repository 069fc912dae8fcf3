"""Is a job done once in the database, whoever else tries, dies or comes back late?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from threading import Barrier, Semaphore, Thread
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import jobs, retention, throttle, timers
from marketplace.database import SHANGHAI, writing
from marketplace.errors import Conflict
from marketplace.jobs import Claim, Job
from marketplace.journal import Act, Entry, note
from tests.marketplace.conftest import NOW
from web.worker import Renewing

MINUTE = timedelta(minutes=1)
KINDS = ("sort", "fetch")


def effect(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    note(session, Act.CHANGED, "need", str(facts.get("id", "")), by=None, now=now)


def claimed(session: Session, now: datetime = NOW) -> Claim:
    found = jobs.claim(session, KINDS, now=now)
    assert found is not None
    return found


def effects(session: Session) -> int:
    return len(session.exec(select(Entry.id)).all())


def test_a_job_is_claimed_when_it_is_due_by_one_worker_until_its_lease_ends(session: Session) -> None:
    jobs.plan(session, "sort", "a", due_at=NOW + MINUTE, now=NOW, id="one")
    assert not jobs.is_due(session, KINDS, now=NOW)
    assert jobs.claim(session, KINDS, now=NOW) is None
    first = claimed(session, NOW + MINUTE)
    assert (first.kind, first.key, first.facts, first.tries) == ("sort", "a", {"id": "one"}, 1)
    assert jobs.claim(session, KINDS, now=NOW + MINUTE) is None
    again = claimed(session, NOW + MINUTE + jobs.LEASE)
    assert (again.fence, again.tries) == (first.fence + 1, 2)


def test_a_worker_claims_only_what_it_can_do(session: Session) -> None:
    jobs.plan(session, "unknown", "a", due_at=NOW, now=NOW)
    assert jobs.claim(session, KINDS, now=NOW) is None
    assert jobs.waiting(session, ["unknown"], now=NOW) == (1, NOW)


def test_who_comes_back_late_changes_nothing(session: Session) -> None:
    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW)
    late, later = claimed(session), claimed(session, NOW + jobs.LEASE)
    session.commit()
    for act in (jobs.finish, lambda *a, **k: jobs.fail(*a, "OSError", **k)):
        with pytest.raises(Conflict):
            act(session, late, now=NOW)
    with pytest.raises(Conflict):
        jobs.carry_out(session, late, effect, now=NOW)
    session.rollback()
    jobs.carry_out(session, later, effect, now=NOW)
    session.commit()
    assert effects(session) == 1


def test_who_works_longer_than_a_lease_keeps_the_job_and_brings_it_to_its_end(session: Session) -> None:
    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW, id="one")
    first = claimed(session)
    for minutes in (4, 8, 12):
        assert jobs.renew(session, first, now=NOW + minutes * MINUTE)
    assert jobs.claim(session, KINDS, now=NOW + 16 * MINUTE) is None
    jobs.carry_out(session, first, effect, now=NOW + 16 * MINUTE)
    assert effects(session) == 1
    assert not jobs.renew(session, first, now=NOW + 16 * MINUTE)
    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW, id="one")
    lost, _ = claimed(session), claimed(session, NOW + jobs.LEASE)
    assert not jobs.renew(session, lost, now=NOW + jobs.LEASE)


def test_the_worker_renews_while_it_works(engine: Engine) -> None:
    with writing(engine) as session:
        jobs.plan(session, "sort", "a", due_at=NOW, now=NOW)
        first = claimed(session)
        session.commit()
    asked, late = Semaphore(0), NOW + 4 * MINUTE

    def clock() -> datetime:
        asked.release()
        return late

    with Renewing(engine, first, clock, every_s=0.01):
        for _ in range(2):  # the first is written when the second is asked
            assert asked.acquire(timeout=60)
    with writing(engine) as session:
        assert jobs.claim(session, KINDS, now=NOW + jobs.LEASE) is None
        assert jobs.claim(session, KINDS, now=late + jobs.LEASE) is not None


def test_planning_again_moves_an_open_job_and_takes_it_from_who_has_it(session: Session) -> None:
    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW, id="one")
    mine = claimed(session)
    jobs.plan(session, "sort", "a", due_at=NOW + 2 * MINUTE, now=NOW, id="two")
    with pytest.raises(Conflict):
        jobs.finish(session, mine, now=NOW)
    assert jobs.claim(session, KINDS, now=NOW + MINUTE) is None
    assert claimed(session, NOW + 2 * MINUTE).facts == {"id": "two"}
    assert len(session.exec(select(Job)).all()) == 1


def test_what_is_cancelled_is_not_done_not_even_by_who_has_it(session: Session) -> None:
    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW)
    mine = claimed(session)
    jobs.cancel(session, "sort", "a")
    with pytest.raises(Conflict):
        jobs.carry_out(session, mine, effect, now=NOW)
    assert not jobs.is_due(session, KINDS, now=NOW + jobs.LEASE)


def test_a_rule_may_plan_its_own_next_time(session: Session) -> None:
    def rule(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
        jobs.plan(session, "sort", "a", due_at=now + MINUTE, now=now, step=facts["step"] + 1)

    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW, step=1)
    jobs.carry_out(session, claimed(session), rule, now=NOW)
    session.commit()
    assert jobs.claim(session, KINDS, now=NOW) is None
    assert claimed(session, NOW + MINUTE).facts == {"step": 2}


def test_what_a_rule_did_goes_with_its_job_when_it_fails(session: Session) -> None:
    def rule(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
        effect(session, facts, now=now)
        raise OSError("address 1")

    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW)
    mine = claimed(session)
    session.commit()
    with pytest.raises(OSError, match="address"):
        jobs.carry_out(session, mine, rule, now=NOW)
    session.rollback()
    assert not jobs.fail(session, mine, "OSError", now=NOW)
    assert (effects(session), jobs.failing(session)) == (0, [("sort", "OSError", 1, 0)])
    assert jobs.claim(session, KINDS, now=NOW) is None
    jobs.carry_out(session, claimed(session, NOW + jobs.PAUSES[0]), effect, now=NOW)
    assert (effects(session), jobs.failing(session)) == (1, [])


def test_pauses_grow_and_after_the_last_a_job_is_given_up_but_what_repeats_never(session: Session) -> None:
    for gives_up in (True, False):
        jobs.plan(session, "sort", "a", due_at=NOW, now=NOW)
        at, pauses = NOW, []
        while (mine := jobs.claim(session, KINDS, now=at)) and len(pauses) < 10:
            if jobs.fail(session, mine, "OSError", now=at, gives_up=gives_up):
                break
            due = session.exec(select(Job.due_at).where(Job.id == mine.id)).one()
            pauses.append(due - at)
            at = due
        assert pauses[:8] == list(jobs.PAUSES)
        assert len(pauses) == (8 if gives_up else 10)
    assert jobs.failing(session) == [("sort", "OSError", 1, 1)]


def test_a_job_holds_words_of_ours_and_no_values(session: Session) -> None:
    for facts in ({"name": "滁州有限公司"}, {"phone": "13800138000"}, {"mail": "a@b.cn"}):
        with pytest.raises(ValueError, match="no values"):
            jobs.plan(session, "sort", "a", due_at=NOW, now=NOW, **facts)
    with pytest.raises(ValueError, match="no values"):
        jobs.plan(session, "sort", "a@b.cn", due_at=NOW, now=NOW)


def test_many_workers_do_each_job_once(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(24):
            jobs.plan(session, "sort", str(number), due_at=NOW, now=NOW, id=f"n{number}")
        session.commit()
    together, failures = Barrier(4), list[BaseException]()

    def work() -> None:
        together.wait()
        try:
            while True:
                with writing(engine) as session:
                    mine = jobs.claim(session, KINDS, now=NOW)
                    session.commit()
                if mine is None:
                    return
                with writing(engine) as session:
                    jobs.carry_out(session, mine, effect, now=NOW)
                    session.commit()
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with writing(engine) as session:
        done = session.exec(select(Entry.about_id)).all()
        assert sorted(done) == sorted(f"n{number}" for number in range(24))
        assert jobs.waiting(session, KINDS, now=NOW) == (0, None)


def test_what_repeats_is_planned_once_and_again_after_each_time(session: Session) -> None:
    timers.begin(session, now=NOW)
    timers.begin(session, now=NOW + MINUTE)
    throttle.spend(session, "key", limit=5, per=MINUTE, now=NOW - timedelta(days=9))
    while mine := jobs.claim(session, timers.KINDS, now=NOW):
        timers.carry_out(session, mine, now=NOW)
    kept = session.exec(select(Job).where(Job.kind == "retention.purge")).one()
    session.refresh(kept)
    assert (kept.due_at.astimezone(SHANGHAI).time(), kept.tries, kept.done_at) == (time(3, 30), 0, None)
    assert NOW < kept.due_at <= NOW + timedelta(days=1)
    assert session.exec(select(throttle.Throttle)).all() == []
    assert len(session.exec(select(Job)).all()) == len(timers.RECURRING)


def test_done_jobs_are_deleted_after_a_month_and_open_ones_never(session: Session) -> None:
    jobs.plan(session, "sort", "a", due_at=NOW, now=NOW)
    jobs.plan(session, "fetch", "b", due_at=NOW + MINUTE, now=NOW)
    jobs.finish(session, claimed(session), now=NOW)
    assert retention.purge(session, now=NOW + timedelta(days=29)) == {}
    assert retention.purge(session, now=NOW + timedelta(days=31)) == {"job": 1}
