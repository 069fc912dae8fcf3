"""What does the engine take and answer? The records and the faults; `matching.index` ranks.

>>> from matching.index import Index
>>> from matching.reference import catalogue
>>> Index.fit(catalogue()).parks_for(Need(industry="3841"), top=5)
"""

from matching.errors import Fault, InputError
from matching.records import (
    Contribution,
    EnergyBasis,
    Gate,
    Match,
    Mode,
    Need,
    Park,
    Ranking,
    Reason,
    Regions,
    Relaxation,
    Resources,
    Standing,
    Verdict,
    Why,
)

__all__ = [
    "Contribution",
    "EnergyBasis",
    "Fault",
    "Gate",
    "InputError",
    "Match",
    "Mode",
    "Need",
    "Park",
    "Ranking",
    "Reason",
    "Regions",
    "Relaxation",
    "Resources",
    "Standing",
    "Verdict",
    "Why",
]
