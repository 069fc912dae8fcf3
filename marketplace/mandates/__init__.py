"""Who acts for whose park, until when, and where would that be a conflict?"""

from marketplace.mandates.rules import (
    AGENTS,
    agents_of,
    answer,
    give,
    is_agent_for,
    mandates_of,
    may_act_for_park,
    parks_of,
    stands_for,
)
from marketplace.mandates.tables import Mandate, MandateStatus, Voice, VoiceConsent
from marketplace.mandates.voices import (
    answer_agent,
    ask_owner,
    consent_of,
    fall_silent,
    forget_answers,
    may_speak,
    need_spoken_about,
    questions_to,
    speak,
    voices_of,
)

__all__ = [
    "AGENTS",
    "Mandate",
    "MandateStatus",
    "Voice",
    "VoiceConsent",
    "agents_of",
    "answer",
    "answer_agent",
    "ask_owner",
    "consent_of",
    "fall_silent",
    "forget_answers",
    "give",
    "is_agent_for",
    "mandates_of",
    "may_act_for_park",
    "may_speak",
    "need_spoken_about",
    "parks_of",
    "questions_to",
    "speak",
    "stands_for",
    "voices_of",
]
