"""What was learned from the signals, how crowded is each park, and which of it orders a list?

Versions are stored, promoted or refused; a list names the ones it was made with, so that it can be made again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace.database import Moment, day_of
from marketplace.errors import InputError, NotFound
from marketplace.matches import as_need, index_at
from marketplace.needs import STANDING, Need
from marketplace.signals import Signal, lists_seen
from matching.congestion import CAP, demand_for, prices_from
from matching.crowds import ENTERPRISES_LEAST, blind_prices
from matching.documents import need_from
from matching.index import Index
from matching.learn import TERMS, WORTH, Learned, Seen, division_of, fields_of, shares_of
from matching.learned_form import learned_from
from matching.order import Switches
from matching.promotion import is_promoted, judged_update
from matching.records import Ranking, Standing

SEEN_MOST = 50  # of one list: further down nobody looked


class LearnedVersion(SQLModel, table=True):
    """What was learned with the figures of their gate, promoted or refused."""

    __tablename__ = "learned"

    id: int = Field(default=None, primary_key=True)
    version: str = Field(unique=True, max_length=40)
    promoted: bool
    document: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    made_at: datetime = Field(sa_type=Moment)


class Crowding(SQLModel, table=True):
    """The prices of the crowded parks at a moment, from all open needs together."""

    __tablename__ = "crowding"

    id: int = Field(default=None, primary_key=True)
    version: str = Field(unique=True, max_length=40)
    needs: int
    prices: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    made_at: datetime = Field(sa_type=Moment)


def learn(session: Session, *, now: datetime, on: date | None = None, seed: int = 0) -> Learned:
    """Learns from the signals up to a day, judges them on the later ones, and stores the verdict.

    What the choices of few enterprises taught orders nobody's list: it would tell what they look for.
    """
    lists = [seen for seen in _lists(session) if on is None or seen.on <= on]
    current = learned_version(session)
    learned = judged_update(lists, _next_version(session, LearnedVersion, now), current=current, seed=seed)
    if is_promoted(learned) and enterprises_heard(session, on) < ENTERPRISES_LEAST:
        message = "Refused: fewer than five enterprises chose"
        learned = replace(learned, gate={**learned.gate, "promoted": False, "why": message})
    row = LearnedVersion(version=learned.version, promoted=is_promoted(learned), document=learned.document, made_at=now)
    session.add(row)
    session.flush()
    return learned


def enterprises_heard(session: Session, on: date | None = None) -> int:
    """How many enterprises the signals up to a day are of."""
    query = select(Need.owner_id).join(Signal, col(Signal.need_id) == Need.id).distinct()
    return len(session.exec(query if on is None else query.where(Signal.asked_on <= on)).all())


def learned_version(session: Session, version: str | None = None) -> Learned | None:
    """A stored version, or the last that was promoted; None where none was. Raises NotFound for an unknown one."""
    query = select(LearnedVersion).order_by(col(LearnedVersion.id).desc())
    query = query.where(LearnedVersion.promoted) if version is None else query.where(LearnedVersion.version == version)
    row = session.exec(query.limit(1)).first()
    if row is None and version is not None:
        raise NotFound
    return None if row is None else learned_from(row.document)


def measure_crowding(session: Session, index: Index, *, now: datetime, cap: float = CAP) -> Crowding:
    """Prices the parks by all open needs as they stand, and stores them. Raises Refusal.

    Needs are blind: only parks have a price that so many enterprises draw on that it tells of none of them.
    """
    needs = session.exec(select(Need).where(col(Need.status).in_(STANDING)).order_by(col(Need.id)))
    counted = [need for need in needs if _is_ranked(need)]
    asked = [as_need(need) for need in counted]
    demand = demand_for(asked, index)
    row = Crowding(
        version=_next_version(session, Crowding, now),
        needs=len(asked),
        prices=blind_prices(demand, [need.owner_id for need in counted], cap),
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def crowding(session: Session, version: str | None = None) -> Crowding | None:
    """Stored prices, or the last. Raises NotFound for an unknown version."""
    query = select(Crowding).order_by(col(Crowding.id).desc())
    row = session.exec((query if version is None else query.where(Crowding.version == version)).limit(1)).first()
    if row is None and version is not None:
        raise NotFound
    return row


def switches_for(
    session: Session, *, uncrowded: str | None = None, learned: str | None = None, diverse: bool = False
) -> Switches:
    """What orders a list that names these versions. Raises NotFound, the same for a refused one as for none."""
    prices = crowding(session, uncrowded) if uncrowded else None
    found = learned_version(session, learned) if learned else None
    if found and not is_promoted(found):
        raise NotFound
    return Switches(prices_from(prices.prices) if prices else None, found, diverse)


def _is_ranked(need: Need) -> bool:
    """Whether one place is enough for it: pairs of places crowd nobody yet."""
    return str(need.mode) in ("relocation", "market_product")


def _next_version(session: Session, table: type[LearnedVersion] | type[Crowding], now: datetime) -> str:
    """The day and a number: 2026-11-23-1."""
    day = day_of(now).isoformat()
    same = session.exec(select(table.version).where(col(table.version).startswith(day + "-"))).all()
    return f"{day}-{1 + len(same)}"


def _lists(session: Session) -> list[Seen]:
    """What was shown and what was chosen of it: each list made again from the history."""
    indexes: dict[tuple[int, date], Index] = {}
    found = []
    for signals, codes in lists_seen(session):
        last = signals[-1]
        key = (last.market_id, last.asked_on)
        if key not in indexes:
            indexes = {key: index_at(session, last.market_id, on=last.asked_on)}  # days come in order: one is enough
        try:
            need = need_from(last.question)
            ranking = indexes[key].parks_for(need, top=SEEN_MOST, misses=0)
        except InputError:  # a question of an older form teaches nothing
            continue
        owner = session.get_one(Need, last.need_id).owner_id
        found.append(_seen(ranking, signals, codes, str(owner), division_of(need)))
    return found


def _seen(ranking: Ranking, signals: Sequence[Signal], codes: Mapping[int, str], owner: str, division: str) -> Seen:
    worth: dict[str, float] = {}
    rank: dict[str, int] = {}
    for signal in signals:
        code = codes[signal.park_id]
        worth[code] = max(worth.get(code, 0.0), WORTH[signal.kind])
        if signal.rank:
            rank[code] = signal.rank
    shares = [shares_of(match) for match in ranking.results]
    listed = tuple(match.park.code for match in ranking.results)
    return Seen(
        on=signals[-1].asked_on,
        owner=owner,
        division=division,
        parks=listed,
        fields=fields_of(match.park for match in ranking.results),
        share=np.array([[share.get(name, 0.0) for name in TERMS] for share in shares]).reshape(-1, len(TERMS)),
        score=np.array([match.score for match in ranking.results]),
        tier=np.array([match.standing is not Standing.FEASIBLE for match in ranking.results], dtype=np.intp),
        worth=np.array([worth.get(code, 0.0) for code in listed]),
        rank=np.array([rank.get(code, place) for place, code in enumerate(listed, start=1)], dtype=np.float64),
    )
