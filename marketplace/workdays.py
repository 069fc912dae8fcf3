"""Which days are worked in China, and when does a number of working days end?

Source: the State Council's yearly notice, one row per festival in workdays.csv with its number and date. A year without
a notice counts weekends alone and says so: `published` is False, shown as 以当年放假通知为准.
"""

import csv
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from marketplace.database import SHANGHAI, day_of

FILE = Path(__file__).with_name("workdays.csv")
_DAY = timedelta(days=1)
_SATURDAY = 5
_DECEMBER, _NEW_YEARS_EVES = 12, 28  # a New Year's holiday and its make-up days begin here: 2018-12-29 was worked


class Due(NamedTuple):
    """The day on which so many working days are over; `published` False: by weekends alone, the notice is not out."""

    on: date
    published: bool

    @property
    def ends_at(self) -> datetime:
        """The first moment that is too late: midnight in Shanghai after the day."""
        return datetime.combine(self.on + _DAY, time(), SHANGHAI)


def is_workday(day: date) -> bool:
    """Whether offices work on a day: a make-up Saturday is worked, a holiday's Monday is not."""
    return _named().get(day, day.weekday() < _SATURDAY)


def is_published(day: date) -> bool:
    """Whether the notices that can move this day are out: its own year's, and the next one's at the end of December."""
    late = day.month == _DECEMBER and day.day >= _NEW_YEARS_EVES
    return day.year in notices() and (not late or day.year + 1 in notices())


def add_workdays(day: date, count: int) -> Due:
    """The `count`-th working day after a day; 0 is the day itself, worked or not."""
    on, published, left = day, is_published(day), count
    while left > 0:
        on += _DAY
        published = published and is_published(on)
        left -= is_workday(on)
    return Due(on, published)


def due_after(moment: datetime, count: int) -> Due:
    """The same from a moment: the day counts as it is in Shanghai."""
    return add_workdays(day_of(moment), count)


@cache
def notices() -> dict[int, str]:
    """Year → number and date of its notice."""
    return {int(row["year"]): row["notice"] for row in _rows()}


@cache
def _named() -> dict[date, bool]:
    found: dict[date, bool] = {}
    for row in _rows():
        day, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        while day <= last:
            found[day] = row["kind"] == "work"
            day += _DAY
    return found


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
