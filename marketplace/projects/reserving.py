"""Which amounts of the park are set aside for a project, and what becomes of them at the contract and at the end?

The ledger knows no projects: it is told `for_kind` and `for_id`. A hold becomes a commitment only here, once a contract
stands.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace.capacity.ledger import Hold
from marketplace.organisations import Viewer
from marketplace.projects.tables import Project

FOR = "project"


def holds_for(session: Session, project: Project) -> list[Hold]:
    """Everything that is or was set aside for a project, in order."""
    query = select(Hold).where(Hold.for_kind == FOR, Hold.for_id == project.public_id)
    return list(session.exec(query.order_by(col(Hold.id))).all())


def commit_all(session: Session, project: Project, *, by: Viewer, now: datetime) -> None:
    """What is held is committed, in the transaction of the contract."""


def release_all(session: Session, project: Project, *, by: Viewer | None, now: datetime) -> None:
    """What is held or committed is free again, in the transaction of the end."""
