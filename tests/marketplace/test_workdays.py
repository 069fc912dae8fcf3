"""Working days as the yearly notices of the State Council say them."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.workdays import FILE, add_workdays, due_after, is_published, is_workday, notices

MAKE_UP_2026 = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
OFF_DAYS = {2024: 28, 2025: 28, 2026: 33}  # as the notices' own totals add up


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days)]


def test_2026_has_six_make_up_days() -> None:
    worked = [day for day in days_of(2026) if day.weekday() >= 5 and is_workday(day)]
    assert [f"{day:%m-%d}" for day in worked] == MAKE_UP_2026


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_year_has_as_many_days_off_as_its_notice_says(year: int) -> None:
    with FILE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == str(year)]
    off = [row for row in rows if row["kind"] == "off"]
    lengths = [(date.fromisoformat(row["last"]) - date.fromisoformat(row["first"])).days + 1 for row in off]
    assert sum(lengths) == OFF_DAYS[year]
    assert all(date.fromisoformat(row["first"]).weekday() >= 5 for row in rows if row["kind"] == "work")


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_known_number_of_working_days(year: int, count: int) -> None:
    """365 days less weekends and the 11 (from 2025: 13) statutory days; 2024 was before the change of the rule."""
    assert sum(is_workday(day) for day in days_of(year)) == count


def test_a_holiday_between_does_not_count() -> None:
    assert add_workdays(date(2026, 9, 30), 1).on == date(2026, 10, 8)
    assert add_workdays(date(2026, 10, 9), 1).on == date(2026, 10, 10)  # a make-up Saturday
    assert add_workdays(date(2026, 11, 20), 3).on == date(2026, 11, 25)
    assert add_workdays(date(2026, 10, 3), 0).on == date(2026, 10, 3)


def test_a_year_without_a_notice_counts_weekends_and_says_so() -> None:
    assert 2027 not in notices()
    assert add_workdays(date(2026, 12, 14), 3).published
    over = add_workdays(date(2026, 12, 24), 14)
    assert (over.on, over.published) == (date(2027, 1, 13), False)
    assert [is_workday(date(2027, 1, day)) for day in (1, 2, 3, 4)] == [True, False, False, True]


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    assert [is_published(date(year, 12, 28)) for year in (2024, 2025, 2026)] == [True, True, False]
    assert is_published(date(2026, 12, 27))
    assert not is_published(date(2023, 12, 27))


def test_a_deadline_is_a_day_in_shanghai() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight on the 24th
    due = due_after(late, 1)
    assert due.on == date(2026, 11, 25)
    assert due.ends_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
