"""Who belongs to an organisation, in which role, and how do people come and go?"""

from marketplace.members.tables import Invitation, PersonFields

__all__ = ["Invitation", "PersonFields"]
