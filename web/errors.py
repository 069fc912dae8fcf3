"""What is answered when something goes wrong: as a page, as a part of one, or as problem details?"""

import logging
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from marketplace.database import reading
from marketplace.errors import Busy, Conflict, Fault, InputError, NotFound, Refusal, faults_in
from web import two_versions
from web.answered_again import answer_again
from web.bearer import REALM, OutOfScope, token_in
from web.dependencies import viewer
from web.holding import HeldBack
from web.i18n import N_, gettext, said
from web.once import Again
from web.refused import remember
from web.rendering import go, here, page
from web.security import request_id

WORDS = {
    400: (N_("This request cannot be read"), N_("Go back and send it again.")),
    401: (N_("Please sign in"), N_("This page is for signed-in users.")),
    403: (N_("This was not sent from our own page"), N_("Open the page again and send the form from there.")),
    404: (N_("There is nothing here"), N_("The address is wrong, or the page is not yours to see.")),
    405: (N_("This address cannot be used this way"), N_("Go back and follow the links of the page.")),
    409: (N_("Someone was faster"), N_("What you saw has changed meanwhile. Load the page again before you retry.")),
    413: (N_("This is too large"), N_("Send a smaller file.")),
    415: (N_("Something does not fit yet"), N_("Send the form as UTF-8.")),
    422: (N_("Something does not fit yet"), N_("Nothing was saved. Please put this right:")),
    429: (N_("Too many at once"), N_("Wait a minute and try again.")),
    503: (N_("The database does not answer"), N_("Nothing was saved. Try again in a moment.")),
    500: (N_("This is our fault"), N_("Nothing was saved. Tell us the request id below and what you were doing.")),
}
API_ADVICE = {
    405: N_("This method is not among those of the address: see /api/v1/openapi.json."),
    422: N_("Each entry of errors names a field and what to do."),
}
SHOWN_ONCE = N_(
    "This form came twice. It was done once; what was shown then is not kept. Open the page anew, and where "
    "something was to be seen only once, make it again."
)
FAULTS_MOST = 20
STATUS: tuple[tuple[type[Exception], int], ...] = ((NotFound, 404), (Conflict, 409), (Busy, 429))


def install(app: FastAPI) -> None:
    """Answers refusals, unreadable parameters and unknown addresses in the form the asker reads."""
    for kind in (Refusal, InputError):
        app.add_exception_handler(kind, _remembering(_refused))
    app.add_exception_handler(Again, _done_before)
    app.add_exception_handler(RequestValidationError, _remembering(_unread))
    app.add_exception_handler(HTTPException, _remembering(_http))
    app.add_exception_handler(OperationalError, _unreachable)
    app.add_exception_handler(Exception, _broken)


def _remembering(answered: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Response]:
    """What was refused to somebody signed in is written down once the answer has left."""

    def answer(request: Request, fault: Exception) -> Response:
        made = answered(request, fault)
        return remember(request, made, made.status_code)

    return answer


def error_page(request: Request, status: int, faults: Sequence[Fault] = ()) -> Response:
    """The page, fragment or problem document for a status. A 404 never says why."""
    faults = first(faults)
    title, advice = (gettext(words) for words in WORDS.get(status, WORDS[500 if status >= 500 else 404]))
    if request.url.path.startswith("/api/"):
        return problem(request, status, title, gettext(API_ADVICE[status]) if status in API_ADVICE else advice, faults)
    if status == 422 and request.method in ("GET", "HEAD"):
        advice = gettext("Please put this right:")  # who only looks saves nothing
    shown = () if status == 404 else faults
    return page(request, "error.html", "body", status=status, title=title, advice=advice, faults=shown)


def first(faults: Sequence[Fault]) -> Sequence[Fault]:
    """As many as a reader can use, and how many more there are."""
    more = len(faults) - FAULTS_MOST
    return faults if more <= 0 else (*faults[:FAULTS_MOST], Fault("", N_("And {count} more"), {"count": more}))


