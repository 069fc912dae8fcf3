"""Was this very request done already, and what was it answered?

The key is claimed first and the answer noted last in the transaction of the effect: either both are there or neither
(record 0072). Who asks again while the first is under way waits for it. Nothing of what was said is kept, only hashes,
the status and where the answer can be read.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from marketplace.database import Moment
from marketplace.errors import Fault, Refusal

ANOTHER = "This key was used for another request: what was sent first is done, send what is new with a key of its own"


class Once(SQLModel, table=True):
    """A request that was done. The row is found by a hash of who asked and the key they gave."""

    __tablename__ = "once"

    key: str = Field(primary_key=True, max_length=64)
    request: str = Field(max_length=64)  # a hash of method, address and body
    status: int = 0
    location: str = Field(default="", sa_type=Text)
    content: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=Moment, index=True)


@dataclass(frozen=True, slots=True)
class Done:
    """What a request was answered: where it led, and at which address its content can be read again."""

    status: int
    location: str = ""
    content: str = ""


def claim(connection: Connection, key: str, request: str, *, now: datetime) -> Done | None:
    """The answer to this request if it was done before; None makes it ours until the transaction ends.

    Call it before anything else of the transaction. Raises Refusal where the key stands for another request.
    """
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = kind.insert(Once).values(key=key, request=request, status=0, location="", content="", created_at=now)
    if connection.execute(row.on_conflict_do_nothing(index_elements=["key"]).returning(col(Once.key))).first():
        return None
    columns = select(col(Once.request), col(Once.status), col(Once.location), col(Once.content))
    before, status, location, content = connection.execute(columns.where(col(Once.key) == key)).one()
    if before != request:
        raise Refusal(Fault("Idempotency-Key", ANOTHER))
    return Done(status, location, content)


def answered(session: Session, key: str, done: Done) -> None:
    """Note what the request is answered, in its transaction."""
    values = {"status": done.status, "location": done.location, "content": done.content}
    session.connection().execute(update(Once).where(col(Once.key) == key).values(**values))


def let_go(session: Session, key: str) -> None:
    """Nothing was done: the key may be used again."""
    session.connection().execute(delete(Once).where(col(Once.key) == key))


def hashed(*parts: str | bytes) -> str:
    """One hash of several parts, none of which runs into the next."""
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8) + raw)
    return whole.hexdigest()
