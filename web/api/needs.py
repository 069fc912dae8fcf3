"""What must my enterprise place? As JSON, by the rules of the pages."""

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from marketplace import exchanges, needs
from marketplace.errors import Fault, Refusal
from marketplace.needs import Need, NeedFields, NeedStatus
from web.api.ranking import Answer, Asked, ranked
from web.dependencies import EnterpriseUser, Market, Now, Reading, Writing

router = APIRouter(prefix="/api/v1/needs", tags=["needs"])


class NeedDocument(BaseModel):
    """A need of the caller's organisation. `version` rises with every change and is the ETag."""

    id: str
    status: NeedStatus
    version: int
    simulated: bool
    created_at: datetime
    updated_at: datetime
    need: dict[str, Any] = Field(description="NEED.json: what it does not say is left out")


class NeedList(BaseModel):
    """Every need of the caller's organisation, newest first."""

    needs: list[NeedDocument]


IfMatch = Annotated[str, Header(description="the ETag of the version that is changed; without it the newest is")]


@router.get("")
def mine(session: Reading, by: EnterpriseUser) -> NeedList:
    """The needs of my organisation."""
    return NeedList(needs=[_document(need) for need in needs.needs_of(session, by)])


@router.post("", status_code=201, response_model=NeedDocument)
def publish(session: Writing, by: EnterpriseUser, now: Now, fields: NeedFields) -> Response:
    """Enters a need; only its owner sees it."""
    return _answer(needs.enter(session, fields, owner=by, now=now), 201)


@router.get("/{id}", response_model=NeedDocument)
def one(session: Reading, by: EnterpriseUser, id: str) -> Response:
    """One need; another's is the same 404 as none."""
    return _answer(needs.need_by_id(session, id, by))


@router.put("/{id}", response_model=NeedDocument)
def revise(
    session: Writing, by: EnterpriseUser, now: Now, id: str, fields: NeedFields, if_match: IfMatch = ""
) -> Response:
    """Replaces what the need says. 409 where it has changed since the version named in If-Match."""
    need = needs.need_by_id(session, id, by)
    version = version_in(if_match) if if_match else need.version
    needs.revise(session, need, fields, version=version, by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)
    return _answer(need)


@router.delete("/{id}", status_code=204)
def withdraw(session: Writing, by: EnterpriseUser, now: Now, id: str) -> None:
    """Takes the need off the market; it stays readable to its owner."""
    need = needs.need_by_id(session, id, by)
    needs.withdraw(session, need, by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)


@router.get("/{id}/ranking")
def ranking(request: Request, session: Reading, by: EnterpriseUser, market: Market, asked: Asked, id: str) -> Answer:
    """The parks for it, ranked and explained; `w.CRITERION` gives a weight in percent that beats the need's own."""
    fields = asked.of(needs.fields_of(needs.need_by_id(session, id, by)))
    return ranked(market, fields, asked)


def _document(need: Need) -> NeedDocument:
    said = needs.document_of(need) | ({"title": need.title} if need.title else {})
    state = need.model_dump(include=set(NeedDocument.model_fields) - {"id", "need"})
    return NeedDocument(id=need.public_id, need=said, **state)


def _answer(need: Need, status: int = 200) -> JSONResponse:
    headers = {"ETag": f'"{need.version}"'} | ({"Location": f"/api/v1/needs/{need.public_id}"} if status == 201 else {})
    return JSONResponse(_document(need).model_dump(mode="json"), status, headers)


def version_in(tag: str) -> int:
    """The version an If-Match names. Raises Refusal."""
    digits = tag.strip().removeprefix("W/").strip('"')
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise Refusal(Fault("If-Match", "Give the ETag as it was answered, such as {example}", {"example": '"3"'}))
    return int(digits)
