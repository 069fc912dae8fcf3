"""What does the engine keep of each park to pair it with another?

Arrays in the order of the parks' codes; each row depends on its park and the reference alone. NaN is unknown.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching import ties
from matching.columns import Columns
from matching.gates import CHEMICAL
from matching.index import Index
from matching.industry import divisions
from matching.industry import sectors as sector_codes
from matching.modes import sectors
from matching.records import Park
from matching.reference import prefectures
from matching.reference.market import catalogue_shares, prefecture_of, provinces
from matching.reference.tables import Prefecture

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")

# Research and room on one scale of [0, 1], to compare two parks: percentiles over the catalogue's zones.
RESEARCH = ((0.0, 2.0, 6.0, 34.0), (0.0, 0.5, 0.75, 1.0))  # undergraduate universities: least, 50th, 75th, 95th
ROOM = ((1.0e6, 4.9e6, 19.0e6), (0.0, 0.5, 1.0))  # approved area in m2: 5th, 50th, 95th
LEADING = 0.2  # share of a portfolio (ours): what is less of it does not make the programme
KEPT = 2  # indexes whose facts stay in memory: today's and one more
DECIMALS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Of n parks. `sector` and `share` (n, most sectors of one park) are the portfolio, padded with share 0.

    `xyz` (3, n): the park as a point of the unit sphere. `place`: its row in `ties.places()`, `rail`: its row in
    `places.minutes_between()`, both −1 where unknown. `chain` and `shares` (n_sectors, n): how each sector is linked
    with the whole portfolio, and the portfolio itself; `igc` (n_divisions, n): see `_industrial_gradient`.
    """

    parks: Sequence[Park]
    columns: Columns
    xyz: Floats
    place: Rows
    rail: Rows
    filled: NDArray[np.bool_]
    sector: Rows
    share: Floats
    shares: Floats
    chain: Floats
    complement: Floats
    alike: Floats
    own_likeness: Floats
    igc: Floats
    numbers: Mapping[str, Floats]
    made: dict[Hashable, Any] = field(default_factory=dict, repr=False)  # what follows, see `kept_with_facts`

    def __len__(self) -> int:
        return len(self.parks)


def kept_with_facts(
    function: Callable[Concatenate[Facts, Arguments], Made],
) -> Callable[Concatenate[Facts, Arguments], Made]:
    """What a function makes of facts is made once and kept with them: it goes when they go."""

    @wraps(function)
    def kept(facts: Facts, /, *args: Arguments.args, **named: Arguments.kwargs) -> Made:
        key = (function, args, tuple(sorted(named.items())))
        if key not in facts.made:
            facts.made[key] = function(facts, *args, **named)
        found: Made = facts.made[key]
        return found

    return kept


def facts_of(index: Index) -> Facts:
    """The facts of an index; those asked for last are kept."""
    return _kept(index)


@lru_cache(maxsize=KEPT)
def _kept(index: Index) -> Facts:
    parks, columns = index.parks, index.columns
    portfolios = columns.portfolios
    sector, share = _padded(portfolios)
    numbers = {name: _numbers(look_up, parks) for name, look_up in OF_PLACE.items()}
    numbers["chemical"], numbers["perhaps_chemical"] = _chemical_shares(sector, share)
    numbers["area_m2"] = np.array([np.nan if park.area_m2 is None else park.area_m2 for park in parks])
    numbers["research"] = np.interp(numbers["universities"], *RESEARCH)
    numbers["room"] = np.interp(numbers["area_m2"], *ROOM)
    sparse = csr_matrix(portfolios)
    alike = _against(sectors.likeness(), sparse)
    return Facts(
        parks=parks,
        columns=columns,
        xyz=_points(columns["lon"], columns["lat"]),
        place=ties.rows_of(park.adcode for park in parks),
        rail=columns.rail_rows,
        filled=portfolios.sum(axis=1) > 0,
        sector=sector,
        share=share,
        shares=np.ascontiguousarray(portfolios.T),
        chain=_against(sectors.linked(), sparse),
        complement=_against(sectors.complements(), sparse),
        alike=alike,
        own_likeness=_own(alike, sector, share),
        igc=_industrial_gradient(sector, share, numbers["clp"]),
        numbers=MappingProxyType(numbers),
    )


def _padded(portfolios: Floats) -> tuple[Rows, Floats]:
    """The sectors of each park in their order, and their shares; (n, most)."""
    counts = (portfolios > 0).sum(axis=1)
    most = max(1, int(counts.max(initial=0)))
    sector = np.zeros((len(portfolios), most), dtype=np.intp)
    share = np.zeros((len(portfolios), most))
    rows, columns = np.nonzero(portfolios > 0)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    sector[rows, place], share[rows, place] = columns, portfolios[rows, columns]
    return sector, share


