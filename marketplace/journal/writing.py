"""How is an act written down, and what may never stand in it?"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from marketplace.journal.tables import Act, Entry
from marketplace.organisations import Viewer

_WORD = re.compile(r"[A-Za-z0-9_.,:;/{}+*-]{0,80}")
_TELLING = re.compile(  # a telephone number or the like, a unified social credit code
    r"(?<![0-9A-Za-z])[0-9]{7,}(?![0-9A-Za-z])|(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])"
)
_MOST = 10**7
_INTO = insert(Entry)


def is_word_of_ours(value: object) -> bool:
    """Whether a fact can be a word, code or count of ours: no name, address, sentence or telephone number is one."""
    match value:
        case None | bool():
            return True
        case int() | float():
            return abs(value) < _MOST
        case str():
            return bool(_WORD.fullmatch(value)) and not _TELLING.search(value)
        case Mapping():
            return all(is_word_of_ours(each) for pair in value.items() for each in pair)
        case list() | tuple():
            return all(is_word_of_ours(each) for each in value)
    return False


def note(
    session: Session,
    act: Act,
    about: str,
    about_id: str,
    *,
    by: Viewer | None,
    now: datetime,
    whose: int | None = None,
    **facts: Any,
) -> None:
    """Write an act down in its own transaction; `by` None is the platform's own doing. See `said_of` for the facts."""
    enter_all(session, [said_of(act, about, about_id, by=by, now=now, whose=whose, **facts)])


def enter_all(session: Session, acts: Sequence[Mapping[str, Any]]) -> None:
    """Write acts down in one go, in their order, each as `said_of` says it."""
    if acts:
        session.flush()
        session.connection().execute(_INTO, acts)


def said_of(
    act: Act, about: str, about_id: str, *, by: Viewer | None, now: datetime, whose: int | None = None, **facts: Any
) -> dict[str, Any]:
    """An act to be written with others in one go.

    `facts` are names, numbers and words of ours (a field's name, a level, a reason's kind), never a confidential value:
    a fact that no code of ours can be (Chinese, spaces, @, a long number) is a ValueError, ours to mend.
    """
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    wrong = [name for name, value in told.items() if not is_word_of_ours(value)]
    if wrong:
        raise ValueError(f"the journal keeps words and counts of ours, no values: {', '.join(wrong)}")
    return {
        "at": now,
        "act": act,
        "by_user_id": by.user_id if by else None,
        "by_organisation_id": by.organisation_id if by else None,
        "about": about,
        "about_id": about_id,
        "whose_id": whose,
        "facts": told,
    }
