"""How does a project begin, move from stage to stage, and end?

Every rule locks need, exchange and project, in this order, and judges anew: two who act at the same moment act one
after the other, and the second is told that the project has changed.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace import exchanges, inbox, talks
from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges import Exchange, Side
from marketplace.exchanges.rules import ENDINGS, OVER, lock
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, note
from marketplace.lifecycle import rewrite
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.projects import proofs, reserving, standing
from marketplace.projects.fields import EndFields, ProjectFields, StageFields
from marketplace.projects.stages import EARLY, LIFE, ORDER, PROVEN, ProofKind, Stage
from marketplace.projects.tables import Payment, Project, Reason, Signing, StageEntry
from marketplace.uploads import Upload

NOT_NEXT = Fault("stage", "Stages from the signing on are reached one after the other: this is not the next one")
NO_CONTRACT = Fault("stage", "This takes a contract: a letter of intent or framework agreement leads no further")
BY_SIGNING = Fault("stage", "A project is signed by entering what was signed, with its amount")
BY_ENDING = Fault("stage", "A project is ended with a reason")
BACK = "Dates never go back: the stage before was reached on {day}"
WAITS = Fault("stage", "Another stage waits for the other side's confirmation: take it back first")


def begin(
    session: Session, exchange: Exchange, need: Need, park: Park, fields: ProjectFields, *, by: Viewer, now: datetime
) -> Project:
    """An open exchange becomes a project; asking again gives the same one. Raises NotFound, Conflict.

    What ended only because the exchange was closed goes on where it stood, now that both sides have agreed anew.
    """
    if exchanges.side_of(exchange, by) is None or not standing.may_enter(by):
        raise NotFound
    lock(session, exchange, need, park, now=now)
    if exchange.status != exchanges.ExchangeStatus.OPEN:
        raise Conflict(OVER)
    if (found := session.exec(select(Project).where(Project.exchange_id == exchange.id)).first()) is not None:
        _resume(session, found, by=by, now=now)
        if found.stage is not Stage.TERMINATED:
            reserving.take_over(session, exchange, found, by=by, now=now)
        return found
    first = min(at for at in (exchange.need_interest_at, exchange.park_interest_at, now) if at is not None)
    origin = talks.origin_of(session, exchange)
    made = Project(
        exchange_id=exchange.id,
        need_id=need.id,
        park_id=park.id,
        owner_id=exchange.owner_id,
        organisation_id=exchange.organisation_id,
        title=fields.title,
        mode=need.mode,
        stage_on=day_of(first),
        lead_id=origin.lead_id if origin else exchange.organisation_id,
        lead_since=origin.lead_since if origin else first,
        simulated=exchange.simulated,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    side = exchanges.side_of(exchange, by) or Side.PARK
    for stage, on in ((Stage.LEAD, day_of(first)), (Stage.TALKS, day_of(exchange.since_at))):
        entry = _entry(made, side, StageFields(stage=stage, reached_on=on), by=by, now=now)
        session.add(entry)
        stand(session, made, entry, by=by, now=now)
    tell_other(session, made, NoticeKind.PROJECT_BEGUN, by=by, now=now)
    reserving.take_over(session, exchange, made, by=by, now=now)
    return made


def advance(
    session: Session,
    project: Project,
    fields: StageFields,
    upload: Upload | None = None,
    *,
    version: int,
    by: Viewer,
    now: datetime,
) -> StageEntry:
    """A side says that a stage was reached. Up to the signing its word is enough; later a document, or it waits for the
    other side's confirmation. Raises NotFound, Refusal, Conflict.
    """
    if not standing.may_enter(by):
        raise NotFound
    side = standing.locked(session, project, version, by=by, now=now)
    check_stage(session, project, fields.stage, fields.reached_on, now=now)
    _none_waits(session, project)
    entry = _entry(project, side, fields, by=by, now=now)
    if upload is not None:
        entry.proof_id = proofs.keep(session, project, ProofKind.STAGE, upload, side, by=by, now=now).id
    session.add(entry)
    if upload is not None or fields.stage in EARLY:
        stand(session, project, entry, by=by, now=now)
    else:
        _await(session, project, entry, by=by, now=now)
    return entry


def terminate(
    session: Session,
    project: Project,
    fields: EndFields,
    upload: Upload | None = None,
    *,
    version: int,
    by: Viewer,
    now: datetime,
) -> StageEntry:
    """A side ends a project with a reason; what was set aside for it is free again. Whom a contract binds needs a
    document or the other side's confirmation. Raises NotFound, Refusal, Conflict.
    """
    if not standing.may_enter(by):
        raise NotFound
    side = standing.locked(session, project, version, by=by, now=now)
    is_bound = side in standing.bound_by(session, project)
    if is_bound and not standing.may_sign(by):
        raise NotFound
    _check_end(project, fields.reached_on, now)
    _none_waits(session, project)
    entry = _entry(project, side, StageFields(stage=Stage.TERMINATED, reached_on=fields.reached_on), by=by, now=now)
    entry.reason, entry.words = fields.reason, fields.words
    if upload is not None:
        entry.proof_id = proofs.keep(session, project, ProofKind.STAGE, upload, side, by=by, now=now).id
    session.add(entry)
    if upload is not None or not is_bound:
        stand(session, project, entry, by=by, now=now)
    else:
        _await(session, project, entry, by=by, now=now)
    return entry


def let_go(session: Session, exchange: Exchange, *, by: Viewer | None, now: datetime, was_open: bool = True) -> None:
    """A closed exchange ends its project and frees what was set aside, unless a contract binds who closed it.

    What nobody closed by hand ends unless it binds both. A round that was never open ends what is left of an earlier
    one only where a side withdrew from it.
    """
    own = select(Project).where(Project.exchange_id == exchange.id).with_for_update()
    project = session.exec(own.execution_options(populate_existing=True)).first()
    if project is None or project.stage is Stage.TERMINATED:
        return
    bound = standing.bound_by(session, project)
    if len(bound) == len(Side) or exchange.closed_by in bound:
        return
    if bound and exchange.closed_by is None and not was_open:
        return
    side = standing.side_of(project, by) or Side.PARK
    house = by.organisation_id if by is not None else project.organisation_id
    entry = StageEntry(
        project_id=project.id,
        side=side,
        organisation_id=house,
        user_id=by.user_id if by is not None else None,
        stage=Stage.TERMINATED,
        reached_on=max(day_of(now), project.stage_on),
        reason=Reason.CLOSED,
        entered_at=now,
    )
    session.add(entry)
    stand(session, project, entry, by=by, now=now)


ENDINGS.append(let_go)


def stand(session: Session, project: Project, entry: StageEntry, *, by: Viewer | None, now: datetime) -> None:
    """A stage stands from here on: the project is there, what else waited is overtaken, the end frees what was held."""
    entry.stands_at = now
    over: tuple[Any, ...] = (StageEntry, Signing, Payment) if entry.stage is Stage.TERMINATED else (StageEntry,)
    for table in over:
        waiting = select(table).where(table.project_id == project.id, table.stands_at.is_(None))
        for other in session.exec(waiting.where(table.ended_at.is_(None))).all():
            if other is not entry:
                other.ended_at = now
    session.flush()
    values: dict[str, Any] = {"stage": entry.stage, "stage_on": entry.reached_on}
    rewrite(session, project, version=project.version, now=now, **values)
    if entry.stage is Stage.TERMINATED:
        reserving.release_all(session, project, by=by, now=now)
    facts = {"stage": str(entry.stage), "on": entry.reached_on, "backdated": entry.reached_on < day_of(now)}
    facts |= {"reason": str(entry.reason)} if entry.reason else {}
    note_act(session, Act.ADVANCED, project, by=by, now=now, **facts)
    if project.stage not in (Stage.LEAD, Stage.TALKS):
        kind = NoticeKind.PROJECT_ENDED if entry.stage is Stage.TERMINATED else NoticeKind.PROJECT_MOVED
        tell_other(session, project, kind, by=by, now=now)


def check_stage(session: Session, project: Project, stage: Stage, on: date, *, now: datetime) -> None:
    """Whether a stage may stand on a day. Raises Refusal."""
    if stage is Stage.TERMINATED:
        raise Refusal(BY_ENDING)
    if stage is Stage.SIGNED:
        raise Refusal(BY_SIGNING)
    if not LIFE.may_move(project.stage, stage):
        raise Refusal(NOT_NEXT)
    check_day(project, on, now=now)
    if stage in PROVEN and standing.contract_of(session, project) is None:
        raise Refusal(NO_CONTRACT)
    proofs.check_approvals(session, project, stage, on)


def check_day(project: Project, on: date, *, now: datetime) -> None:
    """Neither in the future nor before the stage before. Raises Refusal."""
    proofs.check_past(now, reached_on=on)
    if on < project.stage_on:
        raise Refusal(Fault("reached_on", BACK, {"day": project.stage_on.isoformat()}))


def note_act(session: Session, act: Act, project: Project, *, by: Viewer | None, now: datetime, **facts: Any) -> None:
    """An entry of who acted, in words and days."""
    whose = by.organisation_id if by else None
    note(session, act, "project", project.public_id, by=by, now=now, whose=whose, **facts)


def tell_other(session: Session, project: Project, kind: NoticeKind, *, by: Viewer | None, now: datetime) -> None:
    """The side that did not act learns that something happened, and nothing of what; nobody's act tells both."""
    acted = by.organisation_id if by is not None else None
    for house in {project.owner_id, project.organisation_id} - {acted}:
        inbox.tell(session, kind, to=house, about=("project", project.public_id), now=now)


