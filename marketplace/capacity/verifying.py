"""Which figures rest on a paper that the platform has not compared yet, and what does it say of one?

A figure is `document` from the day its paper stands until either changes. The platform makes it `verified`, or
`declared` again with its doubt: so a figure nobody compared is never called verified (record 0080).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from marketplace import inbox, journal
from marketplace.capacity.evidence import Evidence, say, undocumented
from marketplace.capacity.tables import OF_PARK, Capacity, Term
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, Entry
from marketplace.lifecycle import hold_still
from marketplace.organisations import Role, Viewer, may_moderate
from marketplace.parks import Park
from marketplace.resources import Source

MOST = 200


class Doubt(StrEnum):
    """Why a paper does not show the figure."""

    OTHER_FIGURE = "other_figure"
    OTHER_PLACE = "other_place"
    OUT_OF_DATE = "out_of_date"
    NO_ISSUER = "no_issuer"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Paper:
    """A source with its document that stands beside a figure, and where that figure is from now."""

    evidence: Evidence
    park: Park
    source: Source

    @property
    def waits(self) -> bool:
        """Whether nobody compared the two yet; what is invented is not compared."""
        return self.source is Source.DOCUMENT


def papers(session: Session, by: Viewer) -> list[Paper]:
    """Every figure with a paper that stands: first what waits, the oldest paper first. Raises NotFound."""
    if not may_moderate(by):
        raise NotFound
    found = [Paper(row, park, Source(source)) for each in _joined() for row, park, source in session.exec(each)]
    return sorted(found, key=lambda paper: (not paper.waits, paper.evidence.created_at, paper.evidence.id))[:MOST]


def paper_by_id(session: Session, id: str, by: Viewer) -> Paper:
    """One of them. Raises NotFound."""
    if not may_moderate(by):
        raise NotFound
    for each in _joined():
        found = session.exec(each.where(Evidence.public_id == id)).first()
        if found is not None:
            return Paper(found[0], found[1], Source(found[2]))
    raise NotFound


def waiting_papers(session: Session) -> tuple[int, datetime | None]:
    """How many figures wait to be compared with their papers, and since when: for the platform's desk."""
    counts = [
        each.with_only_columns(func.count(), func.min(Evidence.created_at)).where(source == Source.DOCUMENT)
        for each, source in zip(_joined(), (col(Capacity.source), col(Term.source)), strict=True)
    ]
    rows = [session.exec(each).one() for each in counts]
    return sum(count for count, _ in rows), min((first for _, first in rows if first), default=None)


def may_compare(by: Viewer, paper: Paper) -> bool:
    """The platform's moderators, but nobody of their own organisation's park."""
    return may_moderate(by) and by.organisation_id != paper.park.owner_id


def verify(session: Session, id: str, *, by: Viewer, now: datetime) -> None:
    """The figure is what its paper says; a later change of either ends that. Raises NotFound, Conflict."""
    _conclude(session, id, Source.VERIFIED, by=by, now=now)


def doubt(session: Session, id: str, why: str, *, by: Viewer, now: datetime) -> None:
    """The paper does not show the figure: it is the park's own word again. Raises NotFound, Refusal, Conflict."""
    if why not in set(Doubt):
        paper_by_id(session, id, by)
        raise Refusal(Fault("why", "Choose why the paper does not show the figure: the park reads it"))
    _conclude(session, id, Source.DECLARED, by=by, now=now, doubt=why)


def doubt_of(session: Session, park: Park, name: str) -> tuple[Doubt, datetime] | None:
    """What the platform doubted last about a figure, and when; None where it said something else since."""
    about = select(Entry).where(Entry.about == "evidence", Entry.about_id == park.code, Entry.act == Act.CHANGED)
    for entry in session.exec(about.order_by(col(Entry.id).desc()).limit(MOST)):
        if entry.facts.get("name") == name:
            why = entry.facts.get("doubt")
            return (Doubt(why), entry.at) if why else None
    return None


def _conclude(session: Session, id: str, source: Source, *, by: Viewer, now: datetime, **facts: Any) -> None:
    paper = paper_by_id(session, id, by)
    if not may_compare(by, paper):
        raise NotFound
    hold_still(session, paper.park)
    if not paper.waits:
        raise Conflict(Fault("source", "The figure was changed or looked at meanwhile: nothing waits here now"))
    park, name = paper.park, paper.evidence.name
    say(session, park, name, source, now=now)
    about = {"by": by, "now": now, "whose": park.owner_id, "name": name, "source": str(source), **facts}
    journal.note(session, Act.CHANGED, "evidence", park.code, **about)
    if park.owner_id is not None:
        told: dict[str, Any] = {"to": park.owner_id, "about": ("evidence", paper.evidence.public_id)}
        inbox.tell(session, NoticeKind.FIGURE_COMPARED, now=now, least=Role.EDITOR, park=park.code, name=name, **told)


def _joined() -> Sequence[Any]:
    """(source in words, park, where the figure is from) of resources and of terms, without the documents."""
    stands = and_(col(Evidence.stands), col(Evidence.kind) != "")
    of_line = and_(col(Capacity.park_id) == Evidence.park_id, col(Capacity.resource) == Evidence.name, OF_PARK)
    of_term = and_(col(Term.park_id) == Evidence.park_id, col(Term.name) == Evidence.name)
    return [
        select(Evidence, Park, col(table.source))
        .join(Park, col(Park.id) == Evidence.park_id)
        .join(table, own)
        .where(stands)
        .options(undocumented())
        for table, own in ((Capacity, of_line), (Term, of_term))
    ]
