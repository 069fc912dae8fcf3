"""Has every kind of record a stated period, and is what is past it deleted and nothing else?"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlmodel import Session, SQLModel

from marketplace import inbox, mail, parks, throttle
from marketplace.accounts import onetime
from marketplace.accounts.tables import Purpose
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, Entry, note
from marketplace.members import invite
from marketplace.needs import NeedFields, enter
from marketplace.organisations import Role, User, Viewer, sign_in
from marketplace.parks import Park, ParkReport
from marketplace.retention import PERIODS, purge
from marketplace.schema import TABLES
from tests.marketplace.conftest import NOW

DAY = timedelta(days=1)


def test_every_table_has_a_period_or_a_reason_why_it_stays() -> None:
    names = {str(table.__tablename__) for table in TABLES}
    assert names - {period.table for period in PERIODS} == set()
    assert {period.table for period in PERIODS} - names == set()
    for period in PERIODS:
        assert (period.days is None) == (period.why is not None) == (period.over is None), period


def rows(session: Session, table: str) -> int:
    return len(session.connection().execute(select(SQLModel.metadata.tables[table])).all())


@pytest.mark.parametrize(
    ("table", "days"),
    [("sign_in", 1), ("mail", 30), ("one_time", 8), ("invitation", 37), ("throttle", 2), ("park_report", 730)],
)
def test_a_record_stays_until_its_time_is_over_and_no_longer(
    session: Session, enterprise: Viewer, park: Park, table: str, days: int
) -> None:
    sign_in(session, enterprise.user_id, now=NOW)
    mail.post(session, "a@example.com", "x", "y", now=NOW)
    onetime.issue(session, Purpose.LINK, enterprise.user_id, now=NOW)
    invite(session, Role.VIEWER, by=enterprise, now=NOW)
    throttle.spend(session, "key", limit=5, per=DAY, now=NOW)
    parks.report_error(session, park, field="", message="x", contact="y", by=enterprise, now=NOW)
    assert purge(session, now=NOW) == {}
    session.expire_all()
    kept = {"one_time": 7, "throttle": 1.9}.get(table, days) - 0.5
    purge(session, now=NOW + DAY * kept)
    assert rows(session, table) == 1
    purge(session, now=NOW + DAY * (days + 0.5))
    assert rows(session, table) == 0


def test_a_letter_that_no_server_took_goes_after_a_month_and_what_it_told_stays_in_the_inbox(
    session: Session, enterprise: Viewer
) -> None:
    session.get_one(User, enterprise.user_id).email = "firm@mail.invalid"
    inbox.tell(session, NoticeKind.INTEREST, to=enterprise.organisation_id, about=("exchange", "abcd"), now=NOW)
    assert [rows(session, table) for table in ("mail", "job", "notice")] == [1, 1, 1]
    purge(session, now=NOW + 31 * DAY)
    assert [rows(session, table) for table in ("mail", "job", "notice")] == [0, 0, 1]
    assert inbox.unread_count(session, enterprise) == 1


def test_a_reports_contact_goes_before_the_report(session: Session, enterprise: Viewer, park: Park) -> None:
    parks.report_error(session, park, field="", message="电话错了", contact="a@example.com", by=enterprise, now=NOW)
    assert purge(session, now=NOW + 181 * DAY)["park_report"] == 1
    assert purge(session, now=NOW + 182 * DAY).get("park_report") is None
    session.expire_all()
    report = session.scalars(select(ParkReport)).one()
    assert (report.contact, report.user_id, report.message) == ("", None, "电话错了")


def test_who_left_half_a_year_ago_is_forgotten(session: Session, enterprise: Viewer, rival: Viewer) -> None:
    session.get_one(User, enterprise.user_id).disabled_at = NOW
    session.flush()
    assert purge(session, now=NOW + 179 * DAY).get("user_account") is None
    assert purge(session, now=NOW + 181 * DAY)["user_account"] == 1
    user = session.get_one(User, enterprise.user_id)
    assert (user.name, user.deleted_at, user.disabled_at) == ("", NOW + 181 * DAY, NOW)
    assert session.get_one(User, rival.user_id).name == "乙企业"
    entry = session.scalars(select(Entry).where(Entry.act == Act.DELETED)).one()
    assert (entry.by_user_id, entry.about_id) == (None, user.public_id)
    assert purge(session, now=NOW + 400 * DAY).get("user_account") is None


def exchange(need_id: int, park_id: int, owner_id: int, house_id: int, status: str, at: datetime) -> dict[str, object]:
    both = {"need_interest_at": at, "park_interest_at": at if status != "offered" else None}
    told = {
        "public_id": f"x{status}",
        "listing_id": "l",
        "status": status,
        "round": 1,
        "began_by": "need",
        "version": 1,
    }
    times = {"since_at": at, "created_at": at, "updated_at": at, "simulated": False, "round": 1, "version": 1}
    houses = {"need_id": need_id, "park_id": park_id, "owner_id": owner_id, "organisation_id": house_id}
    return {**both, **told, **times, **houses}


def test_an_interest_nobody_answered_goes_after_a_year_and_an_open_exchange_stays(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    owner, house = enterprise.organisation_id, office.organisation_id
    needs = [enter(session, NeedFields(industry="3841"), owner=enterprise, now=NOW).id for _ in range(2)]
    table = SQLModel.metadata.tables["exchange"]
    for need_id, status in zip(needs, ("offered", "open"), strict=True):
        session.connection().execute(insert(table).values(exchange(need_id, park.id, owner, house, status, NOW)))
    purge(session, now=NOW + 364 * DAY)
    assert rows(session, "exchange") == 2
    purge(session, now=NOW + 366 * DAY)
    assert [row.status for row in session.connection().execute(select(table))] == ["open"]


def test_the_journal_stays(session: Session, enterprise: Viewer) -> None:
    note(session, Act.CHANGED, "need", "x", by=enterprise, now=NOW)
    purge(session, now=NOW + 10_000 * DAY)
    assert rows(session, "journal") == 1
