"""May a value still be relied on, on the date of the question?

The one definition, for files and for the database. The lifetimes are ours, not a norm: vacancy moves by the month,
quotas by the quarter, prices by the half-year, what is built stands for years. What a park forbids or demands (lists,
admission gates, replacement multiples) does not age: to forget a rule would turn a refusal into a pass.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

VACANCY_DAYS = 30
QUOTA_DAYS = 90
PRICE_DAYS = 180
SPEC_DAYS = 1095

LIFETIME_DAYS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("land", "largest_plot", "building", "available_on"), VACANCY_DAYS),
        **dict.fromkeys(
            ("power", "energy", "coal", "water", "wastewater", "steam", "gas", "hazardous_waste", "emissions"),
            QUOTA_DAYS,
        ),
        **dict.fromkeys(
            ("land_price", "rent", "power_price", "water_price", "gas_price", "wage", "response_rate"), PRICE_DAYS
        ),
        **dict.fromkeys(("chemical_park", "supply_modes", "green_power_share"), SPEC_DAYS),
    }
)


def is_fresh(name: str, as_of: date | None, valid_until: date | None, on: date | None) -> bool:
    """Whether a value of this kind holds on that day; without a day it is taken as it stands.

    A stated end of validity beats the usual lifetime. A value of a later day, or of no day at all, was not yet known
    on the day of the question and does not hold.
    """
    if on is None:
        return True
    if as_of is not None and as_of > on:
        return False
    if valid_until is not None:
        return on <= valid_until
    return as_of is not None and (on - as_of).days <= LIFETIME_DAYS[name]
