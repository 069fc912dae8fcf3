"""Which documents and approvals prove a project's stages, and who may take them?"""

import hashlib
from datetime import date, datetime

from sqlmodel import Session, col, select

from marketplace.database import day_of
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.exchanges import Side
from marketplace.journal import Act, note
from marketplace.organisations import Viewer
from marketplace.projects import standing
from marketplace.projects.fields import ApprovalFields
from marketplace.projects.stages import APPROVALS, NUMBERED, ProofKind, Stage
from marketplace.projects.tables import Project, Proof
from marketplace.uploads import Kind, Upload

COUNT_MOST = 100  # of one project
MISSING = {
    Stage.STARTED: Fault(
        "stage",
        "Work starts once the environmental approval and the energy review (or its exemption) are entered, "
        "each dated on or before that day",
    ),
    Stage.PRODUCING: Fault(
        "stage", "Production starts once the discharge permit is entered, dated on or before that day"
    ),
}


def attach(
    session: Session, project: Project, fields: ApprovalFields, upload: Upload | None, *, by: Viewer, now: datetime
) -> Proof:
    """Enter an approval by its number and day, with its document where there is one. Raises NotFound, Refusal."""
    if not standing.may_enter(by):
        raise NotFound
    side = standing.locked(session, project, None, by=by, now=now)
    if fields.approval not in NUMBERED:
        raise Refusal(Fault("approval", "This is no approval"))
    check_past(now, dated_on=fields.dated_on)
    proof = keep(
        session, project, fields.approval, upload, side, fields.approval_number, fields.dated_on, by=by, now=now
    )
    facts = {"proof": str(fields.approval), "on": fields.dated_on}
    note(session, Act.PUBLISHED, "project", project.public_id, by=by, now=now, whose=by.organisation_id, **facts)
    return proof


def keep(
    session: Session,
    project: Project,
    kind: ProofKind,
    upload: Upload | None,
    side: Side,
    number: str = "",
    dated_on: date | None = None,
    *,
    by: Viewer,
    now: datetime,
) -> Proof:
    """The row of a proof. Raises Refusal where there are too many."""
    if len(session.exec(select(Proof.id).where(Proof.project_id == project.id)).all()) >= COUNT_MOST:
        raise Refusal(Fault("file", "{most} documents of this project are here already", {"most": COUNT_MOST}))
    proof = Proof(
        project_id=project.id,
        kind=kind,
        number=number,
        dated_on=dated_on,
        side=side,
        user_id=by.user_id,
        simulated=project.simulated,
        created_at=now,
    )
    if upload is not None:
        proof.format, proof.name, proof.content = str(upload.kind), upload.name_shown, upload.content
        proof.size, proof.sha256 = len(upload.content), hashlib.sha256(upload.content).hexdigest()
    session.add(proof)
    session.flush()
    return proof


def proofs_of(session: Session, project: Project) -> list[Proof]:
    """The proofs of a project, in order; the caller has judged who reads them."""
    return list(session.exec(select(Proof).where(Proof.project_id == project.id).order_by(col(Proof.id))).all())


def taken(session: Session, id: str, viewer: Viewer | None, *, now: datetime) -> Upload:
    """A document of a project for its two sides; who took it is journalled. Raises NotFound."""
    found = session.exec(select(Proof, Project).join(Project).where(Proof.public_id == id)).first()
    if found is None or viewer is None:
        raise NotFound
    proof, project = found
    affair = standing.affair_by_id(session, project.public_id, viewer, now=now)
    if proof.content is None:
        raise NotFound
    if affair.side is not proof.side:
        whose = project.owner_id if proof.side is Side.NEED else project.organisation_id
        facts = {"fields": ["document"], "to": viewer.organisation_id}
        note(session, Act.DISCLOSED, "project", project.public_id, by=viewer, now=now, whose=whose, **facts)
    return Upload(Kind(proof.format), proof.name, proof.content)


def missing(session: Session, project: Project, stage: Stage, on: date) -> list[tuple[ProofKind, ...]]:
    """The approvals a stage still needs by a day: of each group one."""
    given = select(Proof.kind).where(Proof.project_id == project.id, col(Proof.dated_on) <= on)
    kinds = set(session.exec(given).all())
    return [group for group in APPROVALS.get(stage, ()) if not kinds & set(group)]


def check_approvals(session: Session, project: Project, stage: Stage, on: date) -> None:
    """Raises Refusal where an approval is missing."""
    if missing(session, project, stage, on):
        raise Refusal(MISSING[stage])


def check_past(now: datetime, **days: date | None) -> None:
    """What happened is not in the future. Raises Refusal."""
    today = day_of(now)
    message = "This day is still to come: enter it when it has happened"
    wrong = [Fault(name, message) for name, day in days.items() if day is not None and day > today]
    if wrong:
        raise Refusal(wrong)
