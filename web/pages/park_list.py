"""Which parks are there? The list with its facets, search and order."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import directory, taxonomy
from marketplace.directory import Order, Wish
from marketplace.organisations import may_claim_park
from web import charts, labels
from web.dependencies import MaybeViewer, Reading, Today, viewer
from web.i18n import gettext, number
from web.rendering import page, query

router = APIRouter(dependencies=[Depends(viewer)])
PATH = "/parks"
PAGE_ROWS = 30
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked, by its names in the address."""

    q: str = ""
    province: str = ""
    level: str = ""
    type: str = ""
    industry: str = ""
    land: str = ""
    sort: str = ""

    @property
    def wish(self) -> Wish:
        """What the directory is asked for; what cannot be read asks nothing."""
        return Wish(
            words=self.q,
            place=self.province if taxonomy.region_of(self.province) else "",
            level=self.level,
            zone_type=self.type,
            division=self.industry[:2] if taxonomy.industry_of(self.industry[:2]) else "",
            land_mu=Decimal(self.land) if self.land.isascii() and self.land.isdigit() else None,
        )

    @property
    def order(self) -> Order:
        """The chosen order, or those with free land first."""
        return Order(self.sort) if self.sort in set(Order) else Order.LAND

    def as_dict(self) -> dict[str, str]:
        """The filters that ask something, for links."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


class Choice(NamedTuple):
    """One line of a facet."""

    value: str
    label: str
    parks: int
    chosen: bool


class Facet(NamedTuple):
    """A group of filters of which one may be chosen."""

    title: str
    name: str
    choices: list[Choice]
    simulated: bool = False


def filters(
    q: Annotated[str, Query(max_length=80)] = "",
    province: Annotated[str, Query(max_length=6)] = "",
    level: Annotated[str, Query(max_length=16)] = "",
    type: Annotated[str, Query(max_length=40)] = "",
    industry: Annotated[str, Query(max_length=4)] = "",
    land: Annotated[str, Query(max_length=6)] = "",
    sort: Annotated[str, Query(max_length=8)] = "",
) -> Filters:
    """Reads the filters of a list from the address."""
    return Filters(q.strip(), province, level, type, industry, land, sort)


Asked = Annotated[Filters, Depends(filters)]
After = Annotated[str, Query(max_length=16)]


@router.get(PATH)
def index(
    request: Request, session: Reading, on: Today, asked: Asked, seen: MaybeViewer, after: After = ""
) -> Response:
    """The list with its facets; htmx asks for the results alone while somebody types."""
    found = directory.found_parks(session, asked.wish, on=on, order=asked.order, after=after, size=PAGE_ROWS)
    return page(
        request,
        "parks/index.html",
        "results",
        found=found,
        filters=asked.as_dict(),
        order=asked.order.value,
        after=after,
        facets=facets(session, asked, on=on),
        chosen=chosen(asked),
        suggestions=suggestions(session, asked, on=on, found=found.total > 0) if asked.q else [],
        may_join=may_claim_park(seen),
    )


def facets(session: Session, asked: Filters, *, on: date) -> list[Facet]:
    """Each facet with what each of its choices would leave."""
    wish = asked.wish
    by_place = directory.counts_by(session, "place", wish, on=on)
    by_level = directory.counts_by(session, "level", wish, on=on)
    by_type = directory.counts_by(session, "zone_type", wish, on=on)
    by_division = directory.counts_by(session, "division", wish, on=on)
    by_land = directory.counts_by_land(session, wish, on=on)
    own = asked.province[:2].ljust(6, "0")
    return [
        Facet(
            gettext("Free land today"),
            "land",
            [Choice(str(step), _at_least(step), n, asked.land == str(step)) for step, n in by_land.items()],
            directory.counts_with_sheet(session)[1] > 0,
        ),
        Facet(
            gettext("Level"),
            "level",
            [Choice(code, labels.value("level", code), n, code == asked.level) for code, n in by_level.items()],
        ),
        Facet(
            gettext("Province"),
            "province",
            [Choice(code, charts.province_name(code), n, code == own) for code, n in by_place.items()],
        ),
        Facet(
            gettext("Industry"),
            "industry",
            [Choice(code, labels.industry(code), n, code == asked.industry[:2]) for code, n in by_division.items()],
        ),
        Facet(
            gettext("Type"),
            "type",
            [Choice(code, labels.value("zone_type", code), n, code == asked.type) for code, n in by_type.items()],
        ),
    ]


def chosen(asked: Filters) -> list[tuple[str, str]]:
    """(what is filtered by, the address without it)."""
    wish, given = asked.wish, asked.as_dict()
    said = {
        "q": f"“{asked.q}”",
        "province": labels.place(asked.province) if wish.place else "",
        "level": labels.value("level", asked.level),
        "type": labels.value("zone_type", asked.type),
        "industry": labels.industry(wish.division) if wish.division else "",
        "land": _at_least(wish.land_mu) if wish.land_mu is not None else "",
    }
    return [(said[name], query(PATH, given, **{name: None})) for name in given if said.get(name)]


def suggestions(session: Session, asked: Filters, *, on: date, found: bool) -> list[tuple[str, str]]:
    """What the words may mean as a place or, where they `found` no park, as an industry: (label, address)."""
    places, sure = taxonomy.places_like(asked.q, top=1)
    meant: list[tuple[str, Filters]] = []
    if sure:
        meant = [(labels.place(places[0].adcode), Filters(province=places[0].adcode))]
    elif not found:
        codes = dict.fromkeys(choice.code[:2] for choice in taxonomy.industries_like(asked.q) if choice.code.isdigit())
        meant = [(labels.industry(code), Filters(industry=code)) for code in list(codes)[:SUGGESTED]]
    offered = []
    for label, other in meant:
        total = directory.found_parks(session, other.wish, on=on, size=1).total
        if total:
            offered.append((f"{label} ({number(total)})", query(PATH, other.as_dict())))
    return offered


def _at_least(mu: Decimal) -> str:
    if mu <= 1:
        return gettext("confirmed within 30 days, any size")
    return gettext("%(mu)s mu and more") % {"mu": number(mu)}
