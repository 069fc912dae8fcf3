"""Which industry or place is meant, and what is it called?

Look-ups over the reference tables, for people who type names, pinyin or codes. `LEVELS`, `ZONE_TYPES`, `PLACE_SOURCES`
and `NOTES` give the English message id of each word that the zone catalogue stores.
"""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.taxonomy.industries import Choice, industries_like, industry_label, industry_meant, industry_of
from marketplace.taxonomy.places import ancestors, english_name, full_name, places_like, region_label, region_of
from marketplace.taxonomy.provinces import PROVINCES, Province
from matching.reference import Region

LEVELS: Mapping[str, str] = MappingProxyType({"national": "National", "provincial": "Provincial"})
ZONE_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "economic_technological": "Economic and technological development zone",
        "high_tech": "High-tech industrial development zone",
        "customs": "Customs special supervision area",
        "border": "Border economic cooperation zone",
        "other": "Other national development zone",
        "economic": "Economic development zone",
        "industrial": "Industrial park",
        "high_tech_park": "High-tech industrial park",
    }
)
PLACE_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "geocode": "Found by its name on a map service",
        "county_seat": "The seat of its county",
        "prefecture_seat": "The seat of its prefecture",
    }
)
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "code_repeated": "The announcement gives this code to two zones",
        "area_questionable": "The printed area looks ten times too large: it is not used in matching",
        "under_construction": "Under construction when the catalogue was announced",
        "outside_province": "Lies outside the province it belongs to",
    }
)

__all__ = [
    "LEVELS",
    "NOTES",
    "PLACE_SOURCES",
    "PROVINCES",
    "ZONE_TYPES",
    "Choice",
    "Province",
    "Region",
    "ancestors",
    "english_name",
    "full_name",
    "industries_like",
    "industry_label",
    "industry_meant",
    "industry_of",
    "places_like",
    "region_label",
    "region_of",
]
