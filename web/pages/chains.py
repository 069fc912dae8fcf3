"""Which links of its chain does a park have, and who could fill the weak ones?"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from marketplace import chains, parks
from marketplace.chains import DOWN, MISSING, OUTSIDE, STRONG, UP, WEAK, Filler, Homogeneity, Link, Outlook
from web import chain_map, i18n, labels
from web.dependencies import Market, MaybeViewer, Reading, Today, viewer
from web.i18n import N_, gettext
from web.rendering import page

router = APIRouter(prefix="/parks", dependencies=[Depends(viewer)])

KINDS = {**chain_map.KINDS, OUTSIDE: N_("from outside")}
NAMED = 3


@router.get("/{code}/chain")
def show(request: Request, session: Reading, market: Market, on: Today, seen: MaybeViewer, code: str) -> Response:
    """The chain as a picture and a table, who could fill its weak links, and how alike the neighbours are."""
    park = parks.park_by_code(session, code)
    outlook = chains.outlook_of(session, market, park.code, seen, on=on)
    return page(request, "parks/chain.html", park=park, outlook=outlook, **_said(outlook))


def _said(outlook: Outlook) -> dict[str, Any]:
    chain = outlook.chain
    weak = {link.sector: link for link in reversed(chain.of(WEAK, MISSING))}
    return {
        "finding": finding(outlook),
        "wide": chain_map.wide(chain),
        "narrow": chain_map.narrow(chain),
        "kinds": KINDS,
        "directions": {UP: gettext("upstream"), DOWN: gettext("downstream")},
        "note_of": chain_map.note_of,
        "weak": [weak[sector] for sector in outlook.parks],
        "reasons": reasons,
        "served": served,
        "likeness": likeness(outlook.homogeneity),
        "distinct": distinct(outlook.homogeneity),
        "usual": chains.USUAL,
    }


def finding(outlook: Outlook) -> str:
    """The chain in a sentence: its widest gap, and how many links are strong, weak and missing."""
    chain = outlook.chain
    if not chain.shares:
        return gettext("This park names no industry the national code knows, so it has no chain to show.")
    gaps, strong = chain.of(WEAK, MISSING), chain.of(STRONG)
    if not gaps:
        return gettext("No link of weight is weak or missing here.")
    widest = gaps[0]
    words = (
        gettext("The widest gap is upstream: %(link)s for %(names)s, %(gap)s of 100.")
        if widest.direction == UP
        else gettext("The widest gap is downstream: nobody of %(link)s buys from %(names)s here, %(gap)s of 100.")
    )
    names = i18n.joined([labels.industry(each.sector) for each in widest.serves[:2]])
    first = words % {"link": labels.industry(widest.sector), "names": names, "gap": f"{100 * widest.gap:.0f}"}
    missing = len(chain.of(MISSING))
    counts = {"first": first, "strong": len(strong), "weak": len(gaps) - missing, "missing": missing}
    return gettext("%(first)s In all, %(missing)s links are missing, %(weak)s weak and %(strong)s strong.") % counts


def served(link: Link) -> str:
    """Which of the park's divisions a link serves, with what hangs on each."""
    return i18n.joined([f"{labels.industry(each.sector)} {100 * each.amount:.0f}" for each in link.serves])


def reasons(filler: Filler) -> list[str]:
    """Why this park: its strength, the way to it, and what it could buy in turn."""
    share = {"share": f"{100 * filler.share:.0f}", "times": i18n.number(round(filler.quotient, 1))}
    said = [gettext("%(share)s %% of its industries, %(times)s times the usual share") % share]
    if filler.hours is None or filler.km is None:
        said.append(gettext("distance unknown"))
    else:
        way = {"hours": f"{filler.hours:.1f}", "km": f"{filler.km:,.0f}"}
        said.append(gettext("%(km)s km, %(hours)s hours by road") % way)
    if filler.same_prefecture:
        said.append(gettext("same city"))
    elif filler.same_province:
        said.append(gettext("same province"))
    if filler.returns:
        said.append(gettext("lacks %(link)s, which is strong here") % {"link": labels.industry(filler.returns)})
    return said


def likeness(found: Homogeneity) -> str:
    """How alike the neighbours are, in a sentence."""
    if found.likeness is None:
        return gettext("There is no neighbour with known industries to compare with.")
    low, _, high = chains.USUAL
    place = (
        N_("more alike than around three of four zones")
        if found.likeness > high
        else N_("less alike than around three of four zones")
        if found.likeness < low
        else N_("as alike as is usual")
    )
    words = gettext("%(share)s of 100 with %(n)s neighbours: %(place)s. Much alike (70 or more): %(alike)s.")
    said = {"share": f"{100 * found.likeness:.0f}", "n": found.neighbours, "alike": found.alike}
    return words % {**said, "place": gettext(place)}


def distinct(found: Homogeneity) -> str:
    """What sets the park apart from its neighbours, in a sentence; empty where nothing does."""
    words = gettext("%(link)s %(share)s %% here, %(around)s %% around")
    parts: Sequence[str] = [
        words
        % {
            "link": labels.industry(each.sector),
            "share": f"{100 * each.share:.0f}",
            "around": f"{100 * each.around:.0f}",
        }
        for each in found.distinct[:NAMED]
    ]
    return gettext("What sets it apart: %(parts)s.") % {"parts": i18n.joined(list(parts))} if parts else ""
