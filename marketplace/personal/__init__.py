"""What is kept about people, and how does a person read, correct, carry away and delete it?"""

from marketplace.personal.correcting import OwnFields, correct
from marketplace.personal.erasing import (
    AccountLoss,
    OrganisationLoss,
    delete_account,
    delete_organisation,
    erase_left,
    loss_of_account,
    loss_of_organisation,
)
from marketplace.personal.inventory import INVENTORY, NOT_ABOUT_PEOPLE, Gone, Ground, Kept, Purpose
from marketplace.personal.own import as_zip, note_export, own_rows

__all__ = [
    "INVENTORY",
    "NOT_ABOUT_PEOPLE",
    "AccountLoss",
    "Gone",
    "Ground",
    "Kept",
    "OrganisationLoss",
    "OwnFields",
    "Purpose",
    "as_zip",
    "correct",
    "delete_account",
    "delete_organisation",
    "erase_left",
    "loss_of_account",
    "loss_of_organisation",
    "note_export",
    "own_rows",
]
