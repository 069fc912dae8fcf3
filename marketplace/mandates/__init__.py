"""Who acts for whose park, until when, and where would that be a conflict?"""

from marketplace.mandates.tables import Mandate, MandateStatus, Voice, VoiceConsent

__all__ = ["Mandate", "MandateStatus", "Voice", "VoiceConsent"]
