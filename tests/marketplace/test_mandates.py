"""Does an agent act only under a mandate that holds today, and for one park at a time about one need?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import capacity, mandates, needs, parks
from marketplace.capacity import Proposal, SheetFields
from marketplace.database import writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Entry
from marketplace.mandates import Mandate, MandateStatus
from marketplace.needs import Need, NeedFields
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
from marketplace.plots import PlotFields, PlotKind
from marketplace.sheets import Row

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
UNTIL = date(2027, 6, 30)
USCC = "91350100M000100Y43"


def somebody(session: Session, kind: OrganisationKind, name: str, uscc: str | None = None) -> Viewer:
    standing = Standing.VERIFIED
    organisation = add_organisation(session, name, kind, now=NOW, standing=standing, uscc=uscc)
    user = User(login=name, name=name, password_hash="-", organisation_id=organisation.id, created_at=NOW)
    user.role = Role.ADMIN
    session.add(user)
    session.flush()
    return viewer_as(session, user)


@pytest.fixture
def agent(session: Session) -> Viewer:
    return somebody(session, OrganisationKind.ORGANIZER, "代理机构", USCC)


@pytest.fixture
def second(session: Session, other_office: Viewer) -> Park:
    return parks.join(session, ParkFields(name="乙园区", adcode="330100"), by=other_office, now=NOW)


@pytest.fixture
def need(session: Session, enterprise: Viewer) -> Need:
    fields = NeedFields.model_validate({"industry": "3841", "land_mu": 150})
    return needs.enter(session, fields, owner=enterprise, now=NOW)


def mandated(session: Session, park: Park, by: Viewer, agent: Viewer, until: date = UNTIL) -> Mandate:
    row = mandates.give(session, park, USCC, until, by=by, now=NOW)
    return mandates.answer(session, row.public_id, MandateStatus.ACTIVE, by=agent, now=NOW)


def test_a_mandate_holds_from_acceptance_until_its_day_or_its_end(
    session: Session, park: Park, office: Viewer, agent: Viewer
) -> None:
    row = mandates.give(session, park, USCC, UNTIL, by=office, now=NOW)
    assert not mandates.may_act_for_park(session, agent, park, now=NOW)
    mandates.answer(session, row.public_id, MandateStatus.ACTIVE, by=agent, now=NOW)
    assert mandates.may_act_for_park(session, agent, park, now=NOW)
    assert mandates.parks_of(session, agent, now=NOW) == [park]
    assert [found.id for found in mandates.agents_of(session, park, on=UNTIL)] == [agent.organisation_id]
    late = datetime(2027, 7, 1, tzinfo=UTC)
    assert not mandates.may_act_for_park(session, agent, park, now=late)
    mandates.answer(session, row.public_id, MandateStatus.ENDED, by=office, now=NOW)
    assert not mandates.may_act_for_park(session, agent, park, now=NOW)
    assert mandates.parks_of(session, agent, now=NOW) == []
    with pytest.raises(Conflict):
        mandates.answer(session, row.public_id, MandateStatus.ACTIVE, by=agent, now=NOW)


def test_what_an_agent_writes_waits_for_the_parks_own_approver(
    session: Session, park: Park, office: Viewer, agent: Viewer
) -> None:
    mandated(session, park, office, agent)
    row = capacity.submit_sheet(session, park, SheetFields.model_validate({"land_mu": 500}), by=agent, now=NOW)
    assert isinstance(row, Proposal)
    with pytest.raises(NotFound):
        capacity.approve(session, row, by=agent, now=NOW)
    capacity.approve(session, row, by=office, now=NOW)


def test_an_agent_neither_reads_nor_finds_out_by_trying_how_much_is_promised(
    session: Session, park: Park, office: Viewer, enterprise: Viewer, agent: Viewer
) -> None:
    mandated(session, park, office, agent)
    capacity.save_sheet(session, park, SheetFields.model_validate({"land_mu": 200}), by=None, now=NOW)
    fields = PlotFields.model_validate({"name": "A-01", "area_mu": 150})
    plot = capacity.list_plot(session, park, PlotKind.PLOT, fields, by=agent, now=NOW)
    about = {"for_kind": "exchange", "for_id": "abc", "owner_id": enterprise.organisation_id, "by": office}
    capacity.hold(session, park, {"land": 87 * 10**6}, plot=plot, now=NOW, **about)  # type: ignore[arg-type]
    assert [capacity.may_read_ledger(by, park) for by in (office, agent, enterprise)] == [True, False, False]
    items, cells = {"land_mu": "land_mu"}, [Row(2, {"item": "land_mu", "value": "86"})]
    drafts = [capacity.draft(session, park, cells, items, by=by) for by in (office, agent)]
    assert [len(each.rejects) for each in drafts] == [1, 0]
    made = capacity.submit_sheet(session, park, SheetFields.model_validate({"land_mu": 86}), by=agent, now=NOW)
    assert isinstance(made, Proposal)
    session.commit()
    with pytest.raises(Refusal) as told:
        capacity.approve(session, made, by=office, now=NOW)
    session.rollback()
    assert told.value.faults[0].params["short"] == 1
    refusals = []
    for area in (86, 87, 149):
        less = PlotFields.model_validate({"name": "A-01", "area_mu": area})
        with pytest.raises(Refusal) as refused:
            capacity.revise_plot(session, park, plot, less, version=plot.version, by=agent, now=NOW)
        session.rollback()
        refusals.append([(fault.message, fault.params) for fault in refused.value.faults])
    assert refusals == [[(capacity.plotted.PROMISED, {})]] * 3


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.PENDING])
def test_neither_an_unverified_agent_nor_one_of_an_unverified_office_acts(
    session: Session, park: Park, office: Viewer, agent: Viewer, standing: Standing
) -> None:
    mandated(session, park, office, agent)
    stopped = agent.model_copy(update={"standing": standing})
    assert not mandates.may_act_for_park(session, stopped, park, now=NOW)
    session.get_one(Organisation, office.organisation_id).standing = standing
    session.flush()
    assert not mandates.may_act_for_park(session, agent, park, now=NOW)


def test_a_mandate_ends_with_the_park_in_other_hands(
    session: Session, park: Park, office: Viewer, agent: Viewer
) -> None:
    mandated(session, park, office, agent)
    parks.give_up(session, park, version=park.version, by=office, now=NOW)
    assert not mandates.may_act_for_park(session, agent, park, now=NOW)


def test_a_viewer_of_an_agent_acts_for_nobody(session: Session, park: Park, office: Viewer, agent: Viewer) -> None:
    mandated(session, park, office, agent)
    reader = agent.model_copy(update={"role": Role.VIEWER})
    assert not mandates.may_act_for_park(session, reader, park, now=NOW)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_only_admins_give_accept_and_end_mandates(
    session: Session, park: Park, office: Viewer, agent: Viewer, role: Role
) -> None:
    with pytest.raises(NotFound):
        mandates.give(session, park, USCC, UNTIL, by=office.model_copy(update={"role": role}), now=NOW)
    row = mandates.give(session, park, USCC, UNTIL, by=office, now=NOW)
    for wrong in (agent.model_copy(update={"role": role}), office):
        with pytest.raises(NotFound):
            mandates.answer(session, row.public_id, MandateStatus.ACTIVE, by=wrong, now=NOW)


def test_nobody_gives_a_mandate_for_anothers_park_or_to_an_unknown_agent(
    session: Session, park: Park, office: Viewer, other_office: Viewer, enterprise: Viewer, agent: Viewer
) -> None:
    for wrong in (other_office, enterprise, agent):
        with pytest.raises(NotFound):
            mandates.give(session, park, USCC, UNTIL, by=wrong, now=NOW)
    with pytest.raises(Refusal):
        mandates.give(session, park, "91110000600037341L", UNTIL, by=office, now=NOW)
    for wrong_day in (date(2026, 11, 22), date(2036, 1, 1)):
        with pytest.raises(Refusal):
            mandates.give(session, park, USCC, wrong_day, by=office, now=NOW)
    mandates.give(session, park, USCC, UNTIL, by=office, now=NOW)
    with pytest.raises(Conflict):
        mandates.give(session, park, USCC, UNTIL, by=office, now=NOW)


def test_for_one_need_an_agent_speaks_for_one_park_until_the_owner_agrees(
    session: Session,
    park: Park,
    second: Park,
    need: Need,
    office: Viewer,
    other_office: Viewer,
    agent: Viewer,
    enterprise: Viewer,
    rival: Viewer,
) -> None:
    mandated(session, park, office, agent)
    mandated(session, second, other_office, agent)
    mandates.speak(session, need, park, by=agent, now=NOW)
    mandates.speak(session, need, park, by=agent, now=NOW)
    assert not mandates.may_speak(session, agent, second, need, now=NOW)
    with pytest.raises(Conflict):
        mandates.speak(session, need, second, by=agent, now=NOW)
    asked = mandates.ask_owner(session, need, by=agent, now=NOW)
    assert [row.id for row, _, _ in mandates.questions_to(session, enterprise)] == [asked.id]
    assert mandates.questions_to(session, rival) == []
    with pytest.raises(NotFound):
        mandates.answer_agent(session, asked.public_id, True, by=rival, now=NOW)
    mandates.answer_agent(session, asked.public_id, True, by=enterprise, now=NOW)
    mandates.speak(session, need, second, by=agent, now=NOW)


def test_the_other_park_may_be_spoken_for_once_the_first_talk_is_over(
    session: Session, park: Park, second: Park, need: Need, office: Viewer, other_office: Viewer, agent: Viewer
) -> None:
    mandated(session, park, office, agent)
    mandated(session, second, other_office, agent)
    mandates.speak(session, need, park, by=agent, now=NOW)
    mandates.fall_silent(session, need, park, agent.organisation_id, now=NOW)
    mandates.speak(session, need, second, by=agent, now=NOW)
    with pytest.raises(Conflict):
        mandates.speak(session, need, park, by=agent, now=NOW)


def test_an_agent_asks_about_a_need_it_speaks_about_alone(
    session: Session, park: Park, need: Need, office: Viewer, agent: Viewer, rival: Viewer
) -> None:
    mandated(session, park, office, agent)
    need.listing_id = "listedlisted"
    session.flush()
    with pytest.raises(NotFound):
        mandates.need_spoken_about(session, "listedlisted", agent)
    mandates.speak(session, need, park, by=agent, now=NOW)
    assert mandates.need_spoken_about(session, "listedlisted", agent) == need
    assert [row[:2] for row in mandates.voices_of(session, agent)] == [(need, park)]
    with pytest.raises(NotFound):
        mandates.need_spoken_about(session, "listedlisted", rival)


def test_an_office_with_two_parks_of_its_own_is_no_agent(
    session: Session, park: Park, need: Need, office: Viewer
) -> None:
    other = parks.join(session, ParkFields(name="甲园区二期"), by=office, now=NOW)
    for each in (park, other):
        mandates.speak(session, need, each, by=office, now=NOW)


def test_an_agent_acts_for_no_park_towards_an_enterprise_it_stands_for(
    session: Session, park: Park, need: Need, office: Viewer, agent: Viewer, enterprise: Viewer
) -> None:
    mandated(session, park, office, agent)
    row = mandates.give(session, None, USCC, UNTIL, by=enterprise, now=NOW)
    mandates.answer(session, row.public_id, MandateStatus.ACTIVE, by=agent, now=NOW)
    assert not mandates.may_speak(session, agent, park, need, now=NOW)
    with pytest.raises(NotFound):
        mandates.speak(session, need, park, by=agent, now=NOW)
    mandates.answer(session, row.public_id, MandateStatus.ENDED, by=agent, now=NOW)
    mandates.speak(session, need, park, by=agent, now=NOW)


def test_both_sides_find_the_mandate_in_their_journal(
    session: Session, park: Park, office: Viewer, agent: Viewer
) -> None:
    row = mandated(session, park, office, agent)
    entries = session.exec(select(Entry).where(Entry.about == "mandate", Entry.about_id == row.public_id)).all()
    both = {office.organisation_id, agent.organisation_id}
    assert {(entry.whose_id, entry.facts["mandate"]) for entry in entries} == {
        (whose, word) for whose in both for word in ("offered", "active")
    }


@pytest.mark.parametrize("_", range(3))
def test_of_two_parks_spoken_for_at_once_one_is_refused(engine: Engine, _: int) -> None:
    with writing(engine) as session:
        firm = somebody(session, OrganisationKind.ENTERPRISE, "甲企业")
        need = needs.enter(session, NeedFields(industry="3841"), owner=firm, now=NOW)
        agent = somebody(session, OrganisationKind.ORGANIZER, "代理机构", USCC)
        codes = []
        for name in ("甲园区", "乙园区"):
            office = somebody(session, OrganisationKind.PARK, f"{name}办")
            park = parks.join(session, ParkFields(name=name), by=office, now=NOW)
            mandated(session, park, office, agent)
            codes.append(park.code)
        need_id = need.id
        session.commit()
    barrier, results = Barrier(2), list[str]()

    def speak(code: str) -> None:
        barrier.wait()
        with writing(engine) as session:
            try:
                need, park = session.get_one(Need, need_id), parks.park_by_code(session, code)
                mandates.speak(session, need, park, by=agent, now=NOW + timedelta(seconds=1))
                session.commit()
                results.append("done")
            except Conflict:
                results.append("conflict")

    start: Callable[[str], Thread] = lambda code: Thread(target=speak, args=(code,))  # noqa: E731
    threads = [start(code) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["conflict", "done"]
