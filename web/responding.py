"""How does a park's response rate read?"""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from marketplace import capacity
from marketplace.capacity.measured import measured_of
from marketplace.parks import Park

NAME = "response_rate"


class Rate(NamedTuple):
    """Of a hundred enquiries so many are answered within one working day; measured on a day."""

    percent: int
    on: date


def rate_of(session: Session, park: Park, *, on: date) -> Rate | None:
    """The rate as it stands on a day; None where too few asked, or too long ago."""
    row = measured_of(session, park, NAME)
    if row is None or not capacity.holds(NAME, row.as_of, row.valid_until, on):
        return None
    return Rate(round(100 * row.value), row.as_of)
