"""E1: is nothing of a deleted person or organisation in any text of any table, but the number in the journal?"""

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session, select

from marketplace import personal
from marketplace.database import reading, writing
from marketplace.journal import Act, Entry
from marketplace.organisations import Organisation, User, Viewer, viewer_as
from marketplace.schema import METADATA
from tests.security.canaries import Canary, hits
from tests.security.world import MEMBERS, NOW
from tests.security.worlds import Place

At = Callable[[str], Place]
STAGES = ("open", "promise", "withdrawn")


def holding(place: Place, canaries: list[Canary]) -> dict[str, list[str]]:
    """Table → what it still holds, in any form: as it is, as pinyin, as initials."""
    with reading(place.app.state.engine) as session:
        texts = {table: "\n".join(_texts(session, table)) for table in METADATA.tables}
    return {table: found for table, text in texts.items() if (found := hits(text, canaries))}


def _texts(session: Session, name: str) -> Iterator[str]:
    for row in session.connection().execute(select(METADATA.tables[name])):
        for value in row:
            raw = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
            yield raw


def viewer(session: Session, place: Place, who: str) -> Viewer:
    return viewer_as(session, session.exec(select(User).where(User.public_id == place.world.ids[f"user:{who}"])).one())


def of_person(place: Place, who: str) -> list[Canary]:
    return [canary for canary in place.world.canaries if canary.owner == who and canary.field != "invitation_token"]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("who", ["park_approver", "firm_approver", "firm_editor", "platform_editor"])
def test_e1_no_text_of_any_table_holds_a_deleted_person(place_at: At, who: str, stage: str, full: bool) -> None:
    if not full and (stage, who) not in (
        ("promise", "park_approver"),
        ("promise", "firm_editor"),
        ("open", "firm_approver"),
    ):
        pytest.skip("every person at every stage with --full")
    place = place_at(stage)
    before = holding(place, of_person(place, who))
    assert "user_account" in before
    with writing(place.app.state.engine) as session:
        by = viewer(session, place, who)
        personal.delete_account(session, by=by, now=NOW)
        session.commit()
    assert holding(place, of_person(place, who)) == {}
    with reading(place.app.state.engine) as session:
        last = session.exec(select(Entry).order_by(Entry.id.desc())).first()  # type: ignore[attr-defined]
        assert last is not None
        assert (last.act, last.by_user_id) == (Act.DELETED, by.user_id)
    assert place.browser(who).get("/account/data").status_code == 303


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("house", "own"), [("firm", ("need", "document")), ("park", ()), ("firm_pending", ())])
def test_e1_no_text_of_any_table_holds_a_deleted_organisation(
    place_at: At, house: str, own: tuple[str, ...], stage: str, full: bool
) -> None:
    if not full and stage != "promise":
        pytest.skip("every stage with --full")
    place = place_at(stage)
    people = [key for key, member in MEMBERS.items() if member.organisation == house]
    owners = {house, *people, *own}
    theirs = [canary for canary in place.world.canaries if canary.owner in owners and not _is_number(canary.text)]
    theirs = [canary for canary in theirs if canary.field not in ("invitation_token", "token")]
    assert {"organisation", "user_account"} <= set(holding(place, theirs))
    with writing(place.app.state.engine) as session:
        admin = next(key for key in people if MEMBERS[key].role == "admin")
        personal.delete_organisation(session, by=viewer(session, place, admin), now=NOW)
        session.commit()
    assert holding(place, theirs) == {}
    with reading(place.app.state.engine) as session:
        gone = session.exec(
            select(Organisation).where(Organisation.public_id == place.world.ids[f"organisation:{house}"])
        )
        assert gone.one().deleted_at == NOW
    for who in people:
        assert place.browser(who).get("/account/data").status_code == 303


def test_e1_what_others_see_goes_with_the_organisation(place_at: At) -> None:
    place = place_at("promise")
    park, ids = place.browser("park_approver"), place.world.ids
    address = f"/exchanges/{ids['exchange:firm']}"
    theirs = [
        canary for canary in place.world.canaries if canary.owner in ("firm", "need", "document", "firm_approver")
    ]
    assert hits(park.get(address).text, theirs)
    with writing(place.app.state.engine) as session:
        personal.delete_organisation(session, by=viewer(session, place, "firm_admin"), now=NOW)
        session.commit()
    assert hits(park.get(address).text + park.get("/exchanges").text + park.get("/needs/open").text, theirs) == []
    assert park.get(f"/documents/{ids['document:firm']}").status_code == 404


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").isdigit()
