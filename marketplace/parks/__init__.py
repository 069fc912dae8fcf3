"""Which parks are there, what are they called, and who speaks for them?"""

from marketplace.parks.catalogue import load_catalogue
from marketplace.parks.queries import Fact, fact_of, names_of, park_by_code, parks_of, sectors_of, ties_of
from marketplace.parks.rules import (
    add_alias,
    claim,
    doubts_of,
    join,
    merge,
    rename,
    report_error,
    revise_park,
    set_part_of,
)
from marketplace.parks.tables import (
    Level,
    NameKind,
    Park,
    ParkFields,
    ParkName,
    ParkReport,
    ParkSector,
    ParkStatus,
    ParkTie,
    TieKind,
)

__all__ = [
    "Fact",
    "Level",
    "NameKind",
    "Park",
    "ParkFields",
    "ParkName",
    "ParkReport",
    "ParkSector",
    "ParkStatus",
    "ParkTie",
    "TieKind",
    "add_alias",
    "claim",
    "doubts_of",
    "fact_of",
    "join",
    "load_catalogue",
    "merge",
    "names_of",
    "park_by_code",
    "parks_of",
    "rename",
    "report_error",
    "revise_park",
    "sectors_of",
    "set_part_of",
    "ties_of",
]
