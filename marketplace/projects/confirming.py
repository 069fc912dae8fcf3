"""What waits for whom, and how does the other side confirm it or turn it down?"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace.errors import Conflict, Fault, NotFound
from marketplace.exchanges import Side
from marketplace.journal import Act
from marketplace.lifecycle import rewrite
from marketplace.organisations import Viewer
from marketplace.projects import proofs, rules, signing, standing
from marketplace.projects.stages import Stage
from marketplace.projects.standing import Affair
from marketplace.projects.tables import Payment, Project, Signing, SigningKind, StageEntry

Entry = StageEntry | Signing | Payment
TABLES: tuple[Any, ...] = (StageEntry, Signing, Payment)
ANSWERED = Fault("entry", "This has been answered already: load the page again")


def waiting_in(session: Session, project: Project) -> list[Entry]:
    """What one side has said and the other has still to confirm."""
    return list(_waiting(session, project))


def one_sided_in(session: Session, project: Project) -> list[Signing]:
    """Contracts that bind who entered them alone, while the other side may still confirm."""
    if project.stage is Stage.TERMINATED:
        return []
    query = select(Signing).where(Signing.project_id == project.id, Signing.kind == SigningKind.CONTRACT)
    standing = query.where(col(Signing.stands_at).is_not(None), col(Signing.confirmed_by_id).is_(None))
    return list(session.exec(standing.order_by(col(Signing.id))).all())


def waits_for(session: Session, affairs: Sequence[Affair]) -> dict[int, int]:
    """Project id → how many entries wait for the reader's side, in three queries."""
    sides = {affair.project.id: affair.side for affair in affairs}
    found = dict.fromkeys(sides, 0)
    for table in TABLES if sides else ():
        open_ones = select(table.project_id, table.side).where(col(table.project_id).in_(sides))
        for id, side in session.exec(open_ones.where(col(table.stands_at).is_(None), col(table.ended_at).is_(None))):
            found[id] += side is not sides[id]
    return found


def may_answer(entry: Entry, by: Viewer) -> bool:
    """A signing and the end of a contract bind the organisation, the rest is a fact."""
    binds = isinstance(entry, Signing) or (isinstance(entry, StageEntry) and entry.stage is Stage.TERMINATED)
    return standing.may_sign(by) if binds else standing.may_enter(by)


def is_one_sided(entry: Entry) -> bool:
    """Whether it is a contract that stands by its document and binds who entered it alone."""
    return (
        isinstance(entry, Signing)
        and entry.kind is SigningKind.CONTRACT
        and entry.stands_at is not None
        and entry.confirmed_by_id is None
    )


def confirm(session: Session, project: Project, id: str, *, by: Viewer, now: datetime) -> Entry:
    """The other side confirms: it stands from here on, and a contract binds both.

    Raises NotFound, Refusal, Conflict where it was answered.
    """
    side, entry = _answered_by(session, project, id, by=by, now=now, agrees=True)
    if entry.side is side:
        raise NotFound
    if isinstance(entry, Signing) and is_one_sided(entry):
        signing.agree(session, project, entry, by=by, now=now)
        return entry
    if isinstance(entry, Signing):
        signing.recheck(session, project, entry, now)
    elif isinstance(entry, StageEntry):
        _recheck(session, project, entry, now)
    entry.confirmed_by_id = by.user_id
    rules.note_act(session, Act.CONFIRMED, project, by=by, now=now, entry=entry.public_id)
    if isinstance(entry, Signing):
        signing.stand(session, project, entry, by=by, now=now)
    elif isinstance(entry, StageEntry):
        rules.stand(session, project, entry, by=by, now=now)
    else:
        entry.stands_at = now
        session.flush()
        rewrite(session, project, version=project.version, now=now)
    return entry


def turn_down(session: Session, project: Project, id: str, *, by: Viewer, now: datetime) -> None:
    """The other side says no, or who said it takes it back. Raises NotFound, Conflict where it was answered."""
    _, entry = _answered_by(session, project, id, by=by, now=now)
    entry.ended_at = now
    session.flush()
    rewrite(session, project, version=project.version, now=now)
    rules.note_act(session, Act.DECLINED, project, by=by, now=now, entry=entry.public_id)


def _answered_by(
    session: Session, project: Project, id: str, *, by: Viewer, now: datetime, agrees: bool = False
) -> tuple[Side, Entry]:
    if not standing.may_enter(by):
        raise NotFound
    side = standing.locked(session, project, None, by=by, now=now)
    for table in TABLES:
        query = select(table).where(table.project_id == project.id, table.public_id == id)
        entry = session.exec(query.execution_options(populate_existing=True)).first()
        if entry is None:
            continue
        if not may_answer(entry, by):
            raise NotFound
        if not entry.waits and not (agrees and is_one_sided(entry)):
            raise Conflict(ANSWERED)
        return side, entry
    raise NotFound


def _recheck(session: Session, project: Project, entry: StageEntry, now: datetime) -> None:
    if entry.stage is Stage.TERMINATED:
        rules.check_day(project, entry.reached_on, now=now)
    else:
        rules.check_stage(session, project, entry.stage, entry.reached_on, now=now)
    proofs.check_past(now, reached_on=entry.reached_on)


def _waiting(session: Session, project: Project) -> Iterator[Entry]:
    for table in TABLES:
        query = select(table).where(table.project_id == project.id, col(table.stands_at).is_(None))
        yield from session.exec(query.where(col(table.ended_at).is_(None)).order_by(col(table.id))).all()
