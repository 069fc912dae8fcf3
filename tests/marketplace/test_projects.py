"""Does a project go from stage to stage with proof, in order, and only between its two sides?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from marketplace import exchanges, projects, talks
from marketplace.database import day_of
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Exchange
from marketplace.journal import Act, Entry
from marketplace.needs import Need
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park
from marketplace.projects import (
    ApprovalFields,
    EndFields,
    PaymentFields,
    Project,
    ProjectFields,
    ProofKind,
    Reason,
    SigningFields,
    SigningKind,
    Stage,
    StageEntry,
    StageFields,
)
from marketplace.uploads import Kind, Upload
from tests.marketplace.test_exchanges import listed, opened, person

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
PAPER = Upload(Kind.PDF, "证明.pdf", b"%PDF-1.4 paper")


@pytest.fixture
def need(session: Session, enterprise: Viewer) -> Need:
    return listed(session, enterprise)


@pytest.fixture
def exchange(session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, need, park, enterprise, office)


@pytest.fixture
def project(session: Session, exchange: Exchange, need: Need, park: Park, office: Viewer) -> Project:
    return projects.begin(session, exchange, need, park, ProjectFields(title="电芯二期"), by=office, now=NOW)


def tell(
    session: Session, project: Project, stage: Stage, by: Viewer, on: date = TODAY, paper: Upload | None = PAPER
) -> StageEntry:
    fields = StageFields(stage=stage, reached_on=on)
    return projects.advance(session, project, fields, paper, version=project.version, by=by, now=NOW)


def signed(
    session: Session,
    project: Project,
    by: Viewer,
    kind: SigningKind = SigningKind.CONTRACT,
    amount: int = 80_000,
    on: date = TODAY,
    paper: Upload | None = PAPER,
    occasion: str = "",
) -> projects.Signing:
    start_by = on + 90 * DAY if kind is SigningKind.CONTRACT else None
    fields = SigningFields(signing=kind, signed_on=on, amount_10k=Decimal(amount), start_by=start_by, occasion=occasion)
    return projects.sign(session, project, fields, paper, version=project.version, by=by, now=NOW)


def approve(session: Session, project: Project, kind: ProofKind, by: Viewer, on: date = TODAY) -> None:
    fields = ApprovalFields(approval=kind, approval_number="皖环审〔2026〕7号", dated_on=on)
    projects.attach(session, project, fields, None, by=by, now=NOW)


def ended(session: Session, project: Project, by: Viewer, paper: Upload | None = None) -> StageEntry:
    fields = EndFields(reason=Reason.MARKET, words="市场变化", reached_on=TODAY)
    return projects.terminate(session, project, fields, paper, version=project.version, by=by, now=NOW)


def said(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [fault.where for fault in refused.value.faults]


def test_an_open_exchange_becomes_one_project_however_often_it_is_asked(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, enterprise: Viewer, office: Viewer
) -> None:
    again = projects.begin(session, exchange, need, park, ProjectFields(title="又一个"), by=enterprise, now=NOW)
    assert (again.id, again.title, again.stage) == (project.id, "电芯二期", Stage.TALKS)
    assert (again.lead_id, again.lead_since) == (office.organisation_id, NOW)
    assert [affair.side for affair in projects.affairs_of(session, enterprise, now=NOW)] == ["need"]


def test_an_exchange_that_is_not_open_becomes_none(
    session: Session, need: Need, park: Park, office: Viewer, enterprise: Viewer, other_office: Viewer
) -> None:
    asked = exchanges.show_interest(session, need, park, by=office, now=NOW)
    for by in (office, enterprise):
        with pytest.raises(Conflict):
            projects.begin(session, asked, need, park, ProjectFields(title="x"), by=by, now=NOW)
    with pytest.raises(NotFound):
        projects.begin(session, asked, need, park, ProjectFields(title="x"), by=other_office, now=NOW)


def test_nobody_else_sees_a_project(session: Session, project: Project, rival: Viewer, other_office: Viewer) -> None:
    for by in (rival, other_office, None):
        with pytest.raises(NotFound):
            projects.affair_by_id(session, project.public_id, by, now=NOW)
    with pytest.raises(NotFound):
        tell(session, project, Stage.VISIT, rival)


def test_stages_before_the_signing_may_be_left_out_and_later_ones_may_not(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    tell(session, project, Stage.VISIT, office, paper=None)
    assert project.stage == Stage.VISIT
    with pytest.raises(Refusal) as refused:
        tell(session, project, Stage.TALKS, office)
    assert said(refused) == ["stage"]
    for stage in (Stage.REGISTERED, Stage.STARTED, Stage.SIGNED, Stage.TERMINATED):
        with pytest.raises(Refusal):
            tell(session, project, stage, office)
    signed(session, project, office)
    with pytest.raises(Refusal):
        tell(session, project, Stage.SUPPLIED, office)
    tell(session, project, Stage.REGISTERED, enterprise)
    assert project.stage == Stage.REGISTERED


def test_a_later_stage_stands_with_a_document_or_when_the_other_side_confirms(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office)
    entry = tell(session, project, Stage.REGISTERED, office, paper=None)
    waits = [projects.waits_for(session, projects.affairs_of(session, by, now=NOW)) for by in (enterprise, office)]
    assert (project.stage, waits) == (Stage.SIGNED, [{project.id: 1}, {project.id: 0}])
    with pytest.raises(NotFound):  # nobody confirms to themselves
        projects.confirm(session, project, entry.public_id, by=office, now=NOW)
    with pytest.raises(Conflict):
        tell(session, project, Stage.REGISTERED, office)
    projects.confirm(session, project, entry.public_id, by=enterprise, now=NOW)
    assert (project.stage, entry.confirmed_by_id) == (Stage.REGISTERED, enterprise.user_id)
    with pytest.raises(Conflict):
        projects.confirm(session, project, entry.public_id, by=enterprise, now=NOW)


def test_what_is_turned_down_or_taken_back_changes_nothing(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office)
    for by in (enterprise, office):
        entry = tell(session, project, Stage.REGISTERED, office, paper=None)
        projects.turn_down(session, project, entry.public_id, by=by, now=NOW)
        assert (project.stage, projects.waiting_in(session, project)) == (Stage.SIGNED, [])
        with pytest.raises(Conflict):
            projects.confirm(session, project, entry.public_id, by=enterprise, now=NOW)


def test_dates_never_go_back_nor_lie_ahead_and_backdating_is_marked(
    session: Session, exchange: Exchange, project: Project, office: Viewer
) -> None:
    for on in (TODAY - DAY, TODAY + DAY):  # the talks began today
        with pytest.raises(Refusal) as refused:
            tell(session, project, Stage.VISIT, office, on)
        assert said(refused) == ["reached_on"]
    late = NOW + 9 * DAY
    fields = StageFields(stage=Stage.VISIT, reached_on=day_of(NOW) + 2 * DAY)
    entry = projects.advance(session, project, fields, version=project.version, by=office, now=late)
    facts = session.exec(select(Entry).where(Entry.act == Act.ADVANCED).order_by(Entry.id.desc())).first()  # type: ignore[attr-defined]
    assert (entry.is_backdated, facts and facts.facts["backdated"]) == (True, True)


def test_work_starts_with_both_approvals_and_production_with_the_permit(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office)
    tell(session, project, Stage.REGISTERED, office)
    tell(session, project, Stage.SUPPLIED, office)
    approve(session, project, ProofKind.EIA_APPROVAL, enterprise)
    with pytest.raises(Refusal):
        tell(session, project, Stage.STARTED, office)
    assert project.stage == Stage.SUPPLIED
    approve(session, project, ProofKind.ENERGY_EXEMPTION, enterprise)
    tell(session, project, Stage.STARTED, office)
    tell(session, project, Stage.COMPLETED, office)
    with pytest.raises(Refusal):
        tell(session, project, Stage.PRODUCING, office)
    approve(session, project, ProofKind.DISCHARGE_PERMIT, enterprise)
    tell(session, project, Stage.PRODUCING, office)
    tell(session, project, Stage.FULL_OUTPUT, office)
    assert project.stage == Stage.FULL_OUTPUT
    with pytest.raises(Refusal):
        ended(session, project, office, PAPER)


def test_an_approval_dated_after_the_day_does_not_count(
    session: Session, exchange: Exchange, project: Project, office: Viewer
) -> None:
    signed(session, project, office)
    tell(session, project, Stage.REGISTERED, office)
    tell(session, project, Stage.SUPPLIED, office)
    late = NOW + 5 * DAY
    for kind in (ProofKind.EIA_APPROVAL, ProofKind.ENERGY_REVIEW):
        fields = ApprovalFields(approval=kind, approval_number="7", dated_on=day_of(late))
        projects.attach(session, project, fields, None, by=office, now=late)
    start = StageFields(stage=Stage.STARTED, reached_on=TODAY + DAY)
    with pytest.raises(Refusal):
        projects.advance(session, project, start, PAPER, version=project.version, by=office, now=late)


def test_a_letter_of_intent_signs_but_leads_no_further(session: Session, project: Project, office: Viewer) -> None:
    signed(session, project, office, SigningKind.LETTER_OF_INTENT)
    assert project.stage == Stage.SIGNED
    with pytest.raises(Refusal):
        tell(session, project, Stage.REGISTERED, office)
    signed(session, project, office, SigningKind.CONTRACT)
    tell(session, project, Stage.REGISTERED, office)
    assert project.stage == Stage.REGISTERED


def test_a_signing_and_the_end_of_a_contract_take_an_approver(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    clerk = person(session, office, "clerk", Role.EDITOR)
    with pytest.raises(NotFound):
        signed(session, project, clerk)
    made = signed(session, project, office, paper=None)
    theirs = person(session, enterprise, "theirs", Role.EDITOR)
    with pytest.raises(NotFound):
        projects.confirm(session, project, made.public_id, by=theirs, now=NOW)
    projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    assert (project.stage, made.owns_credit) == (Stage.SIGNED, True)
    with pytest.raises(NotFound):
        ended(session, project, clerk)


def test_who_edits_an_older_version_changes_nothing(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    before = project.version
    tell(session, project, Stage.VISIT, office)
    fields = StageFields(stage=Stage.VISIT, reached_on=TODAY)
    with pytest.raises(Conflict):
        projects.advance(session, project, fields, version=before, by=enterprise, now=NOW)


def test_before_a_contract_a_project_goes_with_its_exchange(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office, SigningKind.FRAMEWORK)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    projects.let_go(session, exchange, by=enterprise, now=NOW)
    assert project.stage == Stage.TERMINATED
    for by in (office, enterprise):
        assert projects.affairs_of(session, by, now=NOW) == []
        with pytest.raises(NotFound):
            projects.affair_by_id(session, project.public_id, by, now=NOW)


def test_with_a_contract_of_both_the_record_stays_for_both_and_opens_nothing_else(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    made = signed(session, project, office, paper=None)
    projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    for by in (office, enterprise):
        affair = projects.affair_by_id(session, project.public_id, by, now=NOW)
        assert (affair.is_open, affair.contracted, affair.project.stage) == (False, True, Stage.SIGNED)
    tell(session, project, Stage.REGISTERED, office)
    assert project.stage == Stage.REGISTERED


def test_after_a_contract_of_both_one_side_alone_ends_nothing_without_a_document(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    made = signed(session, project, office)
    projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)
    entry = ended(session, project, enterprise)
    assert project.stage == Stage.SIGNED
    projects.confirm(session, project, entry.public_id, by=office, now=NOW)
    assert (project.stage, entry.reason, entry.words) == (Stage.TERMINATED, Reason.MARKET, "市场变化")
    with pytest.raises(Conflict):
        tell(session, project, Stage.REGISTERED, office)


def test_money_that_came_in_needs_a_contract_and_counts_once_proven(
    session: Session, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    fields = PaymentFields(paid_on=TODAY, amount_10k=Decimal(500))
    with pytest.raises(Refusal):
        projects.pay(session, project, fields, version=project.version, by=office, now=NOW)
    signed(session, project, office)
    said_only = projects.pay(session, project, fields, version=project.version, by=office, now=NOW)
    proven = projects.pay(session, project, fields, PAPER, version=project.version, by=office, now=NOW)
    assert (said_only.stands_at, proven.stands_at, proven.amount_fen) == (None, NOW, 500_000_000)
    projects.confirm(session, project, said_only.public_id, by=enterprise, now=NOW)
    assert said_only.stands_at == NOW


def test_a_document_is_taken_by_both_sides_and_nobody_else(
    session: Session, project: Project, office: Viewer, enterprise: Viewer, rival: Viewer
) -> None:
    signed(session, project, office)
    proof = projects.proofs_of(session, project)[0]
    assert projects.taken(session, proof.public_id, enterprise, now=NOW) == PAPER
    for by in (rival, None):
        with pytest.raises(NotFound):
            projects.taken(session, proof.public_id, by, now=NOW)
    noted = session.exec(select(Entry).where(Entry.act == Act.DISCLOSED, Entry.about == "project")).all()
    assert [entry.by_organisation_id for entry in noted] == [enterprise.organisation_id]


def test_no_word_of_a_project_stands_in_the_journal(session: Session, project: Project, office: Viewer) -> None:
    signed(session, project, office)
    ended(session, project, office, PAPER)
    kept = session.exec(select(Entry).where(Entry.about == "project")).all()
    text = " ".join(str(entry.facts) for entry in kept)
    assert [word for word in ("电芯", "市场变化", "80000", "证明") if word in text] == []
    assert {str(entry.act) for entry in kept} >= {"advanced", "signed"}


def test_an_end_leaves_nothing_waiting(session: Session, project: Project, office: Viewer, enterprise: Viewer) -> None:
    signed(session, project, office, SigningKind.FRAMEWORK)
    made = signed(session, project, office, paper=None)
    ended(session, project, office)
    assert projects.waiting_in(session, project) == []
    with pytest.raises(Conflict):
        projects.confirm(session, project, made.public_id, by=enterprise, now=NOW)


def test_when_both_agree_anew_the_same_project_goes_on(
    session: Session, exchange: Exchange, need: Need, park: Park, project: Project, office: Viewer, enterprise: Viewer
) -> None:
    signed(session, project, office, SigningKind.FRAMEWORK)
    exchanges.withdraw(session, exchange, need, park, by=office, now=NOW)
    projects.let_go(session, exchange, by=office, now=NOW)
    opened(session, need, park, enterprise, office)
    again = projects.begin(session, exchange, need, park, ProjectFields(title="又一个"), by=enterprise, now=NOW)
    assert (again.id, again.stage, again.title) == (project.id, Stage.SIGNED, "电芯二期")
    ended(session, project, office)
    again = projects.begin(session, exchange, need, park, ProjectFields(title="又一个"), by=enterprise, now=NOW)
    assert again.stage == Stage.TERMINATED  # ended on purpose, it stays so


def test_once_there_is_a_project_no_assessment_and_no_word_back_are_owed(
    session: Session, exchange: Exchange, project: Project
) -> None:
    clocks = [(clock.kind, clock.since) for clock in talks.clocks_of(session, exchange)]
    assert clocks == [(talks.ClockKind.REPORT, NOW)]
