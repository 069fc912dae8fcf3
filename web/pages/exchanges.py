"""Which talks do we have, what opens in them, and whose turn is it?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import disclosure, exchanges, needs, parks, talks
from marketplace.disclosure import Level
from marketplace.exchanges import CONSENT, PROMISE, Side, State, Talk, Text
from marketplace.needs import Need
from marketplace.organisations import OrganisationKind, Viewer, may_act_for
from web import doors, exchanging, talking, transferring
from web.dependencies import Now, Reading, Writing, viewer
from web.exchanging import Editor, Talker
from web.forms import Form, posted
from web.i18n import N_, Language, current, gettext
from web.looks import note
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

SHOW = "exchanges/show.html"
DONE = {
    "interest": N_("Your interest is on its way. Nothing is open yet: next, agree to what will open."),
    "consent": N_("Your consent is kept. As soon as both sides have agreed, identities open."),
    "open": N_("Both sides have agreed: identities are open here, and nowhere else."),
    "declined": N_("Declined. The other side is not told."),
    "withdrawn": N_("Withdrawn. From this moment the other side sees nothing of yours."),
    "promised": N_("The promise is kept with name, time and text. The documents are open."),
    "written": N_("Your message is with the other side."),
    "speakers": N_("Who speaks for us here is changed."),
}


class Wish(BaseModel):
    """Whom somebody wants to talk to: an owner names its need, a park a listing."""

    need: str = Field(default="", max_length=16)
    listing: str = Field(default="", max_length=16)
    park: str = Field(default="", max_length=16)


class Agreed(BaseModel):
    """The check value of the list or text that was read."""

    digest: str = Field(default="", max_length=64)


WishForm = Annotated[Form[Wish], posted(Wish)]
AgreedForm = Annotated[Form[Agreed], posted(Agreed)]


@router.get("/exchanges")
def index(request: Request, session: Reading, by: Talker, now: Now) -> Response:
    """Every exchange of the reader's organisation, what waits for it first."""
    rows = [exchanging.row_of(talk) for talk in exchanges.exchanges_of(session, by, now=now)]
    groups = [(state, [row for row in rows if row.state is state]) for state in exchanging.STATES]
    return page(request, "exchanges/index.html", groups=groups, total=len(rows), states=exchanging.STATES)


@router.post("/exchanges")
def show_interest(request: Request, session: Writing, by: Editor, now: Now, form: WishForm) -> Response:
    """Shows interest; the same page again where it was shown before."""
    wish = form.fields
    park = parks.park_by_code(session, wish.park)
    exchange = exchanges.show_interest(session, _need(session, wish, by, now), park, by=by, now=now)
    return go(request, f"/exchanges/{exchange.public_id}?done=interest")


@router.get("/exchanges/{id}")
def show(request: Request, id: str, session: Reading, by: Talker, now: Now, done: str = "", kind: str = "") -> Response:
    """One exchange as it stands for the reader; what it opens, and that it was read, is noted before it is shown."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    shown = exchanges.opened(session, talk, by, now=now)
    if shown is not None and talk.side is Side.PARK:
        note(request, talk.need, Level.PROMISE if shown.promise else Level.BOTH, by, now)
    room = talks.room_of(session, talk, by, now=now)
    if room is not None and talks.unread(session, room):
        doors.write(request, lambda own: talks.mark_read(own, room, now=now))
    notice = gettext(DONE[done]) if (done in DONE and talk.state is not State.CLOSED) or done == "withdrawn" else None
    form = Form(Agreed, {"kind": (kind,)})
    return page(request, SHOW, notice=notice, form=form, **shown_to(session, talk, by, now))


@router.post("/exchanges/{id}/interest")
def answer(request: Request, id: str, session: Writing, by: Editor, now: Now) -> Response:
    """Answers an interest with one's own; it opens nothing."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    exchanges.show_interest(session, talk.need, talk.park, by=by, now=now)
    return go(request, f"/exchanges/{id}?done=interest")


