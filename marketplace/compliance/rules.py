"""How is a text screened before it is public, answered by its author, and concluded on by the platform?"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from marketplace import inbox, journal, screening
from marketplace.compliance.tables import Answer, AnswerFields, AnswerKind, Screening, ScreeningStatus
from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import Lifecycle, rewrite
from marketplace.organisations import Role, Viewer, may_act_for, may_moderate

_CONCLUDED = frozenset({"passed", "refused", "replaced"})
LIFE = Lifecycle({"waiting": _CONCLUDED, "noticed": _CONCLUDED})
PUBLIC = (ScreeningStatus.CLEAR, ScreeningStatus.NOTICED, ScreeningStatus.PASSED)
OPEN = (ScreeningStatus.WAITING, ScreeningStatus.NOTICED)
REASON_MOST = 1000


class Place(NamedTuple):
    """Where a text stands: a field of a noun, what that is called, and whose it is."""

    about: str
    about_id: str
    field: str
    title: str
    owner_id: int | None


def submit(session: Session, place: Place, text: str, *, by: Viewer | None, now: datetime) -> Screening | None:
    """Screen a text for its place; None for no text. It is public at once unless a blocking rule tripped.

    What waits at the place is replaced; what is public there and not concluded is, once this is public.
    `by` None is the platform's own doing (an import). Raises NotFound, Conflict. Source: 条例 16–18.
    """
    if by is not None and not may_act_for(by, place.owner_id):
        raise NotFound
    hits = screening.screened(text)
    status = _status(hits)
    _replace(session, place, OPEN if status != ScreeningStatus.WAITING else OPEN[:1], now=now)
    if not text.strip():
        return None
    row = Screening(
        **place._replace(title=place.title[:120])._asdict(),
        text=text,
        hits=[_kept(hit) for hit in hits],
        rules=screening.edition(),
        status=status,
        submitted_by=by.user_id if by else None,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row, by=by, now=now)
    return row


def answer(
    session: Session, row: Screening, fields: AnswerFields, *, version: int, by: Viewer, now: datetime
) -> Answer:
    """Say by which law a rule is kept, or why an exception must be. Raises NotFound, Refusal, Conflict."""
    if not may_act_for(by, row.owner_id):
        raise NotFound
    if row.status not in OPEN:
        raise Conflict(Fault("status", "This text was concluded on: submit it anew to say more"))
    _check(row, fields, now)
    rewrite(session, row, version=version, now=now)
    before = session.exec(select(Answer).where(Answer.screening_id == row.id, Answer.rule == fields.rule)).first()
    if before is not None:
        session.delete(before)
        session.flush()
    values = {"screening_id": row.id, "by_user_id": by.user_id, "created_at": now}
    made = Answer.model_validate(fields, update=values)
    session.add(made)
    session.flush()
    return made


def conclude(
    session: Session, row: Screening, *, publish: bool, reason: str, version: int, by: Viewer, now: datetime
) -> Screening:
    """The platform's word on the text as it stands at `version`. Raises NotFound, Refusal, Conflict.

    Whoever puts the text in its place calls this, and does so in the same transaction. Source: 条例 16–18.
    """
    if not may_conclude(by, row):
        raise NotFound
    if not reason.strip():
        raise Refusal(Fault("reason", "Give the reason: it is kept, and the author reads it"))
    if len(reason) > REASON_MOST:
        limit = {"max_length": REASON_MOST}
        raise Refusal(Fault("reason", "This is too long: at most {max_length} characters", limit))
    after = ScreeningStatus.PASSED if publish else ScreeningStatus.REFUSED
    if not LIFE.may_move(row.status, after):
        raise Conflict(Fault("status", "Somebody concluded on this text already, or another took its place"))
    told = {"status": after, "reason": reason.strip(), "concluded_by": by.user_id, "concluded_at": now}
    was = row.status
    rewrite(session, row, version=version, now=now, **told)
    if publish and was == ScreeningStatus.WAITING:
        place = Place(row.about, row.about_id, row.field, row.title, row.owner_id)
        _replace(session, place, (ScreeningStatus.NOTICED,), now=now)
    _note(session, row, by=by, now=now)
    if row.owner_id is not None:
        about = ("text", row.public_id)
        inbox.tell(session, NoticeKind.TEXT_DECIDED, to=row.owner_id, about=about, now=now, least=Role.EDITOR)
    return row


def withdraw(session: Session, row: Screening, *, version: int, by: Viewer, now: datetime) -> None:
    """Take a waiting text back. Raises NotFound, Conflict."""
    if not may_act_for(by, row.owner_id):
        raise NotFound
    if row.status != ScreeningStatus.WAITING:
        raise Conflict(Fault("status", "This text no longer waits"))
    rewrite(session, row, version=version, now=now, status=ScreeningStatus.REPLACED)
    _note(session, row, by=by, now=now)


def may_conclude(by: Viewer | None, row: Screening) -> bool:
    """Editors of the platform, but nobody on a text of their own organisation or their own hand."""
    if by is None or not may_moderate(by):
        return False
    return by.organisation_id != row.owner_id and by.user_id != row.submitted_by


def _status(hits: tuple[screening.Hit, ...]) -> ScreeningStatus:
    if screening.is_blocked(hits):
        return ScreeningStatus.WAITING
    return ScreeningStatus.NOTICED if hits else ScreeningStatus.CLEAR


def _replace(session: Session, place: Place, statuses: tuple[ScreeningStatus, ...], *, now: datetime) -> None:
    """Nobody concludes on a text any more that another one replaced: its version rises."""
    query = select(Screening).where(
        Screening.about == place.about,
        Screening.about_id == place.about_id,
        Screening.field == place.field,
        col(Screening.status).in_(statuses),
    )
    for row in session.exec(query.order_by(col(Screening.id))).all():
        LIFE.move(session, row, ScreeningStatus.REPLACED, now=now)


def _kept(hit: screening.Hit) -> dict[str, Any]:
    return {
        "rule": hit.rule,
        "article": hit.article,
        "words": hit.words,
        "line": hit.line,
        "level": hit.level.value,
        "sentence": hit.sentence,
    }


def _check(row: Screening, fields: AnswerFields, now: datetime) -> None:
    """What a basis and an exception must say. Raises Refusal. Source: 条例 10 and 12, 办法 25."""
    rule = screening.rules().get(fields.rule)
    if rule is None or fields.rule not in {hit["rule"] for hit in row.hits}:
        raise Refusal(Fault("rule", "This text did not trip that rule"))
    faults = _basis_faults(rule, fields) if fields.kind == AnswerKind.BASIS else _exception_faults(fields, now)
    if faults:
        raise Refusal(faults)


def _basis_faults(rule: screening.Rule, fields: AnswerFields) -> list[Fault]:
    faults = []
    if not rule.basis:
        faults.append(Fault("kind", "No law may allow this: only the exception of article 12 is left"))
    if fields.authority is None:
        faults.append(Fault("authority", "Say what allows it: a law, an administrative regulation or an approval"))
    if not fields.number:
        faults.append(Fault("number", "Give its number and article"))
    return faults


def _exception_faults(fields: AnswerFields, now: datetime) -> list[Fault]:
    faults = []
    if fields.ground is None:
        faults.append(Fault("ground", "Choose one of the grounds of article 12"))
    if not fields.why:
        faults.append(Fault("why", "Say why nothing milder would do"))
    if fields.ends_on is None or fields.ends_on <= day_of(now):
        faults.append(Fault("ends_on", "An exception ends on a day to come: give it"))
    return faults


def _note(session: Session, row: Screening, *, by: Viewer | None, now: datetime) -> None:
    journal.note(
        session,
        Act.SCREENED,
        "text",
        row.public_id,
        by=by,
        now=now,
        whose=row.owner_id,
        noun=row.about,
        field=row.field,
        status=row.status.value,
        rules=sorted({hit["rule"] for hit in row.hits}),
        edition=row.rules,
    )
