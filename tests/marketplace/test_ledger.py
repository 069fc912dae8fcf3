"""Is capacity exact: held, committed, given back, offered to who waits, and never promised twice?"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from marketplace import capacity, jobs, matches
from marketplace.capacity import (
    AmountFields,
    Ask,
    Capacity,
    Hold,
    HoldLine,
    HoldStatus,
    LedgerEntry,
    Reason,
    SheetFields,
    WaitingStatus,
)
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park
from marketplace.plots import Plot, PlotKind
from tests.marketplace.conftest import NOW

DAY = timedelta(days=1)
MU = 10**6


@pytest.fixture
def declared(session: Session, park: Park, office: Viewer) -> Park:
    """A park with 500 亩, of which 100 are used, and 20 MVA."""
    sheet = SheetFields.model_validate(
        {"land_mu": 500, "land_mu_used": 100, "power_kva": "20 MVA", "emissions_t_a": {"COD": 3}}
    )
    capacity.save_sheet(session, park, sheet, by=office, now=NOW)
    return park


@pytest.fixture
def hold(session: Session, declared: Park, office: Viewer, enterprise: Viewer) -> Callable[..., Hold]:
    """Holds so many 亩 for the enterprise; other resources and days by name."""

    def held(mu: int = 0, **more: object) -> Hold:
        named = {"for_kind": "exchange", "for_id": "abc", "owner_id": enterprise.organisation_id, "by": office}
        days = more.pop("days", None)
        at = more.pop("now", NOW)
        amounts = {**({"land": mu * MU} if mu else {}), **more.pop("amounts", {})}  # type: ignore[dict-item]
        until = None if days is None else NOW + days * DAY  # type: ignore[operator]
        return capacity.hold(session, declared, amounts, now=at, until=until, **{**named, **more})  # type: ignore[arg-type]

    return held


def row(session: Session, park: Park, resource: str = "land", plot: Plot | None = None) -> Capacity:
    query = select(Capacity).where(Capacity.park_id == park.id, Capacity.resource == resource)
    query = query.where(Capacity.plot_id == (plot.id if plot else None))
    return session.exec(query.execution_options(populate_existing=True)).one()


def books_add_up(session: Session) -> None:
    """Lines of what stands, sums of movements and the rows themselves say the same."""
    for each in session.exec(select(Capacity).execution_options(populate_existing=True)).all():
        sums = select(func.coalesce(func.sum(LedgerEntry.held), 0), func.coalesce(func.sum(LedgerEntry.committed), 0))
        sums = sums.where(LedgerEntry.park_id == each.park_id, LedgerEntry.resource == each.resource)
        moved = session.exec(sums.where(LedgerEntry.plot_id == each.plot_id)).one()
        assert tuple(map(int, moved)) == (each.held, each.committed)
        for status, amount in ((HoldStatus.HELD, each.held), (HoldStatus.COMMITTED, each.committed)):
            lines = select(func.coalesce(func.sum(HoldLine.amount), 0)).join(Hold)
            assert (
                int(session.exec(lines.where(HoldLine.capacity_id == each.id, Hold.status == status)).one()) == amount
            )


def test_what_is_held_is_no_longer_free_and_stays_so_when_it_is_committed(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer
) -> None:
    made = hold(80, amounts={"power": 5000})
    assert (made.status, made.expires_at) == (HoldStatus.HELD, NOW + 30 * DAY)
    assert capacity.free_of(row(session, declared)) == 320 * MU
    capacity.commit(session, made, by=office, now=NOW)
    assert (row(session, declared).held, row(session, declared).committed) == (0, 80 * MU)
    assert row(session, declared, "power").committed == 5000
    capacity.release(session, made, Reason.LESS, by=office, now=NOW)
    assert capacity.free_of(row(session, declared)) == 400 * MU
    assert (made.status, made.reason, made.ended_at) == (HoldStatus.RELEASED, Reason.LESS, NOW)
    books_add_up(session)


def test_what_is_too_much_is_refused_with_the_shortfall_of_each_resource_and_nothing_is_held(
    session: Session, declared: Park, hold: Callable[..., Hold]
) -> None:
    hold(100)
    with pytest.raises(Refusal) as refused:
        hold(301, amounts={"power": 25_000, "emission:COD": 1})
    told = {fault.where: fault.params for fault in refused.value.faults}
    assert told["land_mu"] == {"asked": 301, "free": 300, "short": 1, "unit": "mu"}
    assert told["power_kva"] == {"asked": 25_000, "free": 20_000, "short": 5_000, "unit": "kVA"}
    assert set(told) == {"land_mu", "power_kva"}
    assert row(session, declared, "power").held == 0
    books_add_up(session)


@pytest.mark.parametrize(
    ("amounts", "where"),
    [
        ({}, "amounts"),
        ({"steam": 1}, "steam_t_h"),
        ({"land": 0}, "land_mu"),
        ({"land": -1}, "land_mu"),
        ({"largest_plot": 1}, "largest_plot_mu"),
        ({"emission:SO2": 5}, "emissions_t_a.SO2"),
    ],
)
def test_nothing_undeclared_or_without_an_amount_is_held(
    hold: Callable[..., Hold], amounts: dict[str, int], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        hold(amounts=amounts)
    assert [fault.where for fault in refused.value.faults] == [where]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_hold_ends_after_today_and_within_a_year(hold: Callable[..., Hold], days: int) -> None:
    with pytest.raises(Refusal, match="until"):
        hold(1, days=days)


def test_only_the_parks_own_editors_hold(
    session: Session, hold: Callable[..., Hold], office: Viewer, other_office: Viewer, enterprise: Viewer
) -> None:
    for stranger in (other_office, enterprise, office.model_copy(update={"role": Role.VIEWER})):
        with pytest.raises(NotFound):
            hold(1, by=stranger)
    made = hold(1)
    with pytest.raises(NotFound):
        capacity.release(session, made, Reason.OTHER, by=other_office, now=NOW)
    with pytest.raises(NotFound):
        capacity.extend(session, made, NOW + 60 * DAY, by=enterprise, now=NOW)


def test_an_expired_hold_is_free_for_the_next_who_asks_and_cannot_be_committed(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer
) -> None:
    first = hold(400, days=2)
    with pytest.raises(Refusal):
        hold(1, now=NOW + DAY, days=30)
    with pytest.raises(Conflict):
        capacity.commit(session, first, by=office, now=NOW + 2 * DAY)
    session.refresh(first)
    second = hold(400, now=NOW + 2 * DAY, days=30)
    session.refresh(first)
    assert (first.status, second.status) == (HoldStatus.EXPIRED, HoldStatus.HELD)
    assert row(session, declared).held == 400 * MU
    books_add_up(session)


def test_the_timer_expires_what_is_due_and_the_next_one_is_planned(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer
) -> None:
    hold(10, days=2)
    later = hold(20, days=5)
    planned = select(jobs.Job).where(jobs.Job.kind == capacity.EXPIRE, col(jobs.Job.done_at).is_(None))
    assert session.exec(planned).one().due_at == NOW + 2 * DAY
    assert capacity.expire_due(session, now=NOW + 2 * DAY) == 1
    session.expire_all()
    assert session.exec(planned).one().due_at == NOW + 5 * DAY
    capacity.extend(session, later, NOW + 40 * DAY, by=office, now=NOW + 2 * DAY)
    session.expire_all()
    assert session.exec(planned).one().due_at == NOW + 40 * DAY
    assert capacity.expire_due(session, now=NOW + 39 * DAY) == 0
    capacity.release(session, later, Reason.MISTAKE, by=office, now=NOW + 39 * DAY)
    assert session.exec(planned).all() == []
    assert row(session, declared).held == 0
    books_add_up(session)


def test_what_becomes_free_is_offered_in_turn_and_an_offer_is_a_hold(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer, rival: Viewer
) -> None:
    taken = hold(350)
    asks = [
        Ask(declared.id, {"land": mu * MU}, "exchange", str(mu), rival.organisation_id, office) for mu in (390, 100, 40)
    ]
    large, middle, small = [capacity.join_queue(session, ask, now=NOW) for ask in asks]
    assert [each.status for each in (large, middle, small)] == ["waiting", "waiting", "offered"]
    capacity.release(session, taken, Reason.ENDED, by=office, now=NOW + DAY)
    for each in (large, middle, small):
        session.refresh(each)
    assert [each.status for each in (large, middle, small)] == ["waiting", "offered", "offered"]
    assert row(session, declared).held == 140 * MU
    held = capacity.take(session, middle, by=rival, now=NOW + DAY)
    assert (held.offered, held.expires_at, middle.status) == (False, NOW + 31 * DAY, WaitingStatus.TAKEN)
    capacity.leave(session, small, by=rival, now=NOW + DAY)
    assert row(session, declared).held == 100 * MU
    books_add_up(session)


def test_an_offer_nobody_takes_goes_to_the_next_after_three_working_days(
    session: Session, declared: Park, office: Viewer, rival: Viewer, enterprise: Viewer
) -> None:
    owners = (rival.organisation_id, enterprise.organisation_id)
    asks = [Ask(declared.id, {"land": 400 * MU}, "exchange", str(owner), owner, office) for owner in owners]
    first, second = [capacity.join_queue(session, ask, now=NOW) for ask in asks]
    assert first.offer_until is not None
    assert first.offer_until.astimezone(NOW.tzinfo) == NOW.replace(hour=16) + 3 * DAY  # the end of Thursday in Shanghai
    assert capacity.expire_due(session, now=first.offer_until) == 1
    session.refresh(first)
    session.refresh(second)
    assert (first.status, second.status) == (WaitingStatus.GONE, WaitingStatus.OFFERED)
    with pytest.raises(Conflict):
        capacity.take(session, first, by=rival, now=first.offer_until)
    books_add_up(session)


def test_more_on_the_sheet_is_offered_and_what_is_promised_cannot_be_taken_off_it(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer, rival: Viewer
) -> None:
    hold(380)
    ask = Ask(declared.id, {"land": 30 * MU}, "exchange", "x", rival.organisation_id, office)
    waiting = capacity.join_queue(session, ask, now=NOW)
    sheet = capacity.fields_of(session, declared)
    less = sheet.model_copy(update={"land_mu": Decimal(479)})
    with pytest.raises(Refusal, match="held or committed"):
        capacity.save_sheet(session, declared, less, by=office, now=NOW)
    more = sheet.model_copy(update={"land_mu": Decimal(510)})
    capacity.save_sheet(session, declared, more, by=office, now=NOW)
    session.refresh(waiting)
    assert waiting.status == WaitingStatus.OFFERED
    assert capacity.free_of(row(session, declared)) == 0
    books_add_up(session)


def test_a_plots_land_is_taken_from_the_park_too(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer
) -> None:
    plot = Plot(park_id=declared.id, kind=PlotKind.PLOT, name="A-1", created_at=NOW, updated_at=NOW)
    session.add(plot)
    session.flush()
    on = NOW.date()
    session.add(
        Capacity(park_id=declared.id, plot_id=plot.id, resource="land", design=60 * MU, as_of=on, updated_at=NOW)
    )
    with pytest.raises(Refusal, match="of the plot"):
        hold(61, plot=plot)
    made = hold(50, plot=plot)
    assert (row(session, declared, plot=plot).held, row(session, declared).held) == (50 * MU, 50 * MU)
    with pytest.raises(Refusal, match="not declared for the plot"):
        hold(amounts={"power": 1}, plot=plot)
    assert capacity.fields_of(session, declared).land_mu == 500
    capacity.commit(session, made, by=office, now=NOW)
    books_add_up(session)


def test_what_is_held_for_a_closed_exchange_is_let_go_and_a_project_takes_it_over(
    session: Session, declared: Park, hold: Callable[..., Hold], office: Viewer, rival: Viewer
) -> None:
    kept, other = hold(10), hold(20, for_id="other")
    capacity.hand_on(session, "exchange", "abc", "project", "p1", by=office, now=NOW)
    capacity.join_queue(session, Ask(declared.id, {"land": 400 * MU}, "exchange", "other", 1, office), now=NOW)
    assert capacity.let_go(session, "exchange", "abc", by=None, now=NOW) == 0
    assert capacity.let_go(session, "exchange", "other", by=None, now=NOW) == 1
    session.refresh(other)
    assert (kept.for_kind, other.status, other.reason) == ("project", HoldStatus.RELEASED, Reason.CLOSED)
    assert capacity.queue_of(session, declared) == []
    books_add_up(session)


def test_of_several_asks_each_gets_its_own_answer(
    session: Session, declared: Park, office: Viewer, rival: Viewer, enterprise: Viewer
) -> None:
    def ask(mu: int, by: Viewer) -> Ask:
        return Ask(declared.id, {"land": mu * MU}, "exchange", "x", enterprise.organisation_id, by)

    answers = capacity.hold_all(session, [ask(300, office), ask(200, office), ask(1, rival), ask(100, office)], now=NOW)
    assert [type(answer).__name__ for answer in answers] == ["Hold", "Refusal", "NotFound", "Hold"]
    assert capacity.free_of(row(session, declared)) == 0
    books_add_up(session)


def test_what_is_free_feeds_the_next_list_at_once(
    session: Session, declared: Park, hold: Callable[..., Hold], sessions: Callable[[], Session]
) -> None:
    session.commit()
    catalogue = matches.Catalogue(sessions)
    on = NOW.date()
    before = catalogue.index(on)
    hold(100)
    session.commit()
    after = catalogue.index(on)
    free = [next(each for each in index.parks if each.code == declared.code).free.land_m2 for index in (before, after)]
    assert free == [pytest.approx(400 * 2000 / 3), pytest.approx(300 * 2000 / 3)]


def test_the_history_is_never_changed(session: Session, hold: Callable[..., Hold]) -> None:
    hold(1)
    session.commit()
    for statement in ("UPDATE ledger_entry SET held = 0", "DELETE FROM ledger_entry"):
        with pytest.raises(Exception, match="append-only"):
            session.connection().exec_driver_sql(statement)
        session.rollback()


def test_amounts_are_read_with_their_units() -> None:
    fields = AmountFields.model_validate({"land_mu": "2 公顷", "power_kva": "1.5 MVA", "emissions_t_a.COD": "200 kg/a"})
    assert fields.amounts == {"land": 30 * MU, "power": 1500, "emission:COD": 200_000}


@pytest.mark.parametrize(
    ("design", "used", "promised", "told"),
    [
        (500, 0, "0", "500"),
        (500, 100, "0", "400"),
        (500, 100, "1", "300"),
        (500, 100, "100", "300"),
        (500, 100, "100.000001", "200"),
        (15, 0, "10", "3.75"),  # as for 8, 9 or 11
        (15, 0, "15", "0"),
        (0.000005, 0, "0.000001", "0.000004"),
    ],
)
def test_a_stranger_reads_quarters_of_what_is_free_once_something_is_promised(
    session: Session, park: Park, design: float, used: int, promised: str, told: str
) -> None:
    held, times = int(Decimal(promised) * MU), {"as_of": NOW.date(), "updated_at": NOW}
    made = Capacity(park_id=park.id, resource="land", design=int(design * MU), used=used * MU, held=held, **times)
    session.add(made)
    session.flush()
    assert capacity.shown("land", capacity.free_told(made)) == Decimal(told) <= capacity.shown("land", made.design)
    clause = select(capacity.free_told_clause()).where(Capacity.id == made.id)
    assert int(session.exec(clause).one()) == capacity.free_told(made)
