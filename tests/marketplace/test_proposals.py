"""Does a sheet change only when somebody of the park's office who did not write it lets it stand?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import capacity, members, parks
from marketplace.capacity import Proposal, SheetFields
from marketplace.database import day_of, writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Entry
from marketplace.members import PersonFields
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    viewer_as,
)
from marketplace.parks import Park, ParkFields

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def sheet(**said: object) -> SheetFields:
    return SheetFields.model_validate({"land_mu": 500, "land_mu_used": 100, "power_kva": "20 MVA", **said})


def colleague(session: Session, office: Viewer, role: Role, login: str = "") -> Viewer:
    organisation = session.get_one(Organisation, office.organisation_id)
    fields = PersonFields(person=str(role), login=login or f"{role}-colleague")
    return viewer_as(session, members.enter(session, organisation, fields, "-", role, now=NOW))


def propose(session: Session, park: Park, by: Viewer, **said: object) -> Proposal:
    made = capacity.submit_sheet(session, park, sheet(**said), by=by, now=NOW)
    assert isinstance(made, Proposal)
    return made


def free(session: Session, park: Park) -> object:
    return capacity.sheet_of(session, park, on=day_of(LATER))["land"].value


def test_what_an_editor_saves_waits_and_changes_nothing_for_others(
    session: Session, park: Park, office: Viewer
) -> None:
    version = park.version
    row = propose(session, park, colleague(session, office, Role.EDITOR))
    assert (free(session, park), park.version, row.status) == (None, version, "open")
    assert [(name, new) for name, _, new in capacity.lines_of(row.before, row.after)] == [
        ("land_mu", "500"),
        ("land_mu_used", "100"),
        ("power_kva", "20000"),
    ]
    capacity.approve(session, row, by=office, now=LATER)
    entry = capacity.sheet_of(session, park, on=day_of(LATER))["land"]
    assert (entry.value, entry.as_of, row.status) == (400, day_of(NOW), "approved")
    assert capacity.fields_of(session, park).typed == {"power_kva": "20 MVA"}


def test_the_only_approver_saves_at_once_and_the_journal_says_so(session: Session, park: Park, office: Viewer) -> None:
    assert capacity.submit_sheet(session, park, sheet(), by=office, now=NOW) is True
    assert free(session, park) == 400
    facts = session.exec(select(Entry.facts).where(Entry.about == "sheet")).one()
    assert facts == {"fields": ["land_mu", "land_mu_used", "power_kva"], "alone": True}
    assert capacity.submit_sheet(session, park, sheet(), by=office, now=NOW) is False


def test_of_two_approvers_each_waits_for_the_other_unless_four_eyes_are_off(
    session: Session, park: Park, office: Viewer
) -> None:
    second = colleague(session, office, Role.APPROVER)
    row = propose(session, park, office)
    with pytest.raises(NotFound):
        capacity.approve(session, row, by=office, now=NOW)
    capacity.approve(session, row, by=second, now=NOW)
    members.set_four_eyes(session, False, by=office, now=NOW)
    assert capacity.submit_sheet(session, park, sheet(land_mu=600), by=second, now=NOW) is True
    assert isinstance(
        capacity.submit_sheet(session, park, sheet(land_mu=700), by=colleague(session, office, Role.EDITOR), now=NOW),
        Proposal,
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_viewers_write_nothing_and_editors_decide_nothing(
    session: Session, park: Park, office: Viewer, role: Role
) -> None:
    row = propose(session, park, colleague(session, office, Role.EDITOR, "the-author"))
    other = colleague(session, office, role)
    with pytest.raises(NotFound):
        capacity.approve(session, row, by=other, now=NOW)
    with pytest.raises(NotFound):
        capacity.send_back(session, row, reason="不对", by=other, now=NOW)
    with pytest.raises(NotFound):
        capacity.save_sheet(session, park, sheet(), by=other, now=NOW)
    if role == Role.VIEWER:
        with pytest.raises(NotFound):
            capacity.submit_sheet(session, park, sheet(), by=other, now=NOW)
        with pytest.raises(NotFound):
            capacity.submit_reconfirmation(session, park, by=other, now=NOW)


def test_a_proposal_is_the_offices_own_matter(
    session: Session, park: Park, office: Viewer, other_office: Viewer, enterprise: Viewer
) -> None:
    row = propose(session, park, colleague(session, office, Role.EDITOR))
    viewer = colleague(session, office, Role.VIEWER)
    assert [found.id for found, _ in capacity.proposals_of(session, park, viewer)] == [row.id]
    for stranger in (other_office, enterprise):
        assert capacity.proposals_of(session, park, stranger) == []
        with pytest.raises(NotFound):
            capacity.proposal_by(session, park, row.public_id, stranger)
        with pytest.raises(NotFound):
            capacity.approve(session, row, by=stranger, now=NOW)


def test_a_proposal_against_an_older_sheet_is_a_conflict_and_stays_to_be_returned(
    session: Session, park: Park, office: Viewer
) -> None:
    editor = colleague(session, office, Role.EDITOR)
    first, second = propose(session, park, editor), propose(session, park, editor, land_mu=900)
    capacity.approve(session, first, by=office, now=NOW)
    with pytest.raises(Conflict):
        capacity.approve(session, second, by=office, now=NOW)
    assert free(session, park) == 400
    with pytest.raises(Refusal):
        capacity.send_back(session, second, reason="", by=office, now=NOW)
    capacity.send_back(session, second, reason="请按新清单重填", by=office, now=NOW)
    assert (second.status, second.reason) == ("returned", "请按新清单重填")
    with pytest.raises(Conflict):
        capacity.approve(session, second, by=office, now=NOW)


def test_a_change_of_the_parks_name_is_no_change_of_its_sheet(session: Session, park: Park, office: Viewer) -> None:
    row = propose(session, park, colleague(session, office, Role.EDITOR))
    parks.rename(session, park, "皖东先进制造园", by=office, now=NOW)
    capacity.approve(session, row, by=office, now=NOW)
    assert free(session, park) == 400


def test_that_all_still_holds_waits_for_an_approver_too(session: Session, park: Park, office: Viewer) -> None:
    old = date(2026, 9, 1)
    capacity.save_sheet(session, park, sheet(), by=None, now=NOW, as_of=old)
    row = capacity.submit_reconfirmation(session, park, by=colleague(session, office, Role.EDITOR), now=NOW)
    assert isinstance(row, Proposal)
    assert capacity.sheet_of(session, park, on=day_of(NOW))["land"].as_of == old
    capacity.approve(session, row, by=office, now=LATER)
    assert capacity.sheet_of(session, park, on=day_of(LATER))["land"].as_of == day_of(NOW)


def test_only_its_author_takes_a_proposal_back(session: Session, park: Park, office: Viewer) -> None:
    author = colleague(session, office, Role.EDITOR)
    row = propose(session, park, author)
    with pytest.raises(NotFound):
        capacity.take_proposal_back(session, row, by=office, now=NOW)
    capacity.take_proposal_back(session, row, by=author, now=NOW)
    with pytest.raises(Conflict):
        capacity.approve(session, row, by=office, now=NOW)


AMOUNTS = st.decimals(min_value=0, max_value=10**5, places=2, allow_nan=False).map(str)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    land=AMOUNTS,
    power=st.integers(0, 10**6).map(str),
    cod=AMOUNTS,
    modes=st.lists(st.sampled_from(["出让", "租赁"]), unique=True),
)
def test_a_kept_sheet_reads_back_as_the_same_sheet(land: str, power: str, cod: str, modes: list[str]) -> None:
    said = {"land_mu": f"{land} 公顷", "power_kva": power, "emissions_t_a": {"COD": cod}, "supply_modes": modes}
    fields = SheetFields.model_validate({**said, "available_on": "2027年6月", "chemical_park": "否"})
    assert SheetFields.model_validate(capacity.document(fields)) == fields


@pytest.mark.parametrize("_", range(3))
def test_of_two_approvers_at_once_one_lets_it_stand(engine: Engine, _: int) -> None:
    with writing(engine) as session:
        kind = OrganisationKind.PARK
        organisation = add_organisation(session, "丙管委会", kind, now=NOW, standing=Standing.VERIFIED)
        people = [
            viewer_as(
                session,
                members.enter(session, organisation, PersonFields(person=login, login=login), "-", role, now=NOW),
            )
            for login, role in (("one", Role.APPROVER), ("two", Role.ADMIN), ("three", Role.EDITOR))
        ]
        park = parks.join(session, ParkFields(name="丙园区"), by=people[1], now=NOW)
        code, public_id = park.code, propose(session, park, people[2]).public_id
        session.commit()
    barrier, results = Barrier(2), list[str]()

    def approve(by: Viewer) -> None:
        barrier.wait()
        with writing(engine) as session:
            try:
                park = parks.park_by_code(session, code)
                row, _ = capacity.proposal_by(session, park, public_id, by)
                capacity.approve(session, row, by=by, now=NOW)
                session.commit()
                results.append("done")
            except Conflict:
                results.append("conflict")

    start: Callable[[Viewer], Thread] = lambda by: Thread(target=approve, args=(by,))  # noqa: E731
    threads = [start(by) for by in people[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["conflict", "done"]
    with writing(engine) as session:
        assert session.exec(select(User)).first() is not None
        assert parks.park_by_code(session, code).version == 2
