"""What waits for the platform, since when, and where is it worked off?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, compliance, parks, registration, talks
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_audit, may_moderate, may_read_journal, may_rule, may_verify
from marketplace.registration import CaseStatus
from web.dependencies import Now, Reading, SignedIn, viewer
from web.i18n import N_, gettext
from web.rendering import page

router = APIRouter(prefix="/desk", dependencies=[Depends(viewer)])
Waits = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class Queue:
    """A kind of work: where it is done, what it is, who may, and how much waits (None: not counted here)."""

    path: str
    words: str
    about: str
    may: Callable[[Viewer | None], bool]
    waits: Callable[[Session, datetime], Waits] | None = None


def _cases(session: Session, _: datetime) -> Waits:
    return registration.counts(session)[CaseStatus.SUBMITTED], registration.oldest(session)


def _claims(session: Session, _: datetime) -> Waits:
    return parks.waiting_claims(session)


def _texts(session: Session, _: datetime) -> Waits:
    return compliance.waiting_texts(session)


def _papers(session: Session, _: datetime) -> Waits:
    return capacity.waiting_papers(session)


def _late(session: Session, now: datetime) -> Waits:
    late = talks.late_parks(session, now=now)
    return len(late), late[0].clock.due.ends_at if late else None


QUEUES = [
    Queue(
        "/desk/organisations",
        N_("Registrations"),
        N_("Letters of authority, codes, organisations that may be here twice."),
        may_verify,
        _cases,
    ),
    Queue(
        "/desk/claims",
        N_("Claims of parks"),
        N_("Who says they speak for a zone of the catalogue, and on what grounds."),
        may_verify,
        _claims,
    ),
    Queue(
        "/desk/texts",
        N_("Incentive texts"),
        N_("What the screen held back waits for a conclusion."),
        may_moderate,
        _texts,
    ),
    Queue(
        "/desk/papers",
        N_("Figures and their papers"),
        N_("What parks say with a paper waits to be compared with it."),
        may_moderate,
        _papers,
    ),
    Queue(
        "/desk/listings",
        N_("Listed needs"),
        N_("Needs that break the rules, or look like another owner's."),
        may_moderate,
    ),
    Queue("/desk/overdue", N_("Overdue"), N_("Parks that let an enterprise wait."), may_moderate, _late),
    Queue("/desk/journal", N_("Journal"), N_("Who saw, changed and decided what."), may_read_journal),
    Queue("/desk/jobs", N_("Background work"), N_("Letters, messages, clocks: what waits and what fails."), may_rule),
    Queue("/desk/codes", N_("One-time codes"), N_("For people without mail who forgot their password."), may_rule),
]


@router.get("")
def home(request: Request, session: Reading, now: Now, by: SignedIn) -> Response:
    """The platform's home: every queue this role may work off, with what waits longest."""
    if not may_audit(by):
        raise NotFound
    rows = [
        (queue.path, gettext(queue.words), gettext(queue.about), queue.waits(session, now) if queue.waits else None)
        for queue in QUEUES
        if queue.may(by)
    ]
    return page(request, "desk/index.html", rows=rows, now=now)
