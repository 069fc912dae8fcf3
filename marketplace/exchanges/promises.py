"""Who promised for a park's organisation to keep what it reads to itself?"""

from datetime import datetime

from sqlmodel import Session

from marketplace.errors import Conflict, Fault, NotFound
from marketplace.exchanges import rules
from marketplace.exchanges.standing import may_promise, side_of
from marketplace.exchanges.tables import Exchange, ExchangeStatus, Promise, Side
from marketplace.exchanges.telling import tell_side
from marketplace.exchanges.texts import PROMISE, text_of
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.parks import Park

TEXT_CHANGED = Fault("digest", "The text of the promise has changed since you read it: read it again")


def promise(
    session: Session, exchange: Exchange, need: Need, park: Park, digest: str, *, by: Viewer, now: datetime
) -> Promise:
    """The park's organisation promises confidence in exactly these words; documents open. Once a round.

    Raises NotFound for who may not, Conflict where it is not open or the text is another by now.
    """
    if side_of(exchange, by) is not Side.PARK or not may_promise(by):
        raise NotFound
    rules.lock(session, exchange, need, park, now=now)
    if exchange.status != ExchangeStatus.OPEN:
        raise Conflict(rules.OVER)
    text = text_of(PROMISE)
    if digest != text.sha256:
        raise Conflict(TEXT_CHANGED)
    if (given := rules.promise_of(session, exchange)) is not None:
        return given
    made = Promise(
        exchange_id=exchange.id,
        round=exchange.round,
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        name=by.name,
        text_version=text.version,
        text_sha256=text.sha256,
        created_at=now,
    )
    session.add(made)
    session.flush()
    rules.note_act(session, Act.PROMISED, exchange, by=by, now=now, text=text.version, sha256=text.sha256)
    rules.set_level(session, exchange, need, by=by, now=now)
    tell_side(session, exchange, Side.NEED, NoticeKind.PROMISED, now=now)
    return made
