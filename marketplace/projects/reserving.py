"""Which amounts of the park are set aside for a project, and what becomes of them at the contract and at the end?

The ledger knows no projects: it is told `for_kind` and `for_id`. A hold becomes a commitment only here, once a contract
binds the park: one that the enterprise alone entered sets nothing of the park's aside for good.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from marketplace import capacity, exchanges
from marketplace.capacity import Ask, holding
from marketplace.capacity.ledger import Hold, HoldLine, HoldStatus, Waiting
from marketplace.capacity.ledger import Reason as Released
from marketplace.errors import Conflict, NotFound
from marketplace.exchanges import Exchange, Side
from marketplace.needs import Need
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks import Park
from marketplace.plots import Plot
from marketplace.projects import standing
from marketplace.projects.stages import Stage
from marketplace.projects.tables import Project

FOR = "project"


def may_hold(session: Session, project: Project, by: Viewer) -> bool:
    """The park's own office sets its capacity aside."""
    park = session.get_one(Park, project.park_id)
    return standing.side_of(project, by) is Side.PARK and standing.may_enter(by) and may_act_for(by, park.owner_id)


def reserve(
    session: Session,
    exchange: Exchange,
    need: Need,
    park: Park,
    amounts: Mapping[str, int],
    *,
    by: Viewer,
    now: datetime,
    plot: Plot | None = None,
    until: datetime | None = None,
) -> Hold:
    """The office holds amounts in an exchange: for its project once there is one. Raises as `exchanges.reserve`."""
    if (project := _running(session, exchange, need)) is None:
        return exchanges.reserve(session, exchange, need, park, amounts, by=by, now=now, plot=plot, until=until)
    exchanges.may_reserve_now(session, exchange, need, park, by=by, now=now)
    made = hold_for(session, project, amounts, by=by, now=now, plot=plot, until=until)
    exchanges.told_of_hold(session, exchange, now=now)
    return made


def wait_for(
    session: Session,
    exchange: Exchange,
    need: Need,
    park: Park,
    amounts: Mapping[str, int],
    *,
    by: Viewer,
    now: datetime,
    plot: Plot | None = None,
) -> Waiting:
    """The same for a place in the queue for what is not free. Raises NotFound, Refusal, Conflict."""
    if (project := _running(session, exchange, need)) is None:
        return exchanges.wait_for(session, exchange, need, park, amounts, by=by, now=now, plot=plot)
    exchanges.may_reserve_now(session, exchange, need, park, by=by, now=now)
    about, plot_id = (FOR, project.public_id, project.owner_id, by), plot.id if plot else None
    ask = Ask(park.id, amounts, *about, plot_id, simulated=project.simulated)
    return capacity.join_queue(session, ask, now=now)


def hold_for(
    session: Session,
    project: Project,
    amounts: Mapping[str, int],
    *,
    by: Viewer,
    now: datetime,
    plot: Plot | None = None,
    until: datetime | None = None,
) -> Hold:
    """The park sets amounts aside for a project; where a contract binds the park they are committed at once.

    Raises NotFound, Conflict, Refusal with the shortfall.
    """
    if not may_hold(session, project, by):
        raise NotFound
    standing.locked(session, project, None, by=by, now=now)
    made = holding.hold(
        session,
        session.get_one(Park, project.park_id),
        amounts,
        for_kind=FOR,
        for_id=project.public_id,
        owner_id=project.owner_id,
        by=by,
        now=now,
        plot=plot,
        until=until,
        simulated=project.simulated,
    )
    if Side.PARK in standing.bound_by(session, project):
        holding.commit(session, made, by=by, now=now)
    return made


def take_offer(session: Session, waiting: Waiting, *, by: Viewer, now: datetime) -> Hold:
    """What the queue was offered is taken; for a project whose contract binds the park it is committed at once.

    Raises NotFound, Conflict.
    """
    project = _locked_for(session, waiting)
    made = capacity.take(session, waiting, by=by, now=now)
    if project is not None and Side.PARK in standing.bound_by(session, project):
        holding.commit(session, made, by=_actor(session, project, by), now=now)
    return made


