"""What did an evaluation find, and was the goal reached?"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % interval and its goal, if it has one; `most` says that less is better.

    A figure without a goal is a baseline or stands beside another for comparison.
    """

    part: str
    name: str
    value: float
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    most: bool = False
    cases: int | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none. NaN reaches nothing."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.most else self.value >= self.goal

    @property
    def document(self) -> dict[str, Any]:
        """As JSON, rounded."""
        return {name: _rounded(value) for name, value in asdict(self).items()} | {"reached": self.reached}


def documents(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """The figures as JSON."""
    return [figure.document for figure in figures]


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DECIMALS) if value == value else None
    return value
