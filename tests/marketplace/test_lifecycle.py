"""Does a status change once, however many reach for it?"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from marketplace import capacity, needs, parks
from marketplace.capacity import SheetFields
from marketplace.database import writing
from marketplace.errors import Conflict
from marketplace.lifecycle import Lifecycle, rewrite
from marketplace.needs import NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
THREADS = 8


def test_only_the_listed_moves_are_allowed() -> None:
    life = Lifecycle({"open": frozenset({"closed"})})
    moves = [life.may_move(before, after) for before in ("open", "closed") for after in ("open", "closed")]
    assert moves == [False, True, False, False]


@pytest.mark.parametrize("noun", [needs.LIFE, parks.rules.LIFE])
def test_every_status_a_move_leads_to_can_be_stored(noun: Lifecycle) -> None:
    statuses = {status for before, after in noun.moves.items() for status in (before, *after)}
    assert statuses in ({each.value for each in needs.NeedStatus}, {each.value for each in parks.ParkStatus})


def race(engine: Engine, act: Callable[[Session], None]) -> Counter[str]:
    """What becomes of so many who do the same at the same moment, each in a session of its own."""
    together, outcomes = Barrier(THREADS), Counter[str]()

    def work() -> None:
        with writing(engine) as session:
            try:
                together.wait()
                act(session)
                session.commit()
                outcomes["done"] += 1
            except Conflict:
                outcomes["conflict"] += 1

    threads = [Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_one_of_many_who_withdraw_at_once_withdraws(engine: Engine, session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, NeedFields(industry="3841"), owner=enterprise, now=NOW)
    session.commit()

    def withdraw(own: Session) -> None:
        needs.withdraw(own, needs.need_by_id(own, need.public_id, enterprise), by=enterprise, now=NOW)

    assert race(engine, withdraw) == {"done": 1, "conflict": THREADS - 1}
    session.refresh(need)
    assert (need.status, need.version) == ("withdrawn", 2)


def test_one_of_many_who_change_the_same_version_changes_it(
    engine: Engine, session: Session, park: Park, office: Viewer
) -> None:
    session.commit()
    version, names = park.version, iter(range(THREADS))

    def change(own: Session) -> None:
        fields = ParkFields(name=f"改名{next(names)}", adcode="341100")
        found = parks.park_by_code(own, park.code)
        parks.revise_park(own, found, fields, version=version, by=office, now=NOW)

    assert race(engine, change) == {"done": 1, "conflict": THREADS - 1}
    session.refresh(park)
    assert park.version == version + 1
    assert len(parks.names_of(session, park)) == 1


def test_a_rewrite_is_seen_at_once_by_who_made_it(session: Session, park: Park) -> None:
    rewrite(session, park, version=park.version, now=NOW, address="新路")
    assert (park.address, park.version) == ("新路", 2)


def test_first_sheets_that_are_saved_at_once_are_one_sheet(
    engine: Engine, session: Session, park: Park, office: Viewer
) -> None:
    session.commit()
    amounts = iter(range(1, THREADS + 1))

    def save(own: Session) -> None:
        fields = SheetFields.model_validate({"land_mu": next(amounts), "emissions_t_a": {"COD": 1}})
        capacity.save_sheet(own, parks.park_by_code(own, park.code), fields, by=office, now=NOW)

    outcomes = race(engine, save)
    session.refresh(park)
    assert park.version == 1 + outcomes["done"]
    assert outcomes["done"] + outcomes["conflict"] == THREADS
    assert capacity.sheet_of(session, park, on=NOW.date()).said == 2


def test_two_parks_that_merge_into_each_other_at_once_do_so_one_way(
    engine: Engine, session: Session, park: Park, office: Viewer
) -> None:
    other = parks.join(session, ParkFields(name="另一园区"), by=office, now=NOW)
    session.commit()
    ways = iter([(park.code, other.code), (other.code, park.code)] * (THREADS // 2))

    def merge(own: Session) -> None:
        one, into = (parks.park_by_code(own, code) for code in next(ways))
        parks.merge(own, one, into, by=office, now=NOW)

    assert race(engine, merge) == {"done": 1, "conflict": THREADS - 1}
    session.expire_all()
    assert sorted((park.status, other.status)) == ["listed", "merged"]
