"""What can a park give, at which terms, and as of when?

One row per resource and per term, each with its date, validity and source. free = design − used − committed − held.
"""

from marketplace.capacity.proposing import Proposal, ProposalStatus
from marketplace.capacity.rules import (
    check,
    doubts_of_sheet,
    enter_sheets,
    reconfirm,
    save_sheet,
)
from marketplace.capacity.sheet import (
    Entry,
    Sheet,
    State,
    fields_of,
    fresh_clause,
    holds,
    sheet_of,
    simulated_among,
    simulated_fields,
)
from marketplace.capacity.tables import Capacity, SheetFields, Term

__all__ = [
    "Capacity",
    "Entry",
    "Proposal",
    "ProposalStatus",
    "Sheet",
    "SheetFields",
    "State",
    "Term",
    "check",
    "doubts_of_sheet",
    "enter_sheets",
    "fields_of",
    "fresh_clause",
    "holds",
    "reconfirm",
    "save_sheet",
    "sheet_of",
    "simulated_among",
    "simulated_fields",
]
