"""How does a person prove who they are, and what do they do when they cannot?"""

from marketplace.accounts.tables import OneTime, Purpose, RecoveryCode, SecondFactor

__all__ = ["OneTime", "Purpose", "RecoveryCode", "SecondFactor"]
