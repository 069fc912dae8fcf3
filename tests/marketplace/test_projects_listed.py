"""Does a list of projects show what each one's own page shows, in as many queries for many as for one?"""

from collections.abc import Callable
from contextlib import suppress

from sqlmodel import Session, select

from marketplace import exchanges, projects
from marketplace.errors import NotFound
from marketplace.feeds.entries import of_projects
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.projects import Project, ProjectFields, SigningKind
from tests.marketplace.test_exchanges import listed, opened
from tests.marketplace.test_parks import statements
from tests.marketplace.test_projects import NOW, exchange, need, project, signed

__all__ = ["exchange", "need", "project"]  # fixtures


def test_many_projects_are_listed_in_as_many_queries_as_one(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    def listing(by: Viewer) -> list[int]:
        found = projects.affairs_of(session, by, now=NOW)
        return [*projects.waits_for(session, found), *(0 for _ in of_projects(session, by, now=NOW))]

    few = [statements(session, lambda: listing(by)) for by in (office, enterprise)]  # noqa: B023 - called at once
    for number in range(9):
        another = listed(session, enterprise)
        talk = opened(session, another, park, enterprise, office)
        made = projects.begin(session, talk, another, park, ProjectFields(title=f"{number} 期"), by=office, now=NOW)
        signed(session, made, office, SigningKind.FRAMEWORK, paper=None)
    session.flush()
    session.expire_all()
    assert [len(listing(by)) for by in (office, enterprise)] == [10, 10]
    assert [statements(session, lambda: listing(by)) for by in (office, enterprise)] == few  # noqa: B023


def test_a_list_shows_what_each_projects_own_page_shows(
    session: Session, park: Park, project: Project, office: Viewer, enterprise: Viewer, rival: Viewer
) -> None:
    another = listed(session, enterprise)
    talk = opened(session, another, park, enterprise, office)
    projects.begin(session, talk, another, park, ProjectFields(title="三期"), by=office, now=NOW)
    signed(session, project, office)
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: exchanges.withdraw(session, talk, another, park, by=office, now=NOW),
        lambda: setattr(park, "owner_id", rival.organisation_id),
    ]
    for step in steps:
        step()
        session.flush()
        for by in (office, enterprise, rival):
            ids = [row.public_id for row in session.exec(select(Project)).all()]
            alone = []
            for id in ids:
                with suppress(NotFound):
                    alone.append(projects.affair_by_id(session, id, by, now=NOW))
            shown = projects.affairs_of(session, by, now=NOW)
            assert sorted(shown, key=lambda each: each.project.id) == sorted(alone, key=lambda each: each.project.id)
