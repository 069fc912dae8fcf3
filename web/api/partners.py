"""With which parks could a park make an enclave or be partners? The answer of `pairs`, as JSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from marketplace import pair_explanations, parks
from marketplace.errors import Fault, Refusal
from marketplace.pairs import Kind
from web.dependencies import Market, Reading, Today, viewer

router = APIRouter(prefix="/api/v1/parks", tags=["parks"], dependencies=[Depends(viewer)])

TOP_MOST = 100


def only_known(request: Request) -> None:
    """Refuses query parameters that do not exist, by name. Raises Refusal."""
    wrong = [name for name in request.query_params if name not in {"kind", "institution", "top"}]
    if wrong:
        raise Refusal([Fault(name, "There is no such field") for name in wrong])


@router.get("/{code}/partners", dependencies=[Depends(only_known)])
def partners(
    session: Reading,
    market: Market,
    on: Today,
    code: str,
    kind: Annotated[Kind, Query(description="out, in: enclave from or to this park; reverse; partner")] = Kind.OUT,
    institution: Annotated[bool, Query(description="count one province, 都市圈 and official pairings")] = True,
    top: Annotated[int, Query(ge=1, le=TOP_MOST)] = 20,
) -> dict[str, Any]:
    """The best others for a park: `origin` and `destination`, or `a` and `b`: terms, conditions, how sure each is."""
    park = parks.park_by_code(session, code)
    return pair_explanations.partners_answer(market, park.code, kind, on=on, institution=institution, top=top)
