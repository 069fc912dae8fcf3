"""Does a text promise, or demand, what the law of fair competition forbids? Text in, hits out; no database."""

from marketplace.screening.rules import Level, Rule, edition, rules
from marketplace.screening.screen import Hit, hints, is_blocked, screened

__all__ = ["Hit", "Level", "Rule", "edition", "hints", "is_blocked", "rules", "screened"]
