"""What makes a good enclave (飞地), with the origin's industry going out, or reverse, to research in a metropolis?

The origin gains room, nearness, an acceptable share of tax and the destination's policy; the destination gains an
industry that is ahead, the origin's means, links with what it has and tax. Reverse: the origin, mostly the less
developed, gains research where it is; the destination gains links with a place where things are made.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.columns import BASES
from matching.modes.facts import Facts
from matching.modes.pair_terms import OF_DESTINATION, OF_ORIGIN, Form, Lone, Said
from matching.records import EnergyBasis, Mode
from matching.reference.priors import constant

Floats = NDArray[np.float64]

FORWARD, REVERSE = "enclave", "enclave_reverse"
# How much a zone of a type of the catalogue is a place for factories, and for research; ours.
MAKING: Mapping[str, float] = {
    "economic": 1.0,
    "industrial": 1.0,
    "economic_technological": 1.0,
    "high_tech": 0.8,
    "high_tech_park": 0.8,
    "other": 0.4,
    "customs": 0.2,
    "border": 0.2,
}
SCIENCE: Mapping[str, float] = {
    "high_tech": 1.0,
    "high_tech_park": 0.8,
    "economic_technological": 0.6,
    "economic": 0.4,
    "industrial": 0.3,
    "other": 0.3,
    "customs": 0.1,
    "border": 0.1,
}


def programme(reverse: bool) -> dict[str, float]:
    """What an enclave needs at its destination, by column of the parks: the engine's standard programme."""
    if reverse:
        return {"building_m2": constant(REVERSE, "programme_building")}
    land = constant(FORWARD, "programme_land")
    return {
        "land_m2": land,
        "largest_plot_m2": land,
        "energy_tce": constant(FORWARD, "programme_energy"),
        "wastewater_t_d": constant(FORWARD, "programme_wastewater"),
    }


def free(facts: Facts, name: str) -> Floats:
    """What the parks have free of one thing; energy only where it is counted by calorific value."""
    if name != "energy_tce":
        return facts.columns[name]
    calorific = facts.columns["energy_basis"] == BASES.index(EnergyBasis.CALORIFIC)
    return np.where(calorific, facts.columns[name], np.nan)


def _spare(facts: Facts) -> Said:
    """min over resources of free/needed, at most 1; unknown as soon as one of them is."""
    ratios = [np.minimum(1.0, free(facts, name) / amount) for name, amount in programme(reverse=False).items()]
    return Said(np.minimum.reduce(ratios), _area(facts))


def _spare_rooms(facts: Facts) -> Said:
    return Said(np.minimum(1.0, facts.columns["building_m2"] / programme(reverse=True)["building_m2"]))


def _of_type(facts: Facts, worth: Mapping[str, float]) -> Said:
    return Said(np.array([worth.get(park.zone_type or "", np.nan) for park in facts.parks]))


def _policy(facts: Facts) -> Said:
    return Said(facts.numbers["policy_zones"] + facts.columns["level"])


def _interval(facts: Facts) -> Said:
    """Unknown until two parks say which shares of tax they would accept."""
    return Said(np.full(len(facts), np.nan))


def _area(facts: Facts) -> Floats:
    return facts.numbers["area_m2"]


def _scarce_land(facts: Facts) -> Floats:
    """1 − Π(1 − sat(max(0, programme/free − 1))): what the programme takes and the origin lacks; NaN: nothing known."""
    left = np.ones(len(facts))
    known = np.zeros(len(facts), dtype=bool)
    for name, amount in programme(reverse=False).items():
        room = free(facts, name)
        with np.errstate(divide="ignore"):
            backlog = np.maximum(0.0, amount / np.maximum(0.0, room) - 1)
        said = ~np.isnan(room)
        left *= np.where(said, np.exp(-np.where(said, backlog, 0.0)), 1.0)
        known |= said
    return np.where(known, 1 - left, np.nan)


def _scarce_research(facts: Facts) -> Floats:
    """sat(max(0, usual/universities − 1)) of the origin's place."""
    with np.errstate(divide="ignore"):
        backlog = np.maximum(0.0, constant(REVERSE, "universities") / facts.numbers["universities"] - 1)
    found: Floats = 1 - np.exp(-backlog)
    return found


ENCLAVE = Form(
    mode=Mode.ENCLAVE,
    table=FORWARD,
    sides=("origin", "destination", "pair"),
    lone=MappingProxyType(
        {
            "spare": Lone(OF_DESTINATION, _spare),
            "interval": Lone(OF_DESTINATION, _interval),
            "policy": Lone(OF_DESTINATION, _policy),
            "suited": Lone(OF_DESTINATION, lambda facts: _of_type(facts, MAKING)),
            "maker": Lone(OF_ORIGIN, lambda facts: _of_type(facts, MAKING)),
            "funds": Lone(OF_ORIGIN, lambda facts: Said(facts.numbers["revenue_per_head"])),
            "tax": Lone(OF_ORIGIN, lambda facts: Said(facts.columns["tax_min_cny_m2_a"])),
        }
    ),
    scarcity=_scarce_land,
)
ENCLAVE_REVERSE = Form(
    mode=Mode.ENCLAVE,
    table=REVERSE,
    sides=("origin", "destination", "pair"),
    lone=MappingProxyType(
        {
            "research": Lone(OF_DESTINATION, lambda facts: Said(facts.numbers["universities"])),
            "science": Lone(OF_DESTINATION, lambda facts: _of_type(facts, SCIENCE)),
            "spare": Lone(OF_DESTINATION, _spare_rooms),
            "room": Lone(OF_ORIGIN, lambda facts: Said(_area(facts))),
            "funds": Lone(OF_ORIGIN, lambda facts: Said(facts.numbers["revenue_per_head"])),
        }
    ),
    scarcity=_scarce_research,
    reverse=True,
)
