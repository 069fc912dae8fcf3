"""Who wants to be told when something frees up or is listed, and what have they been told?"""

from marketplace.searches.asking import Asked, answers, faults_of, fields_of, wish_of
from marketplace.searches.looking import look_again
from marketplace.searches.rules import (
    MOST,
    change,
    go_on,
    hits_of,
    pause,
    remove,
    save,
    search_by_id,
    searches_of,
)
from marketplace.searches.tables import LookedAt, NeedSearch, ParkSearch, SavedSearch, SearchHit, SearchKind

__all__ = [
    "MOST",
    "Asked",
    "LookedAt",
    "NeedSearch",
    "ParkSearch",
    "SavedSearch",
    "SearchHit",
    "SearchKind",
    "answers",
    "change",
    "faults_of",
    "fields_of",
    "go_on",
    "hits_of",
    "look_again",
    "pause",
    "remove",
    "save",
    "search_by_id",
    "searches_of",
    "wish_of",
]
