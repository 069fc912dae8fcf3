"""Does a sheet still say what it said when somebody opened its form?

A form carries a mark of what the sheet says, not the park's version, which every hold raises as well. Who writes locks
the park before the look: of two editors the second waits, and then sees what the first one saved.
"""

from sqlmodel import Session

from marketplace.capacity.sections import Section, document, mark
from marketplace.capacity.sheet import fields_of
from marketplace.parks import Park


def lock(session: Session, park: Park) -> None:
    """Nobody else writes a park's sheet or ledger until this transaction ends; the park as it stands then."""
    session.flush()
    session.refresh(park, with_for_update={"key_share": True})


def mark_of(session: Session, park: Park, section: Section | None, *, locked: bool = False) -> str:
    """What changes when a sheet or one section of it says something else; `locked` for who is about to write."""
    if locked:
        lock(session, park)
    return mark(document(fields_of(session, park)), section)


def stamp(session: Session, park: Park, *, locked: bool = False) -> int:
    """The mark of the whole sheet as a number, as other forms carry a version."""
    return int(mark_of(session, park, None, locked=locked), 16)
