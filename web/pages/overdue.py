"""Which parks are past the time limits of their exchanges? For the platform, without a word of whom or what about."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import talks
from marketplace.errors import NotFound
from marketplace.organisations import may_moderate
from marketplace.talks import ClockKind
from web.dependencies import Now, Reading, SignedIn, viewer
from web.i18n import N_, gettext
from web.rendering import page

router = APIRouter(prefix="/desk", dependencies=[Depends(viewer)])
KINDS = {
    ClockKind.ANSWER: N_("an answer"),
    ClockKind.ASSESS: N_("an assessment"),
    ClockKind.FEEDBACK: N_("feedback"),
    ClockKind.REPORT: N_("a report"),
}


@router.get("/overdue")
def overdue(request: Request, session: Reading, now: Now, by: SignedIn) -> Response:
    """Each park that is late, what it owes and since when; of whom it owes it, nothing."""
    if not may_moderate(by):
        raise NotFound
    late = talks.late_parks(session, now=now)
    rows = [(each.park, gettext(KINDS[each.clock.kind]), each.clock.due.on, each.exchange.simulated) for each in late]
    return page(request, "desk/overdue.html", rows=rows)
