"""Which needs are open, and what may the caller see of one? As JSON, by the rules of the pages."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from marketplace import disclosure, needs
from marketplace.disclosure import EDGES, Identity, Seen
from marketplace.errors import Fault, Refusal
from marketplace.units import plain_number
from web import open_list
from web.dependencies import MaybeViewer, Now, Reading, viewer
from web.looks import NO_STORE, note, summaries_for
from web.open_list import Asked

KNOWN = frozenset({"mode", "industry", "place", "land", "building", "power", "investment", "after"})


def only_known(request: Request) -> None:
    """Refuses query parameters that do not exist, by name. Raises Refusal."""
    wrong = [name for name in request.query_params if name not in KNOWN]
    if wrong:
        raise Refusal([Fault(name, "There is no such field") for name in wrong])


router = APIRouter(prefix="/api/v1/open-needs", tags=["needs"], dependencies=[Depends(viewer), Depends(only_known)])


class RangeDocument(BaseModel):
    """From `least` to under `below`, in the unit the field names; null is open."""

    least: float | int | None
    below: float | int | None


class OpenNeed(BaseModel):
    """A listed need by its public summary. What is not said and what is kept back look the same."""

    id: str
    listed_on: date | None
    simulated: bool
    mode: str
    industry: str | None = Field(description="the GB/T 4754 group, or coarser")
    ranges: dict[str, RangeDocument]
    only: list[str] = Field(description="provinces, 2 digits")
    prefer: list[str]


class OpenNeedPage(BaseModel):
    """One page, the latest day first; give `next` as `after` to go on. `total` below five is "<5"."""

    total: str
    needs: list[OpenNeed]
    next: str | None


class OpenNeedDocument(OpenNeed):
    """A listed need as far as the caller may see it: `need` from level 1 on, `owner` from level 2 on."""

    level: int
    need: dict[str, Any] = Field(description="NEED.json of the fields open at the level")
    owner: dict[str, Any] | None


@router.get("", response_model=OpenNeedPage)
def listed(
    session: Reading, by: MaybeViewer, now: Now, asked: Asked, after: Annotated[str, Query(max_length=16)] = ""
) -> Response:
    """The needs that exist for the caller."""
    found = open_list.page_of(summaries_for(session, by, now), asked, after)
    rows = [OpenNeed(**_summary(need)) for need in found.rows]
    return _answer(OpenNeedPage(total=found.total, needs=rows, next=found.next))


@router.get("/{id}", response_model=OpenNeedDocument)
def one(request: Request, session: Reading, by: MaybeViewer, now: Now, id: str) -> Response:
    """One need; one that is hidden from the caller is the same 404 as none. The look is noted."""
    need, level = disclosure.need_for(session, id, by, now=now)
    note(request, need, level, by, now)
    shown = disclosure.seen(need, level)
    said = needs.document_of(shown.fields) if level else {}
    if shown.fields.title:
        said["title"] = shown.fields.title
    owner = _owner(disclosure.identity_of(session, need, level))
    return _answer(OpenNeedDocument(**_summary(shown), level=int(level), need=said, owner=owner))


def _summary(shown: Seen) -> dict[str, Any]:
    said = shown.summary
    ranges = {
        name: {"least": _number(each.least), "below": _number(each.below)}
        for name in EDGES
        if (each := said.range_of(name))
    }
    state = {"id": shown.id, "listed_on": shown.listed_on, "simulated": shown.simulated, "mode": str(said.mode)}
    return {**state, "industry": said.industry, "ranges": ranges, "only": said.only, "prefer": said.prefer}


def _owner(identity: Identity | None) -> dict[str, Any] | None:
    if identity is None:
        return None
    contacts = [{"name": each.name, "email": each.email, "phone": each.phone} for each in identity.contacts]
    return {"name": identity.name, "uscc": identity.uscc, "contacts": contacts}


def _number(edge: Decimal | None) -> float | int | None:
    return None if edge is None else plain_number(edge)


def _answer(document: BaseModel) -> Response:
    return JSONResponse(document.model_dump(mode="json"), headers=NO_STORE)
