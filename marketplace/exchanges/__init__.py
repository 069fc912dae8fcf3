"""Who is interested in whom, what opens when both are, and how is it all taken back?"""

from marketplace.exchanges.tables import Consent, Document, Exchange, ExchangeStatus, Promise, Side

__all__ = ["Consent", "Document", "Exchange", "ExchangeStatus", "Promise", "Side"]
