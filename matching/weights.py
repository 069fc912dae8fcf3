"""How much does each criterion weigh, by what the need says and by the priors where it says nothing?"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from types import MappingProxyType

from matching.asked import FUNCTIONS
from matching.errors import Fault, InputError
from matching.records import Mode, Need
from matching.reference.priors import priors, terms

NEED_SIDE = (
    "industry_chain",
    "text",
    "land_price",
    "land_slack",
    "energy_slack",
    "environment_slack",
    "market",
    "talent",
    "services",
    "labour_cost",
    "distance",
    "delivery",
    "green_power",
    "response_rate",
    "region",
)
PARK_SIDE = ("investment", "tax", "chain_gap", "energy_intensity", "technology", "pollutant_share", "jobs")
WEIGHT_MOST = 1e9  # ours; the sum of still larger ones may be no number, and every share of it nothing
SIDES: Mapping[str, tuple[str, ...]] = MappingProxyType({"need": NEED_SIDE, "park": PARK_SIDE})
# What only some modes value: the kind of zone of a head office, a market, and what two places are to each other.
OF_OFFICE = ("zone",)
OF_MARKET = ("cover", "freight", "channel")
OF_PAIR = ("home", "match", "absorption", "access", "pilot", "factors", "agreement", "institution")


def weights_of(need: Need, function: str = "relocation") -> Mapping[str, float]:
    """Weight of every criterion, summing to 1 on each side (a side with nothing above zero stays at zero).

    `weights` replace the priors they name; `importance` gives its r criteria the first rank-order centroids over all K
    of their side, w_r = (1/K) Σ_{q≥r} 1/q, and the rest share what is left by their priors. Raises InputError.
    Source: Barron & Barrett 1996, Decision quality using ranked attribute weights.
    """
    faults = weight_faults(need.weights, need.importance)
    if faults:
        raise InputError(faults)
    found: dict[str, float] = {}
    for side in (priors(function).need, priors(function).park):
        found |= weighed({name: each.weight for name, each in side.items()}, need)
    return MappingProxyType(found)


def weighed(prior: Mapping[str, float], need: Need) -> dict[str, float]:
    """These weights as the need's own weights or order change them; they sum to 1, or are all zero."""
    if need.importance:
        return _ranked(prior, [name for name in need.importance if name in prior])
    return _scaled({**prior, **{name: each for name, each in need.weights.items() if name in prior}})


def own_of(mode: str) -> tuple[str, ...]:
    """What the owner of a need of this mode weighs: the need side of every place, then the terms of a pair."""
    sides = [priors(function).need for function in FUNCTIONS[Mode(mode)]]
    joint = terms(mode, "pair") if len(sides) > 1 else {}
    return tuple(dict.fromkeys(name for side in (*sides, joint) for name in side))


def weight_faults(weights: Mapping[str, float], importance: Sequence[str]) -> list[Fault]:
    """What is wrong with the weights or the order a need gives."""
    faults = [*_unknown("weights", weights), *_unknown("importance", importance)]
    if weights and importance:
        faults.append(Fault("weights", "Give either weights or an order of importance, not both."))
    for name, weight in weights.items():
        if not isfinite(weight) or weight < 0:
            faults.append(
                Fault(f"weights.{name}", "{value} is no weight: give a number from zero up.", {"value": weight})
            )
        elif weight > WEIGHT_MOST:
            params = {"value": weight, "most": WEIGHT_MOST}
            faults.append(Fault(f"weights.{name}", "{value} is too large: at most {most}.", params))
    if weights and all(weight == 0 for weight in weights.values()):
        faults.append(Fault("weights", "All weights are zero: give at least one criterion more."))
    twice = sorted({name for name in importance if list(importance).count(name) > 1})
    faults += [Fault("importance", "{name} is listed twice: keep one place for it.", {"name": name}) for name in twice]
    return faults


def _unknown(where: str, names: Iterable[str]) -> list[Fault]:
    known = (*NEED_SIDE, *PARK_SIDE, *OF_OFFICE, *OF_MARKET, *OF_PAIR)
    faults = []
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = (
                "There is no criterion {name}; did you mean {near}?"
                if near
                else "There is no criterion {name}: the criteria are {known}."
            )
            params = {"name": name, "near": near[0] if near else "", "known": ", ".join(known)}
            faults.append(Fault(where, hint, params))
    return faults


def _ranked(prior: Mapping[str, float], order: Sequence[str]) -> dict[str, float]:
    """Rank-order centroids for the named, in order; the rest share what is left by their priors."""
    count = len(prior)
    found = {name: sum(1 / q for q in range(rank, count + 1)) / count for rank, name in enumerate(order, start=1)}
    rest = {name: weight for name, weight in prior.items() if name not in found}
    left = 1.0 - sum(found.values())
    total = sum(rest.values())
    return {name: found[name] if name in found else left * prior[name] / total for name in prior}


def _scaled(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total if total else 0.0 for name, weight in weights.items()}
