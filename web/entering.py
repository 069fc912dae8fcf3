"""What did another enter about a project while a form was open, beside what was typed?"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from marketplace import projects
from marketplace.organisations import Viewer
from marketplace.projects import Occasion, Payment, Project, Signing, Stage, StageEntry
from web import projecting
from web.forms import Form, whole
from web.i18n import gettext
from web.two_versions import Saved

Said = Mapping[str, str]


def saved_beside(form: Form[Any], what: str, id: str, *, by: Viewer, now: datetime) -> Saved:
    """What was entered last of the same kind, where the project moved on since the form was opened."""

    def saved(session: Session) -> tuple[Form[Any], int]:
        project = projects.affair_by_id(session, id, by, now=now).project
        moved = project.version != whole(form.typed("version")) and project.stage is not Stage.TERMINATED
        said = LATEST[what](session, project) if moved and what in LATEST else None
        if said is None:
            return form, project.version
        amount = getattr(form.fields, "amount_10k", None)
        if amount is not None and f"{amount.normalize():f}" == said["amount_10k"]:
            said = {**said, "amount_10k": form.typed("amount_10k")}  # 8亿 is 80000
        return Form(form.model, {name: (text,) for name, text in said.items()}), project.version

    return saved


def words() -> Said:
    """What the values of these forms are called."""
    found: dict[str, str] = {}
    for known in (projecting.STAGES, projecting.SIGNINGS):
        found |= {str(value): gettext(text) for value, text in known.items()}
    return found


def _stage(session: Session, project: Project) -> Said | None:
    row = projects.latest_entered(session, project, StageEntry)
    return {"stage": str(row.stage), "reached_on": str(row.reached_on)} if row else None


def _signing(session: Session, project: Project) -> Said | None:
    row = projects.latest_entered(session, project, Signing)
    if row is None:
        return None
    at = session.get_one(Occasion, row.occasion_id).public_id if row.occasion_id is not None else ""
    said = {"signing": str(row.kind), "signed_on": str(row.signed_on), "amount_10k": _amount(row.amount_fen)}
    return {**said, "occasion": at, "start_by": str(row.start_by or "")}


def _payment(session: Session, project: Project) -> Said | None:
    row = projects.latest_entered(session, project, Payment)
    return {"paid_on": str(row.paid_on), "amount_10k": _amount(row.amount_fen)} if row else None


def _amount(fen: int) -> str:
    amount: Decimal = projecting.yuan(fen)
    return f"{amount.normalize():f}"


LATEST: Mapping[str, Callable[[Session, Project], Said | None]] = {
    "stage": _stage,
    "signing": _signing,
    "payment": _payment,
}
