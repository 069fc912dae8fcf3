"""Who may see what of a need, and who has looked?"""

from marketplace.disclosure.grants import grant, revoke
from marketplace.disclosure.levels import (
    COARSE,
    FIELDS,
    IDENTITY,
    RAISABLE,
    Level,
    Seen,
    exact_level,
    fields_opening,
    level_of_field,
    seen,
)
from marketplace.disclosure.onlookers import (
    STRANGER,
    Onlooker,
    excludes_anybody,
    hidden_regions,
    is_hidden_from,
    level_for,
    level_of,
    need_for,
    onlooker_of,
    open_needs,
)
from marketplace.disclosure.summary import EDGES, STEPS_MOST, Range, Summary, industry_group, range_of, summary_of
from marketplace.disclosure.tables import Grant, View

__all__ = [
    "COARSE",
    "EDGES",
    "FIELDS",
    "IDENTITY",
    "RAISABLE",
    "STEPS_MOST",
    "STRANGER",
    "Grant",
    "Level",
    "Onlooker",
    "Range",
    "Seen",
    "Summary",
    "View",
    "exact_level",
    "excludes_anybody",
    "fields_opening",
    "grant",
    "hidden_regions",
    "industry_group",
    "is_hidden_from",
    "level_for",
    "level_of",
    "level_of_field",
    "need_for",
    "onlooker_of",
    "open_needs",
    "range_of",
    "revoke",
    "seen",
    "summary_of",
]