def problem(request: Request, status: int, title: str, detail: str, faults: Sequence[Fault] = ()) -> JSONResponse:
    """RFC 9457 problem details; `errors` names each wrong place."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body |= {"instance": request.url.path, "request_id": request_id.get()}
    if faults and status != 404:
        body["errors"] = [{"where": fault.where, "message": said(fault.message, fault.params)} for fault in faults]
    return JSONResponse(body, status, media_type="application/problem+json")


def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal | InputError)
    status = next((code for kind, code in STATUS if isinstance(refusal, kind)), 422)
    again = getattr(request.state, "again", None)
    if again is None or status == 404:
        answer = error_page(request, status, refusal.faults)
    else:
        form, template, partial, context = again
        if isinstance(refusal, Conflict) and "saved" in context:
            return _two_versions(request, refusal, form, template, context)
        if "around" in context:
            with reading(request.app.state.engine) as session:
                context = context["around"](session)
        answer = page(request, template, partial, status=status, form=form.refused(first(refusal.faults)), **context)
    if isinstance(refusal, Busy):
        answer.headers["Retry-After"] = str(refusal.retry_s)
    return answer


def _two_versions(request: Request, conflict: Conflict, form: Any, template: str, context: Any) -> Response:
    """Somebody was faster: the form as it was typed, and beside it what stands now."""
    with reading(request.app.state.engine) as session:
        two_versions.side_by_side(form, *context["saved"](session))
    faults = () if form.differs else conflict.faults  # what was changed to the same is no quarrel
    return page(request, template, status=409, form=form.refused(first(faults)), **context)


async def _done_before(request: Request, fault: Exception) -> Response:
    """It was done before: the same answer, as far as it can be given again."""
    assert isinstance(fault, Again)
    if request.url.path.startswith("/api/"):
        return await answer_again(request, fault.done)
    if fault.done.location:
        return go(request, fault.done.location)
    return error_page(request, 409, (Fault("", SHOWN_ONCE),))


def _unread(request: Request, wrong: Exception) -> Response:
    """A parameter that cannot be read. In the path it is an address that does not exist."""
    assert isinstance(wrong, RequestValidationError)
    rows = [{**row, "loc": row["loc"][1:]} for row in wrong.errors()]
    if any(row["loc"][0] == "path" for row in wrong.errors()):
        return error_page(request, 404)
    return error_page(request, 422, faults_in(rows))


def _http(request: Request, fault: Exception) -> Response:
    """An unknown address, a method it does not know; a stranger where one must sign in is sent to the door and back."""
    assert isinstance(fault, HTTPException)
    if fault.status_code == 401 and not request.url.path.startswith("/api/"):
        back = here(request)
        return go(request, f"/sign-in?{urlencode({'next': back})}")
    if isinstance(fault, OutOfScope):
        return _out_of_scope(request, fault)
    if isinstance(fault, HeldBack):
        return _held_back(request, fault)
    if not hasattr(request.state, "user") and token_in(request) is None:
        viewer(request)
    answer = error_page(request, fault.status_code)
    if fault.status_code == 401:
        answer.headers["WWW-Authenticate"] = REALM
    for name, value in (fault.headers or {}).items():
        answer.headers[name] = value
    return answer


def _held_back(request: Request, fault: HeldBack) -> Response:
    """Signed in, and something is to be done first: a page leads there and back."""
    if not request.url.path.startswith("/api/"):
        return go(request, f"{fault.way}?{urlencode({'next': here(request)})}")
    detail = said(N_("Open {way} in a browser first."), {"way": fault.way})
    return problem(request, 403, gettext("More is asked for than a password"), detail)


def _out_of_scope(request: Request, fault: OutOfScope) -> Response:
    """The token is right and reaches less far (RFC 6750, 3.1)."""
    detail = gettext("No token reaches this address: open it in a browser.")
    if fault.detail:
        detail = said(N_("Make a token with the scope {scope} under Account, API tokens."), {"scope": fault.detail})
    answer = problem(request, 403, gettext("The token does not reach this far"), detail)
    answer.headers.update(fault.headers or {})
    return answer


def _unreachable(request: Request, fault: Exception) -> Response:
    """The database is away, or its one writer keeps everybody waiting. A handler that may not write is our fault."""
    if "readonly" in str(fault):
        raise fault
    logging.getLogger(__name__).error("the database does not answer", exc_info=fault)
    answer = error_page(request, 503)
    answer.headers["Retry-After"] = "5"
    return answer


def _broken(request: Request, fault: Exception) -> Response:
    """Ours. The log has the traceback with the request id; the reader gets the id alone."""
    return error_page(request, 500)
