"""What happened in a project, in order?"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlmodel import Session, col, or_, select

from marketplace import talks
from marketplace.exchanges import Exchange, Side
from marketplace.projects.stages import Stage
from marketplace.projects.tables import Payment, Project, Signing, StageEntry
from marketplace.talks import Origin
from marketplace.talks.acts import ELSEWHERE, Did, Step

Row = TypeVar("Row", StageEntry, Signing, Payment)


def entries_of(session: Session, project: Project) -> list[StageEntry]:
    """Every stage that was entered, also what waits or came to nothing, in the order of the days."""
    query = select(StageEntry).where(StageEntry.project_id == project.id)
    return list(session.exec(query.order_by(col(StageEntry.reached_on), col(StageEntry.id))).all())


def latest_entered(session: Session, project: Project, table: type[Row]) -> Row | None:
    """What was entered last of a kind and has not come to nothing."""
    query = select(table).where(table.project_id == project.id, col(table.ended_at).is_(None))
    return session.exec(query.order_by(col(table.id).desc())).first()


def origin_of(session: Session, project: Project) -> Origin | None:
    """From where a project was handed on, and whose the first talk was; None where that was its own park's."""
    if project.lead_id == project.organisation_id:
        return None
    return talks.origin_of(session, session.get_one(Exchange, project.exchange_id), earlier=True)


def latest(session: Session, exchanges: Iterable[int]) -> Iterator[tuple[int, Step]]:
    """When something was last entered in the project of an exchange: that it was assessed and fed back is past.

    A project that ended in an earlier round says nothing of this one.
    """
    query = select(Project).join(Exchange).where(col(Project.exchange_id).in_(exchanges))
    of_round = or_(Project.stage != Stage.TERMINATED, col(Project.updated_at) >= col(Exchange.since_at))
    for project in session.exec(query.where(of_round)):
        yield project.exchange_id, Step(Side.PARK, Did.PROJECT, project.updated_at)


ELSEWHERE.append(latest)
