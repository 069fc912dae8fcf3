"""How sure is a ranking, and why is a park not further up? Asked for apart from the list, which stays quick."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import explanations, matches, needs
from web import chances, switching, two_places, whatif
from web.dependencies import EnterpriseUser, Market, Reading, viewer
from web.pages.ranking import Asked, around
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])

SWAYS = 3  # weights told in words; the table has all
PLACES = (1, 10)


@router.get("/needs/{id}/sure")
def sure(request: Request, id: str, session: Reading, by: EnterpriseUser, market: Market, question: Asked) -> Response:
    """The probability of the first places, and which weights decide who leads; a part of the list's page to htmx."""
    need, question = needs.need_by_id(session, id, by), question.ranking
    stands = switching.standing(market, question)
    stands.index(question.on)  # which says the version of the data
    told: dict[str, Any] = {"need": need, "whatif": whatif, "sways": SWAYS, **around(stands, question)}
    if matches.of_two_places(need):
        told |= two_places.sure_of(request, stands, need, question)
    else:
        found = explanations.sure_of(stands, question.of(needs.fields_of(need)), on=question.on)
        told |= {"sure": found, "chances": chances.of_parks(found, f"/needs/{id}", question.link)}
    return page(request, "needs/sure.html", "sure", **told)


@router.get("/needs/{id}/why")
def why(
    request: Request,
    id: str,
    session: Reading,
    by: EnterpriseUser,
    market: Market,
    question: Asked,
    called: str = "",
    place: int = PLACES[0],
) -> Response:
    """Why the park of this code or name does not have the first place, or the tenth."""
    need, question = needs.need_by_id(session, id, by), question.ranking
    stands, place = switching.standing(market, question), place if place in PLACES else PLACES[0]
    parks = explanations.parks_called(stands, called, on=question.on)
    told: dict[str, Any] = {"need": need, "called": called, "parks": parks, "found": None, "pairs": (), "place": place}
    told |= {"whatif": whatif, "places_asked": PLACES, **around(stands, question)}
    if matches.of_two_places(need):
        told |= two_places.whys_of(request, stands, need, question, parks, place)
    elif len(parks) == 1:
        asked = question.of(needs.fields_of(need))
        told["found"] = explanations.what_if(stands, asked, parks[0].code, on=question.on, place=place)
    return page(request, "needs/why.html", "why", **told)
