"""How does an organisation register, and how is it verified, turned away, suspended and let in again?"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace import inbox, journal, mail, members
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import CHANGED_MEANWHILE, Lifecycle, rewrite
from marketplace.members import PersonFields
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    may_rule,
    may_verify,
)
from marketplace.registration.queries import letter_of
from marketplace.registration.tables import (
    REASON_MOST,
    AuthorityLetter,
    Case,
    CaseStatus,
    OrganisationFields,
    Ruling,
)
from marketplace.uploads import Kind, Upload
from matching.reference import regions
from matching.reference.pinyin import pinyin

LIFE = Lifecycle({"submitted": frozenset({"verified", "rejected"}), "rejected": frozenset({"submitted"})})
KINDS = (OrganisationKind.PARK, OrganisationKind.ENTERPRISE, OrganisationKind.ORGANIZER)
SCANS, LETTER_MOST = (Kind.PDF, Kind.PNG, Kind.JPEG), 5_000_000
_SUBJECT = "园桥：贵单位的认证状态有变化"
_TOLD = {
    Standing.VERIFIED: "贵单位在园桥的注册已通过认证。",
    Standing.REJECTED: "贵单位在园桥的注册未通过认证，可修改后重新提交。",
    Standing.SUSPENDED: "贵单位在园桥的权限已被暂停：仍可登录查看和导出本单位的内容，不能修改。",
}


def faults_of(fields: OrganisationFields) -> list[Fault]:
    """What is wrong with what an organisation says of itself; whether it is here already is nobody's business yet."""
    if fields.seat in regions():
        return []
    return [Fault("seat", "{code} is no region code here", {"code": fields.seat})]


def readable_letter(letter: Upload) -> Upload:
    """A letter of authority is a scan. Raises Refusal."""
    if letter.kind not in SCANS or len(letter.content) > LETTER_MOST:
        raise Refusal(Fault("letter", "Hand in the letter as PDF, JPG or PNG of at most 5 MB"))
    return letter


def register(
    session: Session,
    kind: OrganisationKind,
    fields: OrganisationFields,
    person: PersonFields,
    password_hash: str,
    *,
    letter: Upload | None,
    now: datetime,
) -> User:
    """A pending organisation with its first admin and a case for the platform. Raises Refusal."""
    faults = faults_of(fields)
    if kind not in KINDS:
        faults.append(Fault("kind", "This is none of the choices: {expected}", {"expected": list(KINDS)}))
    if faults:
        raise Refusal(faults)
    organisation = Organisation(name=fields.organisation, kind=kind, adcode=fields.seat, created_at=now, updated_at=now)
    session.add(organisation)
    session.flush()
    user = members.enter(session, organisation, person, password_hash, Role.ADMIN, now=now)
    case = Case(
        organisation_id=organisation.id,
        claimed_uscc="",
        contact="",
        submitted_at=now,
        created_at=now,
        updated_at=now,
    )
    _say(case, fields)
    session.add(case)
    session.flush()
    _hand_in(session, case, letter, now=now)
    _note(session, organisation, by=None, now=now, standing="pending", kind=str(kind))
    return user


def resubmit(
    session: Session, case: Case, fields: OrganisationFields, *, letter: Upload | None, by: Viewer, now: datetime
) -> None:
    """Who was turned away mends what was wrong and waits again. Raises NotFound, Refusal, Conflict."""
    if by.organisation_id != case.organisation_id or by.role != Role.ADMIN:
        raise NotFound
    if faults := faults_of(fields):
        raise Refusal(faults)
    LIFE.move(session, case, CaseStatus.SUBMITTED, now=now, submitted_at=now)
    _say(case, fields)
    session.flush()
    _hand_in(session, case, letter, now=now)
    organisation = session.get_one(Organisation, case.organisation_id)
    said = {"name": fields.organisation, "adcode": fields.seat}
    rewrite(session, organisation, version=organisation.version, now=now, standing=Standing.PENDING, **said)
    _note(session, organisation, by=by, now=now, standing="pending")


def hand_in(session: Session, case: Case, letter: Upload, *, by: Viewer, now: datetime) -> None:
    """The letter comes later, or a better one, while the case waits. Raises NotFound, Refusal."""
    if by.organisation_id != case.organisation_id or not by.may(Role.ADMIN) or case.status != CaseStatus.SUBMITTED:
        raise NotFound
    rewrite(session, case, version=case.version, now=now)  # who decides has looked at another letter
    _hand_in(session, case, letter, now=now)


def verify(
    session: Session, case: Case, *, version: int | None = None, reason: str = "", by: Viewer, now: datetime
) -> None:
    """The platform vouches for an organisation; from now on its code is its own. Raises NotFound, Conflict, Refusal.

    `version` is of the case that was looked at: what was said or handed in since is looked at first.
    """
    organisation = _decided_by(session, case, by)
    session.refresh(case, with_for_update=True)
    if version not in (None, case.version):
        raise Conflict(CHANGED_MEANWHILE)
    holder = select(Organisation.id).where(Organisation.uscc == case.claimed_uscc, Organisation.id != organisation.id)
    if session.scalar(holder):
        message = "Another organisation was verified with this code: reject this one, or ask both"
        raise Conflict(Fault("uscc", message))
    if case.status == CaseStatus.SUBMITTED and not reason.strip() and letter_of(session, case) is None:
        raise Refusal(Fault("reason", "There is no letter of authority: say what you looked at instead"))
    _decide(session, case, CaseStatus.VERIFIED, _reason(reason), by=by, now=now)
    _rule(session, organisation, Standing.VERIFIED, _reason(reason), by=by, now=now, uscc=case.claimed_uscc)


