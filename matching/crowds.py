"""Is a park drawn on by so many enterprises that its price tells nothing about any one of them?

A need is blind: nobody but its owner may learn that it is there. A price follows from other people's needs, so a park
has one only where several enterprises each draw on it noticeably and none of them makes up most of the crowd.
Source: the threshold and the dominance rule of statistical offices (Hundepool et al., Statistical Disclosure Control,
2012, 4.2); five, a twentieth of a need and a half are ours.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.congestion import Demand, loads_by_candidate, prices_of

ENTERPRISES_LEAST = 5
NOTICEABLE = 0.05  # of a need
SHARE_MOST = 0.5  # of what a park draws, by one enterprise
STEP = 0.01  # prices are told no finer: one need more or less rarely shows


def telling_nothing(demand: Demand, owners: Sequence[int]) -> NDArray[np.bool_]:
    """Of each park of `demand.codes` whether its price may be told, (n_parks,); `owners` of the needs asked about."""
    sizes = np.diff(demand.start, append=len(demand.park))
    _, owner = np.unique(np.array(owners, dtype=np.int64)[demand.number], return_inverse=True)
    drawn = np.zeros((int(owner.max(initial=-1)) + 1, len(demand.codes)))
    np.add.at(drawn, (np.repeat(owner, sizes), demand.park), loads_by_candidate(demand, np.zeros(len(demand.codes))))
    enough = (drawn >= NOTICEABLE).sum(axis=0) >= ENTERPRISES_LEAST
    found: NDArray[np.bool_] = enough & (drawn.max(axis=0, initial=0.0) <= SHARE_MOST * drawn.sum(axis=0))
    return found


def blind_prices(demand: Demand, owners: Sequence[int], cap: float) -> dict[str, float]:
    """λ of the crowded parks that tell nothing, in steps of .01; the others draw as if they had room for everybody.

    Raises InputError for a cap not above 0.
    """
    roomy: Mapping[str, float] = {
        code: float(demand.needs + 1)
        for code, may in zip(demand.codes, telling_nothing(demand, owners).tolist(), strict=True)
        if not may
    }
    found = {code: round(STEP * round(price / STEP), 6) for code, price in prices_of(demand, roomy, cap).items()}
    return {code: price for code, price in found.items() if price > 0}
