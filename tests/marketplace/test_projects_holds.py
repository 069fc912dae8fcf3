"""Do holds become commitments with the contract, and are they free again at the end, whoever comes first?"""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import capacity, exchanges, needs, projects
from marketplace.capacity import Capacity, SheetFields
from marketplace.capacity.ledger import Hold, HoldStatus
from marketplace.database import writing
from marketplace.errors import NotFound, Refusal
from marketplace.exchanges import Exchange
from marketplace.needs import Need
from marketplace.organisations import Organisation, Standing, Viewer
from marketplace.parks import Park
from marketplace.projects import Project, ProjectFields, SigningKind, Stage, StageFields
from tests.marketplace.test_exchanges import opened
from tests.marketplace.test_projects import NOW, PAPER, ended, exchange, need, project, signed

__all__ = ["exchange", "need", "project"]  # fixtures
MU = 1_000_000


@pytest.fixture(autouse=True)
def sheet(session: Session, park: Park) -> None:
    said = {"land_mu": 200, "power_kva": 20_000}
    capacity.save_sheet(session, park, SheetFields.model_validate(said), by=None, now=NOW)


def land(session: Session, park: Park) -> tuple[int, int]:
    """Held and committed, in 亩."""
    session.flush()
    query = select(Capacity.held, Capacity.committed).where(Capacity.park_id == park.id, Capacity.resource == "land")
    held, committed = session.exec(query).one()
    return held // MU, committed // MU


def held(session: Session, project: Project, by: Viewer, mu: int = 150) -> Hold:
    return projects.hold_for(session, project, {"land": mu * MU}, by=by, now=NOW)


def test_a_contract_commits_what_is_held_and_nothing_before_it_does(
    session: Session, park: Park, project: Project, office: Viewer
) -> None:
    held(session, project, office)
    signed(session, project, office, SigningKind.LETTER_OF_INTENT)
    assert land(session, park) == (150, 0)
    signed(session, project, office, SigningKind.CONTRACT)
    assert land(session, park) == (0, 150)
    held(session, project, office, 10)  # what comes after the contract is committed at once
    assert land(session, park) == (0, 160)


