"""How do others see my need, who has looked, and shall it be listed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import disclosure, exchanges, likeness, needs
from marketplace.disclosure import Identity, Limits, Seen
from marketplace.needs import Need
from marketplace.organisations import Viewer
from web import limits_form, summaries
from web.dependencies import EnterpriseEditor, EnterpriseUser, Now, Reading, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

TEMPLATE = "needs/others.html"
DONE = {
    "limited": N_("Saved. From this moment the need is seen as below."),
    "listed": N_("The need is listed. Below is what others see of it."),
}
LimitsForm = Annotated[Form[Limits], posted(Limits)]


@dataclass(frozen=True, slots=True)
class Audience:
    """One kind of onlooker, and what is there for it; `shown` None: nothing, not even that the need exists."""

    name: str
    title: str
    shown: Seen | None
    identity: Identity | None


@router.get("/needs/{id}/others")
def others(request: Request, id: str, session: Reading, by: EnterpriseUser, now: Now, done: str = "") -> Response:
    """What each kind of onlooker sees, before and after it is listed; what would single the firm out."""
    need = needs.need_by_id(session, id, by)
    notice = gettext(DONE[done]) if done in DONE else None
    form = limits_form.form_of(session, need)
    return page(request, TEMPLATE, notice=notice, form=form, **_around(session, need, by, now))


@router.post("/needs/{id}/limits")
def limit(
    request: Request, id: str, known: Reading, session: Writing, by: EnterpriseEditor, now: Now, form: LimitsForm
) -> Response:
    """Says who may see what; it holds at once. What the page says around it is made before anybody waits to write."""
    form.again(TEMPLATE, **_around(known, needs.need_by_id(known, id, by), by, now))
    need = needs.need_by_id(session, id, by)
    fields = limits_form.read(session, form)
    disclosure.limit(session, need, fields, version=whole(form.typed("version")), by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)
    return go(request, f"/needs/{id}/others?done=limited")


@router.post("/needs/{id}/cure")
def cure(request: Request, id: str, session: Writing, by: EnterpriseEditor, now: Now, form: LimitsForm) -> Response:
    """Makes the fields that single the firm out as coarse as was offered."""
    need = needs.need_by_id(session, id, by)
    wished = limits_form.cured(disclosure.limits_of(need), form.chosen("cure"))
    disclosure.limit(session, need, wished, version=whole(form.typed("version")), by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)
    return go(request, f"/needs/{id}/others?done=limited")


@router.post("/needs/{id}/list")
def publish(
    request: Request, id: str, known: Reading, session: Writing, by: EnterpriseEditor, now: Now, form: LimitsForm
) -> Response:
    """Lists the need; where it singles the firm out or is much like another of ours, only when said to be meant so."""
    around = _around(known, needs.need_by_id(known, id, by), by, now)
    need = needs.need_by_id(session, id, by)
    form.again(TEMPLATE, **around)
    limits_form.refuse_unmeant(around["anonymity"], around["alike"], sure=bool(form.typed("sure")))
    disclosure.publish(session, need, by=by, now=now)
    return go(request, f"/needs/{id}/others?done=listed")


@router.get("/needs/{id}/views")
def views(request: Request, id: str, session: Reading, by: EnterpriseUser) -> Response:
    """Which organisations looked at more than the summary, when and how often."""
    need = needs.need_by_id(session, id, by)
    found = disclosure.views_of(session, need, by)
    return page(request, "needs/views.html", need=need, views=found, few=disclosure.FEW, summaries=summaries)


def audiences(session: Session, need: Need) -> list[Audience]:
    """Everybody who may come by, each shown exactly what the page would show them."""
    found = []
    for name, title in limits_form.AUDIENCES.items():
        looks = limits_form.onlooker(need, name)
        if looks is None:
            continue
        level = disclosure.level_for(need, looks)
        shown = None if level is None else disclosure.seen(need, level)
        who = None if level is None else disclosure.identity_of(session, need, level)
        found.append(Audience(name, gettext(title), shown, who))
    return found


def _around(session: Session, need: Need, by: Viewer, now: Any, form: Form[Limits] | None = None) -> Mapping[str, Any]:
    """Everything the page says of a need beside the notice."""
    return {
        "need": need,
        "reader": by,
        "audiences": audiences(session, need),
        "anonymity": disclosure.anonymity_of(session, need, by=by, now=now),
        "alike": likeness.alike_of(session, need, by=by),
        "choices": limits_form.choices(need),
        "cures": limits_form.cure_words(need),
        "summaries": summaries,
        "opening": [(level, disclosure.fields_opening(need, level)) for level in disclosure.Level],
    }
