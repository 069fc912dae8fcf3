"""Which programs of ours are told when something happens? As JSON, by the rules of the page."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from marketplace import webhooks
from marketplace.webhooks import Form, Webhook, WebhookFields
from web.dependencies import Now, Reading, Writing
from web.pages.webhooks import Keeper, entered

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])


class WebhookDocument(BaseModel):
    """A webhook of the caller's organisation."""

    id: str
    form: Form
    address: str = Field(description="without what only the receiver should know; empty for short messages")
    kinds: list[str] = Field(description="of notices; none: all")
    waiting: int = Field(description="messages that have not arrived and are not given up")
    failures: int = Field(description="in a row")
    last_at: datetime | None
    last_status: int | None
    last_failure: str
    paused_at: datetime | None
    created_at: datetime


class NewWebhook(WebhookDocument):
    """The same with what is told this once alone."""

    secret: str = Field(description="to check signatures with; not to be had again, and empty for robots")


class WebhookList(BaseModel):
    """Those that have not ended, oldest first."""

    webhooks: list[WebhookDocument]


@router.get("")
def ours(session: Reading, by: Keeper) -> WebhookList:
    """The webhooks of my organisation."""
    rows = webhooks.webhooks_of(session, by.organisation_id)
    return WebhookList(webhooks=[_document(session, row) for row in rows])


@router.get("/{id}")
def one(session: Reading, by: Keeper, id: str) -> WebhookDocument:
    """One of them; another's is the same 404 as none."""
    return _document(session, webhooks.webhook_by_id(session, id, by=by))


@router.post("", status_code=201)
def make(
    request: Request, session: Writing, by: Keeper, now: Now, fields: WebhookFields, answer: Response
) -> NewWebhook:
    """Another one. Sent again under its key it is answered without the secret, which is told once."""
    row, secret = entered(request, session, fields, by=by, now=now)
    answer.headers["Location"] = f"/api/v1/webhooks/{row.public_id}"
    return NewWebhook(**_document(session, row).model_dump(), secret=secret)


@router.delete("/{id}", status_code=204)
def end(session: Writing, by: Keeper, now: Now, id: str) -> None:
    """Nothing goes there any more; its address and secret are erased."""
    webhooks.end(session, webhooks.webhook_by_id(session, id, by=by), by=by, now=now)


def _document(session: Session, row: Webhook) -> WebhookDocument:
    told = row.model_dump(include=set(WebhookDocument.model_fields))
    address = row.url.partition("?")[0]
    return WebhookDocument(**{**told, "id": row.public_id}, address=address, waiting=webhooks.waiting_of(session, row))
