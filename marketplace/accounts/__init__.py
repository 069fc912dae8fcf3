"""How does a person prove who they are, and what do they do when they cannot?"""

from marketplace.accounts import onetime, second
from marketplace.accounts.door import came_in, knock, let_in, not_answered, turned_away
from marketplace.accounts.first import first_token, found_platform, has_admin, open_first
from marketplace.accounts.renewing import (
    RESET,
    ask_for_link,
    by_code,
    by_link,
    changed,
    forget,
    hand_out_code,
    hash_anew,
    link_for,
    may_hand_out,
    named,
    outdated,
    renewed,
    set_password,
    take_second_away,
)
from marketplace.accounts.tables import OneTime, Purpose, RecoveryCode, SecondFactor

__all__ = [
    "RESET",
    "OneTime",
    "Purpose",
    "RecoveryCode",
    "SecondFactor",
    "ask_for_link",
    "by_code",
    "by_link",
    "came_in",
    "changed",
    "first_token",
    "forget",
    "found_platform",
    "hand_out_code",
    "has_admin",
    "hash_anew",
    "knock",
    "let_in",
    "link_for",
    "may_hand_out",
    "named",
    "not_answered",
    "onetime",
    "open_first",
    "outdated",
    "renewed",
    "second",
    "set_password",
    "take_second_away",
    "turned_away",
]
