"""How does a project read to one of its sides: its stages, what is next, what was signed and what came in?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from marketplace import projects
from marketplace.capacity.amounts import field_of, shown_all
from marketplace.capacity.ledger import Hold, HoldStatus
from marketplace.database import day_of
from marketplace.exchanges import Side
from marketplace.organisations import Viewer
from marketplace.projects import (
    Affair,
    Occasion,
    Payment,
    Project,
    Proof,
    ProofKind,
    Reason,
    Signing,
    SigningKind,
    Stage,
    StageEntry,
)
from marketplace.resources import quantity_of
from marketplace.units import MONEY_10K, Measure
from web.i18n import N_

STAGES: Mapping[Stage, str] = {
    Stage.LEAD: N_("lead"),
    Stage.ASSESSMENT: N_("assessment"),
    Stage.TALKS: N_("talks"),
    Stage.VISIT: N_("site visit"),
    Stage.SIGNED: N_("signing"),
    Stage.REGISTERED: N_("registration"),
    Stage.SUPPLIED: N_("land or building supplied"),
    Stage.STARTED: N_("start of work"),
    Stage.COMPLETED: N_("completion"),
    Stage.PRODUCING: N_("start of production"),
    Stage.FULL_OUTPUT: N_("full output"),
    Stage.TERMINATED: N_("ended"),
}
SIGNINGS: Mapping[SigningKind, str] = {
    SigningKind.LETTER_OF_INTENT: N_("letter of intent"),
    SigningKind.FRAMEWORK: N_("framework agreement"),
    SigningKind.CONTRACT: N_("contract"),
}
PROOFS: Mapping[ProofKind, str] = {
    ProofKind.STAGE: N_("proof of a stage"),
    ProofKind.SIGNING: N_("what was signed"),
    ProofKind.PAYMENT: N_("proof of money that came in"),
    ProofKind.EIA_APPROVAL: N_("environmental approval"),
    ProofKind.ENERGY_REVIEW: N_("energy-review opinion"),
    ProofKind.ENERGY_EXEMPTION: N_("exemption from the energy review"),
    ProofKind.DISCHARGE_PERMIT: N_("discharge permit"),
}
REASONS: Mapping[Reason, str] = {
    Reason.FUNDING: N_("the money did not come"),
    Reason.RESOURCES: N_("land, power or quota could not be had"),
    Reason.APPROVAL: N_("an approval was not given"),
    Reason.MARKET: N_("the market changed"),
    Reason.TERMS: N_("no agreement on the terms"),
    Reason.ELSEWHERE: N_("placed elsewhere"),
    Reason.DUPLICATE: N_("entered twice"),
    Reason.CLOSED: N_("the exchange was closed"),
    Reason.OTHER: N_("another reason"),
}
HOLDS: Mapping[HoldStatus, tuple[str, str, str]] = {
    HoldStatus.HELD: (N_("held"), "stale", "hourglass"),
    HoldStatus.COMMITTED: (N_("committed"), "plain", "lock"),
    HoldStatus.RELEASED: (N_("released"), "plain", "lock-open"),
    HoldStatus.EXPIRED: (N_("lapsed"), "unknown", "clock"),
}
CHOSEN_REASONS = tuple(reason for reason in Reason if reason is not Reason.CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the way: reached on a day, next, or still to come."""

    stage: Stage
    entry: StageEntry | None
    is_next: bool
    is_past: bool  # left out, since a later one is reached


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry that waits, in words and numbers."""

    id: str
    words: str  # message id
    on: date
    amount: Decimal | None
    note: str
    ours: bool  # said by the reader's side
    blocks: bool  # nothing else is next before it is answered
    may: bool
    stands: bool = False  # a contract by its document: a confirmation makes it bind both


@dataclass(frozen=True, slots=True)
class Signed:
    """One line of what was signed."""

    row: Signing
    words: str
    amount: Decimal
    added: Decimal | None  # by what it raised the total; None while it waits or was turned down
    occasion: Occasion | None
    proof: Proof | None


def steps_of(affair: Affair, entries: list[StageEntry], wanted: Stage | None) -> list[Step]:
    """The whole way, with the end where there is one; `wanted` is the stage that may be entered now."""
    reached = {entry.stage: entry for entry in entries if entry.stands_at}
    made = [
        Step(stage, reached.get(stage), stage is wanted, stage not in reached and _passed(affair.project, stage))
        for stage in projects.ORDER
    ]
    if Stage.TERMINATED in reached:
        made = [step for step in made if step.entry]
        made.append(Step(Stage.TERMINATED, reached[Stage.TERMINATED], False, False))
    return made


def _passed(project: Project, stage: Stage) -> bool:
    return stage is not project.stage and projects.has_reached(project.stage, stage)


def next_stage(project: Project) -> Stage | None:
    """What the large button is about: before the signing the signing itself, later the stage that follows."""
    following = projects.following(project.stage)
    if not following:
        return None
    return Stage.SIGNED if Stage.SIGNED in following else following[0]


def answers_of(session: Session, affair: Affair, by: Viewer) -> list[Answer]:
    """What waits for a confirmation, ours and theirs."""
    waiting = [_answer(entry, affair.side, by) for entry in projects.waiting_in(session, affair.project)]
    one_sided = [_answer(entry, affair.side, by) for entry in projects.one_sided_in(session, affair.project)]
    return waiting + [replace(answer, blocks=False, stands=True) for answer in one_sided]


def signed_of(session: Session, project: Project, proofs: Mapping[int, Proof]) -> list[Signed]:
    """What was signed, in order, with what each added to what was signed before."""
    known = {each.id: each for each in projects.occasions(session)}
    made, highest = [], 0
    for row in projects.signings_of(session, project):
        if row.ended_at:
            continue
        added = None
        if row.stands_at:
            added, highest = yuan(max(0, row.amount_fen - highest)), max(highest, row.amount_fen)
        occasion = known.get(row.occasion_id or 0)
        made.append(
            Signed(row, SIGNINGS[row.kind], yuan(row.amount_fen), added, occasion, proofs.get(row.proof_id or 0))
        )
    return made


def money_of(session: Session, project: Project) -> dict[str, Any]:
    """By kind what stands signed, and what came in under the contract."""
    totals = projects.totals(projects.signings_of(session, project))
    payments = [row for row in projects.payments_of(session, project) if not row.ended_at]
    paid = sum(row.amount_fen for row in payments if row.stands_at)
    contracted = totals.get(SigningKind.CONTRACT, 0)
    return {
        "totals": [(SIGNINGS[kind], yuan(totals[kind])) for kind in SigningKind if kind in totals],
        "payments": [(row, yuan(row.amount_fen)) for row in payments],
        "paid": yuan(paid),
        "contracted": yuan(contracted),
        "paid_share": min(1.0, paid / contracted) if contracted else None,
    }


@dataclass(frozen=True, slots=True)
class Held:
    """Amounts set aside: by field, and how they stand."""

    amounts: Mapping[str, Decimal]
    measures: Mapping[str, Measure]
    words: str
    tone: str
    icon: str
    until: date | None


def held_of(session: Session, affair: Affair, by: Viewer, now: datetime) -> dict[str, Any]:
    """What is held and committed, and whether this reader may hold more."""
    rows = [_held(hold, amounts, now) for hold, amounts in projects.holds_for(session, affair.project)]
    return {"holds": rows, "may_hold": affair.is_open and projects.may_hold(session, affair.project, by)}


def _held(hold: Hold, amounts: Mapping[str, int], now: datetime) -> Held:
    lapsed = hold.status is HoldStatus.HELD and hold.expires_at <= now
    words, tone, icon = HOLDS[HoldStatus.EXPIRED if lapsed else hold.status]
    fields = {field_of(name): quantity_of(name).measure for name in amounts}
    until = day_of(hold.expires_at) if hold.status is HoldStatus.HELD else None
    return Held(shown_all(amounts), fields, words, tone, icon, until)


def yuan(fen: int) -> Decimal:
    """分 as 万元."""
    return MONEY_10K.of_base(fen)


def _answer(entry: projects.Entry, side: Side, by: Viewer) -> Answer:
    ours, may = entry.side is side, projects.may_answer(entry, by)
    match entry:
        case Signing():
            amount = yuan(entry.amount_fen)
            return Answer(entry.public_id, SIGNINGS[entry.kind], entry.signed_on, amount, "", ours, True, may)
        case Payment():
            words = N_("money that came in")
            return Answer(entry.public_id, words, entry.paid_on, yuan(entry.amount_fen), "", ours, False, may)
    note = entry.words if entry.stage is Stage.TERMINATED else ""
    return Answer(entry.public_id, STAGES[entry.stage], entry.reached_on, None, note, ours, True, may)
