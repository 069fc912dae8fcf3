"""What are the fields called that stand in one form only: of a hold, a webhook, a visit, the lines of questions?"""

from web import i18n
from web.i18n import N_, gettext

FIELDS = {
    "until": N_("Hold until"),
    "exchange": N_("For which exchange"),
    "plot": N_("Plot or building"),
    "supply_mode": N_("Supply mode"),
    "form": N_("Who is told"),
    "url": N_("Address"),
    "sign": N_("Sign of a robot of 钉钉"),
    "kinds": N_("Which notices"),
    "time_2": N_("Second time"),
    "time_3": N_("Third time"),
    "who": N_("Who comes"),
}
OF_QUESTION = {
    "text": N_("What you ask"),
    "field": N_("Field of the sheet"),
    "kind": N_("Answered by"),
    "unit": N_("Unit of an amount"),
    "choices": N_("Choices, with 、 between them"),
}


def knows(name: str) -> bool:
    """Whether it is a field of these forms."""
    part, _, number = name.rpartition("_")
    return name in FIELDS or (part in OF_QUESTION and number.isdigit())


def field(name: str) -> str:
    """Its label; of a line of questions with the number of the line."""
    if name in FIELDS:
        return gettext(FIELDS[name])
    part, _, number = name.rpartition("_")
    return i18n.said(N_("Question {n}: {what}"), {"n": number, "what": gettext(OF_QUESTION[part])})
