"""Which list did an enterprise keep, and does the market of that moment still give it, bit for bit?"""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import history
from marketplace.database import Moment, public_id
from marketplace.errors import Fault, InputError, NotFound, Refusal
from marketplace.history import MarketState
from marketplace.matches import Catalogue, index_at
from marketplace.needs import Need, NeedFields, checked, document_of, need_by_id
from marketplace.organisations import Viewer
from matching.answers import ENGINE_VERSION, answer
from matching.index import Index
from matching.kept import Question, Replay, compared, digest, question_document, question_from, ranking_of, written
from matching.order import UNSWITCHED, Switches
from matching.reference import VERSION as REFERENCE_VERSION

KEPT_MOST = 100  # of one need


class KeptRanking(SQLModel, table=True):
    """A list as it was: everything it followed from, and its own bytes."""

    __tablename__ = "kept_ranking"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    need_id: int = Field(foreign_key="need.id", index=True)
    market_id: int = Field(foreign_key="market_state.id", index=True)
    asked_on: date
    question: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    engine: str = Field(max_length=24)
    reference: str = Field(max_length=40)
    learned: str = Field(default="", max_length=40)
    sha256: str = Field(max_length=64)
    answer: str = Field(sa_type=Text)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)

    @property
    def said(self) -> dict[str, Any]:
        """The answer as it was given."""
        found: dict[str, Any] = json.loads(self.answer)
        return found


def index_now(session: Session, market: Catalogue | None, *, on: date) -> Index:
    """The parks as this transaction sees them: the market's own index where it stands there, else from the history."""
    state = history.record(session)
    if market is not None:
        index = market.index(on)
        if state and market.stamp == (state.parks, state.versions):
            return index
    return Index.fit(()) if state is None else index_at(session, state.id, on=on)


def keep(
    session: Session,
    index: Index,
    need: Need,
    fields: NeedFields,
    *,
    on: date,
    now: datetime,
    top: int = 20,
    unverified_only: bool = False,
    switches: Switches = UNSWITCHED,
    institution: bool = True,
) -> KeptRanking:
    """Keeps the list these questions give now; `index` is `index_now`, `fields` are the need's with the weights in use.

    Raises NotFound where there are no parks, Refusal.
    """
    checked(fields)
    state = history.record(session)
    if state is None:
        raise NotFound
    _refuse_more(session, need)
    question = Question(document_of(fields), None, top, switches, unverified_only, institution)
    said = written(_answered(index, question))
    row = KeptRanking(
        need_id=need.id,
        market_id=state.id,
        asked_on=on,
        question=question_document(question),
        engine=ENGINE_VERSION,
        reference=REFERENCE_VERSION,
        learned=switches.learned.version if switches.learned else "",
        sha256=digest(said),
        answer=said,
        simulated=need.simulated,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def kept_of(session: Session, need: Need) -> list[KeptRanking]:
    """The kept lists of a need, newest first."""
    query = select(KeptRanking).where(KeptRanking.need_id == need.id)
    return list(session.exec(query.order_by(col(KeptRanking.created_at).desc(), col(KeptRanking.id).desc())))


def kept_by_id(session: Session, need_id: str, id: str, viewer: Viewer | None) -> KeptRanking:
    """A kept list of one's own need. Raises NotFound, the same for another's as for none."""
    need = need_by_id(session, need_id, viewer)
    query = select(KeptRanking).where(KeptRanking.need_id == need.id, KeptRanking.public_id == id)
    found = session.exec(query).first()
    if found is None:
        raise NotFound
    return found


def any_kept(session: Session, id: str) -> KeptRanking:
    """A kept list, for the platform's own work on the command line. Raises NotFound."""
    found = session.exec(select(KeptRanking).where(KeptRanking.public_id == id)).first()
    if found is None:
        raise NotFound
    return found


def replayed(session: Session, kept: KeptRanking) -> Replay:
    """Makes a kept list again from the history and compares the bytes."""
    index = index_at(session, kept.market_id, on=kept.asked_on)
    return compared(kept.said, kept.sha256, _answered(index, question_of(kept)))


def question_of(kept: KeptRanking) -> Question:
    """What was asked."""
    return question_from(kept.question)


def fields_of(kept: KeptRanking) -> NeedFields:
    """The need as it was."""
    return NeedFields.model_validate(kept.question["need"])


def state_of(session: Session, kept: KeptRanking) -> MarketState:
    """The market it stands on."""
    return session.get_one(MarketState, kept.market_id)


def _refuse_more(session: Session, need: Need) -> None:
    kept = select(KeptRanking.id).where(KeptRanking.need_id == need.id).limit(KEPT_MOST)
    if len(session.exec(kept).all()) >= KEPT_MOST:
        raise Refusal(Fault("need", "{most} lists of this need are kept already", {"most": KEPT_MOST}))


def _answered(index: Index, question: Question) -> dict[str, Any]:
    try:
        return answer(ranking_of(index, question))
    except InputError as error:
        raise Refusal(error.faults) from None
