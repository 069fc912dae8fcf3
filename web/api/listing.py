"""Who may see my need, shall it be listed, and who has looked? As JSON, by the rules of the pages."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from marketplace import disclosure, exchanges, likeness, needs
from marketplace.disclosure import Limits
from marketplace.needs import Need
from marketplace.organisations import Viewer
from web import limits_form
from web.api.needs import IfMatch, version_in
from web.dependencies import EnterpriseEditor, EnterpriseUser, Now, Reading, Writing

router = APIRouter(prefix="/api/v1/needs", tags=["needs"])


class LimitsDocument(BaseModel):
    """Who may see what of a need. `warned`: its summary could single its owner out, or it is much like another need."""

    version: int
    limits: Limits
    warned: bool
    listing_id: str | None = Field(description="the id others know it by, while it is listed")
    listed_on: date | None


class Wish(BaseModel):
    """`sure`: list it although it is warned of."""

    sure: bool = False


class ViewsDocument(BaseModel):
    """Looks at more than the summary by organisation and hour; null where strangers' looks are fewer than five."""

    views: list[dict[str, Any]]
    summary_times: int | None


@router.get("/{id}/limits")
def limits(session: Reading, by: EnterpriseUser, now: Now, id: str) -> LimitsDocument:
    """Who may see what."""
    return _document(session, needs.need_by_id(session, id, by), by, now)


@router.put("/{id}/limits")
def limit(
    session: Writing, by: EnterpriseEditor, now: Now, id: str, fields: Limits, if_match: IfMatch = ""
) -> LimitsDocument:
    """Says who may see what; it holds at once."""
    need = needs.need_by_id(session, id, by)
    version = version_in(if_match) if if_match else need.version
    disclosure.limit(session, need, fields, version=version, by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)
    return _document(session, need, by, now)


@router.post("/{id}/listing", status_code=201)
def publish(session: Writing, by: EnterpriseEditor, now: Now, id: str, wish: Wish, answer: Response) -> LimitsDocument:
    """Lists the need among the open needs. 422 where it is warned of and not meant so."""
    need = needs.need_by_id(session, id, by)
    found = disclosure.anonymity_of(session, need, by=by, now=now)
    limits_form.refuse_unmeant(found, likeness.alike_of(session, need, by=by), sure=wish.sure)
    disclosure.publish(session, need, by=by, now=now)
    answer.headers["Content-Location"] = f"/api/v1/needs/{id}/limits"
    return _document(session, need, by, now)


@router.get("/{id}/views")
def views(session: Reading, by: EnterpriseUser, id: str) -> ViewsDocument:
    """Which organisations looked, in which hour, how often."""
    found = disclosure.views_of(session, needs.need_by_id(session, id, by), by)
    rows = [
        {"organisation": row.organisation, "level": int(row.level), "hour": row.hour, "times": row.times}
        for row in found.named
    ]
    return ViewsDocument(views=rows, summary_times=found.summary_times)


def _document(session: Session, need: Need, by: Viewer, now: datetime) -> LimitsDocument:
    anonymous = disclosure.anonymity_of(session, need, by=by, now=now).enough
    return LimitsDocument(
        version=need.version,
        limits=disclosure.limits_of(need),
        warned=not anonymous or bool(likeness.alike_of(session, need, by=by)),
        listing_id=need.listing_id,
        listed_on=need.listed_on,
    )
