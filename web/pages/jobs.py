"""Does what the site does by itself get done? For the platform's admins: kinds and counts, nothing of anybody's."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import jobs
from marketplace.errors import NotFound
from marketplace.organisations import may_rule
from web.dependencies import Now, Reading, SignedIn, viewer
from web.i18n import N_, gettext
from web.rendering import page
from web.worker import kinds_of

router = APIRouter(prefix="/desk/jobs", dependencies=[Depends(viewer)])

KINDS: Mapping[str, str] = {
    "mail": N_("Letters"),
    "webhook": N_("Messages to webhooks and robots"),
    "ledger.expire": N_("Holds that run out"),
    "retention.purge": N_("Records past their time"),
    "inbox.digest": N_("Daily letters"),
    "searches.look": N_("Saved searches"),
    "exchanges.look": N_("Exchanges that fell by a day"),
    "exchanges.fall": N_("Closing of an exchange that fell"),
    "talks.escalate": N_("Clocks of exchanges"),
    "talks.lapse": N_("Proposals to hand a project on that nobody answered"),
    "talks.measure": N_("Response rates"),
}


@router.get("")
def index(request: Request, session: Reading, now: Now, by: SignedIn) -> Response:
    """What waits, since when, and what fails."""
    if not may_rule(by):
        raise NotFound
    settings = request.app.state.settings
    count, oldest = jobs.waiting(session, kinds_of(settings), now=now)
    rows = [(named(kind), why, again, given_up) for kind, why, again, given_up in jobs.failing(session)]
    return page(request, "desk/jobs.html", rows=rows, count=count, oldest=oldest, has_mail=settings.has_mail)


def named(kind: str) -> str:
    """A kind of job in the reader's language; as it is called where we have no word."""
    return gettext(KINDS[kind]) if kind in KINDS else kind
