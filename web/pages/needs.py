"""What must my enterprise place? The list, the form, publishing, changing, withdrawing."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import exchanges, needs
from marketplace.needs import Need, NeedFields
from marketplace.organisations import OrganisationKind
from marketplace.resources import SupplyMode
from web import charts, forms_of, labels
from web.amounts import POLLUTANTS
from web.choices import industry_choices, need_fields, need_form, offered, place_choices
from web.dependencies import EnterpriseEditor, Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

FORM = "needs/edit.html"
PLACES_SHOWN = 5
WITHDRAWN = N_("The need is withdrawn. You keep it here and can take it up again.")
NeedForm = Annotated[Form[NeedFields], posted(NeedFields)]


@router.get("/needs")
def index(request: Request, session: Reading, seen: SignedIn, done: str = "") -> Response:
    """My needs; for others a word on who publishes needs."""
    rows = needs.needs_of(session, seen) if seen.kind == OrganisationKind.ENTERPRISE else None
    told: dict[str, Any] = {"notice": gettext(WITHDRAWN)} if rows is not None and done == "withdrawn" else {}
    return page(request, "needs/index.html", rows=rows, **told)


@router.get("/needs/new")
def new(request: Request, owner: EnterpriseEditor) -> Response:
    """An empty form, for the mode the address names."""
    asked = request.query_params.get("mode", "")
    form = Form(NeedFields, {"mode": [asked]}) if asked in forms_of.MODES else Form(NeedFields)
    return page(request, FORM, form=form, **_around())


@router.post("/needs")
def publish(request: Request, session: Writing, owner: EnterpriseEditor, now: Now, form: NeedForm) -> Response:
    """Enters the need and shows its ranking, or the form again with what is wrong."""
    fields, again = _read(request, form)
    if again:
        return again
    need = needs.enter(session, fields, owner=owner, now=now)
    return go(request, f"/needs/{need.public_id}?done=published")


@router.get("/needs/{id}/edit")
def edit(request: Request, id: str, session: Reading, owner: EnterpriseEditor) -> Response:
    """The form with what the need says."""
    need = needs.need_by_id(session, id, owner)
    return page(request, FORM, form=need_form(need), **_around(need))


@router.post("/needs/{id}")
def revise(request: Request, id: str, session: Writing, by: EnterpriseEditor, now: Now, form: NeedForm) -> Response:
    """Changes a need that nobody else has changed since its form was opened."""
    need = needs.need_by_id(session, id, by)

    def saved(session: Session) -> tuple[Form[NeedFields], int]:
        now_said = needs.need_by_id(session, id, by)
        return need_form(now_said), now_said.version

    fields, again = _read(request, form, need, saved=saved)
    if again:
        return again
    needs.revise(session, need, fields, version=_version(form), by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)  # another origin may exclude somebody
    return go(request, f"/needs/{id}?done=changed")


@router.post("/needs/{id}/withdraw")
def withdraw(request: Request, id: str, session: Writing, by: EnterpriseEditor, now: Now) -> Response:
    """Takes a need off the market; it stays in its owner's list."""
    need = needs.need_by_id(session, id, by)
    needs.withdraw(session, need, by=by, now=now)
    exchanges.close_fallen(session, need, by=by, now=now)
    return go(request, "/needs?done=withdrawn")


@router.post("/needs/{id}/reopen")
def reopen(request: Request, id: str, session: Writing, by: EnterpriseEditor, now: Now) -> Response:
    """Puts a withdrawn need back."""
    needs.reopen(session, needs.need_by_id(session, id, by), by=by, now=now)
    return go(request, f"/needs/{id}?done=reopened")


@router.get("/typeahead/industries")
def industries(request: Request) -> Response:
    """Codes for the words in the industry field."""
    found = industry_choices(request.query_params.get("industry", "")[:80])
    return page(request, "needs/choices.html", name="industry", choices=found)


@router.get("/typeahead/places")
def places_like(request: Request, field: str = "origin") -> Response:
    """Places for the words in a field; nothing where they are clear."""
    name = field if field in ("origin", "hq") else "origin"
    found = place_choices(request.query_params.get(name, "")[:80])
    return page(request, "needs/choices.html", name=name, choices=found)


@router.get("/typeahead/amount/{field}")
def amount(request: Request, field: str) -> Response:
    """What a typed amount comes to in both units."""
    return page(request, "needs/amount.html", field=field, text=request.query_params.get(field, "")[:60])


def _read(
    request: Request, form: Form[NeedFields], need: Need | None = None, **given: Any
) -> tuple[NeedFields, Response | None]:
    """The fields; beside them the form again where somebody looked codes up or something needs a second look."""
    if form.typed("look_up"):
        return NeedFields(), page(request, FORM, form=form, **_around(need, choices=offered(form.values)))
    form.again(FORM, **_around(need, choices=offered(form.values), **given))
    fields = need_fields(form)
    doubts = needs.doubts_of(fields)
    if doubts and not form.typed("sure"):
        return fields, page(request, FORM, status=422, form=form, **_around(need, doubts=doubts))
    return fields, None


def _version(form: Form[NeedFields]) -> int:
    return whole(form.typed("version"))


def _around(need: Need | None = None, **given: Any) -> Mapping[str, Any]:
    """What the form shows beside the typed values."""
    choices = {
        "provinces": [(code[:2], charts.province_name(code)) for code in charts.PROVINCES],
        "bases": [(basis, labels.value("energy_basis", basis)) for basis in ("calorific", "coal_equivalent")],
        "supply_modes": [(mode.value, labels.value("supply_mode", mode)) for mode in SupplyMode],
        "criteria_of": forms_of.criteria_of,
        "weight_names": lambda criteria: [f"weights.{name}" for name, _ in criteria],
        "pollutants": [f"emissions_t_a.{pollutant}" for pollutant in POLLUTANTS],
        "least_shares": forms_of.LEAST_SHARES,
        "phases": forms_of.PHASES,
        "modes": forms_of.modes(),
        "said_of": forms_of.said_of,
    }
    return {"need": need, "choices": {}, "doubts": (), "places_shown": PLACES_SHOWN, **choices, **given}
