"""Does a contract bind only who entered or confirmed it, in what stays, what ends and what is committed?"""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from marketplace import capacity, exchanges, projects
from marketplace.capacity import Ask, WaitingStatus
from marketplace.errors import Conflict, NotFound
from marketplace.exchanges import Exchange, Side
from marketplace.needs import Need
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park
from marketplace.projects import Project, Stage
from tests.marketplace.test_exchanges import person
from tests.marketplace.test_projects import NOW, ended, exchange, need, project, signed
from tests.marketplace.test_projects_holds import MU, held, land, sheet

__all__ = ["exchange", "need", "project", "sheet"]  # fixtures
Close = Callable[[Viewer], None]


@pytest.fixture
def close(session: Session, exchange: Exchange, need: Need, park: Park) -> Close:
    return lambda by: exchanges.withdraw(session, exchange, need, park, by=by, now=NOW)


def seen(session: Session, project: Project, *readers: Viewer) -> list[bool]:
    """Whether each reads the project, alone and in the list."""
    found = []
    for by in readers:
        listed = [affair.project.id for affair in projects.affairs_of(session, by, now=NOW)] == [project.id]
        try:
            projects.affair_by_id(session, project.public_id, by, now=NOW)
        except NotFound:
            assert not listed
            found.append(False)
        else:
            assert listed
            found.append(True)
    return found


def test_a_contract_of_the_other_side_alone_keeps_nothing_of_who_withdraws(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer, close: Close
) -> None:
    held(session, project, office)
    signed(session, project, office)
    assert (projects.bound_by(session, project), land(session, park)) == ({Side.PARK}, (0, 150))
    close(enterprise)
    assert (project.stage, land(session, park)) == (Stage.TERMINATED, (0, 0))
    assert seen(session, project, office, enterprise) == [False, False]


def test_what_both_said_stays_for_both_whoever_withdraws(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer, close: Close
) -> None:
    held(session, project, office)
    made = signed(session, project, office)
    projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    with pytest.raises(Conflict):
        projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    close(enterprise)
    assert (project.stage, land(session, park)) == (Stage.SIGNED, (0, 150))
    assert seen(session, project, office, enterprise) == [True, True]


def test_who_entered_a_contract_does_not_get_out_of_it_by_withdrawing_and_the_other_may_still_end_it(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer, close: Close
) -> None:
    held(session, project, office)
    signed(session, project, office)
    close(office)
    assert (project.stage, land(session, park)) == (Stage.SIGNED, (0, 150))
    assert seen(session, project, office, enterprise) == [True, True]
    ended(session, project, person(session, enterprise, "theirs", Role.EDITOR))
    assert (project.stage, land(session, park)) == (Stage.TERMINATED, (0, 0))
    assert seen(session, project, office, enterprise) == [False, False]


def test_who_is_not_bound_ends_alone_and_who_is_bound_does_not(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, enterprise)
    ended(session, project, enterprise)
    assert project.stage == Stage.SIGNED
    [waits] = projects.waiting_in(session, project)
    projects.turn_down(session, project, waits.public_id, by=enterprise, now=NOW)
    ended(session, project, person(session, office, "clerk", Role.EDITOR))
    assert project.stage == Stage.TERMINATED


def test_the_parks_land_is_committed_only_once_a_contract_binds_the_park(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    held(session, project, office)
    made = signed(session, project, enterprise)
    held(session, project, office, 10)
    assert land(session, park) == (160, 0)
    with pytest.raises(NotFound):
        projects.confirm(session, project, made.public_id, by=person(session, office, "clerk", Role.EDITOR), now=NOW)
    projects.confirm(session, project, made.public_id, by=office, now=NOW)
    assert (projects.bound_by(session, project), land(session, park)) == ({Side.NEED, Side.PARK}, (0, 160))


def test_a_round_that_lapses_takes_nothing_that_an_earlier_one_left_standing(
    session: Session, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer, close: Close
) -> None:
    signed(session, project, office)
    close(office)
    again = exchanges.show_interest(session, need, park, by=office, now=NOW)
    assert seen(session, project, office, enterprise) == [True, True]
    need.hidden_from = type(need.hidden_from)(parks=[park.code])
    session.flush()
    exchanges.close_fallen(session, need, by=None, now=NOW)
    assert (again.status, project.stage) == ("closed", Stage.SIGNED)


def test_what_the_queue_was_offered_is_committed_when_it_is_taken_under_a_contract(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    held(session, project, office, 150)
    for_project = ("project", project.public_id, enterprise.organisation_id, office)
    waiting = capacity.join_queue(session, Ask(park.id, {"land": 40 * MU}, *for_project), now=NOW)
    assert waiting.status == WaitingStatus.OFFERED
    signed(session, project, office)
    assert land(session, park) == (40, 150)  # an offer nobody took is no promise yet
    projects.take_offer(session, waiting, by=office, now=NOW)
    assert (waiting.status, land(session, park)) == (WaitingStatus.TAKEN, (0, 190))


def test_what_the_queue_was_offered_stays_held_while_no_contract_binds_the_park(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    for_project = ("project", project.public_id, enterprise.organisation_id, office)
    waiting = capacity.join_queue(session, Ask(park.id, {"land": 40 * MU}, *for_project), now=NOW)
    signed(session, project, enterprise)
    projects.take_offer(session, waiting, by=office, now=NOW)
    assert land(session, park) == (40, 0)
