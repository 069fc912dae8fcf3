"""Which clock runs for whom, who is told when it runs out, and what does a park's record say of it?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from marketplace import capacity, exchanges, talks
from marketplace.capacity.measured import measured_of
from marketplace.exchanges import Exchange, Side
from marketplace.history import told_of
from marketplace.inbox import Notice, NoticeKind
from marketplace.matches import as_park
from marketplace.needs import Need
from marketplace.organisations import OrganisationKind, Role, Viewer
from marketplace.parks import Park
from marketplace.talks import ClockKind, MessageKind, OfferFields, QuestionFields
from marketplace.talks.responses import NAME
from tests.marketplace.conftest import viewer
from tests.marketplace.talking import NOW, listed, opened, room

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = NOW  # 2026-11-23, ten in the morning in Shanghai
Told = list[tuple[ClockKind, Side, date]]


@pytest.fixture
def exchange(session: Session, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, park, enterprise, office)


def clocks(session: Session, exchange: Exchange) -> Told:
    return [(clock.kind, clock.side, clock.due.on) for clock in talks.clocks_of(session, exchange)]


def write(
    session: Session, exchange: Exchange, by: Viewer, now: datetime, kind: MessageKind = MessageKind.PLAIN
) -> None:
    talks.write(session, room(session, exchange, by, now), "话", kind=kind, now=now)


def offered(session: Session, exchange: Exchange, office: Viewer, now: datetime) -> None:
    fields = OfferFields.model_validate({"land_10k_mu": 18, "expires_on": "2027-12-31"})
    offer, _ = talks.draft(session, room(session, exchange, office, now), fields, now=now)
    talks.send(session, room(session, exchange, office, now), offer, version=offer.version, now=now)


def test_a_park_assesses_in_three_days_feeds_back_in_seven_and_then_reports_every_fourteen(
    session: Session, exchange: Exchange, office: Viewer
) -> None:
    assess = (ClockKind.ASSESS, Side.PARK, date(2026, 11, 26))
    feedback = (ClockKind.FEEDBACK, Side.PARK, date(2026, 12, 2))
    assert clocks(session, exchange) == [assess, feedback]
    write(session, exchange, office, MONDAY + DAY)
    assert clocks(session, exchange) == [assess, feedback]
    write(session, exchange, office, MONDAY + 2 * DAY, MessageKind.ASSESSMENT)
    assert clocks(session, exchange) == [feedback]
    offered(session, exchange, office, MONDAY + 3 * DAY)
    assert clocks(session, exchange) == [(ClockKind.REPORT, Side.PARK, date(2026, 12, 16))]
    write(session, exchange, office, MONDAY + 10 * DAY, MessageKind.REPORT)
    assert clocks(session, exchange) == [(ClockKind.REPORT, Side.PARK, date(2026, 12, 23))]


def test_an_answer_is_owed_within_one_working_day_from_the_first_unanswered_word(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    friday = datetime(2026, 11, 27, 10, tzinfo=UTC)
    for later in (0, 1):
        write(session, exchange, enterprise, friday + later * HOUR)
    owed = (ClockKind.ANSWER, Side.PARK, date(2026, 11, 30))
    assert owed in clocks(session, exchange)
    write(session, exchange, office, friday + 2 * HOUR)
    assert owed not in clocks(session, exchange)


def test_questions_are_owed_by_whoever_was_asked(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    asked = talks.ask(session, room(session, exchange, office), [QuestionFields(text="产能？")], now=MONDAY)
    owed = (ClockKind.ANSWER, Side.NEED, date(2026, 11, 24))
    assert owed in clocks(session, exchange)
    write(session, exchange, enterprise, MONDAY)
    assert owed in clocks(session, exchange)  # a word is no answer to questions
    talks.answer(session, room(session, exchange, enterprise), asked, {1: "5 GWh"}, version=1, now=MONDAY)
    assert owed not in clocks(session, exchange)


def test_before_it_is_open_only_the_park_owes_an_answer_and_none_once_it_declined(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    need = listed(session, enterprise)
    exchange = exchanges.show_interest(session, need, park, by=enterprise, now=MONDAY)
    assert clocks(session, exchange) == [(ClockKind.ANSWER, Side.PARK, date(2026, 11, 24))]
    exchanges.decline(session, exchange, need, park, by=office, now=MONDAY)
    assert clocks(session, exchange) == []
    exchanges.show_interest(session, need, park, by=office, now=MONDAY)
    assert clocks(session, exchange) == [(ClockKind.ASSESS, Side.PARK, date(2026, 11, 26))]


def test_who_is_late_is_told_once_and_the_desk_two_working_days_later(
    session: Session, exchange: Exchange, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    desk = viewer(session, OrganisationKind.PLATFORM, "平台")
    write(session, exchange, enterprise, MONDAY)

    def told(now: datetime) -> list[tuple[NoticeKind, int, str, tuple[str, str]]]:
        talks.escalate_due(session, {}, now=now)
        late = (NoticeKind.OVERDUE, NoticeKind.OVERDUE_DESK)
        rows = session.exec(select(Notice).where(Notice.kind.in_(late)).order_by(Notice.id))  # type: ignore[attr-defined]
        return [(row.kind, row.organisation_id, row.least, (row.about_kind, row.about_id)) for row in rows]

    ends = datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert told(ends - HOUR) == []
    own = (NoticeKind.OVERDUE, office.organisation_id, Role.APPROVER, ("exchange", exchange.public_id))
    assert told(ends) == told(ends + HOUR) == [own]
    assert talks.late_parks(session, now=ends + DAY) == []
    others = told(ends + 2 * DAY)
    assert others[0] == own
    assert (NoticeKind.OVERDUE_DESK, desk.organisation_id, Role.EDITOR, ("park", park.code)) in others
    assert {each.clock.side for each in talks.late_parks(session, now=ends + 20 * DAY)} == {Side.PARK}


def test_a_closed_exchange_is_late_no_more(
    session: Session, exchange: Exchange, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    write(session, exchange, enterprise, MONDAY)
    need = session.get_one(Need, exchange.need_id)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=MONDAY + DAY)
    assert talks.late_parks(session, now=MONDAY + 30 * DAY) == []


def test_an_offer_whose_last_day_is_past_is_written_down_as_expired(
    session: Session, exchange: Exchange, office: Viewer
) -> None:
    fields = OfferFields.model_validate({"land_10k_mu": 18, "expires_on": "2026-11-24"})
    offer, _ = talks.draft(session, room(session, exchange, office), fields, now=NOW)
    talks.send(session, room(session, exchange, office), offer, version=offer.version, now=NOW)
    talks.escalate_due(session, {}, now=NOW + DAY)
    assert offer.status == "sent"
    talks.escalate_due(session, {}, now=NOW + 2 * DAY)
    assert offer.status == "expired"


def enquiries(session: Session, exchange: Exchange, firm: Viewer, office: Viewer, late: int, prompt: int) -> None:
    """So many messages answered after three days, then so many within the hour."""
    now = MONDAY
    for wait in (3 * DAY,) * late + (HOUR,) * prompt:
        write(session, exchange, firm, now)
        write(session, exchange, office, now + wait)
        now += 4 * DAY


def test_a_rate_takes_five_enquiries_and_reaches_the_engine_with_its_date(
    session: Session, exchange: Exchange, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    enquiries(session, exchange, enterprise, office, late=1, prompt=3)
    later = MONDAY + 30 * DAY
    assert talks.measure(session, now=later) == 0
    write(session, exchange, enterprise, MONDAY + 16 * DAY)
    write(session, exchange, office, MONDAY + 16 * DAY + HOUR)
    before = park.version
    assert [talks.measure(session, now=later) for _ in range(2)] == [1, 0]
    row = measured_of(session, park, NAME)
    assert row is not None
    assert (row.value, row.as_of, park.version) == (0.8, date(2026, 12, 23), before + 1)
    told = told_of(session, [park.id])[park.id]
    assert as_park(told, on=date(2026, 12, 23)).response_rate == 0.8
    assert as_park(told, on=date(2027, 12, 23)).response_rate is None


def test_no_sheet_changes_what_was_measured_and_it_falls_away_with_its_ground(
    session: Session, exchange: Exchange, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    enquiries(session, exchange, enterprise, office, late=0, prompt=5)
    later = MONDAY + 30 * DAY
    talks.measure(session, now=later)
    fields = capacity.fields_of(session, park)
    capacity.save_sheet(session, park, fields.model_copy(update={"power_kva": Decimal(5000)}), by=office, now=later)
    capacity.reconfirm(session, park, by=office, now=later + 5 * DAY)
    row = measured_of(session, park, NAME)
    assert row is not None
    assert (row.value, row.as_of) == (1.0, date(2026, 12, 23))
    assert talks.measure(session, now=later + 400 * DAY) == 1
    assert measured_of(session, park, NAME) is None


def test_an_interest_nobody_answered_and_one_declined_count_alike(
    session: Session, park: Park, enterprise: Viewer, rival: Viewer, office: Viewer
) -> None:
    exchange = opened(session, park, enterprise, office)
    enquiries(session, exchange, enterprise, office, late=0, prompt=5)
    rates = []
    for declines in (False, True):
        need = listed(session, rival)
        asked = exchanges.show_interest(session, need, park, by=rival, now=MONDAY)
        if declines:
            exchanges.decline(session, asked, need, park, by=office, now=MONDAY)
        talks.measure(session, now=MONDAY + 20 * DAY)
        row = measured_of(session, park, NAME)
        rates.append(row.value if row else None)
    assert rates == [1.0, 1.0]
