"""Which lists has an enterprise kept, do they still come out the same, and which parks has it marked?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import kept, needs, parks, signals
from marketplace.needs import NeedFields
from marketplace.signals import SignalKind
from web import switching
from web.dependencies import EnterpriseEditor, EnterpriseUser, Market, Now, Reading, Today, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext, said
from web.pages.ranking import question_of
from web.rendering import go, page, query
from web.two_places import OFF

router = APIRouter(dependencies=[Depends(viewer)])

KEPT = N_("The list is kept: this page stays as it is, whatever the parks say from now on.")
NeedForm = Annotated[Form[NeedFields], posted(NeedFields)]


@router.post("/needs/{id}/keep")
def keep(
    id: str,
    request: Request,
    session: Writing,
    by: EnterpriseEditor,
    market: Market,
    now: Now,
    today: Today,
    form: NeedForm,
) -> Response:
    """Keeps the list as it stands now, with the weights and the order in use."""
    given = {name: texts[-1] for name, texts in form.values.items()}
    question = question_of(given, today).ranking
    market.index(question.on)  # made before the transaction begins: nobody else could write meanwhile
    need = needs.need_by_id(session, id, by)
    row = kept.keep(
        session,
        kept.index_now(session, market, on=question.on),
        need,
        question.of(needs.fields_of(need)),
        on=question.on,
        now=now,
        top=question.top,
        unverified_only=question.unverified_only,
        switches=switching.switches(session, question.order),
        institution=given.get("ties") != OFF,
    )
    return go(request, f"/needs/{id}/kept/{row.public_id}?done=kept")


@router.get("/needs/{id}/kept/{kept_id}")
def show(
    id: str, kept_id: str, request: Request, session: Reading, by: EnterpriseUser, check: str = "", done: str = ""
) -> Response:
    """The list as it was; with `check` whether it comes out the same again."""
    row = kept.kept_by_id(session, id, kept_id, by)
    again = kept.replayed(session, row) if check else None
    context: dict[str, Any] = {
        "notice": gettext(KEPT) if done == "kept" else None,
        "need": needs.need_by_id(session, id, by),
        "row": row,
        "said": row.said,
        "fields": kept.fields_of(row),
        "orders": _orders(row.question["switches"]),
        "state": kept.state_of(session, row),
        "again": again,
        "differences": [said(fault.message, fault.params) for fault in again.differences] if again else [],
    }
    return page(request, "needs/kept.html", **context)


@router.post("/needs/{id}/parks/{code}/star")
def star(
    id: str, code: str, request: Request, session: Writing, by: EnterpriseEditor, now: Now, today: Today, form: NeedForm
) -> Response:
    """Marks a park for a need, or takes the mark away."""
    need, park = needs.need_by_id(session, id, by), parks.park_by_code(session, code)
    given = {name: texts[-1] for name, texts in form.values.items()}
    question = question_of(given, today)
    if given.get("star") == "off":
        signals.forget(session, need, park, SignalKind.FAVOURITE, by=by)
    else:
        rank = min(whole(given.get("rank", "")), 9999)
        switching.mark(session, need, code, SignalKind.FAVOURITE, question, by=by, now=now, rank=rank)
    return go(request, query(f"/needs/{id}/parks/{code}", question.link))


def _orders(switches: dict[str, Any]) -> list[str]:
    """Which switches were on."""
    on = {
        switching.UNCROWDED: switches.get("prices") is not None,
        switching.DIVERSE: bool(switches.get("diverse")),
        switching.LEARNED: switches.get("learned") is not None,
    }
    return [name for name in switching.ORDERS if on[name]]
