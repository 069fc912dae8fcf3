"""Which parks did the owner of a need look at, and which did they mark? What learning may look at, and no more.

Consent-light: only acts of the need's own organisation on its own need, once each per park; who of them it was is not
kept, nor does it show in a log. Beside a signal stands what its list followed from, so that it can be made again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import history
from marketplace.database import Moment, Word, one_of
from marketplace.errors import NotFound
from marketplace.needs import Need
from marketplace.organisations import Viewer, may_act_for, may_see_for
from marketplace.parks import Park


class SignalKind(StrEnum):
    """What happened between a need and a park; now only the first two occur."""

    DETAIL = "detail"
    FAVOURITE = "favourite"
    CONTACT = "contact"
    MEETING = "meeting"
    MOU = "mou"
    SIGNED = "signed"


class Signal(SQLModel, table=True):
    """One kind of act on one park for one need: at which rank the park was shown, on which day, by which question."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("need_id", "park_id", "kind"),
        CheckConstraint("rank >= 1", name="rank"),
        one_of("kind", SignalKind),
    )

    id: int = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id", index=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    kind: SignalKind = Field(sa_type=Word(SignalKind))
    rank: int | None = None
    asked_on: date
    question: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    market_id: int = Field(foreign_key="market_state.id", index=True)
    at: datetime = Field(sa_type=Moment)


def note(
    session: Session,
    need: Need,
    park: Park,
    kind: SignalKind,
    question: Mapping[str, Any],
    *,
    on: date,
    by: Viewer,
    now: datetime,
    rank: int | None = None,
) -> bool:
    """Keeps that something happened, the first time it does; whether it was the first. Raises NotFound.

    `question` is NEED.json as the list was asked for, with the weights in use.
    """
    may = may_see_for if kind == SignalKind.DETAIL else may_act_for  # to look is noted, to mark is an act
    if not may(by, need.owner_id):
        raise NotFound
    state = history.record(session)
    if state is None or kind in kinds_of(session, need, park):
        return False
    signal = Signal(
        need_id=need.id,
        park_id=park.id,
        kind=kind,
        rank=rank,
        asked_on=on,
        question=dict(question),
        market_id=state.id,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(signal)
    except IntegrityError:  # the same click twice at the same moment
        return False
    return True


def forget(session: Session, need: Need, park: Park, kind: SignalKind, *, by: Viewer) -> None:
    """Takes a mark away again. Raises NotFound."""
    if not may_act_for(by, need.owner_id):
        raise NotFound
    query = select(Signal).where(Signal.need_id == need.id, Signal.park_id == park.id, Signal.kind == kind)
    for signal in session.exec(query):
        session.delete(signal)
    session.flush()


def kinds_of(session: Session, need: Need, park: Park) -> frozenset[SignalKind]:
    """What happened between a need and a park."""
    query = select(Signal.kind).where(Signal.need_id == need.id, Signal.park_id == park.id)
    return frozenset(SignalKind(kind) for kind in session.exec(query))


def favourites_of(session: Session, need: Need) -> frozenset[str]:
    """Codes of the parks marked for a need."""
    marked = select(Park.code).join(Signal, col(Signal.park_id) == Park.id)
    marked = marked.where(Signal.need_id == need.id, Signal.kind == SignalKind.FAVOURITE)
    return frozenset(session.exec(marked))


def lists_seen(session: Session) -> list[tuple[Sequence[Signal], Mapping[int, str]]]:
    """The signals of one need and day together, oldest day first, with the codes of their parks by id."""
    grouped: dict[tuple[date, int], list[Signal]] = {}
    query = select(Signal).order_by(col(Signal.asked_on), col(Signal.need_id), col(Signal.id))
    for signal in session.exec(query):
        grouped.setdefault((signal.asked_on, signal.need_id), []).append(signal)
    codes: dict[int, str] = dict(session.exec(select(Park.id, Park.code)).all())
    return [(rows, codes) for rows in grouped.values()]
