"""What does the compiled kernel read of the parks, and in which order do they lie?

Made once from an index's columns; the rows that depend on a need's industry, home, preference or lists are made by the
same functions that judge a park alone, and the last few hundred of them are kept.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching import gates, industry
from matching import kernel_data as kernel
from matching.asked import Asked
from matching.columns import BASES, FREE, Columns
from matching.criteria import MEASURES, CriterionColumn, valued
from matching.gap import inside
from matching.kernel_data import Ranks
from matching.records import Need, Resources
from matching.reference.market import catalogue_shares
from matching.reference.priors import Points, prior_of, priors
from matching.weights import NEED_SIDE, PARK_SIDE

Floats = NDArray[np.float64]

FUNCTION = "relocation"  # the kernel knows one place of one kind
CRITERIA = (*NEED_SIDE, *PARK_SIDE)
KEPT_BYTES = 400_000_000  # of rows: all codes and all prefectures of the country against 20,000 parks
FIXED = ("land_price", "land_price", "market", "talent", "services", "labour_cost", "green_power", "response_rate")
RAMPED = ("land_slack", "energy_slack", "environment_slack", "pollutant_share", "delivery")
MARKS, BETWEEN_MARKS = 128, 32  # stored ranks of an amount at most, parks between two of them at least
ROOMS = Need(asks=Resources(building_m2=1.0))
GIVEN = ("available_on", *FREE, "land_price_cny_m2", "investment_min_cny_m2", "tax_min_cny_m2_a")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows that some needs share, (n_parks,) each; the oldest are forgotten. Safe to share between threads."""

    most: int
    kept: dict[Hashable, NDArray[np.generic]] = field(default_factory=dict)

    @classmethod
    def of(cls, parks: int) -> "Rows":
        return cls(most=KEPT_BYTES // (8 * max(parks, 1)) + 1)

    def row(self, key: Hashable, make: Callable[[], NDArray[np.generic]]) -> NDArray[np.generic]:
        found = self.kept.get(key)
        if found is None:
            found = make()
            while len(self.kept) >= self.most:
                self.kept.pop(next(iter(self.kept)), None)
            self.kept[key] = found
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """The columns of an index as the kernel reads them.

    `order` (n_parks,) are the rows of the index in the order of the tables; `column` says where an amount stands;
    `known`, `counts` are the known amounts of each column, sorted. Amounts are 0 or between 1e-12 and 1e15
    (`matching.checks`), so float32 holds them and their ratios.
    """

    columns: Columns
    order: NDArray[np.intp]
    tables: kernel.Tables
    column: Mapping[str, int]
    known: Floats
    counts: NDArray[np.int64]
    listed: bool
    details: kernel.Details
    rows: Rows

    def flags(self, rule: str, asked: Asked, key: Hashable) -> NDArray[np.generic]:
        """Standing by a rule that judges lists, regions or codes, int8."""

        def make() -> NDArray[np.generic]:
            worst = np.zeros(self.columns.parks, dtype=np.int8)
            for judge in JUDGES[rule]:
                for column in judge(asked, self.columns):
                    np.maximum(worst, column.call, out=worst)
            return worst[self.order]

        return self.rows.row((rule, key), make)


JUDGES = MappingProxyType(
    {
        "region": (gates.REGION_RULE,),
        "lists": (gates.PROHIBITED_RULE, gates.CHEMICAL_RULE),
        "chemical": (gates.CHEMICAL_RULE,),
        "supply_mode": (gates.SUPPLY_RULE,),
    }
)


def sheets_of(columns: Columns) -> Sheets:
    """The tables of these columns."""
    order = np.lexsort((np.arange(columns.parks), columns.region_digits, _province(columns)))
    named, multiples = _amounts(columns)
    column = {name: place for place, name in enumerate(named)}
    raw = np.array(list(named.values()))
    factors = np.array([multiples.get(name, np.ones(columns.parks)) for name in named])
    per_unit = raw / factors
    unknown = np.isnan(raw)
    known = np.sort(np.where(unknown, np.inf, per_unit), axis=1)
    scaled = np.where(unknown, -1.0, per_unit)
    return Sheets(
        columns=columns,
        order=order,
        tables=_tables(columns, order, scaled, np.where(unknown, -1.0, raw), factors),
        column=MappingProxyType(column),
        known=known,
        counts=np.sum(~unknown, axis=1),
        details=_details(columns, order),
        rows=Rows.of(columns.parks),
        listed=any(any(each.distinct) for each in (columns.prohibited, columns.restricted)),
    )


def _tables(columns: Columns, order: NDArray[np.intp], scaled: Floats, raw: Floats, factors: Floats) -> kernel.Tables:
    wordless, rows = columns.texts.getnnz(axis=1) == 0, columns.texts[order].tocsr()
    texts, amounts = rows.tocsc(), np.ascontiguousarray(scaled[:, order], dtype=np.float32)
    grams = np.unique(rows.indices)
    number_of = np.full(rows.shape[1], -1, dtype=np.int32)
    number_of[grams] = np.arange(len(grams))
    fixed = np.array([_column(name, _nothing(place), columns).value for place, name in enumerate(FIXED)])[:, order]
    changed = [place for place, row in enumerate(factors) if (row != 1).any()]
    multiple_of = np.full(len(factors), -1, dtype=np.int32)
    multiple_of[changed] = np.arange(len(changed))
    return kernel.Tables(
        amounts=amounts,
        amounts64=np.ascontiguousarray(raw[:, order]),
        multiples=np.ascontiguousarray(factors[changed][:, order]),
        multiple_of=multiple_of,
        fixed=fixed.astype(np.float32),
        fixed64=np.ascontiguousarray(fixed),
        wordless=np.where(wordless, prior_of("text").prior, 0.0)[order].astype(np.float32),
        postings_start=texts.indptr.astype(np.int64),
        postings_park=texts.indices.astype(np.int32),
        postings_weight=texts.data.astype(np.float32),
        words_start=rows.indptr.astype(np.int64),
        word=number_of[rows.indices].astype(np.uint32),
        word_weight=rows.data.astype(np.float32),
        number_of=number_of,
        most_of=rows[:, grams].max(axis=0).toarray()[0].astype(np.float32) if len(grams) else np.zeros(1, np.float32),
        by_park=np.ascontiguousarray(amounts.T),
        ramps=np.array([_ramp(prior_of(name).points) for name in RAMPED], dtype=np.float32),
        priors=np.array([prior_of(name).prior for name in CRITERIA]),
        priors32=np.array([prior_of(name).prior for name in CRITERIA], dtype=np.float32),
        beta=priors(FUNCTION).beta,
        ranks=_ranks(amounts),
    )


def _ranks(amounts: NDArray[np.float32]) -> Ranks:
    """The parks by each of these amounts, −1 unknown."""
    known, parks = amounts >= 0, amounts.shape[1]
    rising = np.argsort(np.where(known, amounts, np.inf), axis=1, kind="stable")
    step = max(BETWEEN_MARKS, -(-parks // MARKS))
    rank = np.empty_like(rising)
    np.put_along_axis(rank, rising, np.arange(parks)[None, :], axis=1)
    marks = np.arange(0, parks + step, step)[:, None]
    return Ranks(
        amounts=np.take_along_axis(amounts, rising, axis=1),
        counts=known.sum(axis=1),
        rising=rising.astype(np.uint32),
        step=step,
        lowest=np.array([_bits(row < marks) for row in rank]),
        known=_bits(known),
        everyone=_bits(np.ones(parks, dtype=np.bool_)),
    )


def _bits(rows: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """The last axis as bits, 64 to a word and at least one word, the first in the lowest."""
    words = max(1, -(-rows.shape[-1] // 64))
    padded = np.zeros((*rows.shape[:-1], words * 64), dtype=np.bool_)
    padded[..., : rows.shape[-1]] = rows
    return np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64)


def codes_of(codes: Sequence[str]) -> kernel.Codes:
    """These codes against all sectors."""
    return kernel.Codes(
        alike=np.array([industry.similarity(code) for code in codes]),
        linked=np.array([industry.linkage(code).chain for code in codes]),
        supplies=np.array([industry.supplies(code) for code in codes]),
        inside=np.array([inside(code[:2]) for code in codes]),
        usual=np.array([catalogue_shares().get(code[:2], 0.0) for code in codes]),
    )


def _details(columns: Columns, order: NDArray[np.intp]) -> kernel.Details:
    """The parks' sectors and words, in the tables' order."""
    prepared, texts = industry.Portfolios.of(columns.portfolios[order]), columns.texts[order]
    lengths = np.bincount(prepared.rows, minlength=columns.parks)
    functions = [prior_of(name).points for name in kernel.POINTED]
    longest = max(map(len, functions))
    return kernel.Details(
        sectors_start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        sector=prepared.columns.astype(np.int32),
        share=prepared.share,
        weight=prepared.weight,
        words_start=texts.indptr.astype(np.int64),
        word=texts.indices.astype(np.int32),
        word_weight=texts.data,
        grams=texts.shape[1],
        linked=industry.CHAIN,
        points=np.array([[*points, *[points[-1]] * (longest - len(points))] for points in functions]),
    )


def _amounts(columns: Columns) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Every amount a gate may turn on, by name, NaN unknown; and how much of it one asked unit takes, where not one."""
    named = {name: columns[name] for name in GIVEN}
    for place, basis in enumerate(BASES):
        named[f"energy_tce:{basis.value}"] = np.where(columns["energy_basis"] == place, columns["energy_tce"], np.nan)
    named |= {f"emission:{name}": columns.headroom(name) for name in columns.headrooms}
    named["nothing"] = np.full(columns.parks, np.nan)
    return named, {f"emission:{name}": columns.multiple(name) for name in columns.headrooms}


def _province(columns: Columns) -> NDArray[np.int64]:
    """The first two digits of each park's region, −1 where it says none."""
    digits = columns.region_digits.astype(np.int64)
    return np.where(digits >= 2, columns.region // 10 ** np.maximum(digits - 2, 0), -1)


def _nothing(place: int) -> Asked:
    return Asked(ROOMS if place == kernel.RENT else Need(), None, inferred=False)


def _column(name: str, asked: Asked, columns: Columns) -> CriterionColumn:
    measured = MEASURES[name](asked, columns)
    assert measured is not None
    return valued(prior_of(name), "", 1.0, measured)


def _ramp(points: Points) -> list[float]:
    """A piecewise-linear function as its first value and four (x, length, slope). Raises ValueError for more."""
    if len(points) - 1 > kernel.RAMPS:
        raise ValueError(f"the kernel values functions of up to {kernel.RAMPS} pieces")
    ramp = [points[0][1]]
    for (x, y), (x2, y2) in pairwise(points):
        ramp += [x, x2 - x, (y2 - y) / (x2 - x)]
    return ramp + [0.0] * (1 + 3 * kernel.RAMPS - len(ramp))
