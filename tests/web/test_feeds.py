"""Does a calendar program read the feed, and nobody without the address?"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

from fastapi import FastAPI
from icalendar import Calendar
from starlette.testclient import TestClient

from marketplace.feeds import DateKind, Entry
from tests.web.conftest import NOW
from web.calendars import as_ics

Browser = Callable[[str], TestClient]


def address(browser: TestClient) -> str:
    answer = browser.post("/account/notices/calendar")
    assert answer.status_code == 201
    found = re.search(r"http://testserver(/calendar\.ics\?token=[\w-]+)", answer.text)
    assert found
    return found.group(1)


def test_the_address_alone_opens_the_feed_and_a_new_one_ends_it(signed_in: Browser, client: TestClient) -> None:
    firm = signed_in("enterprise")
    first = address(firm)
    answer = client.get(first)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
    assert "已有订阅地址" in firm.get("/account/notices").text
    second = address(firm)
    wrong = [first, "/calendar.ics", "/calendar.ics?token=x"]
    assert {client.get(each).status_code for each in wrong} == {404}
    assert client.get(second).status_code == 200
    assert firm.post("/account/notices/calendar/end").status_code == 303
    assert client.get(second).status_code == 404


def test_what_is_written_can_be_read_again() -> None:
    kept = [
        Entry(DateKind.VISIT, "abc", 2, NOW, "/exchanges/abc", NOW, datetime(2026, 11, 23, 4, tzinfo=UTC)),
        Entry(DateKind.OFFER, "def", 0, date(2026, 12, 1), "/exchanges/def", NOW, cancelled=True),
    ]
    read = Calendar.from_ical(as_ics(kept, "https://park.example", english=False))
    visit, offer = read.walk("VEVENT")
    assert (visit["uid"], visit["sequence"], visit["status"]) == ("visit-abc@parkbridge", 2, "CONFIRMED")
    assert (visit["dtstart"].dt, visit["url"]) == (NOW, "https://park.example/exchanges/abc")
    assert (offer["dtstart"].dt, offer["status"], str(offer["summary"])) == (
        date(2026, 12, 1),
        "CANCELLED",
        "园桥：报价到期",
    )


def test_no_line_is_longer_than_programs_read(app: FastAPI) -> None:
    entry = Entry(DateKind.HOLD, "x" * 90, 0, NOW, "/parks/" + "y" * 90, NOW)
    lines = as_ics([entry], "https://park.example", english=True).split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
