"""How is a saved search said in words, begun from a list's filters, and what has it found?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace import disclosure, searches, taxonomy
from marketplace.errors import NotFound
from marketplace.matches import Mode
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkStatus
from marketplace.resources import RESOURCES
from marketplace.searches import Asked, NeedSearch, ParkSearch, SavedSearch, SearchKind
from marketplace.taxonomy.areas import AreaKind, area_label, areas
from web import charts, exchanging, labels, places
from web.forms import Form
from web.i18n import N_, gettext

AMOUNTS = tuple(quantity for quantity in RESOURCES.values() if quantity.field in ParkSearch.model_fields)
DIVISIONS = tuple(code for n in range(1, 98) if taxonomy.industry_of(code := f"{n:02}") is not None)
FROM_LIST = {"province": "place", "land": "land_mu"}  # a filter of the list of parks: the field of a search
AREA_KINDS = {
    AreaKind.TRANSFER_ZONE: N_("Areas that receive transferred industries"),
    AreaKind.METROPOLITAN_AREA: N_("Metropolitan areas"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A saved search as its owner reads it."""

    id: str
    name: str
    kind: str
    parts: list[str]
    least: list[tuple[str, Any, Any]]  # label, amount, measure
    found: int
    paused_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: where it leads, what it is called, when it was told."""

    path: str
    name: str
    told_at: datetime | None


def line_of(session: Session, row: SavedSearch) -> Line:
    """A search in words."""
    fields = searches.fields_of(row)
    least = [
        (labels.field(each.field), amount, each.measure)
        for each in AMOUNTS
        if (amount := getattr(fields, each.field, None)) is not None
    ]
    found = len(searches.hits_of(session, row)) if row.kind is SearchKind.PARKS else 0
    return Line(row.public_id, row.name, str(row.kind), parts_of(fields), least, found, row.paused_at, row.created_at)


def parts_of(fields: Asked) -> list[str]:
    """Where and what, in the reader's language; empty where anything will do."""
    said = [labels.place(fields.place) if fields.place else ""]
    said.append(labels.industry(fields.industry) if fields.industry else "")
    if isinstance(fields, NeedSearch):
        said.append(labels.value("mode", fields.mode) if fields.mode else "")
    else:
        said += [
            area_label(fields.area) if fields.area else "",
            labels.value("level", fields.level) if fields.level else "",
            labels.value("zone_type", fields.type) if fields.type else "",
            f"“{fields.q}”" if fields.q else "",
        ]
    return [each for each in said if each]


def form_from(kind: SearchKind, asked: Mapping[str, str]) -> Form[Any]:
    """The form, begun with a list's filters; what cannot be read asks nothing."""
    model = ParkSearch if kind is SearchKind.PARKS else NeedSearch
    given = {FROM_LIST.get(name, name): value.strip()[:80] for name, value in asked.items() if value.strip()}
    known = {name: value for name, value in given.items() if name in model.model_fields}
    if known.get("place"):
        code = known["place"].ljust(6, "0")
        known["place"] = places.whole(known["place"]) if kind is SearchKind.PARKS else code
    known.setdefault("name", " · ".join(value for name, value in known.items() if name in ("place", "q"))[:60])
    return Form(model, {name: (value,) for name, value in known.items()})


def found_by(session: Session, row: SavedSearch, viewer: Viewer, *, now: datetime) -> list[Found]:
    """What was told, as far as it is there for the reader at this moment."""
    hits = searches.hits_of(session, row)
    if row.kind is SearchKind.PARKS:
        listed = select(Park.code, Park.name).where(col(Park.code).in_([hit.about_id for hit in hits]))
        names = dict(session.exec(listed.where(Park.status == ParkStatus.LISTED)).all())
        return [
            Found(f"/parks/{hit.about_id}", names[hit.about_id], hit.told_at) for hit in hits if hit.about_id in names
        ]
    return [found for hit in hits if (found := _listing(session, hit.about_id, hit.told_at, viewer, now))]


def choices() -> dict[str, Any]:
    """What the form offers."""
    named = [(area.kind, (area.key, area_label(area.key))) for area in areas().values()]
    divisions = [code for n in range(1, 98) if taxonomy.industry_of(code := f"{n:02}") is not None]
    return {
        "areas": [
            (gettext(words), [choice for of, choice in named if of is kind]) for kind, words in AREA_KINDS.items()
        ],
        "levels": [(code, labels.value("level", code)) for code in taxonomy.LEVELS],
        "types": [(code, labels.value("zone_type", code)) for code in taxonomy.ZONE_TYPES],
        "divisions": [(code, f"{code} {labels.industry(code)}") for code in divisions],
        "modes": [(str(mode), labels.value("mode", mode)) for mode in Mode],
        "provinces": [(each.adcode, charts.province_name(each.adcode)) for each in taxonomy.PROVINCES],
        "amounts": [each.field for each in AMOUNTS],
    }


def _listing(session: Session, id: str, told_at: datetime | None, viewer: Viewer, now: datetime) -> Found | None:
    try:
        need, _ = disclosure.need_for(session, id, viewer, now=now)
    except NotFound:
        return None
    return Found(f"/needs/open/{id}", exchanging.blind_name(need), told_at)
