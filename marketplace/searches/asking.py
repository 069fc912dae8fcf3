"""What does a saved search ask, in words that the directory and the list of open needs are asked in?"""

from marketplace import taxonomy
from marketplace.directory import Wish
from marketplace.disclosure import Summary
from marketplace.errors import Fault
from marketplace.parks import Level
from marketplace.resources import RESOURCES
from marketplace.searches.tables import NeedSearch, ParkSearch, SavedSearch, SearchKind
from marketplace.taxonomy.areas import areas
from matching.records import Mode

Asked = ParkSearch | NeedSearch


def fields_of(row: SavedSearch) -> Asked:
    """What a saved search asks for."""
    said = {**row.wish, "name": row.name}
    return ParkSearch.model_validate(said) if row.kind is SearchKind.PARKS else NeedSearch.model_validate(said)


def faults_of(fields: Asked) -> list[Fault]:
    """What a search must say, and what cannot be read."""
    faults = [] if fields.name else [Fault("name", "Give the search a name: the notice is known by it")]
    if fields.place and taxonomy.region_of(fields.place) is None:
        message = "There is no place called {words}: write a province, city or county, or its code"
        faults.append(Fault("place", message, {"words": fields.place}))
    if fields.industry and taxonomy.industry_of(fields.industry[:2]) is None:
        faults.append(Fault("industry", "There is no such industry"))
    if isinstance(fields, NeedSearch):
        if fields.mode and fields.mode not in set(Mode):
            faults.append(Fault("mode", "This is none of the choices"))
        return faults
    if fields.area and fields.area not in areas():
        faults.append(Fault("area", "There is no such area"))
    if fields.level and fields.level not in set(Level):
        faults.append(Fault("level", "This is none of the choices"))
    if not wish_of(fields).least:
        faults.append(Fault("land_mu", "Say how much must be free: at least one amount"))
    return faults


def wish_of(fields: ParkSearch) -> Wish:
    """The same as the directory is asked."""
    area = areas().get(fields.area)
    least = [
        (resource, quantity.measure.base_of(amount))
        for resource, quantity in RESOURCES.items()
        if (amount := getattr(fields, quantity.field, None)) is not None
    ]
    return Wish(
        words=fields.q,
        place=fields.place,
        level=fields.level,
        zone_type=fields.type,
        division=fields.industry[:2],
        within=area.codes if area else (),
        least=tuple(least),
    )


def answers(summary: Summary, fields: NeedSearch) -> bool:
    """Whether a need's public summary says what is looked for: the same as the list of open needs filters by."""
    said = {
        "industry": (summary.industry or "")[:2],
        "place": {code[:2] for code in (*summary.only, *summary.prefer)},
        "mode": str(summary.mode),
    }
    return (
        (not fields.industry or said["industry"] == fields.industry[:2])
        and (not fields.place or fields.place[:2] in said["place"])
        and (not fields.mode or said["mode"] == fields.mode)
    )