def _against(matrix: Floats, portfolios: csr_matrix) -> Floats:
    """[s, park] = Σ_t matrix[s, t] · share of t: row by row in the order of t, so that no other park has a say."""
    return np.ascontiguousarray((portfolios @ matrix.T).T)


def _own(alike: Floats, sector: Rows, share: Floats) -> Floats:
    """√(pᵀσp) of each portfolio with itself."""
    found = np.zeros(len(sector))
    for place in range(sector.shape[1]):
        found += share[:, place] * alike[sector[:, place], np.arange(len(sector))]
    return np.sqrt(found)


def _industrial_gradient(sector: Rows, share: Floats, clp: Floats) -> Floats:
    """IGC = LQ × CLP by division (戴宏伟 2003), (n_divisions, n); 0 for a division the park does not name.

    LQ is the division's share of the park over its share of the catalogue, as 2·LQ/(1+LQ): a park names a few words,
    so that a plain LQ would tell how rare the word is. CLP, the comparative labour productivity, is stood for by GDP
    per head of the place over the country's: output per worker by place and division is not published.
    """
    found = np.zeros((len(divisions()), len(sector)))
    usual = np.array([catalogue_shares().get(code, 0.0) for code in divisions()])
    rows = np.arange(len(sector))
    rows_of_divisions = sectors.division_rows()
    for place in range(sector.shape[1]):
        found[rows_of_divisions[sector[:, place]], rows] += share[:, place]
    own = found / np.where(usual > 0, usual, np.inf)[:, None]
    own[usual == 0] = np.where(found[usual == 0] > 0, np.inf, 0.0)
    saturated = np.where(np.isinf(own), 2.0, 2 * own / (1 + np.where(np.isinf(own), 0.0, own)))
    return np.round(saturated * clp, DECIMALS)


def _chemical_shares(sector: Rows, share: Floats) -> tuple[Floats, Floats]:
    """How much of each portfolio needs a recognised chemical park, and how much does or may: 26 holds 261, (n,).

    What may and is less than a fifth of all counts as none: 苏州工业园区 names nanotechnology, a ninth of it 26,
    and would go to chemical parks alone.
    """
    bound = np.array([code.startswith(CHEMICAL) for code in sector_codes()])
    perhaps = bound | np.array([any(chemical.startswith(code) for chemical in CHEMICAL) for code in sector_codes()])
    found = np.zeros((2, len(sector)))
    for place in range(sector.shape[1]):
        found[0] += share[:, place] * bound[sector[:, place]]
        found[1] += share[:, place] * perhaps[sector[:, place]]
    return found[0], np.where(found[1] < LEADING, 0.0, found[1])


def _points(lon: Floats, lat: Floats) -> Floats:
    """Points of the unit sphere, rounded so that a row never depends on how many rows there are; (3, n)."""
    x, y = np.radians(lon), np.radians(lat)
    found: Floats = np.round(np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)]), DECIMALS)
    return found


def _numbers(look_up: Callable[[Prefecture], float | None], parks: Sequence[Park]) -> Floats:
    known = prefectures()
    places = [prefecture_of(park.adcode) for park in parks]
    found = {place: look_up(known[place]) for place in set(places) if place is not None}
    return np.array([np.nan if (value := found.get(place or "")) is None else value for place in places])


def _comparative_productivity(place: Prefecture) -> float | None:
    """GDP per head over the country's: of 2015 by prefecture where it is known, else of 2023 by province."""
    if place.gdp_2015_cny and place.population_2020:
        return place.gdp_2015_cny / place.population_2020 / _per_head_2015()
    province = provinces().get(place.adcode[:2])
    return None if province is None else province.gdp_2023_cny / province.population_2023 / _per_head_2023()


@cache
def _per_head_2015() -> float:
    rows = [row for row in prefectures().values() if row.gdp_2015_cny and row.population_2020]
    return sum(row.gdp_2015_cny or 0.0 for row in rows) / sum(row.population_2020 or 0.0 for row in rows)


@cache
def _per_head_2023() -> float:
    rows = provinces().values()
    return sum(row.gdp_2023_cny for row in rows) / sum(row.population_2023 for row in rows)


def _revenue_per_head(place: Prefecture) -> float | None:
    if not place.fiscal_revenue_2015_cny or not place.population_2020:
        return None
    return place.fiscal_revenue_2015_cny / place.population_2020


OF_PLACE: Mapping[str, Callable[[Prefecture], float | None]] = MappingProxyType(
    {
        "clp": _comparative_productivity,
        "revenue_per_head": _revenue_per_head,
        "universities": lambda place: float(place.undergraduate_universities_2019),
        "policy_zones": lambda place: float((place.transfer_zones > 0) + place.new_area + place.free_trade_zone),
    }
)
