"""What does a need ask, in the engine's terms?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matching import text
from matching.checks import check_need
from matching.records import Mode, Need

TAKEN = 0.75  # free text is taken for a code from this score on (ENGINE: measured precision .89)
FUNCTIONS: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {
        Mode.RELOCATION: ("relocation",),
        Mode.HQ_BASE: ("hq_base.hq", "hq_base.base"),
        Mode.RD_MANUFACTURING: ("rd_manufacturing.rd", "rd_manufacturing.manufacturing"),
        Mode.MARKET_PRODUCT: ("market_product",),
    }
)
CONTRACT_NAMES = {"investment": "investment_10k", "tax": "tax_10k_a", "jobs": "jobs"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A need with its industry, stated or read from its description. An inferred industry ranks and never refuses."""

    need: Need
    industry: str | None
    inferred: bool
    function: str = "relocation"  # what the place is to be: whose priors weigh and value it

    def per_m2(self, name: str) -> float | None:
        """Investment, tax or jobs for each m² of land, None where the need does not say both."""
        amount, land = self._amount(name), self.need.asks.land_m2
        return None if amount is None or not land else amount / land

    def missing_for(self, name: str) -> tuple[str, ...]:
        """Which fields of the need `per_m2` lacks."""
        lacking = () if self._amount(name) is not None else (CONTRACT_NAMES[name],)
        return lacking if self.need.asks.land_m2 else ("land_mu", *lacking)

    def _amount(self, name: str) -> float | None:
        return {"investment": self.need.investment_cny, "tax": self.need.tax_cny_a, "jobs": self.need.jobs}[name]


def asked_of(need: Need, function: str = "relocation") -> Asked:
    """The need's own code if it gives one, else the code of its description where that is clear. Raises InputError."""
    check_need(need)
    if need.industry:
        return Asked(need, need.industry, inferred=False, function=function)
    if need.description.strip():
        best = text.classify(need.description, top=1)
        if best and best[0].score >= TAKEN:
            return Asked(need, best[0].code, inferred=True, function=function)
    return Asked(need, None, inferred=False, function=function)
