"""How was a ranking asked for: on which day, how long, with which weights?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from marketplace.errors import Fault, Refusal
from marketplace.needs import NeedFields

WEIGHT = "w."
WEIGHTS_MOST = 40
UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Question:
    """The day, how many parks, weights that beat the need's own, the data the asker saw if a link says so, and what
    beside the score orders the list."""

    on: date
    top: int
    weights: Mapping[str, float]
    data: str = ""
    unverified_only: bool = False
    order: Mapping[str, str] = field(default_factory=dict)  # switch → version

    def of(self, need: NeedFields) -> NeedFields:
        """The need, with these weights if there are any."""
        return need.model_copy(update={"weights": dict(self.weights), "importance": []}) if self.weights else need

    @property
    def weightless(self) -> bool:
        """Whether every weight asked for is zero, which ranks nothing."""
        return bool(self.weights) and not any(self.weights.values())

    @property
    def ranking(self) -> "Question":
        """The same question, with the need's own weights where those asked for rank nothing."""
        return replace(self, weights={}) if self.weightless else self

    @property
    def link(self) -> dict[str, object]:
        """What the address must say for the same answer."""
        weights = {WEIGHT + name: f"{100 * share:g}" for name, share in self.weights.items()}
        standing = {"standing": UNVERIFIED if self.unverified_only else ""}
        return {"on": self.on.isoformat(), **weights, **standing, **self.order}


def weights_from(given: Mapping[str, str]) -> dict[str, float]:
    """Percent as typed → shares; blanks are left out. Raises Refusal."""
    if len(given) > WEIGHTS_MOST:
        raise Refusal(Fault("weights", "These are too many: at most {max_length}", {"max_length": WEIGHTS_MOST}))
    found, faults = {}, []
    for name, text in given.items():
        try:
            found[name.removeprefix(WEIGHT)] = round(float(text) / 100, 6) if text.strip() else None
        except ValueError:
            message = "{text} is no weight: give a number from 0 to 100"
            faults.append(Fault(f"weights.{name.removeprefix(WEIGHT)}", message, {"text": text[:20]}))
    if faults:
        raise Refusal(faults)
    return {name: share for name, share in found.items() if share is not None}
