"""How do dates travel as a calendar (RFC 5545): folded, escaped, each under its own name?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from marketplace.feeds import TITLES, Entry

AGAIN = timedelta(hours=6)  # how often a program should look


def as_ics(entries: Sequence[Entry], site: str, *, english: bool) -> bytes:
    """The calendar of a person. Nothing but kind, time and address of the page stands in it."""
    from icalendar import Calendar, vDuration  # half a second: not at every start

    made = Calendar()
    made.add("prodid", "-//Parkbridge//Calendar//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "Parkbridge" if english else "园桥")
    made.add("refresh-interval", vDuration(AGAIN), parameters={"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry, site, english))
    return bytes(made.to_ical())


def _event(entry: Entry, site: str, english: bool) -> Any:
    from icalendar import Event

    made = Event()
    title = TITLES[entry.kind][english]
    made.add("uid", entry.uid)
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.changed_at)
    made.add("last-modified", entry.changed_at)
    made.add("dtstart", entry.starts)
    if entry.ends is not None:
        made.add("dtend", entry.ends)
    made.add("summary", title)
    made.add("url", f"{site}{entry.path}")
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if entry.ends is None else "OPAQUE")
    made.add("class", "PRIVATE")
    return made
