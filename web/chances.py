"""How is it shown how sure each place of a list is, whether a park stands there or a pair?"""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.explanations import Sure
from marketplace.pair_explanations import Confidence, SurePairs
from marketplace.pairs import other_of
from web.pair_whys import name_of
from web.rendering import query

Link = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Chance:
    """One row: where the list shows it, what it is called, the page that explains it, and how sure it is."""

    key: str
    name: str
    address: str
    found: Confidence


def of_parks(sure: Sure, address: str, link: Link) -> list[Chance]:
    """The parks of a need's list, best first."""
    return [
        Chance(code, sure.parks[code].name, query(f"{address}/parks/{code}", link, rank=rank), found)
        for rank, (code, found) in enumerate(sure.confidence.items(), start=1)
    ]


def of_pairs(sure: SurePairs, address: str, link: Link) -> list[Chance]:
    """The pairs of places of a need's list, best first."""
    rows: list[Chance] = []
    for match, found in sure:
        one, other = match.first.code, match.second.code
        rows.append(Chance(f"{one}-{other}", name_of(match), query(f"{address}/pairs/{one}/{other}", link), found))
    return rows


def of_partners(sure: SurePairs, code: str, asked: Link) -> list[Chance]:
    """The others of a park, best first."""
    others = [(other_of(match, code), found) for match, found in sure]
    return [
        Chance(park.code, park.name, query(f"/parks/{code}/partners/{park.code}", asked), found)
        for park, found in others
    ]
