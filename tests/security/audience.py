"""Who may read which confidential word of the tests' world, at which stage of the need's life, and why?

What no line here allows is a leak. The levels are those of the disclosure rules; the reasons are for the reader.
"""

from tests.security.canaries import Canary
from tests.security.stages import STAGES
from tests.security.world import AMOUNTS, DETAILS, MEMBERS, ORGANISATIONS, PROGRAMS

PUBLIC_OFFICES = ("park", "park2", "park_excluded", "agent")
PARK_SIDE = ("park_viewer", "park_editor", "park_approver", "park_admin")
LEVEL_1 = (*AMOUNTS, *DETAILS)
LEVEL_2 = ("title", "description")
CONTACT = ("person", "mail", "phone")
VERIFIES = ("platform_approver", "platform_admin")
OPEN = STAGES[1:-1]
BOTH = ("both", "promise")


def reason(canary: Canary, role: str, stage: str) -> str:
    """Why; empty where it is a leak. A program reads what its person reads."""
    if role in PROGRAMS:
        role = PROGRAMS[role][0] if role != "revoked" else "stranger"
    for rule in (_own, _speaker, _need, _documents, _projects, _talk, _contacts, _reports, _platform):
        if why := rule(canary, role, stage):
            return why
    return ""


def organisation_of(key: str) -> str:
    """Whose a role, an organisation or a thing is."""
    things = {
        "need": "firm",
        "document": "firm",
        "project": "firm",
        "rival_need": "rival",
        "report": "park",
        "text": "park",
        "hold": "park",
    }
    return things.get(key) or (key if key in ORGANISATIONS and key not in MEMBERS else MEMBERS[key].organisation)


def _own(canary: Canary, role: str, stage: str) -> str:
    if role not in MEMBERS or role == "disabled" or canary.owner in ("report", "talk"):
        return ""
    return "of one's own organisation" if organisation_of(canary.owner) == MEMBERS[role].organisation else ""


def _speaker(canary: Canary, role: str, stage: str) -> str:
    public = canary.owner in PUBLIC_OFFICES and canary.field == "name"
    return "a park's page says who speaks and who acts for it" if public else ""


def _need(canary: Canary, role: str, stage: str) -> str:
    if canary.owner != "need" or stage not in OPEN:
        return ""
    if canary.field in LEVEL_1:
        if role in (*PARK_SIDE, "park2", "agent"):
            return "level 1: who speaks for a verified park that is not excluded"
        return "level 1: who moderates listings" if _moderates(role) else ""
    return "level 2: both sides have consented" if role in PARK_SIDE and stage in BOTH else ""


def _documents(canary: Canary, role: str, stage: str) -> str:
    ours = canary.owner == "document" and role in PARK_SIDE and stage == "promise"
    return "level 3: the promise of confidence" if ours else ""


def _projects(canary: Canary, role: str, stage: str) -> str:
    ours = canary.owner == "project" and role in PARK_SIDE and stage == "promise"
    return "of a project of both sides, while the exchange is open" if ours else ""


def _talk(canary: Canary, role: str, stage: str) -> str:
    ours = role in PARK_SIDE or (role.startswith("firm_") and role != "firm_pending")
    said = canary.owner == "talk" and ours and stage in BOTH
    return "said between the two sides of an open exchange" if said else ""


def _contacts(canary: Canary, role: str, stage: str) -> str:
    firm = canary.owner == "firm" and canary.field in ("name", "uscc")
    their_contact = canary.owner == "firm_approver" and canary.field in CONTACT
    if (firm or their_contact) and role in PARK_SIDE and stage in BOTH:
        return "level 2: the identity and contact both sides agreed to open"
    if canary.owner == "park_approver" and canary.field in CONTACT and role.startswith("firm_") and stage in BOTH:
        return "the office's contact, opened by its own consent" if role != "firm_pending" else ""
    return ""


def _reports(canary: Canary, role: str, stage: str) -> str:
    if canary.owner != "report":
        return ""
    if role in PARK_SIDE[1:]:
        return "a report about the park goes to who may mend it"
    return "a report goes to who moderates" if _moderates(role) else ""


def _platform(canary: Canary, role: str, stage: str) -> str:
    if not role.startswith("platform_"):
        return ""
    if canary.owner in ORGANISATIONS and canary.field in ("name", "uscc"):
        return "the platform knows whom it has verified"
    if canary.owner == "hold" and role in ("platform_viewer", "platform_admin"):
        return "auditors read a park's ledger, without what a hold is for"
    if canary.field in ("contact", "claimed_uscc", "letter", "grounds") and role in VERIFIES:
        return "who verifies reads what was handed in to be verified"
    if (canary.owner == "text" or canary.field == "evidence") and _moderates(role):
        return "who moderates concludes on texts that wait, and reads the paper that a figure rests on"
    if canary.field == "person" and role in ("platform_viewer", "platform_admin"):
        return "the journal tells auditors who acted"
    if canary.field in CONTACT and role in VERIFIES:
        return "who verifies an organisation, or gives out a code, asks its people"
    return ""


def _moderates(role: str) -> bool:
    return role in ("platform_editor", "platform_approver", "platform_admin")
