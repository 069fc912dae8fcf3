"""Which public facts does the engine stand on, and in which version?

Every table is read once, when it is first asked for; importing this package reads nothing. SOURCES.md says where the
facts are from and what to beware of; `python -m matching.reference FOLDER` builds the tables from the public sources.
Points are GCJ-02 (the datum of Chinese web maps, up to 700 m from WGS-84).
"""

from matching.reference.arrays import Linkage, Rail, linkage, rail, rail_minutes
from matching.reference.tables import (
    Industry,
    Prefecture,
    Region,
    Zone,
    catalogue,
    english,
    gbt,
    prefectures,
    regions,
    words,
    zones,
)

VERSION = "2026.3"

__all__ = [
    "VERSION",
    "Industry",
    "Linkage",
    "Prefecture",
    "Rail",
    "Region",
    "Zone",
    "catalogue",
    "english",
    "gbt",
    "linkage",
    "prefectures",
    "rail",
    "rail_minutes",
    "regions",
    "words",
    "zones",
]
