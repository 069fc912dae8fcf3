"""Which registrations wait, and what does the platform know about one of them?"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.organisations import Organisation, Standing, Viewer, may_audit, may_verify
from marketplace.registration.tables import AuthorityLetter, Case, CaseStatus, Ruling
from matching.reference.pinyin import pinyin

LIKE = 86.0  # of 100: below it names of different firms of one trade and place meet
SHOWN = 8
_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "集团", "公司", "管理委员会", "管委会", "招商局")


@dataclass(frozen=True, slots=True)
class Like:
    """An organisation that may be the same, and why."""

    organisation: Organisation
    same_code: bool
    score: float
    by_sound: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue."""

    case: Case
    organisation: Organisation
    same_code: bool


def case_of(session: Session, organisation_id: int) -> Case | None:
    """The registration of an organisation; those entered by the platform have none."""
    return session.exec(select(Case).where(Case.organisation_id == organisation_id)).first()


def case_by(session: Session, public_id: str, viewer: Viewer) -> tuple[Case, Organisation]:
    """A registration, for who may decide it. Raises NotFound."""
    found = session.exec(select(Case).where(Case.public_id == public_id)).first() if may_verify(viewer) else None
    if found is None:
        raise NotFound
    return found, session.get_one(Organisation, found.organisation_id)


def queue(session: Session, viewer: Viewer, status: CaseStatus = CaseStatus.SUBMITTED) -> list[Waiting]:
    """Registrations in a status, those that wait longest first. Raises NotFound."""
    if not may_verify(viewer):
        raise NotFound
    rows = select(Case, Organisation).join(Organisation).where(Case.status == status)
    found = session.exec(rows.order_by(col(Case.submitted_at), col(Case.id)).limit(200)).all()
    shared = _shared_codes(session, (case.claimed_uscc for case, _ in found))
    return [Waiting(case, organisation, case.claimed_uscc in shared) for case, organisation in found]


def counts(session: Session) -> dict[CaseStatus, int]:
    """How many registrations stand where."""
    rows = session.exec(select(Case.status, func.count()).group_by(col(Case.status)))
    return dict.fromkeys(CaseStatus, 0) | {CaseStatus(status): count for status, count in rows}


def oldest(session: Session) -> datetime | None:
    """Since when the longest has waited."""
    first = select(Case.submitted_at).where(Case.status == CaseStatus.SUBMITTED).order_by(col(Case.submitted_at))
    return session.exec(first.limit(1)).first()


def letter_of(session: Session, case: Case) -> AuthorityLetter | None:
    """The letter of authority."""
    return session.exec(select(AuthorityLetter).where(AuthorityLetter.case_id == case.id)).first()


def rulings_of(session: Session, organisation_id: int) -> list[Ruling]:
    """What was decided about an organisation, newest first: for its own people and the platform."""
    rows = select(Ruling).where(Ruling.organisation_id == organisation_id)
    return list(session.exec(rows.order_by(col(Ruling.id).desc())))


def organisations_in(session: Session, viewer: Viewer, standing: Standing) -> list[Organisation]:
    """Organisations in a standing, by name. Raises NotFound."""
    if not may_audit(viewer):
        raise NotFound
    rows = select(Organisation).where(Organisation.standing == standing, col(Organisation.deleted_at).is_(None))
    return list(session.exec(rows.order_by(col(Organisation.name)).limit(500)))


def organisation_by(session: Session, public_id: str, viewer: Viewer) -> Organisation:
    """Any organisation, for the platform. Raises NotFound."""
    row = select(Organisation).where(Organisation.public_id == public_id)
    found = session.exec(row).first() if may_audit(viewer) else None
    if found is None:
        raise NotFound
    return found


def like(session: Session, case: Case) -> list[Like]:
    """Organisations that may be the same: the same code, a like name, or a name that sounds alike. Most alike first."""
    own = session.get_one(Organisation, case.organisation_id)
    cases = {row.organisation_id: row for row in session.exec(select(Case))}
    found = []
    for other in session.exec(select(Organisation).where(Organisation.id != own.id)):
        theirs = cases.get(other.id)
        codes = {other.uscc, theirs.claimed_uscc if theirs else None}
        score = _likeness(own.name, other.name)
        by_sound = _sounds(case.pinyin, theirs.pinyin if theirs else pinyin(other.name).replace(" ", ""))
        if case.claimed_uscc in codes or score >= LIKE or by_sound:
            found.append(Like(other, case.claimed_uscc in codes, score, by_sound))
    return sorted(found, key=lambda each: (not each.same_code, -each.score, each.organisation.id))[:SHOWN]


def _shared_codes(session: Session, codes: Iterable[str]) -> set[str]:
    """Codes that somebody else holds or claims too."""
    wanted = list(set(codes))
    held = set(session.exec(select(Organisation.uscc).where(col(Organisation.uscc).in_(wanted))))
    claims = select(Case.claimed_uscc).where(col(Case.claimed_uscc).in_(wanted))
    twice = set(session.exec(claims.group_by(col(Case.claimed_uscc)).having(func.count() > 1)))
    return {code for code in held | twice if code}


def _likeness(one: str, other: str) -> float:
    """Of 100; what every firm is called (有限公司) says nothing."""
    return fuzz.ratio(_bare(one), _bare(other))


def _sounds(one: str, other: str) -> bool:
    return bool(one) and fuzz.ratio(one, other) >= 94


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).lower().replace(" ", "").replace("模拟·", "")
    for form in _FORMS:
        plain = plain.removesuffix(form)
    return plain or name
