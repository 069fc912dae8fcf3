"""Which programs and robots are told when something happens to us, and did it reach them?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import inbox, webhooks
from marketplace.accounts import sealing
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind, Topic
from marketplace.organisations import Viewer
from marketplace.webhooks import Delivery, Form, Webhook, WebhookFields
from web import doors, forms
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import posted
from web.i18n import N_, gettext
from web.noticing import title_of
from web.outward import robots, short, signing
from web.outward.addresses import target_of
from web.rendering import go, page
from web.settings import Settings

router = APIRouter(prefix="/organisation/webhooks", dependencies=[Depends(viewer)])

LIST, ONE = "organisation/webhooks.html", "organisation/webhook.html"
FORMS: Mapping[Form, str] = {
    Form.SIGNED: N_("A program of ours: JSON, signed"),
    Form.WECOM: N_("Robot of a 企业微信 group"),
    Form.DINGTALK: N_("Robot of a 钉钉 group"),
    Form.SMS: N_("My telephone, by short message"),
}
FAILURES: Mapping[str, str] = {
    "address": N_("leads to an address that is not allowed"),
    "name": N_("the name leads nowhere"),
    "connection": N_("no connection"),
    "tls": N_("the certificate does not fit"),
    "time": N_("took too long"),
    "answer": N_("no usable answer"),
    "redirect": N_("answered with a redirect, which is not followed"),
    "status": N_("answered with a refusal"),
    "refused": N_("the robot refused it"),
}
DONE: Mapping[str, str] = {
    "tried": N_("A test message is on its way: what came of it stands here in a few seconds."),
    "resumed": N_("Messages go there again."),
    "ended": N_("The webhook is ended; its address and its secret are erased."),
}
OWN_TOLD = frozenset(kind for kind in NoticeKind if kind.name.startswith("HELP_"))  # told to one person alone
BEGIN = {"form": (str(Form.SIGNED),)}


def keeper(found: SignedIn) -> Viewer:
    """An admin of a verified organisation; to others the page does not exist, before any form is read."""
    if not webhooks.may_administer_webhooks(found):
        raise NotFound
    return found


Keeper = Annotated[Viewer, Depends(keeper)]


@router.get("")
def index(request: Request, session: Reading, by: Keeper, done: str = "") -> Response:
    """All of them, and the form for another."""
    notice = gettext(DONE[done]) if done in DONE else None
    form = forms.Form(WebhookFields, BEGIN)
    return page(request, LIST, notice=notice, form=form, **_around(request, session, by))


@router.post("")
def make(
    request: Request,
    known: Reading,
    session: Writing,
    by: Keeper,
    now: Now,
    form: Annotated[forms.Form[WebhookFields], posted(WebhookFields)],
) -> Response:
    """Another one; the secret of a program is shown on this page and never again. Raises Refusal."""
    form.again(LIST, **_around(request, known, by))
    row, secret = entered(request, session, form.fields, by=by, now=now)
    if not secret:
        return go(request, f"/organisation/webhooks/{row.public_id}")
    return _shown(request, session, row, secret=secret, status=201)


@router.get("/{id}")
def show(request: Request, session: Reading, by: Keeper, id: str, done: str = "") -> Response:
    """One of them with its newest messages."""
    row = webhooks.webhook_by_id(session, id, by=by)
    return _shown(request, session, row, notice=gettext(DONE[done]) if done in DONE else None)


@router.post("/{id}/test")
def try_out(request: Request, session: Writing, by: Keeper, now: Now, id: str) -> Response:
    """A message that only tries the way; twenty an hour, so that nobody's server is pelted through us. Raises Busy."""
    doors.spend(request, f"webhook test {by.organisation_id}", limit=20, per=timedelta(hours=1), now=now)
    webhooks.try_out(session, webhooks.webhook_by_id(session, id, by=by), by=by, now=now)
    return go(request, f"/organisation/webhooks/{id}?done=tried")


@router.post("/{id}/rotate")
def rotate(request: Request, session: Writing, by: Keeper, now: Now, id: str) -> Response:
    """Another secret, shown once; the one before signs beside it for a day."""
    row, key = webhooks.webhook_by_id(session, id, by=by), signing.new_secret()
    webhooks.rotate(session, row, secret=_sealed(request, key), by=by, now=now)
    return _shown(request, session, row, secret=signing.shown(key))


