"""Which parks are to be read anew, and which of them has this transaction touched?"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col

from marketplace.parks.tables import Park

_RISEN = "parks risen"  # in Session.info
_RAISE = (
    update(Park)
    .where(col(Park.id).in_(bindparam("ids", expanding=True)))
    .values(version=col(Park.version) + 1, updated_at=bindparam("at"))
)


def raise_versions(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """What is said of these parks changed: every list is made anew, and the history keeps them as they are now."""
    session.connection().execute(_RAISE, {"ids": sorted(ids), "at": now})
    session.info.setdefault(_RISEN, set()).update(ids)


def risen_in(session: Session) -> list[int]:
    """The parks that were raised since this was asked last. Others may have been changed in other ways."""
    return sorted(session.info.pop(_RISEN, ()))
