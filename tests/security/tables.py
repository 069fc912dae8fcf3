"""What stands in every table, so that a test can say what a request changed?"""

import hashlib
from collections.abc import Iterable, Mapping

from fastapi import FastAPI
from sqlalchemy import select

from marketplace.database import reading
from marketplace.schema import METADATA


def checksums(app: FastAPI) -> Mapping[str, str]:
    """A digest of each table's rows."""
    found = {}
    with reading(app.state.engine) as session:
        for table in METADATA.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in session.connection().execute(select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str], *, allowed: Iterable[str] = ()) -> list[str]:
    """The tables that differ, but for those that may."""
    return [name for name in before if before[name] != after[name] and name not in set(allowed)]
