"""Which weak link of a park's chain would a need fill?"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.industry import Portfolios, sectors, supplies
from matching.reference.market import catalogue_shares

Floats = NDArray[np.float64]


def chain_gap(code: str, portfolios: Floats, prepared: Portfolios) -> Floats:
    """How much of a park's supply the need's industry would bring that the park lacks, (n_parks,) in [0, 1].

    gap = Σ_s P_s · f(up_s) · max(0, 1 − LQ): P the park's shares, up_s how far the need's industry supplies sector s,
    LQ the park's share of the need's division against the catalogue's. Raises KeyError for what is no code.
    Source: ENGINE.md 2; location quotient after Florence 1939.
    """
    shares = portfolios[prepared.rows, prepared.columns]
    supplied = np.bincount(prepared.rows, shares * supplies(code)[prepared.columns], prepared.parks)
    division = code[:2]
    own = np.bincount(prepared.rows, shares * inside(division)[prepared.columns], prepared.parks)
    usual = catalogue_shares().get(division, 0.0)
    lacking = np.maximum(0.0, 1.0 - own / usual) if usual > 0 else (own == 0).astype(np.float64)
    return np.minimum(1.0, supplied * lacking)


@lru_cache(maxsize=128)
def inside(division: str) -> Floats:
    """Which sectors lie in a division, (n_sectors,), 1 or 0."""
    return np.array([float(sector.startswith(division)) for sector in sectors()])
