"""Which places are officially paired, which lists is a place on, and which listed firms have their seat there?"""

from functools import cache
from typing import NamedTuple

from matching.reference.tables import rows_of


class Pairing(NamedTuple):
    """An official pairing of a programme: donor → recipient, each a province or a prefecture, counties where named.

    `ended` is the last year of the programme, None where none is set.
    """

    program: str
    donor: str
    donor_county: str | None
    recipient: str
    recipient_county: str | None
    began: int
    ended: int | None


class Membership(NamedTuple):
    """A prefecture on an official list: `part` names the part of it that is meant, `certain` whether it was read there.

    Kinds: city_cluster, metropolitan_area, transfer_zone, new_area, free_trade_zone, old_industrial, resource_city,
    manufacturing_cluster, central_city, planned_city, sub_provincial, capital.
    """

    kind: str
    name: str
    adcode: str
    part: str | None
    year: int | None
    certain: bool


class ListedFirms(NamedTuple):
    """Listed firms with their head office in a prefecture, by GB/T 4754 division; annual reports of 2020."""

    adcode: str
    division: str
    firms: int
    employees: int
    revenue_cny: int


@cache
def pairings() -> tuple[Pairing, ...]:
    """The official pairings, by programme and place."""
    return tuple(
        Pairing(program, donor, part or None, recipient, to_part or None, int(began), int(ended) if ended else None)
        for program, donor, part, recipient, to_part, began, ended in rows_of("pairings.csv")
    )


@cache
def memberships() -> tuple[Membership, ...]:
    """The official lists, one row a member."""
    return tuple(
        Membership(kind, name, adcode, part or None, int(year) if year else None, certain == "1")
        for kind, name, adcode, part, year, certain in rows_of("memberships.csv")
    )


@cache
def listed_firms() -> tuple[ListedFirms, ...]:
    """Listed firms by prefecture and division; a pair that is not there has none."""
    return tuple(
        ListedFirms(adcode, division, int(firms), int(employees), int(revenue))
        for adcode, division, firms, employees, revenue in rows_of("listed_firms.csv")
    )
