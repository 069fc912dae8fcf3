"""What do the pages of a need of two places show: its ranking, and one pair of it?"""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, matches, needs, pair_explanations, parks
from marketplace.needs import Need
from web import chances, pair_rows, pair_sums, pair_whys, switching
from web.questions import Question
from web.rendering import page

OFF = "off"


def ranking_page(
    request: Request,
    session: Session,
    market: matches.Catalogue | matches.Past,
    need: Need,
    question: Question,
    told: dict[str, Any],
) -> Response:
    """The need as a sentence, its sliders, and the pairs of places."""
    weightless, question = question.weightless, question.ranking
    ranking = matches.ranked_pairs(
        market,
        question.of(needs.fields_of(need)),
        on=question.on,
        top=question.top,
        unverified_only=question.unverified_only,
        institution=ties(request),
        switches=switching.switches(session, question.order),
    )
    shown = (*ranking.results, *ranking.misses)
    codes = [park.code for match in shown for park in (match.first, match.second)]
    simulated = capacity.simulated_among(session, codes)
    stays = need.mode == "hq_base" and need.hq is not None
    listed = pair_rows.pair_rows(ranking, ranking.results, simulated, stays=stays)
    context: dict[str, Any] = {
        "need": need,
        "read": None if need.industry else matches.industry_read(need),
        "ranking": ranking,
        "rows": listed,
        "misses": pair_rows.pair_rows(ranking, ranking.misses, simulated, stays=stays),
        "legend": pair_rows.legend(shown[0] if shown else None),
        "finding": pair_rows.finding(listed),
        "sliders": pair_sums.sliders(shown, question.weights),
        "weightless": weightless,
        "ties": ties(request),
        "question": question,
        **switching.around(session, need, question),
    }
    return page(request, "needs/pairs.html", "results", **{**told, **context, "link": link_of(request, question)})


def ties(request: Request) -> bool:
    """Whether official ties count, as the address says."""
    return request.query_params.get("ties") != OFF


def link_of(request: Request, question: Question) -> dict[str, object]:
    """What the address must say for the same answer."""
    return {**question.link, "ties": "" if ties(request) else OFF}


def sure_of(
    request: Request, market: matches.Catalogue | matches.Past, need: Need, question: Question
) -> dict[str, Any]:
    """What the page of chances says of pairs."""
    asked, link = question.of(needs.fields_of(need)), link_of(request, question)
    found = pair_explanations.sure_of_pairs(market, asked, on=question.on, institution=ties(request))
    return {
        "sure": None,
        "chances": chances.of_pairs(found, f"/needs/{need.public_id}", link),
        "among": pair_explanations.AMONG,
        "link": link,
    }


def whys_of(
    request: Request,
    market: matches.Catalogue | matches.Past,
    need: Need,
    question: Question,
    called: Sequence[matches.ParkRecord],
    place: int,
) -> dict[str, Any]:
    """What the page of a park that is not among them says of pairs: nothing unless one park is called so."""
    told = {"among": pair_explanations.AMONG, "link": link_of(request, question)}
    if len(called) != 1:
        return told
    asked, ties_count = question.of(needs.fields_of(need)), ties(request)
    found = pair_explanations.what_if_pairs(
        market, asked, called[0].code, on=question.on, place=place, institution=ties_count
    )
    return told | {"pairs": pair_whys.whys_of(found)}


def pair_page(
    request: Request,
    session: Session,
    market: matches.Catalogue | matches.Past,
    need: Need,
    question: Question,
    codes: tuple[str, str],
    told: dict[str, Any],
) -> Response:
    """One pair for this need: every criterion and gate of both places, every term of the pair."""
    asked = question.of(needs.fields_of(need))
    match = matches.pair_of(market, asked, codes, on=question.on, institution=ties(request))
    stays = need.mode == "hq_base" and need.hq is not None
    simulated = capacity.simulated_among(session, list(codes))
    row = pair_rows.pair_row(match, need.mode, simulated, stays=stays)
    sheets = [
        None
        if place.stays
        else capacity.sheet_of(session, parks.park_by_code(session, place.park.code), on=question.on)
        for place in row.places
    ]
    contrast = pair_explanations.beside_place(market, asked, match, on=question.on, institution=ties(request))
    context: dict[str, Any] = {
        "need": need,
        "row": row,
        "among": pair_explanations.AMONG,
        "contrast": contrast,
        "apart": pair_whys.apart_of(contrast) if contrast else (),
        "beside": pair_whys.name_of(contrast.reference) if contrast else "",
        "legend": pair_rows.legend(match),
        "account": pair_sums.account_of(match),
        "pair_label": pair_sums.label_of,
        "grounds": [pair_sums.grounds_of(place, sheet, asked) for place, sheet in zip(row.places, sheets, strict=True)],
    }
    return page(request, "needs/pair.html", **{**told, **context, "link": link_of(request, question)})
