"""Between which two amounts does a gate turn, so that float32 decides as float64 does, and what follows for a pair?"""

import numpy as np

from matching.compiled import exact
from matching.kernel_data import F32, F64, FAIL, I8, I32, I64, Plans, Tables

# Kinds of gates: takes an amount; demands one, unstated none; as that, unstated unknown; waits for a day; asks back.
TAKES, DEMANDS, PRICES, WAITS, ASKS_BACK = range(5)
NOISE = 1e-9  # as in matching.gates
EDGE = 2e-15  # of an amount: more than float64 rounds in deciding a gate


@exact
def thresholds(known: F64, count: I64, column: I32, kind: I32, amount: F64, low: F32, high: F32, doubtful: I8) -> None:
    """Where in float32 each gate turns, so that comparing there decides as float64 does; doubtful where it cannot.

    `known` are the known amounts of each column, sorted. A gate of amounts fails by more than a part in 10⁹, which no
    float32 shows: so it turns between two amounts that some parks have, and is doubtful only where these two are one
    float32, or where an amount lies on the very edge.
    """
    for g in range(column.size):
        low[g], high[g], doubtful[g] = np.float32(-np.inf), np.float32(np.inf), 0
        values = known[column[g], : count[column[g]]]
        if kind[g] == TAKES:
            low[g], doubtful[g] = _least_passing(values, amount[g] / (1.0 + NOISE))
        elif kind[g] == WAITS:
            high[g], doubtful[g] = _most_passing(values, amount[g], 0.0)
        elif kind[g] != ASKS_BACK:
            high[g], doubtful[g] = _most_passing(values, amount[g] * (1.0 + NOISE), EDGE)


@exact
def _least_passing(values: F64, edge: float) -> tuple[np.float32, np.bool_]:
    first = np.searchsorted(values, edge * (1.0 - EDGE), "left")
    if first != np.searchsorted(values, edge * (1.0 + EDGE), "right"):
        return np.float32(0), np.bool_(True)
    low = np.float32(values[first]) if first < values.size else np.float32(np.inf)
    return low, np.bool_(first > 0 and np.float32(values[first - 1]) >= low)


@exact
def _most_passing(values: F64, edge: float, width: float) -> tuple[np.float32, np.bool_]:
    first = np.searchsorted(values, edge * (1.0 - width), "right")
    if first != np.searchsorted(values, edge * (1.0 + width), "right"):
        return np.float32(0), np.bool_(True)
    high = np.float32(values[first - 1]) if first > 0 else np.float32(-0.5)
    return high, np.bool_(first < values.size and np.float32(values[first]) <= high)


@exact
def standings_at(tables: Tables, plans: Plans, flags: I8, need: I32, park: I32) -> I8:
    """The standing of each pair, (n_pairs,)."""
    found = np.empty(need.size, dtype=np.int8)
    for p in range(need.size):
        i, j = need[p], park[p]
        worst = np.int32(plans.base[i])
        for f in range(3):
            if plans.flags[i, f] >= 0:
                worst = max(worst, np.int32(flags[plans.flags[i, f], j]))
        for g in range(plans.gates_start[i], plans.gates_start[i + 1]):
            x = tables.amounts[plans.gates[g, 0], j]
            if x < 0:
                worst = max(worst, plans.gates[g, 2])
            elif x < plans.turns[g, 0] or x > plans.turns[g, 1]:
                worst = np.int32(FAIL)
            else:
                worst = max(worst, plans.gates[g, 3])
        found[p] = worst
    return found
