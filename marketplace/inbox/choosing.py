"""How does each person want each kind by mail?"""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlmodel import Session, col, select

from marketplace.inbox.kinds import Letter, NoticeKind, letter_of
from marketplace.inbox.tables import NoticeChoice
from marketplace.organisations import Viewer


def choices_of(session: Session, user_id: int) -> Mapping[NoticeKind, Letter]:
    """Every kind as this person has it, chosen or by itself."""
    chosen = {row.kind: row.letter for row in session.exec(select(NoticeChoice).where(NoticeChoice.user_id == user_id))}
    return {kind: chosen.get(kind, letter_of(kind)) for kind in NoticeKind}


def choose(session: Session, choices: Mapping[NoticeKind, Letter], *, by: Viewer) -> None:
    """A person's own choice; what is as the kind has it by itself is not kept."""
    kinds = list(choices)
    session.connection().execute(
        delete(NoticeChoice).where(col(NoticeChoice.user_id) == by.user_id, col(NoticeChoice.kind).in_(kinds))
    )
    for kind, letter in choices.items():
        if letter is not letter_of(kind):
            session.add(NoticeChoice(user_id=by.user_id, kind=kind, letter=letter))
    session.flush()
