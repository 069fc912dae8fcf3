"""How do amounts lie in the database? As integers of base units, whatever unit they were typed in."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

from marketplace.units.measures import Measure


class Scaled(TypeDecorator[Decimal]):
    """A Decimal in the field's unit, kept as an integer of base units."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, measure: Measure) -> None:
        super().__init__()
        self.measure = measure

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else self.measure.base_of(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else self.measure.of_base(int(value))


class ScaledMap(TypeDecorator[Mapping[str, Decimal]]):
    """Names with amounts, kept as JSON of integer base units."""

    impl = JSON
    cache_ok = True

    def __init__(self, measure: Measure, names: type[StrEnum]) -> None:
        super().__init__()
        self.measure = measure
        self.names = names

    def process_bind_param(self, value: Mapping[str, Decimal] | None, dialect: Dialect) -> Any:
        amounts = {} if value is None else value
        return {str(name): self.measure.base_of(amount) for name, amount in sorted(amounts.items())}

    def process_result_value(self, value: Any, dialect: Dialect) -> Mapping[str, Decimal]:
        return {self.names(name): self.measure.of_base(whole) for name, whole in (value or {}).items()}
