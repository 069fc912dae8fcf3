"""What does a person carry away: everything that is kept about them, in a form programs read?

Source: 个人信息保护法 45. Hashes and keys are no use to anybody but a thief, and are left out.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlmodel import Session, SQLModel, col

from marketplace import journal
from marketplace.journal import Act, Entry
from marketplace.organisations import Organisation, User, Viewer
from marketplace.personal.inventory import INVENTORY, Gone

SECRET = ("_hash", "secret", "salt", "content")
MOST = 20_000  # entries of the journal
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def own_rows(session: Session, viewer: Viewer) -> Rows:
    """Every row about a person by table, the organisation they act for, and their part of the journal."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    people = {kept.table: kept.person for kept in INVENTORY if kept.person}
    for name, person in sorted(people.items()):
        table = SQLModel.metadata.tables[name]
        found[name] = _rows(session, table, table.c[person] == viewer.user_id)
    house = session.get_one(Organisation, viewer.organisation_id)
    found["organisation"] = [{"name": house.name, "kind": str(house.kind), "standing": str(house.standing)}]
    mine = or_(col(Entry.by_user_id) == viewer.user_id, col(Entry.about_id) == _public_id(session, viewer))
    entries = journal.entries(session, mine, journal.Asked(), most=MOST)
    found["journal"] = [
        {"at": row.at, "act": str(row.act), "about": row.about, "about_id": row.about_id, "facts": row.facts}
        for row in entries
    ]
    return found


def as_zip(rows: Rows, as_csv: Callable[[Sequence[str], Sequence[Sequence[object]]], bytes]) -> bytes:
    """One JSON document of everything, and a CSV of each table that has rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        for name, table in rows.items():
            if table:
                headings = list(table[0])
                archive.writestr(f"{name}.csv", as_csv(headings, [[row[key] for key in headings] for row in table]))
    return out.getvalue()


def _rows(session: Session, table: Table, condition: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if _is_told(table, column)]
    query = select(*columns).where(condition)
    return [dict(row._mapping) for row in session.connection().execute(query)]


def _is_told(table: Table, column: Column[Any]) -> bool:
    """No keys, no numbers of rows; of what a person wrote for their organisation their own words and when, no more."""
    if column.name.endswith(SECRET) or column.primary_key or column.foreign_keys:
        return False
    about = [kept for kept in INVENTORY if kept.table == table.name]
    if any(kept.gone in (Gone.STRUCK, Gone.HOUSE) for kept in about):
        return column.name.endswith("_at") or any(column.name in kept.columns for kept in about)
    return True


def _public_id(session: Session, viewer: Viewer) -> str:
    return session.get_one(User, viewer.user_id).public_id


def note_export(session: Session, viewer: Viewer, *, now: datetime) -> None:
    """That somebody carried their data away is written down."""
    about = _public_id(session, viewer)
    journal.note(session, Act.EXPORTED, "user", about, by=viewer, now=now, whose=viewer.organisation_id)
