"""Does a cohort say what became of what was signed, without counting anything twice or mixing what is not the same?"""

from datetime import timedelta

import pytest
from sqlmodel import Session

from marketplace import cohorts, exchanges, projects
from marketplace.cohorts import By
from marketplace.errors import NotFound
from marketplace.exchanges import Exchange
from marketplace.needs import Need
from marketplace.organisations import OrganisationKind, Viewer
from marketplace.parks import Park, ParkFields, join
from marketplace.projects import OccasionFields, PaymentFields, Project, ProjectFields, ProofKind, SigningKind, Stage
from tests.marketplace.conftest import viewer
from tests.marketplace.test_exchanges import listed, opened
from tests.marketplace.test_projects import (
    NOW,
    PAPER,
    TODAY,
    approve,
    ended,
    exchange,
    need,
    project,
    signed,
    tell,
)

__all__ = ["exchange", "need", "project"]  # fixtures
LETTER, FRAME, CONTRACT = SigningKind
FEN = 1_000_000  # of 1 万元
DAY = timedelta(days=1)


@pytest.fixture
def clerk(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.PLATFORM, "平台")


def occasion(session: Session, clerk: Viewer, title: str) -> projects.Occasion:
    fields = OccasionFields(title=title, held_on=TODAY, adcode="340000")
    return projects.add_occasion(session, fields, by=clerk, now=NOW)


def start(session: Session, project: Project, office: Viewer) -> None:
    for stage in (Stage.REGISTERED, Stage.SUPPLIED):
        tell(session, project, stage, office)
    for kind in (ProofKind.EIA_APPROVAL, ProofKind.ENERGY_EXEMPTION):
        approve(session, project, kind, office)
    tell(session, project, Stage.STARTED, office)


def another(session: Session, park: Park, enterprise: Viewer, office: Viewer, title: str) -> Project:
    other = listed(session, enterprise)
    talk = opened(session, other, park, enterprise, office)
    return projects.begin(session, talk, other, park, ProjectFields(title=title), by=office, now=NOW)


def test_a_project_signed_twice_counts_once_and_the_second_occasion_has_the_increment(
    session: Session, project: Project, office: Viewer, clerk: Viewer
) -> None:
    first, second = occasion(session, clerk, "第一场"), occasion(session, clerk, "第二场")
    signed(session, project, office, amount=80_000, occasion=first.public_id)
    signed(session, project, office, amount=95_000, occasion=second.public_id)
    found = {row.key: row for row in cohorts.cohorts(cohorts.histories(session, clerk, now=NOW), By.OCCASION, on=TODAY)}
    assert (found[first.id].signed, found[second.id].signed) == (1, 0)
    assert [found[each.id].amounts for each in (first, second)] == [{CONTRACT: 80_000 * FEN}, {CONTRACT: 15_000 * FEN}]
    assert cohorts.whole(cohorts.histories(session, clerk, now=NOW), on=TODAY).amounts == {CONTRACT: 95_000 * FEN}


def test_kinds_are_never_added_up(session: Session, project: Project, office: Viewer, clerk: Viewer) -> None:
    for kind, amount in ((LETTER, 50_000), (FRAME, 60_000), (CONTRACT, 40_000)):
        signed(session, project, office, kind, amount)
    [row] = cohorts.cohorts(cohorts.histories(session, clerk, now=NOW), By.MODE, on=TODAY)
    assert row.amounts == {LETTER: 50_000 * FEN, FRAME: 60_000 * FEN, CONTRACT: 40_000 * FEN}


def test_signed_started_producing_ended_and_the_money_that_came_in(
    session: Session, park: Park, project: Project, enterprise: Viewer, office: Viewer, clerk: Viewer
) -> None:
    signed(session, project, office)
    start(session, project, office)
    paid = PaymentFields(paid_on=TODAY, amount_10k=20_000)
    projects.pay(session, project, paid, PAPER, version=project.version, by=office, now=NOW)
    projects.pay(session, project, paid, version=project.version, by=office, now=NOW)  # nobody confirmed it
    other = another(session, park, enterprise, office, "另一项")
    signed(session, other, office, LETTER)
    ended(session, other, office)
    for by in By:
        rows = cohorts.cohorts(cohorts.histories(session, clerk, now=NOW), by, on=TODAY)
        row = cohorts.whole(cohorts.histories(session, clerk, now=NOW), on=TODAY)
        assert sum(each.signed for each in rows) == 2
        assert (row.signed, row.started, row.producing, row.ended) == (2, 1, 0, 1)
        assert (row.paid_fen, row.paid_share) == (20_000 * FEN, 0.25)


def test_a_promise_is_kept_by_starting_by_the_day_of_the_first_contract(
    session: Session, park: Park, project: Project, enterprise: Viewer, office: Viewer, clerk: Viewer
) -> None:
    signed(session, project, office)
    other = another(session, park, enterprise, office, "另一项")
    signed(session, other, office)
    start(session, project, office)
    rows = cohorts.histories(session, clerk, now=NOW)
    early, late = cohorts.whole(rows, on=TODAY), cohorts.whole(rows, on=TODAY + 90 * DAY)
    assert (early.due, early.kept_share) == (0, None)
    assert (late.due, late.kept, late.kept_share) == (2, 1, 0.5)


def test_what_waits_for_confirmation_counts_nowhere(
    session: Session, project: Project, office: Viewer, clerk: Viewer
) -> None:
    signed(session, project, office, paper=None)
    assert cohorts.histories(session, clerk, now=NOW) == []


def test_a_park_reads_its_own_and_of_others_nothing_below_five(
    session: Session, project: Project, office: Viewer, other_office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office)
    assert [row.project.id for row in cohorts.histories(session, office, now=NOW)] == [project.id]
    assert cohorts.histories(session, other_office, now=NOW) == []
    assert cohorts.others(session, other_office, on=TODAY) is None
    with pytest.raises(NotFound):
        cohorts.histories(session, enterprise, now=NOW)


def test_one_signing_more_tells_nothing_of_it_in_what_a_park_reads_of_others(
    session: Session, office: Viewer, enterprise: Viewer
) -> None:
    told = []
    for number in range(6):
        house = viewer(session, OrganisationKind.PARK, f"第{number}园区")
        place = join(session, ParkFields(name=house.name, adcode="330100"), by=house, now=NOW)
        signed(session, another(session, place, enterprise, house, "项目"), house, amount=10_000 * (number + 1))
        told.append(cohorts.others(session, office, on=TODAY))
    assert told == [None] * 4 + [cohorts.Others(5, 0, 0, simulated=False)] * 2


@pytest.mark.parametrize(("kind", "left"), [(LETTER, 0), (CONTRACT, 1)])
def test_what_went_with_a_withdrawn_consent_counts_for_the_platform_and_no_longer_for_the_park(
    session: Session,
    exchange: Exchange,
    need: Need,
    park: Park,
    project: Project,
    office: Viewer,
    enterprise: Viewer,
    clerk: Viewer,
    kind: SigningKind,
    left: int,
) -> None:
    made = signed(session, project, office, kind, paper=None)
    projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    assert [len(cohorts.histories(session, by, now=NOW)) for by in (clerk, office)] == [1, left]
