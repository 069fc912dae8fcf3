"""How does an owner put a need before others, and within which limits?"""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from marketplace import mandates, taxonomy
from marketplace.database import day_of, public_id
from marketplace.disclosure.levels import FIELDS, RAISABLE, Level, seen
from marketplace.disclosure.summary import EDGES, STEPS_MOST
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.journal import Act, note
from marketplace.lifecycle import rewrite
from marketplace.needs import LIFE, HiddenFrom, Need, NeedStatus
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks import Park

WIDENABLE = ("industry", *EDGES)


class Limits(Fields):
    """What an owner may say about who sees its need: levels raised, summaries made coarser, who is excluded."""

    raised: dict[str, int] = Field(default_factory=dict, max_length=40)
    wider: dict[str, int] = Field(default_factory=dict, max_length=10)
    hidden_from: HiddenFrom = Field(default_factory=HiddenFrom)


def limits_of(need: Need) -> Limits:
    """The limits of a need, as a form begins with them."""
    return Limits(raised=need.raised, wider=need.wider, hidden_from=need.hidden_from)


def limit(session: Session, need: Need, limits: Limits, *, version: int, by: Viewer, now: datetime) -> None:
    """Say who may see what of a need; it holds from this moment. Raises NotFound, Refusal, Conflict."""
    if not may_act_for(by, need.owner_id):
        raise NotFound
    faults = [*_raised_faults(limits), *_wider_faults(limits), *_excluded_faults(session, limits.hidden_from)]
    if faults:
        raise Refusal(faults)
    values = {"raised": limits.raised, "wider": limits.wider, "hidden_from": limits.hidden_from}
    changed = sorted(name for name, value in values.items() if value != getattr(need, name))
    rewrite(session, need, version=version, now=now, **values)
    note(session, Act.RIGHTS, "need", need.public_id, by=by, now=now, whose=need.owner_id, fields=changed)


def publish(session: Session, need: Need, *, by: Viewer, now: datetime) -> None:
    """List a need: from now on it exists for others, as its limits say. Raises NotFound, Refusal, Conflict.

    Each listing has an id of its own, so that nobody can tell a later one from a stranger's by it.
    """
    if not may_act_for(by, need.owner_id):
        raise NotFound
    if need.status == NeedStatus.HIDDEN:
        raise Conflict(Fault("status", "The platform has hidden this need: only the platform shows it again"))
    if not need.industry:
        message = "Choose the industry before you publish: others do not see the description it could be read from"
        raise Refusal(Fault("industry", message))
    LIFE.move(session, need, NeedStatus.OPEN, now=now, listing_id=public_id(), listed_on=day_of(now))
    mandates.forget_answers(session, need.id)
    facts = {"level": int(Level.PUBLIC), "fields": list(seen(need, Level.PUBLIC).summary.names)}
    for about, id in (("need", need.public_id), ("listing", need.listing_id or "")):  # the second is known to others
        note(session, Act.PUBLISHED, about, id, by=by, now=now, whose=need.owner_id, **facts)


def _raised_faults(limits: Limits) -> list[Fault]:
    faults = []
    for name, level in limits.raised.items():
        usual = FIELDS.get(name)
        if name not in RAISABLE or usual is None:
            faults.append(Fault(f"raised.{name}", "There is no such field"))
        elif not usual < level <= Level.PROMISE:
            message = "A level can be raised, never lowered: choose one above {usual} and up to 3"
            faults.append(Fault(f"raised.{name}", message, {"usual": int(usual)}))
    return faults


def _wider_faults(limits: Limits) -> list[Fault]:
    faults = []
    for name, steps in limits.wider.items():
        if name not in WIDENABLE:
            faults.append(Fault(f"wider.{name}", "There is no such field"))
        elif not 0 < steps <= STEPS_MOST:
            faults.append(Fault(f"wider.{name}", "This is too large: at most {le}", {"le": STEPS_MOST}))
    return faults


def _excluded_faults(session: Session, hidden: HiddenFrom) -> list[Fault]:
    known = set(session.exec(select(Park.code).where(col(Park.code).in_(hidden.parks))))
    message = "{code} is no park here: write its name or its code"
    faults = [Fault("hidden_from.parks", message, {"code": code}) for code in hidden.parks if code not in known]
    wrong = [code for code in hidden.regions if taxonomy.region_of(code) is None]
    message = "There is no place called {words}: write a province, city or county, or its code"
    return faults + [Fault("hidden_from.regions", message, {"words": code}) for code in wrong]
