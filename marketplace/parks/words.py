"""Under which words is a park found: its names, place, industries and code, also in pinyin and initials?"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from marketplace.parks.tables import Park, ParkSector
from matching.industry import division_shares, portfolio
from matching.reference import Region, regions
from matching.reference.pinyin import pinyin as pinyin_of


def folded(text: str) -> str:
    """As words are stored and asked for: full-width signs and capitals do not count."""
    return unicodedata.normalize("NFKC", text).lower().strip()


def region_of(adcode: str | None) -> Region | None:
    """The region of a code of 2, 4 or 6 digits; a county that is not in the table is its prefecture or province."""
    return regions().get(adcode.ljust(6, "0")) if adcode else None


def regions_above(adcode: str | None) -> list[Region]:
    """Province, prefecture, county, as far as known."""
    found: list[Region] = []
    region = region_of(adcode)
    while region is not None:
        found.insert(0, region)
        region = regions().get(region.parent) if region.parent else None
    return found


def words_of(
    code: str, names: Sequence[str], spelled: Sequence[str], adcode: str | None, industries: Sequence[str]
) -> dict[str, str]:
    """The columns `search`, `pinyin`, `initials`; `spelled` is the pinyin of each name, a space between syllables."""
    places = regions_above(adcode)
    told = [*names, code, *(place.name for place in places), *industries]
    sounds = [*spelled, *(place.pinyin for place in places)]
    return {
        "search": " ".join(map(folded, told)),
        "pinyin": " ".join(sound.replace(" ", "") for sound in sounds)[:1000],
        "initials": " ".join("".join(syllable[0] for syllable in sound.split()) for sound in sounds)[:400],
    }


def index_words(park: Park, other_names: Iterable[str]) -> None:
    """Set the search columns of a park anew."""
    names = [park.name, *other_names]
    for column, text in words_of(park.code, names, [*map(pinyin_of, names)], park.adcode, park.industries).items():
        setattr(park, column, text)


@lru_cache(maxsize=4096)
def portfolio_of(industries: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """(GB/T division, share) of the words of a park."""
    return tuple(division_shares(portfolio(industries)).items())


def replace_sectors(session: Session, park: Park) -> None:
    """The park's divisions follow its industry words."""
    session.connection().execute(delete(ParkSector).where(col(ParkSector.park_id) == park.id))
    rows = [
        {"park_id": park.id, "division": division, "share": share}
        for division, share in portfolio_of(tuple(park.industries))
    ]
    if rows:
        session.connection().execute(insert(ParkSector), rows)
