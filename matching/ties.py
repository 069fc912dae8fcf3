"""What binds two prefectures officially, and which listed firms have their seat in each?

Dense arrays over the 370 prefectures and directly governed counties, in the order of `places()`; ties are institution
terms: shown apart from the score of an open market and switched off together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.reference import gbt, prefectures
from matching.reference.arrays import MUNICIPALITIES
from matching.reference.lists import Pairing, listed_firms, memberships, pairings
from matching.reference.market import prefecture_of

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """All (n_places, n_places) and bool; [a, b] seen from a, True on the diagonal where a place is tied with itself.

    `metro`: one 都市圈; `cluster`: one 城市群; `paired`: a programme pairs donor a with recipient b by name, so it is
    directed; `province_paired`: a programme pairs the province of a, or of b, with the other's.
    """

    same_province: Flags
    metro: Flags
    cluster: Flags
    paired: Flags
    province_paired: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Listed firms by head office, both (n_places, n_divisions): number, revenue in CNY of 2020. 0 is none."""

    divisions: tuple[str, ...]
    firms: Floats
    revenue_cny: Floats


@cache
def places() -> tuple[str, ...]:
    """The 370 prefectures and directly governed counties, by adcode."""
    return tuple(sorted(prefectures()))


def row_of(adcode: str | None) -> int:
    """The place a region of 4 or 6 digits lies in, as a row; 上海 and its like by 2 digits too; −1 where unknown."""
    if adcode and adcode[:2] in MUNICIPALITIES and not adcode[2:].strip("0"):
        adcode = adcode[:2] + "01"
    return _rows().get(prefecture_of(adcode) or "", -1)


def rows_of(adcodes: Iterable[str | None]) -> Rows:
    """`row_of` many, (n,)."""
    return np.fromiter((row_of(adcode) for adcode in adcodes), dtype=np.intp)


@cache
def ties() -> Ties:
    """Every official tie between two places."""
    provinces = np.array([place[:2] for place in places()])
    paired = np.zeros((len(places()), len(places())), dtype=np.bool_)
    province_paired = np.zeros_like(paired)
    for pairing in pairings():
        by_name = not _is_province(pairing.donor) and not _is_province(pairing.recipient)
        (paired if by_name else province_paired)[np.ix_(_meant(pairing.donor), _meant(pairing.recipient))] = True
    found = Ties(
        same_province=provinces[:, None] == provinces,
        metro=_together("metropolitan_area"),
        cluster=_together("city_cluster"),
        paired=paired,
        province_paired=province_paired,
    )
    for array in (found.same_province, found.metro, found.cluster, paired, province_paired):
        array.setflags(write=False)
    return found


def programmes(donor: str, recipient: str) -> tuple[Pairing, ...]:
    """The pairings that name both places (any region in them), donor → recipient, the latest first."""
    pair = (row_of(donor), row_of(recipient))
    return () if -1 in pair else _programmes().get(pair, ())


@cache
def listed() -> Listed:
    """How many listed firms of which division have their head office where."""
    divisions = tuple(code for code, industry in gbt().items() if industry.level == 2)
    column = {code: place for place, code in enumerate(divisions)}
    firms, revenue = np.zeros((2, len(places()), len(divisions)))
    for row in listed_firms():
        firms[row_of(row.adcode), column[row.division]] = row.firms
        revenue[row_of(row.adcode), column[row.division]] = row.revenue_cny
    firms.setflags(write=False)
    revenue.setflags(write=False)
    return Listed(divisions, firms, revenue)


@cache
def _rows() -> Mapping[str, int]:
    return MappingProxyType({code: row for row, code in enumerate(places())})


@cache
def _programmes() -> Mapping[tuple[int, int], tuple[Pairing, ...]]:
    found: dict[tuple[int, int], list[Pairing]] = {}
    for pairing in pairings():
        found.setdefault((row_of(pairing.donor), row_of(pairing.recipient)), []).append(pairing)
    latest_first = {pair: sorted(rows, key=lambda row: (-row.began, row.program)) for pair, rows in found.items()}
    return MappingProxyType({pair: tuple(rows) for pair, rows in latest_first.items() if -1 not in pair})


def _is_province(adcode: str) -> bool:
    return adcode.endswith("0000")


def _meant(adcode: str) -> list[int]:
    """The rows of a place, or of every place of a province."""
    if not _is_province(adcode):
        return [row_of(adcode)]
    return [row for row, place in enumerate(places()) if place[:2] == adcode[:2]]


def _together(kind: str) -> Flags:
    """Whether two places are on one list of a kind."""
    together = np.zeros((len(places()), len(places())), dtype=np.bool_)
    members: dict[str, list[int]] = {}
    for member in memberships():
        if member.kind == kind:
            members.setdefault(member.name, []).append(row_of(member.adcode))
    for rows in members.values():
        together[np.ix_(rows, rows)] = True
    return together
