"""Which projects does the demonstration show? Two, both invented: one at work, signed twice, and one that waits."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from marketplace import exchanges, needs, projects
from marketplace.database import day_of
from marketplace.demo_exchanges import pdf
from marketplace.demo_needs import OPENLY, show
from marketplace.needs import NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.projects import (
    ApprovalFields,
    Occasion,
    PaymentFields,
    Project,
    ProjectFields,
    ProofKind,
    SigningFields,
    SigningKind,
    Stage,
    StageFields,
)
from marketplace.uploads import Upload, checked_upload

BUILT = {
    "industry": "3985",
    "description": "电子专用材料扩产",
    "title": "电子材料扩产",
    "land_mu": 40,
    "investment_10k": 30_000,
}
WAITING = {
    "industry": "3670",
    "description": "汽车零部件迁建",
    "title": "零部件迁建",
    "land_mu": 25,
    "investment_10k": 12_000,
}
FIRST, SECOND = "模拟·皖南产业转移对接会", "模拟·长三角产业合作大会"
MU = 1_000_000  # base units of land


def fill_projects(session: Session, park: Park, *, firm: Viewer, office: Viewer, now: datetime) -> None:
    """A project at the start of work, signed at two occasions, and one whose contract the enterprise has to confirm."""
    days = [now - timedelta(days=count) for count in (150, 120, 90, 60, 30, 10)]
    held = [_occasion(session, title, day_of(at), now) for title, at in ((FIRST, days[1]), (SECOND, days[2]))]
    _built(session, _begun(session, BUILT, park, firm, office, days[0]), held, days, firm=firm, office=office)
    other = _begun(session, WAITING, park, firm, office, days[3])
    projects.hold_for(session, other, {"land": 25 * MU}, by=office, now=now - timedelta(days=2))
    _sign(session, other, SigningKind.LETTER_OF_INTENT, 12_000, days[4], by=office, paper=_paper("意向书"))
    _sign(session, other, SigningKind.CONTRACT, 12_000, days[5], by=office, paper=None)


def _built(
    session: Session, project: Project, held: list[Occasion], days: list[datetime], *, firm: Viewer, office: Viewer
) -> None:
    projects.hold_for(session, project, {"land": 40 * MU}, by=office, now=days[1] - timedelta(days=1))
    for occasion, at, amount in zip(held, days[1:3], (30_000, 36_000), strict=True):
        _sign(session, project, SigningKind.CONTRACT, amount, at, by=office, paper=_paper("合同"), occasion=occasion)
    paid = PaymentFields(paid_on=day_of(days[3]), amount_10k=Decimal(9_000))
    projects.pay(session, project, paid, _paper("银行回单"), version=project.version, by=firm, now=days[3])
    for stage, at in ((Stage.REGISTERED, days[2]), (Stage.SUPPLIED, days[3])):
        _tell(session, project, stage, at, by=firm)
    for kind, number in (
        (ProofKind.EIA_APPROVAL, "模拟环审〔2026〕12号"),
        (ProofKind.ENERGY_REVIEW, "模拟能审〔2026〕8号"),
    ):
        approval = ApprovalFields(approval=kind, approval_number=number, dated_on=day_of(days[3]))
        projects.attach(session, project, approval, None, by=firm, now=days[4])
    _tell(session, project, Stage.STARTED, days[4], by=firm)


def _begun(
    session: Session, said: dict[str, object], park: Park, firm: Viewer, office: Viewer, at: datetime
) -> Project:
    fields = NeedFields.model_validate({"origin": "310114", **said})
    need = needs.enter(session, fields, owner=firm, now=at, simulated=True)
    show(session, need, OPENLY, by=firm, now=at)
    talk = exchanges.show_interest(session, need, park, by=office, now=at)
    for by in (office, firm):
        side = exchanges.side_of(talk, by)
        assert side is not None
        digest = exchanges.opening_for(session, need, side, by).sha256
        exchanges.consent(session, talk, need, park, digest, by=by, now=at)
    return projects.begin(session, talk, need, park, ProjectFields(title=f"模拟·{need.title}"), by=office, now=at)


def _sign(
    session: Session,
    project: Project,
    kind: SigningKind,
    amount: int,
    at: datetime,
    *,
    by: Viewer,
    paper: Upload | None,
    occasion: Occasion | None = None,
) -> None:
    start_by: date | None = day_of(at + timedelta(days=100)) if kind is SigningKind.CONTRACT else None
    fields = SigningFields(
        signing=kind,
        signed_on=day_of(at),
        amount_10k=Decimal(amount),
        start_by=start_by,
        occasion=occasion.public_id if occasion else "",
    )
    projects.sign(session, project, fields, paper, version=project.version, by=by, now=at)


def _tell(session: Session, project: Project, stage: Stage, at: datetime, *, by: Viewer) -> None:
    fields = StageFields(stage=stage, reached_on=day_of(at))
    projects.advance(session, project, fields, _paper("证明"), version=project.version, by=by, now=at)


def _occasion(session: Session, title: str, on: date, now: datetime) -> Occasion:
    made = Occasion(title=title, held_on=on, adcode="340000", simulated=True, created_at=now)
    session.add(made)
    session.flush()
    return made


def _paper(what: str) -> Upload:
    return checked_upload(f"模拟·{what}.pdf", pdf())
