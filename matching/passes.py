"""What does one pass over a block of parks do? Each is one loop that vectorises.

A pass works on arrays of a block and on one row of a matrix, `matrix[row, a : a + n]`: an index `a + j` is checked for
wrapping round and then does not vectorise, and a cut of a cut is not known to be contiguous.
"""

import numpy as np

from matching.compiled import quick
from matching.kernel_data import (
    AVAILABLE_ON,
    CHAIN,
    DISTANCE,
    EMITTED,
    F32,
    FIXED,
    GAP,
    I8,
    I32,
    LAND,
    LAND_PRICE,
    NO_GROUP,
    RAMP_DELIVERY,
    REGION,
    TEXT,
    TIER,
    Plans,
    Tables,
)


@quick
def weighed(total: F32, matrix: F32, row: int, a: int, n: int, weight: np.float32) -> None:
    column = matrix[row, a : a + n]
    for j in range(column.size):
        total[j] += weight * column[j]


@quick
def _weighed_two(total: F32, matrix: F32, row: int, a: int, n: int, first: np.float32, second: np.float32) -> None:
    one, two = matrix[row, a : a + n], matrix[row + 1, a : a + n]
    for j in range(one.size):
        total[j] += first * one[j] + second * two[j]


@quick
def _gated(standing: I32, amounts: F32, a: int, n: int, gate: I32, turns: F32) -> None:
    row, unknown, passed = gate[0], gate[2], gate[3]
    low, high, column = turns[0], turns[1], amounts[row, a : a + n]
    for j in range(column.size):
        x = column[j]
        call = np.int32(2) if (x < low) | (x > high) else passed
        call = unknown if x < np.float32(0) else call
        standing[j] = call if call > standing[j] else standing[j]


@quick
def _gated_and_least(standing: I32, least: F32, amounts: F32, a: int, n: int, gate: I32, turns: F32) -> None:
    """A gate of a group: beside the standing, what is free against what is needed, of the scarcest."""
    low, inverse = turns[0], turns[2]
    column, ratios = amounts[gate[0], a : a + n], least[gate[1] - 1]
    for j in range(column.size):
        x = column[j]
        call = np.int32(2) if x < low else np.int32(0)
        call = np.int32(1) if x < np.float32(0) else call
        standing[j] = call if call > standing[j] else standing[j]
        ratio = x * inverse
        ratios[j] = ratio if ratio < ratios[j] else ratios[j]


@quick
def flagged(standing: I32, flags: I8, row: int, a: int, n: int) -> None:
    column = flags[row, a : a + n]
    for j in range(column.size):
        call = np.int32(column[j])
        standing[j] = call if call > standing[j] else standing[j]


@quick
def _clipped(x: np.float32, start: np.float32, length: np.float32) -> np.float32:
    above = x - start
    above = above if above > np.float32(0) else np.float32(0)
    return above if above < length else length


@quick
def ramped(total: F32, least: F32, group: int, n: int, ramps: F32, weight: np.float32, prior: np.float32) -> None:
    """Add weight · value of what is free against what is needed; below zero it is unknown."""
    y0, x0, l0, s0, x1, l1, s1 = _first_half(ramps, group)
    x2, l2, s2, x3, l3, s3 = _second_half(ramps, group)
    ratios = least[group, :n]
    if group == EMITTED - 1:
        for j in range(ratios.size):
            m = ratios[j]
            x = np.float32(1) / m
            value = y0 + s0 * _clipped(x, x0, l0) + s1 * _clipped(x, x1, l1)
            value += s2 * _clipped(x, x2, l2) + s3 * _clipped(x, x3, l3)
            total[j] += weight * (prior if m < np.float32(0) else value)
    else:
        for j in range(ratios.size):
            m = ratios[j]
            value = y0 + s0 * _clipped(m, x0, l0) + s1 * _clipped(m, x1, l1)
            value += s2 * _clipped(m, x2, l2) + s3 * _clipped(m, x3, l3)
            total[j] += weight * (prior if m < np.float32(0) else value)


@quick
def delivered(
    total: F32, amounts: F32, a: int, n: int, ramps: F32, needed: np.float32, weight: np.float32, prior: np.float32
) -> None:
    """Add weight · value of the days between ready and needed; both days are exact in float32."""
    y0, x0, l0, s0, x1, l1, s1 = _first_half(ramps, RAMP_DELIVERY)
    x2, l2, s2, x3, l3, s3 = _second_half(ramps, RAMP_DELIVERY)
    column = amounts[AVAILABLE_ON, a : a + n]
    for j in range(column.size):
        ready = column[j]
        x = needed - ready
        value = y0 + s0 * _clipped(x, x0, l0) + s1 * _clipped(x, x1, l1)
        value += s2 * _clipped(x, x2, l2) + s3 * _clipped(x, x3, l3)
        total[j] += weight * (prior if ready < np.float32(0) else value)


