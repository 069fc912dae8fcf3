"""How does an organisation come in, who vouches for it, and who may stop it?"""

from marketplace.registration.tables import Case, CaseStatus, AuthorityLetter, OrganisationFields, Ruling

__all__ = ["Case", "CaseStatus", "AuthorityLetter", "OrganisationFields", "Ruling"]