@router.post("/{id}/resume")
def resume(request: Request, session: Writing, by: Keeper, now: Now, id: str) -> Response:
    """Messages go there again."""
    webhooks.resume(session, webhooks.webhook_by_id(session, id, by=by), by=by, now=now)
    return go(request, f"/organisation/webhooks/{id}?done=resumed")


@router.post("/{id}/end")
def end(request: Request, session: Writing, by: Keeper, now: Now, id: str) -> Response:
    """Nothing goes there any more."""
    webhooks.end(session, webhooks.webhook_by_id(session, id, by=by), by=by, now=now)
    return go(request, "/organisation/webhooks?done=ended")


def entered(
    request: Request, session: Session, fields: WebhookFields, *, by: Viewer, now: datetime
) -> tuple[Webhook, str]:
    """Another one, and the secret of a program as it is shown once; of a robot "". Raises NotFound, Refusal."""
    fields = _checked(request, fields, by)
    key = signing.new_secret() if fields.form is Form.SIGNED else webhooks.sign_of(fields)
    row = webhooks.make(session, fields, secret=_sealed(request, key), by=by, now=now)
    return row, signing.shown(key) if fields.form is Form.SIGNED else ""


def _checked(request: Request, fields: WebhookFields, by: Viewer) -> WebhookFields:
    """What was typed, where it is an address that may be reached and kinds there are. Raises Refusal."""
    settings = request.app.state.settings
    if fields.form is Form.SMS:
        _check_telephone(settings, fields)
    else:
        robots.check(fields.form, target_of(fields.url, settings.allowed))
    if set(fields.kinds) - {kind.value for kind in _offered(by)}:
        raise Refusal(Fault("kinds", N_("Choose from the list")))
    if fields.form is not Form.DINGTALK and fields.sign:
        raise Refusal(Fault("sign", N_("Only robots of 钉钉 have such a sign")))
    return fields


def _check_telephone(settings: Settings, fields: WebhookFields) -> None:
    """Raises Refusal."""
    if not short.has_gateway(settings):
        raise Refusal(Fault("form", N_("This site sends no short messages")))
    if fields.url:
        raise Refusal(Fault("url", N_("Leave the address empty: short messages go to the telephone of your account")))


def _sealed(request: Request, key: bytes) -> str:
    return sealing.sealed(key, request.app.state.settings.secret.get_secret_value()) if key else ""


def _offered(by: Viewer) -> Sequence[NoticeKind]:
    return [kind for topic in Topic for kind in inbox.kinds_for(by.kind, topic) if kind not in OWN_TOLD]


def _around(request: Request, session: Session, by: Viewer) -> dict[str, Any]:
    has_sms = short.has_gateway(request.app.state.settings)
    return {
        "rows": [(row, webhooks.waiting_of(session, row)) for row in webhooks.webhooks_of(session, by.organisation_id)],
        "most": webhooks.MOST,
        "forms": [(str(each), gettext(words)) for each, words in FORMS.items() if each is not Form.SMS or has_sms],
        "form_words": {str(each): gettext(words) for each, words in FORMS.items()},
        "kinds": [(str(kind), title_of(kind)) for kind in _offered(by)],
        "why": why,
        "called": called,
    }


def _shown(
    request: Request, session: Session, row: Webhook, *, secret: str = "", status: int = 200, notice: str | None = None
) -> Response:
    told: dict[str, Any] = {
        "called": called(row),
        "row": row,
        "secret": secret,
        "notice": notice,
        "why": why,
        "what": what,
    }
    told |= {"form_word": gettext(FORMS[row.form]), "kinds": [what(kind) for kind in row.kinds]}
    told |= {"deliveries": webhooks.deliveries_of(session, row), "window_min": signing.WINDOW_S // 60}
    return page(request, ONE, status=status, **told)


def called(row: Webhook) -> str:
    """The address without what only the receiver should know; of short messages what they are."""
    return row.url.partition("?")[0] if row.url else gettext(FORMS[row.form])


def what(kind: str) -> str:
    """A kind of message, in the reader's language."""
    return title_of(NoticeKind(kind)) if kind in set(NoticeKind) else gettext("Test message")


def why(found: Webhook | Delivery) -> str:
    """What stopped the last try, in the reader's language; empty where nothing did."""
    failure = found.last_failure if isinstance(found, Webhook) else found.failure
    status = found.last_status if isinstance(found, Webhook) else found.status
    if not failure:
        return ""
    words = gettext(FAILURES.get(failure, N_("could not be sent")))
    return f"{words} ({status})" if status else words
