"""What does the engine look at, and what does it answer?

Frozen records with units in their names; what an answer holds by the hundred is a named tuple, made in a tenth of the
time. Amounts are floats in the unit the name bears; None is unknown. Whoever
fills them has already turned stale values into None (see `matching.freshness`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, float] = MappingProxyType({})


class Mode(StrEnum):
    """How the two sides would work together (工信部联规〔2025〕189号, items 14 to 19)."""

    RELOCATION = "relocation"
    HQ_BASE = "hq_base"
    RD_MANUFACTURING = "rd_manufacturing"
    MARKET_PRODUCT = "market_product"
    ENCLAVE = "enclave"
    PARTNER = "partner"


# The two places of a pair, by mode, in the order of their codes in an answer.
ROLES: Mapping[Mode, tuple[str, str]] = MappingProxyType(
    {
        Mode.HQ_BASE: ("hq", "base"),
        Mode.RD_MANUFACTURING: ("rd", "manufacturing"),
        Mode.ENCLAVE: ("origin", "destination"),
        Mode.PARTNER: ("a", "b"),
    }
)


class Verdict(StrEnum):
    """Of one gate: pass, fail, unknown."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """Of a pair: every gate passes; none fails but some are unknown; at least one fails."""

    FEASIBLE = "feasible"
    UNVERIFIED = "unverified"
    INFEASIBLE = "infeasible"


class Why(StrEnum):
    """Why a gate cannot be decided."""

    PARK_SILENT = "park_silent"  # the park has not said, or what it said is stale
    NEED_SILENT = "need_silent"  # the need does not say what the park's rule asks about
    BASIS_SILENT = "basis_silent"  # one side gives energy without its basis
    BASIS_DIFFERS = "basis_differs"  # 当量值 against 等价值
    RESTRICTED = "restricted"  # on the park's restricted list: the park must be asked
    PARTLY = "partly"  # only a part of what the need names is listed, or the place is known too coarsely
    INFERRED = "inferred"  # the industry was read from the description, which is not enough to refuse anyone


class EnergyBasis(StrEnum):
    """当量值 (节能审查 counts it) or 等价值 (用能权 trades it). The two are never compared."""

    CALORIFIC = "calorific"
    COAL_EQUIVALENT = "coal_equivalent"


@dataclass(frozen=True, slots=True)
class Resources:
    """Amounts a need asks for, or a park has free. None: not asked, or unknown.

    `largest_plot_m2` is the park's alone: the land a need asks for is to be in one plot.
    """

    land_m2: float | None = None
    largest_plot_m2: float | None = None
    building_m2: float | None = None
    power_kva: float | None = None
    energy_tce: float | None = None
    energy_basis: EnergyBasis | None = None
    coal_t_a: float | None = None
    water_t_d: float | None = None
    wastewater_t_d: float | None = None
    steam_t_h: float | None = None
    gas_m3_d: float | None = None
    hazardous_waste_t_a: float | None = None
    emissions_t_a: Mapping[str, float] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Regions:
    """Region codes (2, 4 or 6 digits). `only` and `exclude` are gates, `prefer` is a criterion."""

    only: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a project that is built by itself: its share of the whole or its own amounts, and when it is needed."""

    name: str
    share: float | None = None
    land_m2: float | None = None
    building_m2: float | None = None
    power_kva: float | None = None
    needed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What an enterprise must place; with `land_least_share` a park will do that has so much of the land."""

    id: str = ""
    mode: Mode = Mode.RELOCATION
    industry: str | None = None
    description: str = ""
    origin: str | None = None
    hq: str | None = None
    asks: Resources = Resources()
    investment_cny: float | None = None
    tax_cny_a: float | None = None
    output_cny_a: float | None = None
    jobs: float | None = None
    needed_on: date | None = None
    land_price_max_cny_m2: float | None = None
    supply_modes: tuple[str, ...] = ()
    regions: Regions = Regions()
    weights: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    importance: tuple[str, ...] = ()
    land_least_share: float | None = None
    phases: tuple[Phase, ...] = ()

    @property
    def land_taken_m2(self) -> float | None:
        """The land a park must have: what is wished, or the least share of it that will do."""
        land, share = self.asks.land_m2, self.land_least_share
        return land if land is None or share is None else land * share

    def takes(self, resource: str) -> float | None:
        """What a park must have of a resource; None where nothing is asked."""
        amount: float | None = self.land_taken_m2 if resource == "land_m2" else getattr(self.asks, resource)
        return amount


@dataclass(frozen=True, slots=True)
class Park:
    """What a park can take. `industries` are the park's own words; codes are looked up by `matching.industry`."""

    code: str
    name: str = ""
    adcode: str | None = None
    lon: float | None = None
    lat: float | None = None
    level: str | None = None
    zone_type: str | None = None
    area_m2: float | None = None
    industries: tuple[str, ...] = ()
    chemical_park: bool | None = None
    prohibited: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    free: Resources = Resources()
    replacement: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    investment_min_cny_m2: float | None = None
    tax_min_cny_m2_a: float | None = None
    land_price_cny_m2: float | None = None
    rent_cny_m2_month: float | None = None
    power_price_cny_kwh: float | None = None
    water_price_cny_m3: float | None = None
    gas_price_cny_m3: float | None = None
    wage_cny_a: float | None = None
    supply_modes: tuple[str, ...] = ()
    available_on: date | None = None
    response_rate: float | None = None
    green_power_share: float | None = None


