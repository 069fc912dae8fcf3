"""What was signed about a project, what came in, and which occasion may count it?

One project, one count: the first signing that stands owns the credit for ever (a unique index holds it), so a signing
is never dated before an earlier one. The amount is that of the whole project; what a later signing adds is counted by
`credits`.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges import Side
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import rewrite
from marketplace.organisations import Viewer
from marketplace.projects import proofs, reserving, rules, standing
from marketplace.projects.fields import PaymentFields, SigningFields
from marketplace.projects.stages import EARLY, ProofKind, Stage
from marketplace.projects.tables import Occasion, Payment, Project, Signing, SigningKind, StageEntry
from marketplace.units import MONEY_10K
from marketplace.uploads import Upload

WAITS = Fault("signing", "Another signing waits for the other side's confirmation: take it back first")
START_BY = Fault("start_by", "A contract says by which day work starts: fill it in")
EARLIER = "Something was signed on {day} already: a later signing is not dated before it"
OTHER_DAY = Fault("occasion", "This occasion was on another day: choose the one where it was signed, or none")
APART_DAYS = 7  # an occasion may last


def sign(
    session: Session,
    project: Project,
    fields: SigningFields,
    upload: Upload | None = None,
    *,
    version: int,
    by: Viewer,
    now: datetime,
) -> Signing:
    """A side enters what was signed; with the document it stands at once, else when the other side confirms.

    Raises NotFound, Refusal, Conflict.
    """
    if not standing.may_sign(by):
        raise NotFound
    side = standing.locked(session, project, version, by=by, now=now)
    occasion = _occasion(session, fields)
    made = Signing(
        project_id=project.id,
        side=side,
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        kind=fields.signing,
        signed_on=fields.signed_on,
        amount_fen=MONEY_10K.base_of(fields.amount_10k),
        occasion_id=occasion.id if occasion else None,
        start_by=fields.start_by if fields.signing is SigningKind.CONTRACT else None,
        entered_at=now,
    )
    _check(session, project, made, occasion, now)
    _refuse_while_one_waits(session, project)
    if upload is not None:
        made.proof_id = proofs.keep(session, project, ProofKind.SIGNING, upload, side, by=by, now=now).id
    session.add(made)
    if upload is not None:
        stand(session, project, made, by=by, now=now)
    else:
        session.flush()
        rewrite(session, project, version=project.version, now=now)
        rules.tell_other(session, project, NoticeKind.PROJECT_WAITING, by=by, now=now)
        rules.note_act(session, Act.ENTERED, project, by=by, now=now, signing=str(made.kind), on=made.signed_on)
    return made


def _refuse_while_one_waits(session: Session, project: Project) -> None:
    waiting = select(Signing.id).where(Signing.project_id == project.id, col(Signing.stands_at).is_(None))
    if session.exec(waiting.where(col(Signing.ended_at).is_(None))).first() is not None:
        raise Conflict(WAITS)


def stand(session: Session, project: Project, signing: Signing, *, by: Viewer, now: datetime) -> None:
    """What was signed stands: the stage follows, the first one owns the credit, what binds the park commits."""
    earlier = select(Signing.id).where(Signing.project_id == project.id, Signing.owns_credit)
    signing.owns_credit = session.exec(earlier).first() is None
    signing.stands_at = now
    session.flush()
    rules.note_act(session, Act.SIGNED, project, by=by, now=now, signing=str(signing.kind), on=signing.signed_on)
    if project.stage in EARLY:
        entry = StageEntry(
            project_id=project.id,
            proof_id=signing.proof_id,
            side=signing.side,
            organisation_id=signing.organisation_id,
            user_id=signing.user_id,
            entered_at=signing.entered_at,
            confirmed_by_id=signing.confirmed_by_id,
            stage=Stage.SIGNED,
            reached_on=signing.signed_on,
        )
        session.add(entry)
        rules.stand(session, project, entry, by=by, now=now)
    else:
        rewrite(session, project, version=project.version, now=now)
        rules.tell_other(session, project, NoticeKind.PROJECT_MOVED, by=by, now=now)
    _commit(session, project, signing, by=by, now=now)


def agree(session: Session, project: Project, signing: Signing, *, by: Viewer, now: datetime) -> None:
    """The other side confirms a contract that stands by its document: it binds both from here on."""
    signing.confirmed_by_id = by.user_id
    session.flush()
    rewrite(session, project, version=project.version, now=now)
    rules.note_act(session, Act.CONFIRMED, project, by=by, now=now, entry=signing.public_id)
    rules.tell_other(session, project, NoticeKind.PROJECT_MOVED, by=by, now=now)
    _commit(session, project, signing, by=by, now=now)


def _commit(session: Session, project: Project, signing: Signing, *, by: Viewer, now: datetime) -> None:
    """The park's capacity is committed by a contract that the park entered or confirmed."""
    if signing.kind is SigningKind.CONTRACT and Side.PARK in standing.bound_by(session, project):
        reserving.commit_all(session, project, by=by, now=now)