@router.post("/exchanges/{id}/consent")
def consent(request: Request, id: str, session: Writing, by: Editor, now: Now, form: AgreedForm) -> Response:
    """Agrees to open exactly the list that was read; another list by now is shown and asked again."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    form.again(SHOW, **shown_to(session, talk, by, now))
    exchanges.consent(session, talk.exchange, talk.need, talk.park, form.fields.digest, by=by, now=now)
    is_open = talk.exchange.status == exchanges.ExchangeStatus.OPEN
    return go(request, f"/exchanges/{id}?done={'open' if is_open else 'consent'}")


@router.post("/exchanges/{id}/decline")
def decline(request: Request, id: str, session: Writing, by: Editor, now: Now) -> Response:
    """Declines; nobody else is told."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    exchanges.decline(session, talk.exchange, talk.need, talk.park, by=by, now=now)
    return go(request, f"/exchanges/{id}?done=declined")


@router.post("/exchanges/{id}/withdraw")
def withdraw(request: Request, id: str, session: Writing, by: Editor, now: Now) -> Response:
    """Takes interest and consent back; everything closes at once."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    exchanges.withdraw(session, talk.exchange, talk.need, talk.park, by=by, now=now)
    return go(request, f"/exchanges/{id}?done=withdrawn")


@router.post("/exchanges/{id}/promise")
def promise(request: Request, id: str, session: Writing, by: Editor, now: Now, form: AgreedForm) -> Response:
    """Promises confidence in the words that were read."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    form.again(SHOW, **shown_to(session, talk, by, now))
    exchanges.promise(session, talk.exchange, talk.need, talk.park, form.fields.digest, by=by, now=now)
    return go(request, f"/exchanges/{id}?done=promised")


@router.get("/promise")
def words(request: Request, version: str = "") -> Response:
    """The text of the promise, in force or as it once was, and of the consent."""
    known = exchanges.versions(PROMISE)
    text = exchanges.text_of(PROMISE, version if version in known else "")
    consent = exchanges.text_of(CONSENT)
    return page(request, "exchanges/promise.html", text=text, said=said(text), consent=consent, agreed=said(consent))


def said(text: Text) -> str:
    """A text in the reader's language."""
    return text.en if current.get() is Language.EN else text.zh


def _need(session: Session, wish: Wish, by: Viewer, now: Any) -> Need:
    if by.kind == OrganisationKind.ENTERPRISE:
        return needs.need_by_id(session, wish.need, by)
    return disclosure.need_for(session, wish.listing, by, now=now)[0]


def shown_to(session: Session, talk: Talk, by: Viewer, now: Any) -> dict[str, Any]:
    """What the page of an exchange may show this reader, and not a field more."""
    context: dict[str, Any] = {
        "row": exchanging.row_of(talk),
        "side": talk.side,
        "closed": talk.state is State.CLOSED,
        "declined": talk.standing.declined,
        "may_act": exchanges.may_show_interest(by),
        "states": exchanging.STATES,
    }
    if talk.state is State.CLOSED:
        return context
    found, consents = exchanges.opened(session, talk, by, now=now), exchanges.text_of(CONSENT)
    is_open = found is not None
    context |= exchanging.lists_of(session, talk, by)
    context |= {
        "mutual": talk.exchange.status != exchanges.ExchangeStatus.OFFERED,
        "interested": talk.exchange.interest_at(talk.side) is not None,
        "agreed": exchanges.has_agreed(session, talk),
        "may_consent": exchanges.may_consent(by, talk.side),
        "consent_text": said(consents),
        "is_open": is_open,
        "open_fields": exchanging.lines_of(talk.need, found.theirs) if found else [],
        "waiting": exchanging.names_of(found.waiting) if found else [],
        "promise": found.promise if found else None,
        "may_promise": talk.side is Side.PARK and exchanges.may_promise(by),
        "origin": talks.origin_of(session, talk.exchange),
        "promise_text": said(exchanges.text_of(PROMISE)),
        "promise_digest": exchanges.text_of(PROMISE).sha256,
        "documents": exchanges.documents_of(session, talk.need, by, now=now) if found and found.promise else [],
        "own_need": talk.need.public_id if talk.side is Side.NEED else None,
        "ledger": f"/parks/{talk.park.code}/ledger" if may_act_for(by, talk.park.owner_id) else "",
    }
    room = talks.room_of(session, talk, by, now=now)
    if room is not None:
        context |= talking.open_page(session, room, now) | transferring.beside(session, room, now)
    return context