def _locked_for(session: Session, waiting: Waiting) -> Project | None:
    """Need, exchange and project that a place in the queue is for, locked: an exchange may become a project meanwhile.

    Raises Conflict where the project has ended.
    """
    exchange = session.exec(select(Exchange).where(Exchange.public_id == waiting.for_id)).first()
    project = session.exec(select(Project).where(Project.public_id == waiting.for_id)).first()
    about = exchange if waiting.for_kind == "exchange" else project if waiting.for_kind == FOR else None
    if about is None:
        return None
    if isinstance(about, Project):
        exchange = session.get_one(Exchange, about.exchange_id)
    session.refresh(session.get_one(Need, about.need_id), with_for_update=True)
    session.refresh(exchange, with_for_update=True)
    if isinstance(about, Exchange):
        session.refresh(waiting)
        return _locked_for(session, waiting) if waiting.for_kind == FOR else None
    session.refresh(about, with_for_update=True)
    if about.stage is Stage.TERMINATED:
        raise Conflict(standing.ENDED)
    return about


def take_over(session: Session, exchange: Exchange, project: Project, *, by: Viewer, now: datetime) -> None:
    """What was held and asked for the exchange is the project's from here on, and committed where a contract binds."""
    holding.hand_on(session, "exchange", exchange.public_id, FOR, project.public_id, by=by, now=now)
    if Side.PARK in standing.bound_by(session, project):
        commit_all(session, project, by=by, now=now)


def holds_for(session: Session, project: Project) -> list[tuple[Hold, dict[str, int]]]:
    """Everything that is or was set aside for a project, in order, each with resource → base units."""
    query = select(Hold).where(Hold.for_kind == FOR, Hold.for_id == project.public_id)
    made = []
    for hold in session.exec(query.order_by(col(Hold.id))).all():
        lines = session.exec(select(HoldLine).where(HoldLine.hold_id == hold.id).order_by(HoldLine.resource)).all()
        made.append((hold, {line.resource: line.amount for line in lines}))
    return made


def commit_all(session: Session, project: Project, *, by: Viewer, now: datetime) -> None:
    """What is held is committed, in the transaction of the contract; what is past its day is held no longer."""
    for hold in _standing(session, project, HoldStatus.HELD):
        if not hold.offered and hold.expires_at > now:
            holding.commit(session, hold, by=_actor(session, project, by), now=now)


def release_all(session: Session, project: Project, *, by: Viewer | None, now: datetime) -> None:
    """What is held or committed is free again, in the transaction of the end; places in the queue end with it."""
    holding.let_go(session, FOR, project.public_id, by=_actor(session, project, by), now=now)
    for hold in _standing(session, project, HoldStatus.HELD, HoldStatus.COMMITTED):
        holding.release(session, hold, Released.ENDED, by=_actor(session, project, by), now=now)


def _standing(session: Session, project: Project, *statuses: HoldStatus) -> list[Hold]:
    query = select(Hold).where(Hold.for_kind == FOR, Hold.for_id == project.public_id)
    found = query.where(col(Hold.status).in_(statuses)).order_by(col(Hold.id))
    return list(session.exec(found.execution_options(populate_existing=True)).all())


def _running(session: Session, exchange: Exchange, need: Need) -> Project | None:
    """The project of an exchange that has not ended; with the need locked none begins or ends meanwhile."""
    session.refresh(need, with_for_update=True)
    own = select(Project).where(Project.exchange_id == exchange.id, Project.stage != Stage.TERMINATED)
    return session.exec(own.execution_options(populate_existing=True)).first()


def _actor(session: Session, project: Project, by: Viewer | None) -> Viewer | None:
    """Who acts, as far as the ledger knows them: an agent who speaks for the park has no row there."""
    known = (session.get_one(Park, project.park_id).owner_id, project.owner_id)
    return by if by is not None and by.organisation_id in known else None