@quick
def _first_half(ramps: F32, row: int) -> tuple[np.float32, ...]:
    return (ramps[row, 0], ramps[row, 1], ramps[row, 2], ramps[row, 3], ramps[row, 4], ramps[row, 5], ramps[row, 6])


@quick
def _second_half(ramps: F32, row: int) -> tuple[np.float32, ...]:
    return ramps[row, 7], ramps[row, 8], ramps[row, 9], ramps[row, 10], ramps[row, 11], ramps[row, 12]


@quick
def keyed(key: F32, a: int, n: int, u: F32, v: F32, standing: I32, sides: np.int64, beta: np.float32) -> None:
    half, tier, keys = np.float32(0.5), np.float32(TIER), key[a : a + n]
    if sides == 3:
        for j in range(keys.size):
            difference = u[j] - v[j]
            difference = difference if difference > np.float32(0) else -difference
            keys[j] = half * (u[j] + v[j]) - half * beta * difference - tier * np.float32(standing[j])
    else:
        for j in range(keys.size):
            keys[j] = (u[j] if sides == 1 else v[j]) - tier * np.float32(standing[j])


@quick
def likened(tables: Tables, plans: Plans, i: int, likeness: F32) -> None:
    """Cosine of the need's words with each park's: term by term over the postings, every park that has one."""
    for j in range(tables.wordless.size):
        likeness[0, j] = tables.wordless[j]
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        gram, weight = plans.word[place], np.float32(plans.word_weight[place])
        for at in range(tables.postings_start[gram], tables.postings_start[gram + 1]):
            likeness[0, tables.postings_park[at]] += weight * tables.postings_weight[at]


@quick
def steady(u: F32, fixed: F32, a: int, n: int, weights: F32, i: int, price: int) -> None:
    """What no need changes about a park: its price, market, people, services and answers."""
    weighed(u, fixed, price, a, n, weights[i, LAND_PRICE])
    for k in range(2, 8, 2):
        _weighed_two(u, fixed, k, a, n, weights[i, FIXED[k]], weights[i, FIXED[k + 1]])


@quick
def slackened(u: F32, least: F32, n: int, ramps: F32, weights: F32, i: int, priors: F32) -> None:
    for group in range(3):
        if weights[i, LAND + group] > 0:
            ramped(u, least, group, n, ramps, weights[i, LAND + group], priors[LAND + group])


@quick
def all_gated(
    amounts: F32, a: int, n: int, gates: I32, turns: F32, first: int, last: int, standing: I32, least: F32
) -> None:
    """The worst standing of a block, and of each group the least free amount against the needed."""
    for g in range(first, last):
        if gates[g, 1] == NO_GROUP:
            _gated(standing, amounts, a, n, gates[g], turns[g])
        else:
            _gated_and_least(standing, least, amounts, a, n, gates[g], turns[g])
    environment, emitted = least[2, :n], least[3, :n]
    for j in range(environment.size):  # what is emitted is part of the environment too
        environment[j] = emitted[j] if emitted[j] < environment[j] else environment[j]


@quick
def emptied(standing: I32, least: F32, u: F32, v: F32, plans: Plans, i: int) -> None:
    standing[:] = np.int32(plans.base[i])
    for group in range(4):
        least[group, :] = np.float32(-1 if plans.silent_groups[i, group] else np.inf)
    u[:], v[:] = np.float32(plans.constant[i, 0]), np.float32(plans.constant[i, 1])


@quick
def matched(u: F32, v: F32, values: F32, likeness: F32, rows: I32, weights: F32, i: int, a: int, n: int) -> None:
    """What depends on the need's code, home, preference and words."""
    if weights[i, CHAIN] > 0:
        weighed(u, values, rows[i, 0], a, n, weights[i, CHAIN])
    if weights[i, GAP] > 0:
        weighed(v, values, rows[i, 1], a, n, weights[i, GAP])
    if weights[i, DISTANCE] > 0:
        weighed(u, values, rows[i, 2], a, n, weights[i, DISTANCE])
    if weights[i, REGION] > 0:
        weighed(u, values, rows[i, 3], a, n, weights[i, REGION])
    if weights[i, TEXT] > 0:
        weighed(u, likeness, 0, a, n, weights[i, TEXT])