class Gate(NamedTuple):
    """One hard constraint: what is needed, what is free, how much is missing, in `unit`. `reason` says why unknown.

    Where the park demands (investment, tax) `need` is what the need offers and `free` the least the park takes; for
    land_price `need` is the highest price accepted and `free` the park's; for delivery both are `date.toordinal()`.
    `lacking` names the fields of the need that would decide it. `place`: of two places, which (see ROLES).
    `wished`: of land of which a lesser share will do, the whole; `need` is then the least.
    """

    gate: str
    verdict: Verdict
    need: float | None = None
    free: float | None = None
    gap: float | None = None
    unit: str = ""
    reason: Why | None = None
    lacking: tuple[str, ...] = ()
    place: str | None = None
    wished: float | None = None


class Contribution(NamedTuple):
    """One criterion's part of the score: share = ½(1±β)·weight·value. `known` is False where value is the prior.

    Of two places `place` says which (see ROLES); a term of the pair itself has side "pair" and no place.
    """

    criterion: str
    side: str
    weight: float
    value: float
    share: float
    known: bool = True
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The smallest single change to the need that turns a miss into a match; of `land` and `plot`, both its land."""

    gate: str
    by: float
    unit: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing worth saying about a match, for the page to put into words; the kinds are in `matching.explain`."""

    kind: str
    good: bool
    params: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How probable a place among the first is, over weights and unknown values (SMAA), each in [0, 1]."""

    rank1: float
    top3: float
    top10: float


@dataclass(frozen=True, slots=True)
class Order:
    """Where a switch moved a result: places up in all and by each switch (below 0: down), its price λ, its S'."""

    moved: int
    by: Mapping[str, int]
    price: float | None = None
    learned: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A scored pair with its reasons. The shares of `contributions` sum to `score`.

    `need_side` and `park_side` are U and V; None where a side has nothing to compare, then the other is the score.
    `function` is what the park is to be: whose priors weighed and valued it (see `matching.asked`).
    """

    park: Park
    standing: Standing
    score: float
    interval: tuple[float, float]
    contributions: tuple[Contribution, ...]
    gates: tuple[Gate, ...]
    need_side: float | None
    park_side: float | None
    reasons: tuple[Reason, ...] = ()
    relax: Relaxation | None = None
    order: Order | None = None
    function: str = "relocation"


@dataclass(frozen=True, slots=True)
class PairMatch:
    """Two places that would work together, in the order of ROLES. The shares of `contributions` sum to `score`."""

    first: Park
    second: Park
    standing: Standing
    score: float
    interval: tuple[float, float]
    contributions: tuple[Contribution, ...]
    gates: tuple[Gate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    relax: Relaxation | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Feasible parks, then unverified, scores falling within each; and the nearest misses."""

    mode: Mode
    counts: Mapping[Standing, int]
    results: tuple[Match, ...]
    misses: tuple[Match, ...]
    fill_first: str | None = None


@dataclass(frozen=True, slots=True)
class PairRanking:
    """Pairs of places, feasible first, scores falling within each standing; `counts` counts pairs."""

    mode: Mode
    counts: Mapping[Standing, int]
    results: tuple[PairMatch, ...]
    misses: tuple[PairMatch, ...] = ()
    fill_first: str | None = None
