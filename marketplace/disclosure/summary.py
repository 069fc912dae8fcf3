"""What does the public summary of a need say: which group of industries, which ranges, which provinces?

The ranges are fixed and published: a range never follows the amount it holds.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from marketplace.needs import NeedFields
from matching.records import Mode
from matching.reference import gbt

# From each edge to below the next, in the unit of the field; below the first and from the last on are ranges too.
EDGES: Mapping[str, tuple[Decimal, ...]] = MappingProxyType(
    {
        name: tuple(Decimal(edge) for edge in edges)
        for name, edges in {
            "land_mu": (20, 50, 100, 200, 500, 1_000),
            "building_m2": (5_000, 10_000, 20_000, 50_000, 100_000),
            "power_kva": (1_000, 5_000, 10_000, 20_000, 50_000, 100_000),
            "investment_10k": (1_000, 5_000, 10_000, 50_000, 100_000, 500_000),
        }.items()
    }
)
GROUP_DIGITS = 3  # 中类
STEPS_MOST = 2  # of widening: every second edge, then every fourth; 大类, then 门类
PROVINCE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Range:
    """From `least` to below `below`; None is open."""

    least: Decimal | None
    below: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Level 0 of a need. What is not said and what its owner keeps for a higher level look the same."""

    mode: Mode
    industry: str | None
    ranges: tuple[tuple[str, Range], ...]  # (field, range), in the order of EDGES
    only: tuple[str, ...]  # provinces, 2 digits
    prefer: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that say something here."""
        parts = {"industry": self.industry, "regions.only": self.only, "regions.prefer": self.prefer}
        return ("mode", *(name for name, value in parts.items() if value), *(name for name, _ in self.ranges))

    def range_of(self, name: str) -> Range | None:
        """The range of a field, if it is said."""
        return dict(self.ranges).get(name)


def summary_of(fields: NeedFields, said: frozenset[str], wider: Mapping[str, int]) -> Summary:
    """The summary of a need: of the fields `said` alone, each as coarse as `wider` makes it."""
    regions = fields.regions
    return Summary(
        mode=Mode(fields.mode),
        industry=industry_group(fields.industry, wider.get("industry", 0)) if "industry" in said else None,
        ranges=tuple(
            (name, range_of(name, amount, wider.get(name, 0)))
            for name in EDGES
            if name in said and (amount := getattr(fields, name)) is not None
        ),
        only=_provinces(regions.only) if "regions.only" in said else (),
        prefer=_provinces(regions.prefer) if "regions.prefer" in said else (),
    )


def range_of(name: str, amount: Decimal, wider: int = 0) -> Range:
    """The published range an amount lies in; each step of widening drops every second edge."""
    edges = EDGES[name][:: 2**wider]
    place = bisect_right(edges, amount)
    return Range(edges[place - 1] if place else None, edges[place] if place < len(edges) else None)


def industry_group(code: str | None, wider: int = 0) -> str | None:
    """The 中类 of a code, wider its 大类, wider still its 门类; a code that is coarser already stays."""
    if code is None or not code[:1].isdigit():
        return code
    if wider >= STEPS_MOST:
        found = gbt().get(code[:PROVINCE_DIGITS])
        return found.section if found else None
    return code[: GROUP_DIGITS - wider]


def _provinces(codes: list[str]) -> tuple[str, ...]:
    return tuple(sorted({code[:PROVINCE_DIGITS] for code in codes}))
