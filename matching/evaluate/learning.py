"""What would people choose from the lists of a planted market, and how good is the order after 5,000 such choices?

A reader looks at place r with probability max(1/r, .15) and takes what is seen by its true grade; the engine learns
from what was taken alone. Needs that taught do not judge.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from matching.explain import Evaluated
from matching.learn import TERMS, Seen, fields_of, values_of
from matching.learned_fit import fitted

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

TAKEN = np.array([0.02, 0.10, 0.30, 0.60, 0.90])  # by true grade 0 to 4
READERS = 6  # of each list, each with an eye of their own
SHOWN = 20
WORTH = 6.0  # a contact
FIRST_DAY = date(2027, 1, 1)


def shares(seen: Evaluated) -> Floats:
    """What each criterion adds to the score, (n_parks, n_terms)."""
    found = np.zeros((len(seen.parks), len(TERMS)))
    factors = {"need": seen.scores.need_factor, "park": seen.scores.park_factor}
    for column in seen.criteria:
        found[:, TERMS.index(column.criterion)] = factors[column.side] * column.weight * column.value
    return found


def listed(seen: Evaluated, order: Rows, worth: Floats, day: int) -> Seen:
    """The first of an order as they were shown."""
    return Seen(
        on=FIRST_DAY + timedelta(days=day),
        owner=seen.asked.need.id,
        division=(seen.asked.industry or "")[:2],
        parks=tuple(seen.parks[place].code for place in order),
        fields=fields_of(seen.parks[place] for place in order),
        share=shares(seen)[order],
        score=seen.scores.score[order],
        tier=seen.standing[order].astype(np.intp),
        worth=worth,
        rank=np.arange(1, len(order) + 1, dtype=np.float64),
    )


def lists_of(seen: Evaluated, order: Rows, grades: Floats, rng: Generator, day: int) -> list[Seen]:
    """One list as several readers took from it; a reader who takes nothing leaves no list."""
    first = order[:SHOWN]
    looked = np.maximum(1 / np.arange(1, len(first) + 1), 0.15)
    taken = rng.random((READERS, len(first))) < looked * TAKEN[grades[first].astype(np.intp)]
    return [listed(seen, first, np.where(row, WORTH, 0.0), day) for row in taken if row.any()]


def learned_orders(lists: Sequence[Seen], judges: Sequence[Evaluated], positives: int) -> tuple[list[Rows], int]:
    """The orders of needs that did not teach, after so many choices, and how many choices there were."""
    kept, count = [], 0
    for each in lists:
        if count >= positives:
            break
        kept.append(each)
        count += int((each.worth > 0).sum())
    learned = fitted(kept)
    orders = []
    for seen in judges:
        everything = np.arange(len(seen.parks))
        values = values_of(listed(seen, everything, np.zeros(len(everything)), 0), learned)
        orders.append(np.lexsort((-np.round(values, 12), seen.standing)))
    return orders, count
