"""What does the index keep of each park, as arrays in the order of the parks' codes?

Each row depends on its park and the reference alone, never on the other parks: rows can be cut out, replaced and put
together again, and equal parks give equal bytes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from matching import industry, text
from matching.checks import check_parks
from matching.place import point_of
from matching.records import EnergyBasis, Park, Resources
from matching.reference import prefectures, rail
from matching.reference.market import market_shares, prefecture_of, provinces, reach
from matching.reference.priors import constant

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BASES = (EnergyBasis.CALORIFIC, EnergyBasis.COAL_EQUIVALENT)
LEVELS = {"provincial": 0.0, "national": 1.0}
FREE = tuple(each.name for each in fields(Resources) if each.name not in ("energy_basis", "emissions_t_a"))
STATED = (
    "investment_min_cny_m2",
    "tax_min_cny_m2_a",
    "land_price_cny_m2",
    "rent_cny_m2_month",
    "wage_cny_a",
    "response_rate",
    "green_power_share",
)
PROVINCE_DIGITS = 2
CUSTOMS = ("customs", "border")
TECHNICAL = ("high_tech", "high_tech_park", "economic_technological")


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """A list of words per park, each distinct list kept once: `distinct[which[row]]`."""

    distinct: tuple[tuple[str, ...], ...]
    which: NDArray[np.int32]

    @classmethod
    def of(cls, lists: Iterable[tuple[str, ...]]) -> "Lists":
        given = list(lists)
        distinct = tuple(sorted(set(given)))
        number = {words: place for place, words in enumerate(distinct)}
        return cls(distinct, np.array([number[words] for words in given], dtype=np.int32))

    def at(self, rows: NDArray[np.intp]) -> "Lists":
        """The lists of these rows alone."""
        seen, which = np.unique(self.which[rows], return_inverse=True)
        return Lists(tuple(self.distinct[place] for place in seen), which.astype(np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Arrays (n_parks,), NaN where unknown; `portfolios` (n_parks, n_sectors), `prepared` is the same for many needs.

    `texts` (n_parks, n_grams) is sparse; `region` and `region_digits` are `region_of` each park's adcode.
    """

    numbers: Mapping[str, Floats]
    headrooms: Mapping[str, Floats]
    multiples: Mapping[str, Floats]
    region: NDArray[np.int64]
    region_digits: NDArray[np.int8]
    rail_rows: NDArray[np.intp]
    portfolios: Floats
    prepared: industry.Portfolios
    texts: csr_matrix
    prohibited: Lists
    restricted: Lists
    supply_modes: Lists

    @property
    def parks(self) -> int:
        return len(self.region)

    def __getitem__(self, name: str) -> Floats:
        return self.numbers[name]

    def headroom(self, pollutant: str) -> Floats:
        """Free quota in t/a, NaN where the park does not say."""
        return self.headrooms.get(pollutant, np.full(self.parks, np.nan))

    def multiple(self, pollutant: str) -> Floats:
        """How many tons of quota one emitted ton takes: 1 unless the park says otherwise."""
        return self.multiples.get(pollutant, np.ones(self.parks))

    @property
    def unplaced(self) -> Flags:
        """Parks that do not say where they are."""
        return np.equal(self.region_digits, 0)

    def within(self, codes: Sequence[str]) -> tuple[Flags, Flags]:
        """Which parks lie in one of these regions, and which are known too coarsely to tell."""
        inside = np.zeros(self.parks, dtype=bool)
        coarse = np.zeros(self.parks, dtype=bool)
        for code in codes:
            number, digits = region_of(code)
            finer = self.region_digits >= digits
            cut = 10 ** np.abs(self.region_digits.astype(np.int64) - digits)
            inside |= finer & (self.region // cut == number) & ~self.unplaced
            coarse |= ~finer & (number // cut == self.region) & ~self.unplaced
        return inside, coarse

    def at(self, rows: Sequence[int] | NDArray[np.intp]) -> "Columns":
        """These rows alone."""
        chosen = np.asarray(rows, dtype=np.intp)
        portfolios = self.portfolios[chosen]
        return Columns(
            numbers={name: values[chosen] for name, values in self.numbers.items()},
            headrooms={name: values[chosen] for name, values in self.headrooms.items()},
            multiples={name: values[chosen] for name, values in self.multiples.items()},
            region=self.region[chosen],
            region_digits=self.region_digits[chosen],
            rail_rows=self.rail_rows[chosen],
            portfolios=portfolios,
            prepared=industry.Portfolios.of(portfolios),
            texts=_rows_of(self.texts, chosen),
            prohibited=self.prohibited.at(chosen),
            restricted=self.restricted.at(chosen),
            supply_modes=self.supply_modes.at(chosen),
        )

    def replaced(
        self, kept: Sequence[int], others: "Columns", order: NDArray[np.intp], parks: Sequence[Park]
    ) -> "Columns":
        """These rows, then the others', all in this order; `parks` are the parks of the result."""
        chosen = np.asarray(kept, dtype=np.intp)
        texts = vstack((self.texts[chosen], others.texts), format="csr")
        return _assembled(
            parks,
            numbers={name: np.concatenate((self[name][chosen], others[name]))[order] for name in self.numbers},
            portfolios=np.concatenate((self.portfolios[chosen], others.portfolios))[order],
            texts=csr_matrix(texts[order]),
            rail_rows=np.concatenate((self.rail_rows[chosen], others.rail_rows))[order],
        )


def columns_of(parks: Sequence[Park]) -> Columns:
    """The columns of these parks, in their order. Raises InputError."""
    check_parks(parks)
    numbers = {name: _floats(getattr(park.free, name) for park in parks) for name in FREE}
    numbers |= {name: _floats(getattr(park, name) for park in parks) for name in STATED}
    numbers |= {name: _floats(map(look_up, parks)) for name, look_up in LOOKED_UP.items()}
    return _assembled(
        parks,
        numbers=numbers,
        portfolios=industry.portfolio_matrix([industry.portfolio(park.industries) for park in parks]),
        texts=csr_matrix(text.vectors(["、".join(park.industries) for park in parks])),
        rail_rows=rail().rows(prefecture_of(park.adcode) for park in parks),
    )


def comparable_energy(asks: Resources, columns: Columns) -> Floats:
    """Free energy of the parks that count it as the need does, NaN for the rest, (n_parks,)."""
    if asks.energy_basis is None:
        return np.full(columns.parks, np.nan)
    same = columns["energy_basis"] == BASES.index(asks.energy_basis)
    return np.where(same, columns["energy_tce"], np.nan)


@cache
def region_of(code: str | None) -> tuple[int, int]:
    """A region code as a number and its digits, trailing 00 dropped; (0, 0) for none."""
    digits = (code or "").strip()
    while len(digits) > 2 and digits.endswith("00"):
        digits = digits[:-2]
    return (int(digits), len(digits)) if digits else (0, 0)


def _assembled(
    parks: Sequence[Park],
    *,
    numbers: Mapping[str, Floats],
    portfolios: Floats,
    texts: csr_matrix,
    rail_rows: NDArray[np.intp],
) -> Columns:
    """What costs little is read from the parks again, so that nothing of a park that left stays behind."""
    places = [region_of(park.adcode) for park in parks]
    return Columns(
        numbers=MappingProxyType(dict(numbers)),
        headrooms=_named(parks, lambda park: park.free.emissions_t_a, np.nan),
        multiples=_named(parks, lambda park: park.replacement, 1.0),
        region=np.array([number for number, _ in places], dtype=np.int64),
        region_digits=np.array([digits for _, digits in places], dtype=np.int8),
        rail_rows=rail_rows,
        portfolios=portfolios,
        prepared=industry.Portfolios.of(portfolios),
        texts=texts,
        prohibited=Lists.of(park.prohibited for park in parks),
        restricted=Lists.of(park.restricted for park in parks),
        supply_modes=Lists.of(park.supply_modes for park in parks),
    )


def _rows_of(matrix: csr_matrix, rows: NDArray[np.intp]) -> csr_matrix:
    """These rows of a sparse matrix; for a few rows ten times faster than scipy's own indexing, which checks more."""
    starts, ends = matrix.indptr[rows], matrix.indptr[rows + 1]
    places = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
    chosen = np.concatenate(places) if places else np.empty(0, dtype=np.intp)
    indptr = np.concatenate(([0], np.cumsum(ends - starts))).astype(matrix.indptr.dtype)
    found = csr_matrix((len(rows), matrix.shape[1]))
    found.data, found.indices, found.indptr = matrix.data[chosen], matrix.indices[chosen], indptr
    return found


def _named(
    parks: Sequence[Park], amounts: Callable[[Park], Mapping[str, float]], otherwise: float
) -> Mapping[str, Floats]:
    """One column for each name that some park gives an amount for, in the order of the names."""
    given = [amounts(park) for park in parks]
    names = sorted({name for each in given for name in each})
    return MappingProxyType(
        {name: np.array([each.get(name, otherwise) for each in given], dtype=np.float64) for name in names}
    )


def _floats(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _basis(park: Park) -> float | None:
    return None if park.free.energy_basis is None else float(BASES.index(park.free.energy_basis))


def _chemical_park(park: Park) -> float | None:
    return None if park.chemical_park is None else float(park.chemical_park)


def _available_on(park: Park) -> float | None:
    return None if park.available_on is None else float(park.available_on.toordinal())


def _point(park: Park) -> tuple[float, float] | tuple[None, None]:
    """The park's own point, else the seat of its county or prefecture; a province is too large for a seat to tell."""
    if park.lon is not None and park.lat is not None:
        return park.lon, park.lat
    placed = region_of(park.adcode)[1] > PROVINCE_DIGITS
    return (point_of(park.adcode) if placed else None) or (None, None)


def _market(park: Park) -> float | None:
    place = prefecture_of(park.adcode)
    return None if place is None else reach().get(place)


def _universities(park: Park) -> float | None:
    place = prefecture_of(park.adcode)
    return None if place is None else float(prefectures()[place].universities_2019)


def _renewable_weight(park: Park) -> float | None:
    province = provinces().get((park.adcode or "")[:2])
    return None if province is None else province.renewable_weight_2023


def _gdp_per_head(park: Park) -> float | None:
    province = provinces().get((park.adcode or "")[:2])
    return None if province is None else province.gdp_2023_cny / province.population_2023


def _share_of(park: Park, which: int) -> float | None:
    place = prefecture_of(park.adcode)
    found = None if place is None else market_shares().get(place)
    return None if found is None else found[which]


def _ways_in(park: Park) -> float | None:
    """How many of: free-trade area, port, airport, high-speed station its prefecture has."""
    place = prefectures().get(prefecture_of(park.adcode) or "")
    if place is None:
        return None
    ways = (place.ports > 0, place.airports > 0, place.high_speed_stations_2016 > 0, place.free_trade_zone)
    return float(sum(ways))


def _seat(park: Park) -> tuple[float, float] | tuple[None, None]:
    """Where the seat of its prefecture lies."""
    place = prefecture_of(park.adcode)
    return (point_of(place) if place else None) or (None, None)


def _zone_technology(park: Park) -> float | None:
    """What the kind of zone tells of its technology, 0 to 1; unknown where the park does not say its kind."""
    if park.zone_type is None:
        return None
    kind = "customs" if park.zone_type in CUSTOMS else park.zone_type if park.zone_type in TECHNICAL else "any"
    return constant("rd_manufacturing", f"zone_{kind}")


LOOKED_UP: Mapping[str, Callable[[Park], float | None]] = MappingProxyType(
    {
        "energy_basis": _basis,
        "chemical_park": _chemical_park,
        "available_on": _available_on,
        "lon": lambda park: _point(park)[0],
        "lat": lambda park: _point(park)[1],
        "level": lambda park: LEVELS.get(park.level or ""),
        "market": _market,
        "universities": _universities,
        "renewable_weight": _renewable_weight,
        "gdp_per_head": _gdp_per_head,
        "gdp_share": lambda park: _share_of(park, 0),
        "people_share": lambda park: _share_of(park, 1),
        "customs": lambda park: float(park.zone_type in CUSTOMS),
        "ways_in": _ways_in,
        "seat_lon": lambda park: _seat(park)[0],
        "seat_lat": lambda park: _seat(park)[1],
        "zone_technology": _zone_technology,
    }
)
