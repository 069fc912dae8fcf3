"""Which status may follow which, and how does it change without a race?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from marketplace.errors import Conflict, Fault


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The allowed moves of one noun: from a status to the statuses that may follow."""

    moves: Mapping[str, frozenset[str]]

    def may_move(self, before: str, after: str) -> bool:
        return after in self.moves.get(before, frozenset())

    def move(self, session: Session, row: Any, to: str, *, now: datetime) -> None:
        """Change the status in one guarded UPDATE and raise the version. Raises Conflict if it moved meanwhile."""
        before, table = row.status, type(row)
        if not self.may_move(before, to):
            raise Conflict(_moved(before, to))
        changed = session.connection().execute(
            update(table)
            .where(table.id == row.id, table.status == before)
            .values(status=to, version=table.version + 1, updated_at=now)
        )
        if changed.rowcount != 1:
            raise Conflict(_moved(before, to))
        session.refresh(row)


def _moved(before: str, after: str) -> Fault:
    message = "This is no longer {before}, so it cannot become {after}: load the page again"
    return Fault("status", message, {"before": before, "after": after})
