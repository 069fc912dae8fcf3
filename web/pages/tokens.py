"""Which programs may ask for me, and how does one of them get in?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import tokens, webhooks
from marketplace.organisations import OrganisationKind, Viewer
from marketplace.tokens import Scope, TokenFields
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/account/tokens", dependencies=[Depends(viewer)])

TEMPLATE = "account/tokens.html"
SCOPES = {
    Scope.READ: N_("Read what you may read"),
    Scope.NEEDS: N_("Publish, change and withdraw needs"),
    Scope.PARKS: N_("Change your parks and their sheets"),
    Scope.EXCHANGES: N_("Act in exchanges: take what the queue offers, or leave it"),
    Scope.NOTICES: N_("Mark notices as read, save and delete searches"),
    Scope.WEBHOOKS: N_("See, make and end the organisation's webhooks"),
}
OF_KIND = {
    OrganisationKind.ENTERPRISE: (Scope.READ, Scope.NEEDS, Scope.EXCHANGES, Scope.NOTICES),
    OrganisationKind.PARK: (Scope.READ, Scope.PARKS, Scope.EXCHANGES, Scope.NOTICES),
}
DAYS = {30: N_("30 days"), 90: N_("90 days"), 180: N_("180 days"), 365: N_("One year")}
BEGIN = {"scopes": (str(Scope.READ),), "days": ("90",)}


@router.get("")
def index(request: Request, session: Reading, by: SignedIn, now: Now, done: str = "") -> Response:
    """My tokens, for an admin also those of the organisation's people, and the form for another."""
    notice = gettext("The token is revoked: from now on it opens nothing.") if done == "revoked" else None
    form = Form(TokenFields, BEGIN)
    return page(request, TEMPLATE, notice=notice, form=form, made=None, text="", **_around(session, by, now))


@router.post("")
def make(
    request: Request,
    session: Writing,
    by: SignedIn,
    now: Now,
    form: Annotated[Form[TokenFields], posted(TokenFields)],
) -> Response:
    """A new token, shown on this page and never again. Raises Refusal."""
    form.again(TEMPLATE, made=None, text="", **_around(session, by, now))
    form.values = {"scopes": (), **form.values}  # no box ticked is no choice, not a missing field
    token, text = tokens.make(session, form.fields, by=by, now=now)
    empty = Form(TokenFields, BEGIN)
    return page(request, TEMPLATE, status=201, made=token, text=text, form=empty, **_around(session, by, now))


@router.post("/{id}/revoke")
def revoke(request: Request, session: Writing, by: SignedIn, now: Now, id: str) -> Response:
    """Ends a token at once; another organisation's is the same 404 as none."""
    tokens.revoke(session, id, by=by, now=now)
    return go(request, "/account/tokens?done=revoked")


def _around(session: Session, by: Viewer, now: datetime) -> dict[str, Any]:
    offered: Sequence[Scope] = OF_KIND.get(by.kind, (Scope.READ, Scope.NOTICES))
    if webhooks.may_administer_webhooks(by):
        offered = (*offered, Scope.WEBHOOKS)
    return {
        "own": tokens.tokens_of(session, by),
        "others": tokens.tokens_of_others(session, by),
        "scopes": {str(scope): gettext(words) for scope, words in SCOPES.items()},
        "offered": [(str(scope), gettext(SCOPES[scope])) for scope in offered],
        "days": [(str(days), gettext(words)) for days, words in DAYS.items()],
        "now": now,
    }
