"""What does the kernel need of a mode and of the parks, as plain arrays?"""

import numpy as np
from numpy.typing import NDArray

from matching.modes import between, sectors
from matching.modes.facts import Facts, kept_with_facts
from matching.modes.pair_gates import WHOLE, listed, of_destination
from matching.modes.pair_kernel import (
    ACCESS,
    CAPABILITY,
    COMPLEMENTARITY,
    DISTINCT,
    GRADIENT,
    LEAD,
    LINKAGE,
    NEAR,
    RELATED,
    Plan,
    Stands,
    Table,
    Way,
)
from matching.modes.pair_terms import OF_BOTH, OF_ORIGIN, SIDES, Form, place_table, scarcity_factor, valued
from matching.modes.places import minutes_between
from matching.place import (
    DETOUR,
    EARTH_KM,
    RAIL_ACCESS_H,
    ROAD_KMH,
    ROAD_START_H,
    TRAIN_DETOUR,
    TRAIN_KMH,
    TRAIN_START_H,
)
from matching.records import Mode
from matching.reference.priors import Term

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Calls = NDArray[np.int8]

KINDS = {
    "near": NEAR,
    "access": ACCESS,
    "linkage": LINKAGE,
    "complementarity": COMPLEMENTARITY,
    "related_variety": RELATED,
    "distinct": DISTINCT,
    "gradient": GRADIENT,
    "lead": LEAD,
    "capability": CAPABILITY,
}
POINTS = 16  # break points a term may have
WAY = Way(EARTH_KM, DETOUR, ROAD_KMH, ROAD_START_H, RAIL_ACCESS_H, TRAIN_KMH, TRAIN_DETOUR, TRAIN_START_H)


@kept_with_facts
def table_of(facts: Facts) -> Table:
    """The facts of parks in the kernel's order."""
    return Table(
        np.ascontiguousarray(facts.xyz),
        facts.place,
        facts.rail,
        minutes_between(),
        facts.filled,
        facts.sector,
        facts.share,
        facts.shares,
        facts.chain,
        facts.complement,
        facts.alike,
        facts.own_likeness,
        facts.igc,
        sectors.division_rows(),
        facts.numbers["research"],
        facts.numbers["room"],
    )


@kept_with_facts
def plan_of(facts: Facts, form: Form, *, institution: bool) -> Plan:
    """What a mode adds up over these parks."""
    lone = np.zeros((2, len(SIDES), len(facts)))
    size = len(place_table(form, "platforms"))
    places = np.zeros((len(SIDES), size, size))
    between_parks: list[tuple[int, Term]] = []
    for place, side in enumerate(SIDES):
        for name, term in form.terms(side, institution=institution).items() if side in form.sides else ():
            if name in form.lone:
                said = form.lone[name].of(facts)
                row = 0 if form.lone[name].park == OF_ORIGIN else 1
                lone[row, place] += term.weight * valued(term, said.measure, form, said.stand_in)
            elif name in between.KINDS or name in OF_BOTH:
                between_parks.append((place, term))
            else:
                table = place_table(form, name)
                places[place] += term.weight * valued(term, table.ravel(), form).reshape(table.shape)
    between_parks.sort(key=lambda each: KINDS[each[1].name])  # a measure that two terms share is taken once
    return _planned(form, facts, lone, places, between_parks)


def _planned(form: Form, facts: Facts, lone: Floats, places: Floats, terms: list[tuple[int, Term]]) -> Plan:
    x, y = np.zeros((2, len(terms), POINTS))
    for row, (_, term) in enumerate(terms):
        for place, point in enumerate(term.points):
            x[row, place], y[row, place] = point
    scale = np.zeros(len(facts))
    if form.scarcity is not None:
        scale = (1 - form.pair_weight) * scarcity_factor(form, form.scarcity(facts))
    reaches = any(term.name == "access" for _, term in terms)
    return Plan(
        lone=lone,
        places=places,
        scale=scale,
        pair_weight=form.pair_weight,
        beta=form.beta,
        start=form.constant("access_start") if reaches else 0.0,
        reach=form.constant("access_scale") if reaches else 1.0,
        kind=np.array([KINDS[term.name] for _, term in terms], dtype=np.int64),
        side=np.array([place for place, _ in terms], dtype=np.int64),
        weight=np.array([term.weight for _, term in terms]),
        prior=np.array([term.prior for _, term in terms]),
        x=x,
        y=y,
        points=np.array([len(term.points) for _, term in terms], dtype=np.int64),
        way=WAY,
        divided=between.DIVIDED,
    )


@kept_with_facts
def stands_of(facts: Facts, form: Form) -> Stands:
    """What the kernel needs to judge the gates of a mode."""
    columns = facts.columns
    return Stands(
        form.mode is Mode.ENCLAVE,
        of_destination(facts, form.reverse),
        columns.region,
        columns.region_digits.astype(np.int64),
        not form.reverse,
        listed(facts, restricted=False),
        columns.prohibited.which,
        listed(facts, restricted=True),
        columns.restricted.which,
        facts.numbers["chemical"],
        facts.numbers["perhaps_chemical"],
        columns["chemical_park"],
        WHOLE,
    )
