"""A10, A11, E1: is every disclosure in the journal without its value, and does the journal stay what it was?"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from marketplace import journal
from marketplace.database import reading
from marketplace.journal import Act, Entry
from marketplace.organisations import Organisation
from tests.security.canaries import hits
from tests.security.world import ROLES
from tests.security.worlds import Place

At = Callable[[str], Place]
CHANGES = (
    "UPDATE journal SET facts = '{}'",
    "UPDATE journal SET at = at",
    "DELETE FROM journal",
    "UPDATE journal_seal SET digest = ''",
    "DELETE FROM journal_seal",
)


def entries(place: Place, act: Act | None = None) -> list[Entry]:
    with reading(place.app.state.engine) as session:
        found = session.exec(select(Entry).order_by(Entry.id))
        return [entry for entry in found if act is None or entry.act == act]


def organisation(place: Place, who: str) -> int:
    with reading(place.app.state.engine) as session:
        wanted = Organisation.public_id == place.world.ids[f"organisation:{who}"]
        return session.exec(select(Organisation.id).where(wanted)).one()


def told(place: Place) -> str:
    """Everything the journal holds, as text."""
    return "\n".join(json.dumps(entry.model_dump(mode="json"), ensure_ascii=False) for entry in entries(place))


def test_a10_every_level_that_opens_is_an_entry_with_its_fields_and_no_value(place_at: At) -> None:
    place = place_at("promise")
    firm, park = organisation(place, "firm"), organisation(place, "park")
    about = [entry for entry in entries(place, Act.DISCLOSED) if entry.whose_id == firm and "to" in entry.facts]
    opened = [entry for entry in about if entry.about in ("need", "listing")]
    assert [entry.facts["level"] for entry in opened] == [2, 3]
    assert {entry.facts["to"] for entry in opened} == {park}
    assert {"owner.name", "owner.contact"} <= set(opened[0].facts["fields"])
    published = [entry for entry in entries(place, Act.PUBLISHED) if entry.whose_id == firm and entry.about == "need"]
    assert published[0].facts["level"] == 0
    consents = [entry for entry in entries(place, Act.CONSENTED) if entry.about == "exchange"]
    assert {entry.by_organisation_id for entry in consents} == {firm, park}
    assert len(entries(place, Act.PROMISED)) == 1
    assert hits(told(place), place.world.canaries) == []


def test_a10_a_document_that_was_taken_is_an_entry_without_its_name(place_at: At) -> None:
    place = place_at("promise")
    before = len(entries(place, Act.DISCLOSED))
    answer = place.browser("park_approver").get(f"/documents/{place.world.ids['document:firm']}")
    assert answer.status_code == 200
    taken = entries(place, Act.DISCLOSED)[before:]
    assert {entry.about for entry in taken} == {"document", "listing"}  # the file, and that the need was looked at
    assert {entry.whose_id for entry in taken} == {organisation(place, "firm")}
    assert hits(told(place), place.world.canaries) == []


def test_a10_exports_and_refusals_are_entries_without_what_was_typed_or_taken(place_at: At) -> None:
    place = place_at("open")
    words = [canary.text for canary in place.world.canaries if "/" not in canary.text][:8]
    for role in ("park_editor", "rival"):
        browser = place.browser(role)
        for word in words:
            assert browser.get(f"/needs/{word}").status_code == 404
        assert browser.post("/journal/csv").status_code == 200
        assert browser.post("/account/data/export").status_code == 200
    refused = entries(place, Act.REFUSED)
    assert {entry.facts["route"] for entry in refused} == {"/needs/{id}"}
    assert len(refused) == 2  # one for each person, however often they try
    assert len(entries(place, Act.EXPORTED)) == 4
    assert hits(told(place), place.world.canaries) == []


def test_a10_a_refusal_is_the_same_entry_whether_or_not_the_thing_is_there(place_at: At) -> None:
    place = place_at("open")
    for role, id in (("park_editor", place.world.ids["need:firm"]), ("rival", "nothinghere1")):
        assert place.browser(role).get(f"/needs/{id}/edit").status_code == 404
    there, nothing = entries(place, Act.REFUSED)
    assert there.facts == nothing.facts
    assert (there.about, there.about_id) == (nothing.about, nothing.about_id) == ("route", "")


def test_a10_what_a_program_with_a_token_is_refused_is_an_entry_too(place_at: At) -> None:
    place = place_at("open")
    assert place.browser("reads").get(f"/api/v1/needs/{place.world.ids['need:rival']}").status_code == 404
    assert place.browser("revoked").get("/api/v1/needs").status_code == 401  # nobody: throttled, not written down
    assert [entry.facts["route"] for entry in entries(place, Act.REFUSED)] == ["/api/v1/needs/{id}"]


@pytest.mark.parametrize("statement", CHANGES)
def test_a11_no_statement_changes_or_deletes_an_entry(place_at: At, statement: str) -> None:
    place = place_at("open")
    journal.seal_all(place.app.state.engine)
    before = told(place)
    with place.app.state.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
    assert told(place) == before


def verified(place: Place, *words: str) -> tuple[int, dict[str, object]]:
    program = "from web.cli import main; main()"
    command = [sys.executable, "-c", program, "journal", "verify", "--db", place.url, "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_a11_the_command_finds_the_first_entry_that_was_changed_behind_the_triggers(place_at: At) -> None:
    place = place_at("promise")
    count = len(entries(place))
    code, sound = verified(place)
    assert (code, sound["sound"], sound["sealed"], sound["unsealed"]) == (0, True, count, 0)
    assert verified(place, "--since", str(sound["digest"]))[0] == 0
    assert verified(place, "--since", "0" * 63 + "1")[0] == 1
    third, fourth = (entry.id for entry in entries(place)[2:4])
    triggers = {"sqlite": "DROP TRIGGER journal_no_update", "postgresql": "DROP TRIGGER journal_stands ON journal"}
    with place.app.state.engine.begin() as connection:
        connection.execute(text(triggers[place.app.state.engine.dialect.name]))
        connection.execute(text(f"UPDATE journal SET about_id = 'x' WHERE id IN ({third}, {fourth})"))
    code, broken = verified(place)
    assert (code, broken["sound"]) == (1, False)
    assert broken["broken"] == {"seal": 3, "entry": third, "why": "changed"}


def test_a11_the_platforms_auditors_read_all_of_it_and_nobody_else(place_at: At) -> None:
    place = place_at("open")
    for role in ROLES:
        status = place.browser(role).get("/desk/journal").status_code
        auditors = role in ("platform_viewer", "platform_admin")
        assert (status == 200) == auditors, role
        assert status in ((200,) if auditors else (303, 401, 404)), role


def test_own_parts_name_no_enterprise_to_others_and_hold_nothing_confidential(place_at: At) -> None:
    place = place_at("promise")
    for role, owners in (("park_admin", {"firm", "need", "document"}), ("rival", {"firm", "need", "document", "park"})):
        browser = place.browser(role)
        file = browser.post("/journal/csv").content.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(file)))) >= 2
        theirs = [canary for canary in place.world.canaries if canary.owner in owners]
        assert hits(browser.get("/journal").text + file, theirs) == []


def test_e1_what_a_person_is_told_of_themselves_holds_nothing_of_others(place_at: At) -> None:
    place = place_at("promise")
    for role in ("park_admin", "rival"):
        answer = place.browser(role).post("/account/data/export")
        assert answer.headers["content-disposition"].startswith("attachment")
        others = [canary for canary in place.world.canaries if canary.owner in ("firm", "need", "document")]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            files = "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
        assert "user_account" in files
        assert hits(place.browser(role).get("/account/data").text + files, others) == []