def recheck(session: Session, project: Project, signing: Signing, now: datetime) -> None:
    """Whether what waits may still stand. Raises Refusal."""
    occasion = session.get(Occasion, signing.occasion_id) if signing.occasion_id is not None else None
    _check(session, project, signing, occasion, now)


def pay(
    session: Session,
    project: Project,
    fields: PaymentFields,
    upload: Upload | None = None,
    *,
    version: int,
    by: Viewer,
    now: datetime,
) -> Payment:
    """A side says what came in; it counts with a document or once the other side confirms.

    Raises NotFound, Refusal, Conflict.
    """
    if not standing.may_enter(by):
        raise NotFound
    side = standing.locked(session, project, version, by=by, now=now)
    contract = standing.contract_of(session, project)
    if contract is None:
        raise Refusal(Fault("paid_on", "Money that came in is entered under a contract"))
    proofs.check_past(now, paid_on=fields.paid_on)
    amount = MONEY_10K.base_of(fields.amount_10k)
    if amount == 0:
        raise Refusal(Fault("amount_10k", "This is missing"))
    made = Payment(
        project_id=project.id,
        side=side,
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        paid_on=fields.paid_on,
        amount_fen=amount,
        entered_at=now,
    )
    if upload is not None:
        made.proof_id = proofs.keep(session, project, ProofKind.PAYMENT, upload, side, by=by, now=now).id
        made.stands_at = now
    session.add(made)
    session.flush()
    rewrite(session, project, version=project.version, now=now)
    if made.waits:
        rules.tell_other(session, project, NoticeKind.PROJECT_WAITING, by=by, now=now)
    rules.note_act(session, Act.ENTERED, project, by=by, now=now, payment=made.public_id, on=made.paid_on)
    return made


def signings_of(session: Session, project: Project) -> list[Signing]:
    """What was signed, in the order in which it was entered."""
    return list(session.exec(select(Signing).where(Signing.project_id == project.id).order_by(col(Signing.id))).all())


def payments_of(session: Session, project: Project) -> list[Payment]:
    """What came in, by day."""
    query = select(Payment).where(Payment.project_id == project.id).order_by(col(Payment.paid_on), col(Payment.id))
    return list(session.exec(query).all())


def _check(session: Session, project: Project, signing: Signing, occasion: Occasion | None, now: datetime) -> None:
    proofs.check_past(now, signed_on=signing.signed_on)
    if signing.amount_fen == 0:
        raise Refusal(Fault("amount_10k", "This is missing"))
    if signing.kind is SigningKind.CONTRACT and signing.start_by is None:
        raise Refusal(START_BY)
    if project.stage in EARLY and signing.signed_on < project.stage_on:
        raise Refusal(Fault("signed_on", rules.BACK, {"day": project.stage_on.isoformat()}))
    others = select(col(Signing.signed_on)).where(Signing.project_id == project.id, col(Signing.stands_at).is_not(None))
    last = max(session.exec(others).all(), default=None)
    if last is not None and signing.signed_on < last:
        raise Refusal(Fault("signed_on", EARLIER, {"day": last.isoformat()}))
    if occasion is not None and abs((signing.signed_on - occasion.held_on).days) > APART_DAYS:
        raise Refusal(OTHER_DAY)


def _occasion(session: Session, fields: SigningFields) -> Occasion | None:
    if not fields.occasion:
        return None
    found = session.exec(select(Occasion).where(Occasion.public_id == fields.occasion)).first()
    if found is None:
        raise Refusal(Fault("occasion", "There is no such occasion: choose one from the list, or none"))
    return found
