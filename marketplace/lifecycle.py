"""Which status may follow which, and how does a row change without a race?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, select

from marketplace.errors import Conflict, Fault

CHANGED_MEANWHILE = Fault("version", "Somebody else changed this meanwhile: load the page again and repeat the change")


def rewrite(session: Session, row: Any, *, version: int, now: datetime, **values: Any) -> None:
    """Change columns of a row that still stands at `version`, and raise the version. Raises Conflict."""
    table = type(row)
    session.flush()
    result = session.connection().execute(
        update(table)
        .where(table.id == row.id, table.version == version)
        .values(**values, version=version + 1, updated_at=now)
    )
    _one_row(result, CHANGED_MEANWHILE)
    session.refresh(row)


def hold_still(session: Session, *rows: Any) -> None:
    """Lock rows before what hangs on them is written; they still stand as they were read. Raises Conflict.

    In the order of their ids, so that two who need the same rows never wait for each other. SQLite has one writer
    anyway and ignores the lock.
    """
    for row in sorted(rows, key=lambda row: int(row.id)):
        table = type(row)
        version = session.exec(select(table.version).where(table.id == row.id).with_for_update()).first()
        if version != row.version:
            raise Conflict(CHANGED_MEANWHILE)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The allowed moves of one noun: from a status to the statuses that may follow."""

    moves: Mapping[str, frozenset[str]]

    def may_move(self, before: str, after: str) -> bool:
        """Whether a button may be shown."""
        return after in self.moves.get(before, frozenset())

    def move(self, session: Session, row: Any, to: str, *, now: datetime, **values: Any) -> None:
        """Change the status in one guarded UPDATE and raise the version. Raises Conflict if it moved meanwhile."""
        before, table = str(row.status), type(row)
        message = "This is no longer {before}, so it cannot become {after}: load the page again"
        moved = Fault("status", message, {"before": before, "after": to})
        if not self.may_move(before, to):
            raise Conflict(moved)
        session.flush()
        result = session.connection().execute(
            update(table)
            .where(table.id == row.id, table.status == before)
            .values(**values, status=to, version=table.version + 1, updated_at=now)
        )
        _one_row(result, moved)
        session.refresh(row)


def _one_row(result: CursorResult[Any], fault: Fault) -> None:
    if result.rowcount != 1:
        raise Conflict(fault)
