"""How do two places suit this need together, as one page?"""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import matches, needs
from web import switching, two_places
from web.dependencies import EnterpriseUser, Market, Reading, viewer
from web.pages.ranking import Asked, around
from web.rendering import go

router = APIRouter(dependencies=[Depends(viewer)])


@router.get("/needs/{id}/pairs/{first}/{second}")
def show(
    request: Request,
    id: str,
    first: str,
    second: str,
    session: Reading,
    by: EnterpriseUser,
    market: Market,
    question: Asked,
) -> Response:
    """One pair: both places side by side, and every sum. A need of one place goes back to its parks."""
    need = needs.need_by_id(session, id, by)
    if not matches.of_two_places(need):
        return go(request, f"/needs/{id}")
    stands = switching.standing(market, question)
    stands.index(question.on)  # which says the version of the data
    told = around(stands, question)
    return two_places.pair_page(request, session, stands, need, question, (first, second), told)
