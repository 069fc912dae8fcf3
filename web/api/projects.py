"""Which projects do we have, and how far is each? As JSON, by the rules of the pages."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from marketplace import projects
from marketplace.exchanges import Side
from marketplace.projects import Affair, SigningKind, Stage
from web import projecting
from web.dependencies import Now, Reading
from web.exchanging import Talker

router = APIRouter(prefix="/api/v1/projects", tags=["projects"])


class ProjectDocument(BaseModel):
    """A project as the caller's side has it."""

    id: str
    title: str
    side: Side
    park: str = Field(description="the park's code")
    mode: str
    stage: Stage
    stage_on: date
    next_stage: Stage | None
    waiting_for_us: int = Field(description="entries of the other side that wait for our confirmation")
    simulated: bool


class ReachedStage(BaseModel):
    """A stage that stands."""

    stage: Stage
    on: date
    backdated: bool


class SignedDocument(BaseModel):
    """What was signed and stands; the amount is that of the whole project."""

    kind: SigningKind
    on: date
    amount_10k: float
    adds_10k: float = Field(description="what it adds to what was signed before")
    occasion: str | None
    counts_the_project: bool


class WholeProject(ProjectDocument):
    """The same with its stages, signings and what came in."""

    stages: list[ReachedStage]
    signings: list[SignedDocument]
    paid_in_10k: float


class ProjectList(BaseModel):
    """Every project of the caller's organisation."""

    projects: list[ProjectDocument]


@router.get("")
def ours(session: Reading, by: Talker, now: Now) -> ProjectList:
    """The projects of my organisation."""
    found = projects.affairs_of(session, by, now=now)
    waits = projects.waits_for(session, found)
    told = [ProjectDocument(**_told(affair, waits[affair.project.id])) for affair in found]
    return ProjectList(projects=told)


@router.get("/{id}")
def one(session: Reading, by: Talker, now: Now, id: str) -> WholeProject:
    """One project; others' are the same 404 as none."""
    affair = projects.affair_by_id(session, id, by, now=now)
    project = affair.project
    reached = [entry for entry in projects.entries_of(session, project) if entry.stands_at]
    signed = projecting.signed_of(session, project, {})
    paid = projecting.money_of(session, project)["paid"]
    return WholeProject(
        **_told(affair, projects.waits_for(session, [affair])[project.id]),
        stages=[
            ReachedStage(stage=entry.stage, on=entry.reached_on, backdated=entry.is_backdated) for entry in reached
        ],
        signings=[
            SignedDocument(
                kind=line.row.kind,
                on=line.row.signed_on,
                amount_10k=float(line.amount),
                adds_10k=float(line.added),
                occasion=line.occasion.title if line.occasion else None,
                counts_the_project=line.row.owns_credit,
            )
            for line in signed
            if line.added is not None
        ],
        paid_in_10k=float(paid),
    )


def _told(affair: Affair, waits: int) -> dict[str, Any]:
    project = affair.project
    return {
        "id": project.public_id,
        "title": project.title,
        "side": affair.side,
        "park": affair.park.code,
        "mode": str(project.mode),
        "stage": project.stage,
        "stage_on": project.stage_on,
        "next_stage": projecting.next_stage(project),
        "waiting_for_us": waits,
        "simulated": project.simulated,
    }
