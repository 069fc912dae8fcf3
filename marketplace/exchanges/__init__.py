"""Who is interested in whom, what opens when both are, and how is it all taken back?"""

from marketplace.exchanges.documents import COUNT_MOST, Listed, discard, documents_of, hand_over, taken
from marketplace.exchanges.opening import OF_OFFICE, Opening, opening_for
from marketplace.exchanges.promises import promise
from marketplace.exchanges.queries import (
    Opened,
    Talk,
    exchange_by_id,
    exchanges_about,
    exchanges_of,
    has_agreed,
    opened,
)
from marketplace.exchanges.rules import (
    LIFE,
    close_fallen,
    close_fallen_of,
    consent,
    decline,
    promise_of,
    show_interest,
    withdraw,
)
from marketplace.exchanges.standing import (
    LAPSE,
    Standing,
    State,
    may_consent,
    may_promise,
    may_show_interest,
    sees_as,
    side_of,
)
from marketplace.exchanges.tables import Consent, Document, Exchange, ExchangeStatus, Promise, Side
from marketplace.exchanges.texts import CONSENT, PROMISE, Text, text_of, versions

__all__ = [
    "CONSENT",
    "COUNT_MOST",
    "LAPSE",
    "LIFE",
    "OF_OFFICE",
    "PROMISE",
    "Consent",
    "Document",
    "Exchange",
    "ExchangeStatus",
    "Listed",
    "Opened",
    "Opening",
    "Promise",
    "Side",
    "Standing",
    "State",
    "Talk",
    "Text",
    "close_fallen",
    "close_fallen_of",
    "consent",
    "decline",
    "discard",
    "documents_of",
    "exchange_by_id",
    "exchanges_about",
    "exchanges_of",
    "hand_over",
    "has_agreed",
    "may_consent",
    "may_promise",
    "may_show_interest",
    "opened",
    "opening_for",
    "promise",
    "promise_of",
    "sees_as",
    "show_interest",
    "side_of",
    "taken",
    "text_of",
    "versions",
    "withdraw",
]
