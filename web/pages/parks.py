"""What does one park say, and who may speak for it?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, compliance, directory, mandates, parks, taxonomy
from marketplace.compliance import Screening, ScreeningStatus
from marketplace.directory import Order, Wish
from marketplace.errors import NotFound, Refusal
from marketplace.organisations import Role, Viewer, may_act_for, may_claim_park
from marketplace.parks import Level, Park, ParkFields
from marketplace.parks.incentives import incentives_of
from marketplace.taxonomy import ZONE_TYPES
from web import labels, places, responding
from web.choices import unclear
from web.dependencies import MaybeViewer, Now, ParkEditor, Reading, Today, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/parks", dependencies=[Depends(viewer)])


NEAR = 6
DONE = {
    "joined": N_("The park is entered and can be found. Next: say what it has free."),
    "revised": N_("Saved. Everybody sees it from now on."),
    "waits": N_("Saved. A text that the incentive screen held back is not public yet."),
    "claimed": N_("The claim is handed in. The platform looks at it; until then the park's sheet stays as it is."),
    "unclaimed": N_("The claim is taken back."),
    "reported": N_("Thank you. The report is on file and will be looked at."),
}


class ClaimFields(BaseModel):
    """On what grounds somebody says they speak for a park."""

    grounds: str = Field(default="", max_length=1000)


class ReportFields(BaseModel):
    """Anyone may say that a fact is wrong."""

    field: str = Field(default="", max_length=40)
    message: str = Field(default="", max_length=2000)
    contact: str = Field(default="", max_length=120)


@router.get("/new")
def new(request: Request, by: ParkEditor) -> Response:
    """The form by which a park outside the catalogue joins."""
    return page(request, "parks/edit.html", **_edit(Form(ParkFields)))


@router.post("/new")
def join(
    request: Request, session: Writing, now: Now, by: ParkEditor, form: Annotated[Form[ParkFields], posted(ParkFields)]
) -> Response:
    """Enters it; its organisation speaks for it from then on."""
    form.again("parks/edit.html", **_edit())
    park = parks.join(session, _placed(form), by=by, now=now)
    return go(request, f"/parks/{park.code}?done=joined")


@router.get("/{code}")
def show(request: Request, session: Reading, on: Today, seen: MaybeViewer, code: str, done: str = "") -> Response:
    """Everything public about a park, each fact with its date and source."""
    park = parks.park_by_code(session, code)
    notice = gettext(DONE[done]) if done in DONE else None
    return page(
        request, "parks/show.html", form=Form(ReportFields), notice=notice, **_shown(session, park, seen, on=on)
    )


@router.get("/{code}/edit")
def edit(request: Request, session: Reading, by: ParkEditor, code: str) -> Response:
    """What the park says of itself, to change."""
    park = _own(session, code, by)
    texts, form = _texts(session, park), _form(park)
    waiting = {field: [text.text] for field, text in texts.items() if text.status == ScreeningStatus.WAITING}
    form.values = {**form.values, **waiting}
    return page(request, "parks/edit.html", texts=texts, **_edit(form, park))


@router.post("/{code}/edit")
def revise(
    request: Request,
    session: Writing,
    now: Now,
    by: ParkEditor,
    code: str,
    form: Annotated[Form[ParkFields], posted(ParkFields)],
) -> Response:
    """Saves it unless somebody else was faster; an old name stays findable."""
    park = _own(session, code, by)

    def saved(session: Session) -> tuple[Form[ParkFields], int]:
        now_said = _own(session, code, by)
        return _form(now_said), now_said.version

    form.again("parks/edit.html", **_edit(park=park), saved=saved)
    parks.revise_park(session, park, _placed(form), version=whole(form.typed("version")), by=by, now=now)
    held = any(text.status == ScreeningStatus.WAITING for text in _texts(session, park).values())
    return go(request, f"/parks/{park.code}?done={'waits' if held else 'revised'}")


@router.get("/{code}/claim")
def ground(request: Request, session: Reading, by: ParkEditor, code: str) -> Response:
    """The form by which an organisation asks to speak for a park."""
    park = parks.park_by_code(session, code)
    if park.owner_id is not None or parks.own_claim(session, park, by):
        return go(request, f"/parks/{code}")
    return page(request, "parks/claim.html", form=Form(ClaimFields), park=park, verified=by.is_verified)


@router.post("/{code}/claim")
def claim(
    request: Request,
    session: Writing,
    now: Now,
    by: ParkEditor,
    code: str,
    form: Annotated[Form[ClaimFields], posted(ClaimFields)],
) -> Response:
    """Asks to speak for the park; the platform decides."""
    park = parks.park_by_code(session, code)
    form.again("parks/claim.html", park=park, verified=by.is_verified)
    parks.claim(session, park, grounds=form.fields.grounds, by=by, now=now)
    return go(request, f"/parks/{park.code}?done=claimed")


@router.post("/{code}/claim/withdraw")
def unclaim(request: Request, session: Writing, now: Now, by: ParkEditor, code: str) -> Response:
    """Takes the claim back."""
    parks.withdraw_claim(session, parks.park_by_code(session, code), by=by, now=now)
    return go(request, f"/parks/{code}?done=unclaimed")


@router.post("/{code}/report")
def report(
    request: Request,
    session: Writing,
    now: Now,
    on: Today,
    seen: MaybeViewer,
    code: str,
    form: Annotated[Form[ReportFields], posted(ReportFields)],
) -> Response:
    """Takes down that a fact is wrong."""
    park = parks.park_by_code(session, code)
    form.again("parks/show.html", **_shown(session, park, seen, on=on))
    said = form.fields
    parks.report_error(session, park, field=said.field, message=said.message, contact=said.contact, by=seen, now=now)
    return go(request, f"/parks/{park.code}?done=reported")


def _form(park: Park) -> Form[ParkFields]:
    """A form that begins with a park, its place by name where the name leads back to it."""
    form = Form.showing(ParkFields, park, park.typed)
    words = places.whole(park.adcode or "")
    found, sure = taxonomy.places_like(words)
    if sure and found[0].adcode == park.adcode:
        form.values = {**form.values, "adcode": [words]}
    return form


def _placed(form: Form[ParkFields]) -> ParkFields:
    """The fields, with a place's name read as its code. Raises Refusal."""
    words = form.typed("adcode").strip()
    if not words or words.isdigit():
        return form.fields
    found, sure = taxonomy.places_like(words)
    if not sure:
        raise Refusal(unclear("adcode", words, found))
    return Form(ParkFields, {**form.values, "adcode": [found[0].adcode]}).fields


