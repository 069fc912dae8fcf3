"""What can a park give, at which terms, and as of when?

One row per resource and per term, each with its date, validity and source. free = design − used − committed − held.
"""

from marketplace.capacity.proposals import (
    approve,
    document,
    lines_of,
    may_decide,
    proposal_by,
    proposals_of,
    send_back,
    submit_reconfirmation,
    submit_sheet,
    take_proposal_back,
    waiting_for,
)
from marketplace.capacity.proposing import Proposal, ProposalStatus
from marketplace.capacity.rules import (
    check,
    doubts_of_sheet,
    enter_sheets,
    reconfirm,
    save_sheet,
    stands_alone,
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
    "approve",
    "check",
    "document",
    "doubts_of_sheet",
    "enter_sheets",
    "fields_of",
    "fresh_clause",
    "holds",
    "lines_of",
    "may_decide",
    "proposal_by",
    "proposals_of",
    "reconfirm",
    "save_sheet",
    "send_back",
    "sheet_of",
    "simulated_among",
    "simulated_fields",
    "stands_alone",
    "submit_reconfirmation",
    "submit_sheet",
    "take_proposal_back",
    "waiting_for",
]