def _resume(session: Session, project: Project, *, by: Viewer, now: datetime) -> None:
    """The end that came with the closing is taken back; the project still counts once."""
    session.refresh(project, with_for_update=True)
    rows = select(StageEntry).where(StageEntry.project_id == project.id, col(StageEntry.stands_at).is_not(None))
    entries = session.exec(rows.order_by(col(StageEntry.id))).all()
    if project.stage is not Stage.TERMINATED or entries[-1].reason is not Reason.CLOSED:
        return
    entries[-1].stands_at, entries[-1].ended_at = None, now
    session.flush()
    before = entries[-2]
    values: dict[str, Any] = {"stage": before.stage, "stage_on": before.reached_on}
    rewrite(session, project, version=project.version, now=now, **values)
    note_act(session, Act.ADVANCED, project, by=by, now=now, stage=str(before.stage), on=before.reached_on)
    tell_other(session, project, NoticeKind.PROJECT_MOVED, by=by, now=now)


def _check_end(project: Project, on: date, now: datetime) -> None:
    if project.stage is ORDER[-1]:
        raise Refusal(Fault("stage", "This project is complete: it cannot be ended any more"))
    check_day(project, on, now=now)


def _none_waits(session: Session, project: Project) -> None:
    waiting = select(StageEntry.id).where(StageEntry.project_id == project.id, col(StageEntry.stands_at).is_(None))
    if session.exec(waiting.where(col(StageEntry.ended_at).is_(None))).first() is not None:
        raise Conflict(WAITS)


def _await(session: Session, project: Project, entry: StageEntry, *, by: Viewer, now: datetime) -> None:
    """The entry waits for the other side; the version says that something is new."""
    session.flush()
    rewrite(session, project, version=project.version, now=now)
    tell_other(session, project, NoticeKind.PROJECT_WAITING, by=by, now=now)
    note_act(session, Act.ENTERED, project, by=by, now=now, stage=str(entry.stage), on=entry.reached_on)


def _entry(project: Project, side: Side, fields: StageFields, *, by: Viewer, now: datetime) -> StageEntry:
    return StageEntry(
        project_id=project.id,
        side=side,
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        stage=fields.stage,
        reached_on=fields.reached_on,
        entered_at=now,
    )
