"""With which parks could this park make an enclave or be partners, and why?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from marketplace import explanations, pair_explanations, pairs, parks
from marketplace.pairs import Kind
from web import chances, pair_words, partner_rows, switching, whatif
from web.dependencies import Market, Reading, Today, viewer
from web.i18n import N_
from web.questions import UNVERIFIED
from web.rendering import go, page, query

router = APIRouter(prefix="/parks", dependencies=[Depends(viewer)])

SIZES = (20, 50, 100)
OFF = "0"
ORDERS = (switching.UNCROWDED, switching.DIVERSE)  # of parks that look for parks nobody has chosen yet
TABS = {
    Kind.OUT: N_("Enclave: where to"),
    Kind.IN: N_("Enclave: where from"),
    Kind.REVERSE: N_("Reverse enclave"),
    Kind.PARTNER: N_("Partner parks"),
}
HELP = {
    Kind.OUT: N_("Where could industry of this park go on, with both places sharing what comes of it?"),
    Kind.IN: N_("Which parks are short of room and could send industry here?"),
    Kind.REVERSE: N_("In which city with universities and research could this park keep a place for research?"),
    Kind.PARTNER: N_("Which parks complement this one: suppliers and customers, research and room?"),
}


async def _counted(institution: Annotated[str, Query(max_length=1)] = "1") -> bool:
    """Whether what ties two places officially counts."""
    return institution != OFF


Counted = Annotated[bool, Depends(_counted)]


@router.get("/{code}/partners")
def show(
    request: Request,
    session: Reading,
    market: Market,
    on: Today,
    code: str,
    counted: Counted,
    kind: Kind = Kind.OUT,
    top: int = SIZES[0],
    standing: str = "",
) -> Response:
    """The ranking of one kind, each park with its reasons."""
    park = parks.park_by_code(session, code)
    size = top if top in SIZES else SIZES[0]
    only = standing == UNVERIFIED and kind is not Kind.PARTNER
    order = {name: it for name, it in switching.order_given(request.query_params).items() if name in ORDERS}
    switches = switching.switches(session, order)
    ranking = pairs.partners_of(
        market, park.code, kind, on=on, institution=counted, top=size, unverified_only=only, switches=switches
    )
    simulated = market.simulated()
    shared: dict[str, Any] = {
        "rows": partner_rows.rows_of(ranking.results, park.code, simulated),
        "misses": partner_rows.rows_of(ranking.misses, park.code, simulated),
        "counts": ranking.counts,
        "only": only,
        "question": {"top": size, "order": order},
        "offered": {name: it for name, it in switching.offered(session, order).items() if name in ORDERS},
    }
    asked = _asked(park, kind, counted)
    asked["asked"] |= order
    return page(request, "parks/partners.html", sizes=SIZES, top=size, **shared, **asked)


@router.get("/{code}/partners/sure")
def sure(
    request: Request,
    session: Reading,
    market: Market,
    on: Today,
    code: str,
    counted: Counted,
    kind: Kind = Kind.OUT,
) -> Response:
    """How probable the first places are; a part of the ranking's page to htmx."""
    park = parks.park_by_code(session, code)
    asked = _asked(park, kind, counted)
    found = pair_explanations.sure_of_partners(market, park.code, kind, on=on, institution=counted)
    told: dict[str, Any] = {"chances": chances.of_partners(found, park.code, asked["asked"]), "whatif": whatif}
    told |= {"among": pair_explanations.AMONG, "on": on, "version": market.version}
    return page(request, "parks/sure.html", "sure", **told, **asked)


@router.get("/{code}/partners/why")
def why(
    request: Request,
    session: Reading,
    market: Market,
    on: Today,
    code: str,
    counted: Counted,
    kind: Kind = Kind.OUT,
    called: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Leads to the pair with the park of this name or code, which says why it does not stand first."""
    park = parks.park_by_code(session, code)
    asked = _asked(park, kind, counted)
    found = [each for each in explanations.parks_called(market, called, on=on) if each.code != park.code]
    if len(found) == 1:
        return go(request, query(f"/parks/{park.code}/partners/{found[0].code}", asked["asked"]))
    return page(request, "parks/why.html", parks=found, called=called, **asked)


@router.get("/{code}/partners/{other}")
def pair(
    request: Request,
    session: Reading,
    market: Market,
    on: Today,
    code: str,
    other: str,
    counted: Counted,
    kind: Kind = Kind.OUT,
) -> Response:
    """Two parks as one of these: the sums, the conditions, the way and what ties their places."""
    park, second = parks.park_by_code(session, code), parks.park_by_code(session, other)
    seen = pairs.seen_pair(market, park.code, second.code, kind, on=on, institution=counted)
    row = partner_rows.row_of(0, seen.match, park.code, market.simulated())
    told: dict[str, Any] = {"row": row, "seen": seen, "groups": partner_rows.groups_of(seen.match), "on": on}
    told |= {"grounds": partner_rows.grounds_of(seen.match), "scarcity": partner_rows.scarcity_of(seen.match)}
    contrast = pair_explanations.beside_partner(market, park.code, kind, seen.match, on=on, institution=counted)
    told |= {"contrast": contrast, "apart": [], "beside": "", "among": pair_explanations.AMONG}
    if contrast:
        told |= {"apart": partner_rows.apart_of(contrast), "beside": pairs.other_of(contrast.reference, code).name}
    return page(request, "parks/pair.html", version=market.version, **told, **_asked(park, kind, counted))


def _asked(park: Any, kind: Kind, institution: bool) -> dict[str, Any]:
    asked = {"kind": kind.value} | ({} if institution else {"institution": OFF})
    return {
        "park": park,
        "kind": kind,
        "institution": institution,
        "tabs": TABS,
        "help": HELP[kind],
        "asked": asked,
        "words": pair_words,
        "legend": partner_rows.legend(partner=kind is Kind.PARTNER),
    }
