"""Which parks suit this need, in which order, and why?"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, explanations, matches, needs, parks, signals
from marketplace.needs import NeedFields
from web import exchanging, rows, sums, switching, two_places, whatif
from web.cost_rows import costs_at, pairs_of
from web.dependencies import EnterpriseEditor, EnterpriseUser, Market, Now, Reading, Today, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.questions import UNVERIFIED, WEIGHT, Question, weights_from
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

SIZES = (20, 50, 100)
DONE = {
    "published": N_("The need is saved, for you alone. These are the parks for it; list it when you are ready."),
    "changed": N_("The change is saved and the parks are ranked anew."),
    "reopened": N_("The need is a draft again, for you alone."),
    "weights": N_("These weights are now those of the need."),
}


def asked(
    request: Request, today: Today, on: date | None = None, top: int = SIZES[0], data: str = "", standing: str = ""
) -> Question:
    """Reads the day, the size, the weights (in percent) and the order from the address. Raises Refusal."""
    given = {name: text for name, text in request.query_params.items() if name.startswith(WEIGHT)}
    order = switching.order_given(request.query_params)
    size = top if top in SIZES else SIZES[0]
    return Question(on or today, size, weights_from(given), data, standing == UNVERIFIED, order)


def question_of(given: Mapping[str, str], today: date) -> Question:
    """The same from a posted form; what cannot be read is as if it were not there. Raises Refusal."""
    weights = {name: text for name, text in given.items() if name.startswith(WEIGHT)}
    try:
        on = date.fromisoformat(given.get("on", ""))
    except ValueError:
        on = today
    size = next((size for size in SIZES if str(size) == given.get("top")), SIZES[0])
    only, order = given.get("standing") == UNVERIFIED, switching.order_given(given)
    return Question(on, size, weights_from(weights), "", only, order)


Asked = Annotated[Question, Depends(asked)]


@router.get("/needs/{id}")
def show(
    request: Request,
    id: str,
    session: Reading,
    by: EnterpriseUser,
    market: Market,
    question: Asked,
    now: Now,
    done: str = "",
) -> Response:
    """The need as a sentence, its sliders, and the parks."""
    need = needs.need_by_id(session, id, by)
    talks = {"talks": exchanging.talks_about(session, need, by, now)}
    if matches.of_two_places(need):
        return _pairs(request, session, need, switching.standing(market, question), question, done, talks)
    weightless, question = question.weightless, question.ranking
    asked_for, only = question.of(needs.fields_of(need)), question.unverified_only
    stands, order = switching.standing(market, question), switching.switches(session, question.order)
    ranking = matches.ranked_parks(
        stands, asked_for, on=question.on, top=question.top, unverified_only=only, switches=order
    )
    shown = (*ranking.results, *ranking.misses)
    simulated = capacity.simulated_among(session, [match.park.code for match in shown])
    colours = rows.palette(shown)
    listed = rows.rows_of(ranking.results, simulated, colours)
    context: dict[str, Any] = {
        "notice": gettext(DONE[done]) if done in DONE else None,
        "need": need,
        "read": None if need.industry else matches.industry_read(need),
        "ranking": ranking,
        "rows": listed,
        "misses": rows.rows_of(_nearest(ranking), simulated, colours),
        "legend": rows.legend(colours),
        "finding": rows.finding(listed),
        "sliders": sliders(shown, question.weights),
        "weightless": weightless,
        "most": matches.COMPARED_MOST,
    }
    context |= switching.around(session, need, question) | talks
    return page(request, "needs/show.html", "results", **context, **around(stands, question))


@router.get("/needs/{id}/parks/{code}")
def explain(
    request: Request,
    id: str,
    code: str,
    session: Reading,
    by: EnterpriseUser,
    market: Market,
    question: Asked,
    now: Now,
    rank: int = 0,
    hours: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One park for this need: every criterion, every gate, every sum. That it was looked at is noted."""
    need = needs.need_by_id(session, id, by)
    if matches.of_two_places(need):
        return go(request, f"/needs/{id}")
    stands = switching.standing(market, question)
    match = matches.match_of(stands, question.of(needs.fields_of(need)), code, on=question.on)
    park = parks.park_by_code(session, code)
    sheet = capacity.sheet_of(session, park, on=question.on)
    simulated = capacity.simulated_among(session, [code])
    colours = rows.palette([match])
    context: dict[str, Any] = {
        "need": need,
        "row": rows.rows_of([match], simulated, colours)[0],
        "legend": rows.legend(colours),
        "told": sums.sums_of(match),
        "grounds": sums.grounds_of(match, sheet, question.of(needs.fields_of(need))),
    }
    context["costs"] = costs_at(question.of(needs.fields_of(need)), {code: sheet}, hours)
    context["pairs"] = pairs_of(question.link)
    switching.seen(request, need, code, question, by=by, now=now, rank=min(max(rank, 0), 9999))
    context |= {"favourites": signals.favourites_of(session, need), "rank": rank, "whatif": whatif}
    context["offer"] = exchanging.offer_of(session, need, park, by, now)
    context["found"] = explanations.what_if(stands, question.of(needs.fields_of(need)), code, on=question.on)
    return page(request, "needs/park.html", **context, **around(stands, question))


@router.post("/needs/{id}/weights")
def keep_weights(
    request: Request,
    id: str,
    session: Writing,
    by: EnterpriseEditor,
    now: Now,
    form: Annotated[Form[NeedFields], posted(NeedFields)],
) -> Response:
    """Makes the sliders' weights the need's own."""
    need = needs.need_by_id(session, id, by)
    given = {name: texts[-1] for name, texts in form.values.items() if name.startswith(WEIGHT)}
    fields = needs.fields_of(need).model_copy(update={"weights": weights_from(given), "importance": []})
    needs.revise(session, need, fields, version=need.version, by=by, now=now)
    return go(request, f"/needs/{id}?done=weights")


def _pairs(
    request: Request,
    session: Session,
    need: needs.Need,
    stands: matches.Catalogue | matches.Past,
    question: Question,
    done: str,
    talks: Mapping[str, Any],
) -> Response:
    """The same page for a need of two places."""
    stands.index(question.on)  # which says the version of the data
    told = {"notice": gettext(DONE[done]) if done in DONE else None, **around(stands, question), **talks}
    return two_places.ranking_page(request, session, stands, need, question, told)


def _nearest(ranking: matches.Ranking) -> list[matches.Match]:
    """The misses that one change would admit; where nothing else is left to show, all of them."""
    return [match for match in ranking.misses if match.relax or not ranking.results]


def sliders(shown: tuple[matches.Match, ...], asked_for: Mapping[str, float]) -> list[tuple[str, float]]:
    """(criterion, weight of 1) of everything that counts for this need, the weightiest first; those set to 0 stay."""
    if not shown:
        return sorted(asked_for.items())
    own = {part.criterion: part.weight for part in shown[0].contributions if part.side == "need"}
    off = [name for name in asked_for if name not in own and asked_for[name] == 0]
    return [*sorted(own.items(), key=lambda pair: -pair[1]), *((name, 0.0) for name in off)]


def around(market: matches.Catalogue | matches.Past, question: Question) -> dict[str, Any]:
    """What every page about a ranking says: the day, the version of the data, the link that gives it again."""
    moved = question.data not in ("", market.version)
    past = market.state.at if isinstance(market, matches.Past) else None
    told: dict[str, Any] = {"question": question, "sizes": SIZES, "link": question.link, "version": market.version}
    return told | {"moved": moved, "past": past}
