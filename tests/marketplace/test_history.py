"""Is every earlier state of the market kept, whole, and is it the one the engine saw?"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, update
from sqlmodel import Session, col, func, select

from marketplace import capacity, parks
from marketplace.capacity import SheetFields
from marketplace.database import engine_for, reading, writing
from marketplace.history import MarketState, ParkState, latest_state, stamp_of, state_of
from marketplace.matches import Catalogue, index_at
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields
from marketplace.parks.versions import raise_versions

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
SHEET = {
    "land_mu": 150,
    "land_mu_used": 20.5,
    "energy_tce": 900,
    "energy_basis": "calorific",
    "emissions_t_a": {"COD": 1.5},
    "replacement": {"COD": 2},
    "land_10k_mu": 20,
    "available_on": "2026-12-01",
    "chemical_park": True,
    "prohibited": ["2614"],
}


def said(session: Session, park: Park, sheet: dict[str, object], *, now: datetime = NOW) -> None:
    capacity.save_sheet(session, park, SheetFields.model_validate(sheet), by=None, now=now)
    session.commit()


def states(session: Session) -> int:
    return session.exec(select(func.count()).select_from(MarketState)).one()


def test_each_commit_that_changes_a_park_keeps_one_state(session: Session, park: Park) -> None:
    session.commit()
    assert states(session) == 1
    said(session, park, SHEET)
    said(session, park, SHEET)  # nothing new
    parks.report_error(session, park, field="", message="错了", contact="", by=None, now=NOW)
    session.commit()
    assert states(session) == 2
    last = latest_state(session)
    assert last is not None
    assert (last.parks, last.versions) == stamp_of(session)
    assert last.at == NOW


def test_what_no_rule_named_is_kept_beside_what_one_named(session: Session, park: Park, office: Viewer) -> None:
    other = parks.join(session, ParkFields.model_validate({"name": "滁州第二产业园"}), by=office, now=NOW)
    session.commit()
    raise_versions(session, [park.id], now=NOW)
    raised = update(Park).values(version=Park.version + 1).where(col(Park.id) == other.id)
    session.connection().execute(raised)
    session.commit()
    last = latest_state(session)
    assert last is not None
    assert (last.parks, last.versions) == stamp_of(session)
    kept = select(ParkState.park_id).where(ParkState.market_id == last.id).order_by(col(ParkState.park_id))
    assert session.exec(kept).all() == [park.id, other.id]


def test_an_earlier_state_is_what_the_engine_saw_then(
    session: Session, park: Park, sessions: Callable[[], Session]
) -> None:
    market = Catalogue(sessions)
    seen = []
    for land in (150, 90, 700):
        said(session, park, {**SHEET, "land_mu": land})
        seen.append((latest_state(session), market.index(ON)))
    for state, index in seen:
        assert state is not None
        again = index_at(session, state.id, on=ON)
        assert again.parks == index.parks
        assert again.parks[0].free.emissions_t_a == {"COD": 1.5}
    lands = [index.parks[0].free.land_m2 for _, index in seen]
    assert len(set(lands)) == 3


def test_what_was_fresh_then_is_judged_by_the_day_asked_for(session: Session, park: Park) -> None:
    said(session, park, SHEET)
    state = latest_state(session)
    assert state is not None
    assert index_at(session, state.id, on=ON).parks[0].free.land_m2 is not None
    assert index_at(session, state.id, on=ON + timedelta(days=31)).parks[0].free.land_m2 is None


def test_a_merged_park_is_listed_in_the_earlier_state_alone(session: Session, park: Park, office: Viewer) -> None:
    fields = ParkFields.model_validate({"name": "滁州第二产业园", "adcode": "341100"})
    other = parks.join(session, fields, by=office, now=NOW)
    session.commit()
    before = latest_state(session)
    parks.merge(session, park, other, by=office, now=NOW)
    session.commit()
    after = latest_state(session)
    assert before is not None
    assert after is not None
    assert [each.code for each in index_at(session, before.id, on=ON).parks] == sorted([park.code, other.code])
    assert [each.code for each in index_at(session, after.id, on=ON).parks] == [other.code]


def test_the_whole_catalogue_comes_back_as_the_engines_own(session: Session, sessions: Callable[[], Session]) -> None:
    parks.load_catalogue(session, now=NOW)
    session.commit()
    state = state_of(session, stamp_of(session))
    assert state is not None
    again, now = index_at(session, state.id, on=ON), Catalogue(sessions).index(ON)
    assert again.parks == now.parks
    assert len(again.parks) == 2543


def test_what_is_rolled_back_leaves_no_state(session: Session, park: Park) -> None:
    session.commit()
    capacity.save_sheet(session, park, SheetFields.model_validate(SHEET), by=None, now=NOW)
    with session.begin_nested():
        pass
    session.rollback()
    assert states(session) == 1
    assert session.exec(select(func.count()).select_from(ParkState)).one() == 1


def test_writers_at_the_same_time_leave_states_in_the_order_of_their_commits(engine: Engine) -> None:
    with writing(engine) as session:
        made = [
            parks.join(session, ParkFields.model_validate({"name": f"第{n}产业园"}), by=None, now=NOW) for n in range(3)
        ]
        session.commit()
    together, failures = Barrier(3), list[BaseException]()

    def change(id: int) -> None:
        try:
            together.wait()
            for land in range(1, 4):
                with writing(engine) as own:
                    said(own, own.get_one(Park, id), {"land_mu": land})
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=change, args=(park.id,)) for park in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as session:
        rows = session.exec(select(MarketState).order_by(MarketState.id)).all()  # type: ignore[arg-type]
        assert [row.versions for row in rows] == sorted(row.versions for row in rows)
        assert (rows[-1].parks, rows[-1].versions) == stamp_of(session)
        for row in rows:
            known = session.exec(select(ParkState).where(ParkState.market_id <= row.id)).all()
            last = {state.park_id: max(s.version for s in known if s.park_id == state.park_id) for state in known}
            assert (len(last), sum(last.values())) == (row.parks, row.versions)


VICTIM = """
import sys
from datetime import UTC, datetime
from marketplace import capacity, parks
from marketplace.capacity import SheetFields
from marketplace.database import engine_for, writing
from marketplace.history import record
engine, code, when = engine_for(sys.argv[1]), sys.argv[2], sys.argv[3]
with writing(engine) as session:
    park = parks.park_by_code(session, code)
    capacity.save_sheet(session, park, SheetFields(land_mu=77), by=None, now=datetime(2026, 11, 23, tzinfo=UTC))
    if when == "recorded":
        record(session)
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("when", ["changed", "recorded"])
def test_killed_between_change_and_commit_neither_is_there(
    session: Session, park: Park, database_url: str, when: str
) -> None:
    said(session, park, SHEET)
    before, stamp = states(session), stamp_of(session)
    code = park.code
    session.close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", VICTIM, database_url, code, when]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "ready\n"
        victim.send_signal(signal.SIGKILL)
    engine = engine_for(database_url)
    with writing(engine) as again:
        assert (states(again), stamp_of(again)) == (before, stamp)
        said(again, parks.park_by_code(again, code), {"land_mu": 5})
        assert states(again) == before + 1
    engine.dispose()


def test_what_is_taken_back_with_a_savepoint_is_no_state(session: Session, park: Park) -> None:
    session.commit()
    before = states(session)
    inner = session.begin_nested()
    raise_versions(session, [park.id], now=NOW)
    inner.rollback()
    session.commit()
    assert states(session) == before
