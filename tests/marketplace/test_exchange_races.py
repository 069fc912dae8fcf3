"""Two who act at the same moment: is it as if one had acted after the other, whatever the order?"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from marketplace import disclosure, exchanges, needs, parks
from marketplace.database import writing
from marketplace.disclosure import Grant, Level, level_of
from marketplace.errors import Conflict
from marketplace.exchanges import PROMISE, Consent, Exchange, ExchangeStatus
from marketplace.needs import Need, NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ROUNDS = 6
Act = Callable[[Session, Exchange, Need, Park, Viewer], object]


@pytest.fixture
def need(session: Session, enterprise: Viewer) -> Need:
    made = needs.enter(session, NeedFields(industry="3841", title="二期"), owner=enterprise, now=NOW)
    disclosure.publish(session, made, by=enterprise, now=NOW)
    return made


def interest(session: Session, need: Need, park: Park, by: Viewer) -> Exchange:
    return exchanges.show_interest(session, need, park, by=by, now=NOW)


def consent(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer) -> None:
    side = exchanges.side_of(exchange, by)
    assert side
    digest = exchanges.opening_for(session, need, side, by).sha256
    exchanges.consent(session, exchange, need, park, digest, by=by, now=NOW)


def withdraw(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer) -> None:
    exchanges.withdraw(session, exchange, need, park, by=by, now=NOW)


def promise(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer) -> None:
    exchanges.promise(session, exchange, need, park, exchanges.text_of(PROMISE).sha256, by=by, now=NOW)


def withdraw_need(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer) -> None:
    needs.withdraw(session, need, by=by, now=NOW)
    exchanges.close_fallen(session, need, by=by, now=NOW)


def together(engine: Engine, acts: Sequence[Callable[[Session], object]]) -> list[str]:
    """What becomes of each, all at once, each in a session of its own."""
    barrier, outcomes = Barrier(len(acts)), [""] * len(acts)

    def work(place: int) -> None:
        with writing(engine) as session:
            barrier.wait()
            try:
                acts[place](session)
                session.commit()
                outcomes[place] = "done"
            except Conflict:
                session.rollback()
                outcomes[place] = "conflict"

    threads = [Thread(target=work, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def on(exchange: Exchange, act: Act, by: Viewer) -> Callable[[Session], object]:
    """An act on an exchange as a request does it: read afresh, then done."""

    def work(session: Session) -> object:
        row = session.get_one(Exchange, exchange.id)
        return act(session, row, session.get_one(Need, row.need_id), session.get_one(Park, row.park_id), by)

    return work


def is_whole(session: Session, exchange: Exchange, office: Viewer) -> bool:
    """Either open with both consents and a grant, or not open and without one; never a grant of its own."""
    session.expire_all()
    need = session.get_one(Need, exchange.need_id)
    standing = session.exec(select(Consent.side).where(col(Consent.ended_at).is_(None))).all()
    grants = session.exec(select(Grant).where(col(Grant.ended_at).is_(None))).all()
    level = level_of(session, office, need, now=NOW)
    if exchange.status == ExchangeStatus.OPEN:
        return len(standing) == 2 and len(grants) == 1 and level is not None and level >= Level.BOTH
    closed = exchange.status != ExchangeStatus.CLOSED or standing == []
    return closed and grants == [] and (level is None or level <= Level.PARKS)


def test_interest_from_both_sides_at_once_is_one_mutual_exchange(
    engine: Engine, session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    session.commit()

    def show(by: Viewer) -> Callable[[Session], object]:
        return lambda own: interest(own, own.get_one(Need, need.id), parks.park_by_code(own, park.code), by)

    assert together(engine, [show(enterprise), show(office)] * 3) == ["done"] * 6
    found = session.exec(select(Exchange)).all()
    assert [(each.status, each.round) for each in found] == [(ExchangeStatus.MUTUAL, 1)]


def test_both_consents_at_once_open_once(
    engine: Engine, session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    for _ in range(ROUNDS):
        exchange = interest(session, need, park, office)
        interest(session, need, park, enterprise)
        session.commit()
        outcomes = together(engine, [on(exchange, consent, enterprise), on(exchange, consent, office)])
        assert outcomes == ["done", "done"]
        assert is_whole(session, exchange, office)
        assert exchange.status == ExchangeStatus.OPEN
        withdraw(session, exchange, need, park, office)
        session.commit()


@pytest.mark.parametrize("ends", [withdraw, withdraw_need])
def test_a_consent_and_a_withdrawal_at_once_leave_it_open_or_closed_and_nothing_between(
    engine: Engine, session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, ends: Act
) -> None:
    for _ in range(ROUNDS):
        exchange = interest(session, need, park, office)
        interest(session, need, park, enterprise)
        consent(session, exchange, need, park, office)
        session.commit()
        by = enterprise if ends is withdraw_need else office
        outcomes = together(engine, [on(exchange, consent, enterprise), on(exchange, ends, by)])
        assert outcomes in (["done", "done"], ["conflict", "done"])
        assert is_whole(session, exchange, office)
        assert exchange.status == ExchangeStatus.CLOSED
        if ends is withdraw_need:
            session.refresh(need)
            disclosure.publish(session, need, by=enterprise, now=NOW)
            assert level_of(session, office, need, now=NOW) == Level.PARKS


def test_a_promise_and_a_withdrawal_at_once_leave_no_documents_open(
    engine: Engine, session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    for _ in range(ROUNDS):
        exchange = interest(session, need, park, office)
        consent(session, exchange, need, park, office)
        consent(session, exchange, need, park, enterprise)
        session.commit()
        outcomes = together(engine, [on(exchange, promise, office), on(exchange, withdraw, enterprise)])
        assert outcomes in (["done", "done"], ["conflict", "done"])
        assert is_whole(session, exchange, office)
        assert exchange.status == ExchangeStatus.CLOSED
