"""Who sees a project, who may change it, and does it still stand?

As long as no contract stands, a project is part of its exchange: it is seen only while both consents stand. A contract
binds who entered it and who confirmed it. What binds both is a record of both for good; what binds one alone outlives
only that one's own withdrawal, and the other may end it (record 0076).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from marketplace import exchanges
from marketplace.errors import Conflict, Fault, NotFound
from marketplace.exchanges import Exchange, ExchangeStatus, Side, State
from marketplace.lifecycle import CHANGED_MEANWHILE
from marketplace.needs import Need
from marketplace.organisations import Role, Viewer, may_audit
from marketplace.parks import Park
from marketplace.projects.stages import Stage
from marketplace.projects.tables import Project, Signing, SigningKind

ENDED = Fault("stage", "This project has ended: nothing of it changes any more")


@dataclass(frozen=True, slots=True)
class Affair:
    """A project as one of its sides has it."""

    project: Project
    park: Park
    side: Side
    is_open: bool  # the exchange is: need, contacts and documents can be reached from here
    bound: frozenset[Side] = frozenset()  # whom a contract binds

    @property
    def contracted(self) -> bool:
        """Whether a contract stands."""
        return bool(self.bound)

    @property
    def binds_us(self) -> bool:
        """Whether this side entered or confirmed a contract."""
        return self.side in self.bound


def side_of(project: Project, viewer: Viewer | None) -> Side | None:
    """The reader's side; None for everybody else."""
    if viewer is None:
        return None
    return {project.owner_id: Side.NEED, project.organisation_id: Side.PARK}.get(viewer.organisation_id)


def may_enter(viewer: Viewer) -> bool:
    """Editors tell of stages, proofs and payments."""
    return viewer.is_verified and viewer.may(Role.EDITOR)


def may_sign(viewer: Viewer) -> bool:
    """What binds an organisation (a signing, the end of a contract) takes an approver."""
    return viewer.is_verified and viewer.may(Role.APPROVER)


def affair_by_id(session: Session, id: str, viewer: Viewer | None, *, now: datetime) -> Affair:
    """A project of one's own that one may still see. Raises NotFound, the same for others' as for none."""
    project = session.exec(select(Project).where(Project.public_id == id)).first()
    found = _affair(session, project, viewer, now) if project is not None else None
    if found is None:
        raise NotFound
    return found


def affairs_of(session: Session, viewer: Viewer, *, now: datetime) -> list[Affair]:
    """The projects of the reader's organisation that it may see, the latest changed first."""
    house = viewer.organisation_id
    ours = or_(col(Project.owner_id) == house, col(Project.organisation_id) == house)
    query = select(Project, Exchange, Need, Park)
    query = query.join(Exchange, col(Exchange.id) == col(Project.exchange_id))
    query = query.join(Need, col(Need.id) == col(Project.need_id)).join(Park, col(Park.id) == col(Project.park_id))
    rows = session.exec(query.where(ours).order_by(col(Project.stage_on).desc(), col(Project.id).desc())).all()
    talks = [(exchange, need, park) for project, exchange, need, park in rows if _is_talk_of(project, exchange, viewer)]
    open_ones = exchanges.open_among(session, talks, viewer, now=now)
    bound = bound_among(session, [row[0].id for row in rows])
    return [
        Affair(project, park, side, exchange.id in open_ones, bound.get(project.id, frozenset()))
        for project, exchange, _, park in rows
        if (side := side_of(project, viewer)) is not None
        and (exchange.id in open_ones or _stays(project, exchange, bound.get(project.id, frozenset())))
    ]


def affair_about(session: Session, exchange: Exchange, viewer: Viewer, *, now: datetime) -> Affair | None:
    """The project of an exchange, for one of its sides."""
    project = session.exec(select(Project).where(Project.exchange_id == exchange.id)).first()
    return _affair(session, project, viewer, now) if project is not None else None


def overseen(session: Session, viewer: Viewer) -> Iterator[tuple[Project, Park]]:
    """Every project for the platform: park, mode, stage and day, without name and enterprise. Raises NotFound."""
    if not may_audit(viewer):
        raise NotFound
    query = select(Project, Park).join(Park, col(Park.id) == col(Project.park_id))
    return iter(session.exec(query.order_by(col(Project.stage_on).desc(), col(Project.id).desc())).all())


def contract_of(session: Session, project: Project) -> Signing | None:
    """The first contract that stands."""
    query = select(Signing).where(Signing.project_id == project.id, Signing.kind == SigningKind.CONTRACT)
    return session.exec(query.where(col(Signing.stands_at).is_not(None)).order_by(col(Signing.id))).first()


def bound_by(session: Session, project: Project) -> frozenset[Side]:
    """Whom a contract that stands binds: who entered it, and the other side once it confirmed it."""
    return bound_among(session, [project.id]).get(project.id, frozenset())


def bound_among(session: Session, ids: Collection[int]) -> Mapping[int, frozenset[Side]]:
    """Project id → whom its contracts bind; projects without one are left out."""
    query = select(Signing.project_id, Signing.side, Signing.confirmed_by_id).where(col(Signing.project_id).in_(ids))
    standing = query.where(Signing.kind == SigningKind.CONTRACT, col(Signing.stands_at).is_not(None))
    found: dict[int, frozenset[Side]] = {}
    for id, side, confirmed in session.exec(standing).all() if ids else ():
        sides = frozenset(Side) if confirmed is not None else frozenset({Side(side)})
        found[id] = found.get(id, frozenset()) | sides
    return found


def locked(session: Session, project: Project, version: int | None, *, by: Viewer, now: datetime) -> Side:
    """Nobody else changes need, exchange and project from here on; they are judged anew, and whose side acts is said.

    Raises NotFound, Conflict where the project has ended, cannot be seen any more, or stands at another version.
    """
    side = side_of(project, by)
    if side is None:
        raise NotFound
    session.refresh(session.get_one(Need, project.need_id), with_for_update=True)
    session.refresh(session.get_one(Exchange, project.exchange_id), with_for_update=True)
    session.refresh(project, with_for_update=True)
    if _affair(session, project, by, now) is None:
        raise NotFound
    if project.stage is Stage.TERMINATED:
        raise Conflict(ENDED)
    if version is not None and project.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return side


def _affair(session: Session, project: Project, viewer: Viewer | None, now: datetime) -> Affair | None:
    side = side_of(project, viewer)
    if side is None or viewer is None:
        return None
    exchange = session.get_one(Exchange, project.exchange_id)
    is_open = False
    if _is_talk_of(project, exchange, viewer):
        talk = exchanges.exchange_by_id(session, exchange.public_id, viewer, now=now)
        is_open = talk.state is State.OPEN and exchanges.opened(session, talk, viewer, now=now) is not None
    bound = bound_by(session, project)
    if not is_open and not _stays(project, exchange, bound):
        return None
    return Affair(project, session.get_one(Park, project.park_id), side, is_open, bound)


def _stays(project: Project, exchange: Exchange, bound: frozenset[Side]) -> bool:
    """Whether it is seen without an open exchange: what binds one side alone only after the closing let it stand."""
    if len(bound) == len(Side):
        return True
    return bool(bound) and project.stage is not Stage.TERMINATED and exchange.status != ExchangeStatus.OPEN


def _is_talk_of(project: Project, exchange: Exchange, viewer: Viewer) -> bool:
    """Whether the reader is on the same side of both: the park may be spoken for by somebody else by now."""
    return exchanges.side_of(exchange, viewer) is side_of(project, viewer)