def _own(session: Session, code: str, by: Viewer) -> Park:
    park = parks.park_by_code(session, code)
    if not may_act_for(by, park.owner_id):
        raise NotFound
    return park


def _edit(form: Form[ParkFields] | None = None, park: Park | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "park": park,
        "levels": [(level.value, labels.value("level", level)) for level in Level],
        "types": [(word, labels.value("zone_type", word)) for word in ZONE_TYPES],
    }
    return shown | ({"form": form} if form else {})


def _shown(session: Session, park: Park, seen: Viewer | None, *, on: Today) -> dict[str, Any]:
    return {
        "park": park,
        "fact_of": parks.fact_of,
        "names": parks.names_of(session, park),
        "ties": parks.ties_of(session, park),
        "sectors": parks.sectors_of(session, park),
        "near": _near(session, park, on=on),
        "sheet": capacity.sheet_of(session, park, on=on, exact=capacity.may_read_ledger(seen, park)),
        "evidence": capacity.evidence_of(session, park),
        "speaker": parks.speaker_of(session, park),
        "response": responding.rate_of(session, park, on=on),
        "silenced": parks.is_silenced(session, park),
        "agents": mandates.agents_of(session, park, on=on),
        "owned": may_act_for(seen, park.owner_id),
        "acts": seen is not None and seen.may(Role.EDITOR) and mandates.is_agent_for(session, seen, park, on=on),
        "reports": parks.reports_of(session, park) if may_act_for(seen, park.owner_id) else [],
        "own_claim": parks.own_claim(session, park, seen) if seen and may_claim_park(seen) else None,
        "may_claim": may_claim_park(seen) and park.owner_id is None and park.status == "listed",
        "incentives": incentives_of(session, park),
        "texts": _texts(session, park) if may_act_for(seen, park.owner_id) else {},
        "fields": [(name, labels.field(name)) for name in ("name", "level", "adcode", "area_ha", "industries")],
    }


def _texts(session: Session, park: Park) -> dict[str, Screening]:
    """What its people must know of its texts: what waits, was warned of, or was concluded on."""
    return compliance.texts_at(session, "park", park.code)


def _near(session: Session, park: Park, *, on: Today) -> list[directory.Row]:
    """Other listed parks of the same prefecture, those with free land first."""
    if not park.adcode or park.adcode.endswith("0000"):
        return []
    found = directory.found_parks(session, Wish(place=park.adcode[:4]), on=on, order=Order.LAND, size=NEAR + 1)
    return [row for row in found.rows if row.code != park.code][:NEAR]
