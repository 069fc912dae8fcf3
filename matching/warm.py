"""Is everything compiled that will be called?  python -m matching.warm

The last step of an installation: numba keeps what it compiled beside the modules, and no request waits for it.
"""

from matching.index import Index
from matching.records import Mode, Need, Park, Resources

PARKS = [Park(f"{place}", industries=("锂电池",), free=Resources(land_m2=float(place))) for place in range(3)]
NEED = Need(industry="3841", asks=Resources(land_m2=2.0))


def rank_one() -> Index:
    """Load or make what ranks one need."""
    index = Index.fit(PARKS).quickened()
    index.parks_for(NEED)
    return index


def warm() -> None:
    """Load or make each compiled function: of one need, of many, of how sure a place is, of all pairs of parks."""
    from matching import batch, confidence  # joblib with it, which a server does without
    from matching.modes.pairs import best_partners

    index = rank_one()
    list(batch.best([NEED, NEED], index, 1, 1, workers=1))
    confidence.of_parks(index.evaluated(NEED))
    best_partners(index, Mode.ENCLAVE)


if __name__ == "__main__":
    warm()