def test_a_contract_that_waits_commits_when_it_is_confirmed(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    held(session, project, office)
    made = signed(session, project, office, paper=None)
    assert land(session, park) == (150, 0)
    projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    assert land(session, park) == (0, 150)


def test_more_than_is_free_is_refused_and_nothing_is_half_done(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    with pytest.raises(Refusal):
        held(session, project, office, 201)
    assert (land(session, park), projects.holds_for(session, project)) == ((0, 0), [])
    with pytest.raises(NotFound):
        held(session, project, enterprise)


def test_the_end_frees_what_is_held_and_what_is_committed(
    session: Session, park: Park, project: Project, office: Viewer
) -> None:
    held(session, project, office)
    signed(session, project, office)
    ended(session, project, office, PAPER)
    assert land(session, park) == (0, 0)
    [(hold, amounts)] = projects.holds_for(session, project)
    assert (hold.status, amounts) == (HoldStatus.RELEASED, {"land": 150 * MU})


def test_a_closed_exchange_frees_what_was_held_but_not_what_a_contract_committed(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    held(session, project, office)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    assert (land(session, park), project.stage) == ((0, 0), Stage.TERMINATED)


@pytest.mark.parametrize("why", ["need withdrawn", "park excluded", "organisation suspended", "another speaks"])
def test_whatever_closes_an_exchange_ends_its_project_and_frees_what_was_held(
    session: Session, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer, why: str
) -> None:
    held(session, project, office)
    match why:
        case "need withdrawn":
            needs.withdraw(session, need, by=enterprise, now=NOW)
            exchanges.close_fallen(session, need, by=enterprise, now=NOW)
        case "park excluded":
            need.hidden_from = needs.HiddenFrom(parks=[park.code])
            session.flush()
            exchanges.close_fallen(session, need, by=enterprise, now=NOW)
        case "organisation suspended":
            session.get_one(Organisation, enterprise.organisation_id).standing = Standing.SUSPENDED
            exchanges.close_fallen_of(session, enterprise.organisation_id, by=None, now=NOW)
        case _:
            park.owner_id = None
            exchanges.close_fallen_at(session, park, now=NOW)
    assert (land(session, park), project.stage) == ((0, 0), Stage.TERMINATED)


def test_what_is_set_aside_from_the_exchange_is_for_the_project_that_it_became(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, office: Viewer
) -> None:
    projects.reserve(session, exchange, need, park, {"land": 20 * MU}, by=office, now=NOW)
    made = projects.wait_for(session, exchange, need, park, {"land": 190 * MU}, by=office, now=NOW)
    assert (made.for_kind, made.for_id) == ("project", project.public_id)
    signed(session, project, office)
    assert land(session, park) == (0, 20)
    projects.reserve(session, exchange, need, park, {"land": 10 * MU}, by=office, now=NOW)
    assert land(session, park) == (0, 30)
    ended(session, project, office, PAPER)
    assert land(session, park) == (0, 0)


def test_what_was_held_before_a_project_goes_on_is_the_projects_again(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    opened(session, need, park, enterprise, office)
    projects.reserve(session, exchange, need, park, {"land": 20 * MU}, by=office, now=NOW)
    assert land(session, park) == (20, 0)
    projects.begin(session, exchange, need, park, ProjectFields(title="又一个"), by=enterprise, now=NOW)
    assert land(session, park) == (0, 20)  # its contract binds the park still


def test_what_lapsed_before_the_contract_is_not_committed(
    session: Session, park: Park, project: Project, office: Viewer
) -> None:
    hold = held(session, project, office)
    hold.expires_at = NOW - timedelta(seconds=1)
    session.flush()
    signed(session, project, office)
    [(after, _)] = projects.holds_for(session, project)
    assert after.status != HoldStatus.COMMITTED
    assert land(session, park)[1] == 0


def at_once(engine: Engine, *acts: Callable[[Session], Any]) -> list[Any]:
    """Each act in a transaction of its own, begun together; its answer, or the refusal."""
    barrier, answers = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[Session], Any]) -> None:
        with writing(engine) as session:
            barrier.wait()
            try:
                act(session)
                session.commit()
                answers[place] = "done"
            except Refusal as refused:
                session.rollback()
                answers[place] = type(refused).__name__

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def again(session: Session, project: Project) -> Project:
    return session.get_one(Project, project.id)


def test_of_two_confirmations_at_once_one_counts(
    session: Session, engine: Engine, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    held(session, project, office)
    made = signed(session, project, office, paper=None)
    session.commit()

    def act(mine: Session) -> None:
        projects.confirm(mine, again(mine, project), made.public_id, by=enterprise, now=NOW)

    assert sorted(at_once(engine, act, act)) == ["Conflict", "done"]
    session.expire_all()
    assert (land(session, park), project.stage) == ((0, 150), Stage.SIGNED)


def test_of_an_end_and_a_contract_at_once_nothing_stays_promised_to_an_ended_project(
    session: Session, engine: Engine, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    held(session, project, office)
    session.commit()
    answers = at_once(
        engine,
        lambda mine: signed(mine, again(mine, project), office),
        lambda mine: ended(mine, again(mine, project), enterprise, PAPER),
    )
    session.expire_all()
    assert "done" in answers
    expected = (0, 0) if project.stage is Stage.TERMINATED else (0, 150)
    assert land(session, park) == expected


def test_of_two_stages_at_once_one_counts_and_the_other_is_told(
    session: Session, engine: Engine, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office)
    version = project.version
    session.commit()

    def act(by: Viewer) -> Callable[[Session], Any]:
        fields = StageFields(stage=Stage.REGISTERED, reached_on=project.stage_on)
        return lambda mine: projects.advance(mine, again(mine, project), fields, PAPER, version=version, by=by, now=NOW)

    assert sorted(at_once(engine, act(office), act(enterprise))) == ["Conflict", "done"]
    session.expire_all()
    assert project.stage == Stage.REGISTERED
