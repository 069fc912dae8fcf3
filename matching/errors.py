"""What was wrong with what came in, and where?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NONE: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fault:
    """One clear sentence about one place. `message` is an English message id with {named} places for `params`."""

    where: str
    message: str
    params: Mapping[str, object] = field(default_factory=lambda: NONE)

    def __str__(self) -> str:
        text = self.message.format_map(self.params)
        return f"{self.where}: {text}" if self.where else text


class InputError(ValueError):
    """Everything that is wrong with one input, told together."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))