def reject(session: Session, case: Case, *, reason: str, by: Viewer, now: datetime) -> None:
    """The platform does not vouch for it, and says why. Raises NotFound, Conflict, Refusal without a reason."""
    organisation = _decided_by(session, case, by)
    said = _reason(reason, needed=True)
    _decide(session, case, CaseStatus.REJECTED, said, by=by, now=now)
    _rule(session, organisation, Standing.REJECTED, said, by=by, now=now)


def suspend(session: Session, organisation: Organisation, *, reason: str, by: Viewer, now: datetime) -> None:
    """Its people still sign in, read and export their own, and change nothing. Raises NotFound, Conflict, Refusal."""
    _may_rule(organisation, by)
    if organisation.standing != Standing.VERIFIED:
        raise Conflict(Fault("standing", "Only a verified organisation is suspended"))
    _rule(session, organisation, Standing.SUSPENDED, _reason(reason, needed=True), by=by, now=now)


def reinstate(session: Session, organisation: Organisation, *, reason: str, by: Viewer, now: datetime) -> None:
    """A suspended organisation is let in again. Raises NotFound, Conflict, Refusal."""
    _may_rule(organisation, by)
    if organisation.standing != Standing.SUSPENDED:
        raise Conflict(Fault("standing", "Only a suspended organisation is reinstated"))
    _rule(session, organisation, Standing.VERIFIED, _reason(reason, needed=True), by=by, now=now)


def _say(case: Case, fields: OrganisationFields) -> None:
    case.claimed_uscc, case.contact = fields.uscc, fields.contact
    sound = pinyin(fields.organisation)
    case.pinyin = sound.replace(" ", "")[:600]
    case.initials = "".join(syllable[0] for syllable in sound.split())[:120]


def _hand_in(session: Session, case: Case, letter: Upload | None, *, now: datetime) -> None:
    """The last letter replaces the one before."""
    if letter is None:
        return
    letter = readable_letter(letter)
    row = session.exec(select(AuthorityLetter).where(AuthorityLetter.case_id == case.id)).first()
    row = row or AuthorityLetter(case_id=case.id, kind="", name="", content=b"", created_at=now)
    row.kind, row.name, row.content, row.created_at = str(letter.kind), letter.name_shown[:120], letter.content, now
    session.add(row)
    session.flush()


def _decided_by(session: Session, case: Case, by: Viewer) -> Organisation:
    """Never one's own: nor is the platform's own organisation ever verified here."""
    if not may_verify(by) or by.organisation_id == case.organisation_id:
        raise NotFound
    return session.get_one(Organisation, case.organisation_id)


def _may_rule(organisation: Organisation, by: Viewer) -> None:
    if not may_rule(by) or organisation.kind == OrganisationKind.PLATFORM:
        raise NotFound


def _reason(text: str, *, needed: bool = False) -> str:
    reason = text.strip()
    if needed and len(reason) < 2:
        raise Refusal(Fault("reason", "Say why: the organisation reads it"))
    if len(reason) > REASON_MOST:
        raise Refusal(Fault("reason", "This is too long: at most {max_length} characters", {"max_length": REASON_MOST}))
    return reason


def _decide(session: Session, case: Case, to: CaseStatus, reason: str, *, by: Viewer, now: datetime) -> None:
    LIFE.move(session, case, to, now=now, reason=reason, decided_by_id=by.user_id, decided_at=now)


def _rule(
    session: Session,
    organisation: Organisation,
    to: Standing,
    reason: str,
    *,
    by: Viewer,
    now: datetime,
    uscc: str | None = None,
) -> None:
    values = {"uscc": uscc} if uscc else {}
    rewrite(session, organisation, version=organisation.version, now=now, standing=to, **values)
    session.add(Ruling(organisation_id=organisation.id, standing=to, reason=reason, by_user_id=by.user_id, at=now))
    _note(session, organisation, by=by, now=now, standing=str(to))
    about, kind = ("organisation", organisation.public_id), NoticeKind.VERIFICATION_DECIDED
    inbox.tell(session, kind, to=organisation.id, about=about, now=now)
    admins = select(User.email).where(User.organisation_id == organisation.id, User.role == Role.ADMIN)
    for address in session.exec(admins.where(col(User.disabled_at).is_(None), col(User.email).is_not(None))):
        mail.post(session, address or "", _SUBJECT, f"{_TOLD[to]}请登录后在“本单位”页查看说明。\n", now=now)


def _note(session: Session, organisation: Organisation, *, by: Viewer | None, now: datetime, **facts: object) -> None:
    about = organisation.public_id
    journal.note(session, Act.RIGHTS, "organisation", about, by=by, now=now, whose=organisation.id, **facts)
