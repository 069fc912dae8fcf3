"""What do I want to be told of, and what has been found since?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import searches
from marketplace.errors import NotFound
from marketplace.organisations import Viewer
from marketplace.searches import NeedSearch, ParkSearch, SavedSearch, SearchKind
from web import places, searching
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/searches", dependencies=[Depends(viewer)])
EDIT = "searches/edit.html"
DONE = {
    "saved": N_("Saved. You are told in the inbox when something new answers; what answers today is no news."),
    "paused": N_("Paused: you are told nothing until it goes on."),
    "on": N_("It goes on. What came meanwhile is no news."),
    "deleted": N_("Deleted."),
}
ParkForm = Annotated[Form[ParkSearch], posted(ParkSearch)]
NeedForm = Annotated[Form[NeedSearch], posted(NeedSearch)]
Word = Annotated[str, Query(max_length=80)]


@router.get("")
def index(request: Request, session: Reading, by: SignedIn, done: Word = "") -> Response:
    """My saved searches, each with what it asks and what it found."""
    rows = [searching.line_of(session, row) for row in searches.searches_of(session, by)]
    return page(request, "searches/index.html", notice=_notice(done), rows=rows, most=searches.MOST)


@router.get("/new")
def new(request: Request, by: SignedIn, kind: Word = "parks") -> Response:
    """The form, begun with the filters of the list somebody came from."""
    if kind not in set(SearchKind):
        raise NotFound
    form = searching.form_from(SearchKind(kind), request.query_params)
    return page(request, EDIT, form=form, **_around(SearchKind(kind), None))


@router.post("/parks")
def save_parks(request: Request, session: Writing, by: SignedIn, now: Now, form: ParkForm) -> Response:
    """Looks for parks from now on. Raises Refusal."""
    return _saved(request, session, by, now, form, SearchKind.PARKS)


@router.post("/needs")
def save_needs(request: Request, session: Writing, by: SignedIn, now: Now, form: NeedForm) -> Response:
    """Looks for needs from now on. Raises Refusal."""
    return _saved(request, session, by, now, form, SearchKind.NEEDS)


@router.get("/{id}")
def show(request: Request, id: str, session: Reading, by: SignedIn, now: Now, done: Word = "") -> Response:
    """What a search asks, what it found since it was saved, as far as it is still there for the reader."""
    row = searches.search_by_id(session, id, by)
    found = searching.found_by(session, row, by, now=now)
    line = searching.line_of(session, row)
    return page(request, "searches/show.html", notice=_notice(done), row=line, found=found)


@router.get("/{id}/edit")
def edit(request: Request, id: str, session: Reading, by: SignedIn) -> Response:
    """The form with what was asked."""
    row = searches.search_by_id(session, id, by)
    fields = searches.fields_of(row)
    typed = {"place": places.whole(fields.place)} if fields.place else {}
    return page(request, EDIT, form=Form.showing(type(fields), fields, typed), **_around(row.kind, row))


@router.post("/{id}/parks")
def change_parks(request: Request, id: str, session: Writing, by: SignedIn, now: Now, form: ParkForm) -> Response:
    """Asks for something else. Raises Refusal, Conflict."""
    return _changed(request, session, by, now, form, id, SearchKind.PARKS)


@router.post("/{id}/needs")
def change_needs(request: Request, id: str, session: Writing, by: SignedIn, now: Now, form: NeedForm) -> Response:
    """Asks for something else. Raises Refusal, Conflict."""
    return _changed(request, session, by, now, form, id, SearchKind.NEEDS)


@router.post("/{id}/pause")
def pause(request: Request, id: str, session: Writing, by: SignedIn, now: Now) -> Response:
    """Tells no more until it goes on."""
    searches.pause(session, searches.search_by_id(session, id, by), now=now)
    return go(request, f"/searches/{id}?done=paused")


@router.post("/{id}/go-on")
def go_on(request: Request, id: str, session: Writing, by: SignedIn, now: Now) -> Response:
    """Tells again."""
    searches.go_on(session, searches.search_by_id(session, id, by), now=now)
    return go(request, f"/searches/{id}?done=on")


@router.post("/{id}/delete")
def delete(request: Request, id: str, session: Writing, by: SignedIn) -> Response:
    """Deletes a search with what it found."""
    searches.remove(session, searches.search_by_id(session, id, by))
    return go(request, "/searches?done=deleted")


def _saved(request: Request, session: Session, by: Viewer, now: Any, form: Form[Any], kind: SearchKind) -> Response:
    form.again(EDIT, **_around(kind, None))
    row = searches.save(session, form.fields, by=by, now=now)
    return go(request, f"/searches/{row.public_id}?done=saved")


def _changed(
    request: Request, session: Session, by: Viewer, now: Any, form: Form[Any], id: str, kind: SearchKind
) -> Response:
    row = searches.search_by_id(session, id, by)
    if row.kind is not kind:
        raise NotFound
    form.again(EDIT, **_around(kind, row))
    searches.change(session, row, form.fields, version=whole(form.typed("version")), now=now)
    return go(request, f"/searches/{id}?done=saved")


def _around(kind: SearchKind, row: SavedSearch | None) -> dict[str, Any]:
    return {
        "kind": str(kind),
        "id": row.public_id if row else None,
        "version": row.version if row else 0,
        **searching.choices(),
    }


def _notice(done: str) -> str | None:
    return gettext(DONE[done]) if done in DONE else None
