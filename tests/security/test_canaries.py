"""A4: does anybody read a confidential word they may not, on any page, part, JSON, file, letter, log or fault?"""

from collections.abc import Callable

import pytest
from sqlmodel import select

from marketplace import feeds
from marketplace.database import reading
from marketplace.inbox import Notice
from marketplace.journal import Entry
from marketplace.mail import Mail
from marketplace.organisations import User, viewer_as
from tests.security.audience import reason
from tests.security.canaries import Canary, hits
from tests.security.crawl import crawl, listened
from tests.security.stages import STAGES
from tests.security.world import NOW, ROLES
from tests.security.worlds import Place
from web.calendars import as_ics

At = Callable[[str], Place]
FEW_STAGES = ("promise", "withdrawn")
FEW_ROLES = (
    "stranger",
    "park_viewer",
    "park2",
    "park_excluded",
    "park_pending",
    "rival",
    "platform_viewer",
    "platform_editor",
)
OUTSIDE = ("stranger", "park2", "park_excluded", "rival")


def usual(stage: str, role: str, *, is_file: bool) -> bool:
    """Whether a crawl belongs to the small counts."""
    if is_file:
        return (stage in FEW_STAGES and role in OUTSIDE) or (stage == "promise" and role in FEW_ROLES)
    return (stage, role) in (("promise", "park_viewer"), ("promise", "rival"), ("open", "stranger"))


def leaks_of(place: Place, role: str, stage: str, found: dict[str, str]) -> dict[str, str]:
    by_name: dict[str, Canary] = {canary.name: canary for canary in place.world.canaries}
    return {name: where for name, where in found.items() if not reason(by_name[name], role, stage)}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_what_they_may_not(
    place_at: At, request: pytest.FixtureRequest, role: str, stage: str, full: bool
) -> None:
    is_file = "sqlite" in request.node.callspec.id
    if not full and not usual(stage, role, is_file=is_file):
        pytest.skip("every role at every stage on both databases with --full")
    place = place_at(stage)
    with listened() as logged:
        found = crawl(place, role)
    assert found.asked > 100
    assert leaks_of(place, role, stage, found.leaks) == {}
    assert hits("\\n".join(logged), place.world.canaries) == []


def test_the_crawl_finds_what_an_owner_may_read(place_at: At) -> None:
    place = place_at("promise")
    found = crawl(place, "firm_admin").leaks
    expected = {canary.name for canary in place.world.canaries if canary.owner in ("need", "document")}
    assert expected - set(found) == set()


@pytest.mark.parametrize("stage", ["promise", "withdrawn"])
def test_letters_notices_calendars_and_the_journal_hold_no_confidential_word(place_at: At, stage: str) -> None:
    place = place_at(stage)
    with reading(place.app.state.engine) as session:
        subjects = "\\n".join(session.exec(select(Mail.subject)))
        bodies = "\\n".join(session.exec(select(Mail.body)))
        facts = "\\n".join(str(entry.model_dump()) for entry in session.exec(select(Entry)))
        notices = "\\n".join(str(notice.model_dump()) for notice in session.exec(select(Notice)))
        people = [viewer_as(session, person) for person in session.exec(select(User)).all()]
        dates = [feeds.entries_for(session, person, now=NOW) for person in people]
    calendars = "\\n".join(as_ics(each, "https://park.invalid", english=False).decode() for each in dates)
    assert hits(notices + calendars, place.world.canaries) == []
    assert calendars.count("BEGIN:VEVENT") > 0
    assert hits(subjects, place.world.canaries) == []
    assert hits(facts, place.world.canaries) == []
    assert (
        hits(bodies, [canary for canary in place.world.canaries if canary.owner in ("need", "document", "firm")]) == []
    )
