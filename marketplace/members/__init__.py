"""Who belongs to an organisation, in which role, and how do people come and go?"""

from marketplace.members.invitations import (
    LETTER,
    accept,
    invitation_by,
    invitations_of,
    invite,
    link_for,
    withdraw_invitation,
)
from marketplace.members.rules import change_role, enter, leave, people_of, person, reaching, set_four_eyes
from marketplace.members.tables import Invitation, PersonFields

__all__ = [
    "LETTER",
    "Invitation",
    "PersonFields",
    "accept",
    "change_role",
    "enter",
    "invitation_by",
    "invitations_of",
    "invite",
    "leave",
    "link_for",
    "people_of",
    "person",
    "reaching",
    "set_four_eyes",
    "withdraw_invitation",
]
