"""Is the journal what was written, entry by entry?

Each seal is the SHA-256 of the seal before it and of one entry. Who can write to the database can also write a whole
new chain: an auditor keeps the last digest outside and later asks whether it is still in the chain.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, String, func, text, type_coerce
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from marketplace.database import reading, writing
from marketplace.journal.tables import Entry, Seal

GENESIS = "0" * 64
LOOK_BACK = 10_000  # ids below the last sealed one where a slow transaction of PostgreSQL may still commit an entry
AT_ONCE = 1000
_LOCK = 20261125  # of PostgreSQL: one sealer at a time
_TOLD: tuple[Any, ...] = (
    col(Entry.id).label("id"),
    col(Entry.at).label("at"),
    type_coerce(col(Entry.act), String).label("act"),  # an act of tomorrow, or none, is read as it stands
    col(Entry.by_user_id).label("by_user_id"),
    col(Entry.by_organisation_id).label("by_organisation_id"),
    col(Entry.about).label("about"),
    col(Entry.about_id).label("about_id"),
    col(Entry.whose_id).label("whose_id"),
    col(Entry.facts).label("facts"),
)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold."""

    seal: int
    entry: int | None
    why: str  # "changed", "removed" (the entry), "seal" (a seal is missing)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole journal found."""

    sealed: int
    unsealed: int
    digest: str
    broken: Broken | None
    kept_at: int | None = None  # the seal that has the digest an auditor kept

    @property
    def is_sound(self) -> bool:
        """Whether every sealed entry is as it was sealed."""
        return self.broken is None


def seal(session: Session, *, everywhere: bool = False) -> int:
    """Chain the next entries that are not sealed yet, and say how many; what commits late is sealed in its turn.

    `everywhere` looks at the whole journal and not at its end alone. The caller commits.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    number, digest = _last(session)
    rows = session.connection().execute(_unsealed(session, everywhere).limit(AT_ONCE)).all()
    for row in rows:
        number, digest = number + 1, _digest(digest, row)
        session.add(Seal(id=number, entry_id=row.id, digest=digest))
    session.flush()
    return len(rows)


def seal_all(engine: Engine, *, everywhere: bool = False) -> int:
    """Seal until nothing is left, a thousand entries a transaction; writes nothing where there is nothing."""
    done = 0
    while _is_any_unsealed(engine, everywhere):
        with writing(engine) as session:
            done += seal(session, everywhere=everywhere)
            session.commit()
    return done


def sealed(session: Session) -> tuple[int, str, int]:
    """How many entries are sealed, the last digest, and how many of the newest wait for their seal."""
    number, digest = _last(session)
    waiting = (
        session.connection().execute(columns(func.count()).select_from(_unsealed(session).subquery())).scalar_one()
    )
    return number, digest, waiting


def verify(session: Session, *, kept: str | None = None) -> Verdict:
    """Walk the chain from its beginning to the first place where it does not hold; reads only."""
    number, digest, broken = 0, GENESIS, None
    kept_at = 0 if kept == GENESIS else None
    while broken is None and (links := _links(session, number)):
        for link in links:
            broken = _fault(number, digest, link)
            if broken:
                break
            number, digest = link.seal, link.digest
            kept_at = number if digest == kept else kept_at
    count = session.exec(select(func.count()).select_from(Seal)).one()
    waiting = _count(session, _unsealed(session, everywhere=True))
    return Verdict(count, waiting, digest, broken, kept_at)


def _last(session: Session) -> tuple[int, str]:
    found = session.exec(select(Seal.id, Seal.digest).order_by(col(Seal.id).desc()).limit(1)).first()
    return (found[0], found[1]) if found else (0, GENESIS)


def _unsealed(session: Session, everywhere: bool = False) -> Any:
    query = columns(*_TOLD).outerjoin(Seal, col(Seal.entry_id) == col(Entry.id)).where(col(Seal.id).is_(None))
    newest = None if everywhere else session.exec(select(func.max(Seal.entry_id))).one()
    if newest is not None:
        query = query.where(col(Entry.id) > newest - LOOK_BACK)
    return query.order_by(col(Entry.id))


def _count(session: Session, query: Any) -> int:
    return session.connection().execute(columns(func.count()).select_from(query.subquery())).scalar_one()


def _is_any_unsealed(engine: Engine, everywhere: bool) -> bool:
    with reading(engine) as session:
        return session.connection().execute(_unsealed(session, everywhere).limit(1)).first() is not None


def _links(session: Session, after: int, most: int = AT_ONCE) -> Sequence[Any]:
    """Seals with their entries. A value that cannot even be read stands alone, as an entry that is not what it was."""
    named = columns(col(Seal.id).label("seal"), col(Seal.entry_id).label("entry_id"), col(Seal.digest), *_TOLD)
    query = named.select_from(Seal).outerjoin(Entry, col(Seal.entry_id) == col(Entry.id)).where(col(Seal.id) > after)
    try:
        return session.connection().execute(query.order_by(col(Seal.id)).limit(most)).all()
    except (ValueError, TypeError):
        if most > 1:
            return _links(session, after, 1)
    bare: Any = columns(col(Seal.id).label("seal"), col(Seal.entry_id).label("entry_id"), text("NULL AS at"))
    return session.connection().execute(bare.where(col(Seal.id) > after).order_by(col(Seal.id)).limit(1)).all()


def _fault(number: int, digest: str, link: Any) -> Broken | None:
    if link.seal != number + 1:
        return Broken(number + 1, None, "seal")
    if "id" not in link._mapping:
        return Broken(link.seal, link.entry_id, "changed")
    if link.id is None:
        return Broken(link.seal, link.entry_id, "removed")
    return None if _digest(digest, link) == link.digest else Broken(link.seal, link.entry_id, "changed")


def _digest(before: str, row: Any) -> str:
    """SHA-256 of the digest before and the entry as JSON with sorted names, UTC to the microsecond."""
    told = {column.name: getattr(row, column.name) for column in _TOLD}
    told["at"] = row.at.isoformat(timespec="microseconds")
    words = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{words}".encode()).hexdigest()
