"""What happened in a project, in order?"""

from sqlmodel import Session, col, select

from marketplace.projects.tables import Project, StageEntry


def entries_of(session: Session, project: Project) -> list[StageEntry]:
    """Every stage that was entered, also what waits or came to nothing, in the order of the days."""
    query = select(StageEntry).where(StageEntry.project_id == project.id)
    return list(session.exec(query.order_by(col(StageEntry.reached_on), col(StageEntry.id))).all())
