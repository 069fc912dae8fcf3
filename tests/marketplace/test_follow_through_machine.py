"""Do exchange, project and ledger, in any order of acts, say what a plain model of them says?

One park with 100 亩, two needs of one firm. The model knows for each need: whether the exchange is open, the stage,
what was signed, whom it binds, what is held for which of the two and what the queue was offered; days are told late,
out of order and ahead; after every act stage, day, visibility, land, count and amounts are compared.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import capacity, exchanges, needs, projects
from marketplace.capacity import Capacity, SheetFields, Waiting
from marketplace.database import day_of, public_id, writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Exchange, ExchangeStatus
from marketplace.needs import Need, NeedFields, NeedStatus
from marketplace.organisations import OrganisationKind, Viewer
from marketplace.parks import Park, ParkFields, join
from marketplace.projects import (
    ApprovalFields,
    EndFields,
    Project,
    ProjectFields,
    ProofKind,
    Reason,
    SigningFields,
    SigningKind,
    Stage,
    StageFields,
    shares,
    totals,
)
from marketplace.uploads import Kind, Upload
from tests.marketplace.conftest import NOW, viewer
from tests.marketplace.following import BOTH, FIRST_PROVEN, ORDER, Affair, Waits, on_day

MU, LAND = 1_000_000, 100
MUS = st.sampled_from([1, 30, 60, 90])  # some of it is all that is left
PAPER = Upload(Kind.PDF, "证明.pdf", b"%PDF-1.4 paper")
SMALL, FULL, STEPS = 8, 250, 18  # runs on each database
ONE, SIDES = st.integers(0, 1), st.sampled_from(["firm", "office"])
AGO = st.sampled_from([0, 0, 0, 0, 1, 2, -1])  # days ago something happened; -1: it is still to come


class FollowThrough(RuleBasedStateMachine):
    """The rules on one side, the model on the other."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.days, mark = 0, public_id()
        self.affairs = [Affair(), Affair()]
        with writing(self.engine) as session:
            self.by = {
                "firm": viewer(session, OrganisationKind.ENTERPRISE, f"企业{mark}"),
                "office": viewer(session, OrganisationKind.PARK, f"招商局{mark}"),
            }
            said = {"name": f"园区{mark}", "adcode": "341100", "level": "provincial"}
            park = join(session, ParkFields.model_validate(said), by=self.by["office"], now=NOW)
            capacity.save_sheet(session, park, SheetFields.model_validate({"land_mu": LAND}), by=None, now=NOW)
            self.park, self.needs = park.id, [self._need(session).id for _ in self.affairs]
            session.commit()

    @property
    def now(self):  # type: ignore[no-untyped-def]
        return NOW + timedelta(days=self.days)

    def _need(self, session: Session) -> Need:
        fields = NeedFields(industry="3841", title="二期", origin="310114")
        need = needs.enter(session, fields, owner=self.by["firm"], now=NOW)
        values = {"listing_id": public_id(), "listed_on": day_of(NOW)}
        needs.LIFE.move(session, need, NeedStatus.OPEN, now=NOW, **values)
        return need

    def act(self, place: int, expected: bool, what: Callable[..., object]) -> object:
        """Does it in a transaction; that it is refused is what the model expects, or not."""
        with writing(self.engine) as session:
            need, park = session.get_one(Need, self.needs[place]), session.get_one(Park, self.park)
            exchange = session.exec(select(Exchange).where(Exchange.need_id == need.id)).first()
            project = session.exec(select(Project).where(Project.need_id == need.id)).first()
            try:
                answer = what(session, need, park, exchange, project)
            except Refusal:
                session.rollback()
                assert not expected, "the model allows it"
                return None
            session.commit()
            assert expected, "the model refuses it"
            return answer

    @initialize(place=ONE, contract=st.none() | SIDES, letter=st.booleans(), days=st.integers(0, 2))
    def something_is_under_way(self, place: int, contract: str | None, letter: bool, days: int) -> None:
        """Most of what matters comes after a signing: runs begin at different places of the way."""
        self.both_agree(place)
        self.both_agree(1 - place)
        self.hold(1 - place, 5, "office", True)
        self.days = days
        self.begin(place, "office")
        self.hold(place, 10, "office", False)
        if letter:
            self.sign(place, "firm", SigningKind.LETTER_OF_INTENT, 5, True, 0)
        if contract:
            self.sign(place, contract, SigningKind.CONTRACT, 5, True, 0)
            for proof in (ProofKind.EIA_APPROVAL, ProofKind.ENERGY_EXEMPTION):
                self.approve(place, proof, 0)

    @rule()
    def a_day_passes(self) -> None:
        """Below the 30 days of a hold: lapsing is the ledger machine's. What was offered is given up by then."""
        for place, affair in enumerate(self.affairs):
            if affair.offered:
                self.act(place, True, self._leave)
                affair.offered = 0
        self.days += 1

    def _leave(self, session: Session, need: Need, *_: object) -> None:
        affair = self.affairs[self.needs.index(need.id)]
        waiting = session.exec(select(Waiting).where(Waiting.public_id == affair.offer)).one()
        capacity.leave(session, waiting, by=self.by["office"], now=self.now)

    @rule(place=ONE)
    def both_agree(self, place: int) -> None:
        affair = self.affairs[place]
        if affair.open:
            return

        def agree(session: Session, need: Need, park: Park, *_: object) -> None:
            talk = exchanges.show_interest(session, need, park, by=self.by["office"], now=self.now)
            for by in (self.by["office"], self.by["firm"]):
                side = exchanges.side_of(talk, by)
                assert side
                digest = exchanges.opening_for(session, need, side, by).sha256
                exchanges.consent(session, talk, need, park, digest, by=by, now=self.now)
            assert talk.status == ExchangeStatus.OPEN

        self.act(place, True, agree)
        affair.open = True
        if not affair.project:
            affair.day = self.days

    @rule(place=ONE, side=SIDES)
    def one_withdraws(self, place: int, side: str) -> None:
        affair, by = self.affairs[place], self.by[side]
        if not affair.open:
            return

        def withdraw(session: Session, need: Need, park: Park, exchange: Exchange, _: object) -> None:
            exchanges.withdraw(session, exchange, need, park, by=by, now=self.now)

        self.act(place, True, withdraw)
        affair.close(side, self.days)

    @rule(place=ONE, side=SIDES)
    def begin(self, place: int, side: str) -> None:
        affair, fields = self.affairs[place], ProjectFields(title="项目")

        def begin(session: Session, need: Need, park: Park, exchange: Exchange | None, _: object) -> None:
            if exchange is None:
                raise NotFound
            projects.begin(session, exchange, need, park, fields, by=self.by[side], now=self.now)

        self.act(place, affair.open, begin)
        if affair.open:
            affair.begin(self.days)

    @rule(place=ONE, mu=MUS, side=SIDES, from_exchange=st.booleans())
    def hold(self, place: int, mu: int, side: str, from_exchange: bool) -> None:
        """From the page of the project, or from that of the exchange: it comes to the same."""
        affair = self.affairs[place]
        there = affair.open if from_exchange else affair.seen and not affair.ended
        allowed = there and side == "office" and mu <= self.free

        def hold(session: Session, need: Need, park: Park, exchange: Exchange | None, project: Project | None) -> None:
            asked, who = {"land": mu * MU}, {"by": self.by[side], "now": self.now}
            if not from_exchange:
                projects.hold_for(session, self._there((project,)), asked, **who)
            elif exchange is None:
                raise NotFound
            else:
                projects.reserve(session, exchange, need, park, asked, **who)

        self.act(place, allowed, hold)
        if allowed:
            affair.take(mu)

    @rule(place=ONE, mu=MUS)
    def offer_from_the_queue(self, place: int, mu: int) -> None:
        affair = self.affairs[place]
        if not affair.open or affair.offered or mu > self.free:
            return

        def join(session: Session, need: Need, park: Park, exchange: Exchange, _: object) -> str:
            who = {"by": self.by["office"], "now": self.now}
            return projects.wait_for(session, exchange, need, park, {"land": mu * MU}, **who).public_id

        affair.offer, affair.offered = str(self.act(place, True, join)), mu

    @rule(place=ONE)
    def take_the_offer(self, place: int) -> None:
        affair = self.affairs[place]
        if not affair.offer:
            return

        def take(session: Session, *_: object) -> None:
            waiting = session.exec(select(Waiting).where(Waiting.public_id == affair.offer)).one()
            projects.take_offer(session, waiting, by=self.by["office"], now=self.now)

        self.act(place, affair.offered > 0, take)
        affair.take(affair.offered)
        affair.offered = 0

    @rule(place=ONE, side=SIDES)
    def agree_to_a_contract(self, place: int, side: str) -> None:
        affair = self.affairs[place]
        if not affair.one_sided:
            return
        entered_by, id = affair.one_sided[0]
        allowed = affair.seen and not affair.ended and side != entered_by

        def agree(session: Session, *rows: object) -> None:
            projects.confirm(session, self._there(rows), id, by=self.by[side], now=self.now)

        self.act(place, allowed, agree)
        if allowed:
            del affair.one_sided[0]
            affair.bind(BOTH)

    @rule(
        place=ONE, side=SIDES, kind=st.sampled_from(list(SigningKind)), amount=st.integers(1, 9), paper=st.booleans(),
        ago=AGO,
    )  # fmt: skip
    def sign(self, place: int, side: str, kind: SigningKind, amount: int, paper: bool, ago: int) -> None:
        affair, day = self.affairs[place], self.days - ago
        allowed = affair.seen and not affair.ended and "signing" not in affair.waits
        allowed = allowed and ago >= 0 and affair.may_be_signed_on(day)
        start_by = day_of(self.now) + timedelta(days=9)
        fields = SigningFields(signing=kind, signed_on=on_day(day), amount_10k=Decimal(amount), start_by=start_by)

        def sign(session: Session, *rows: object) -> str:
            project, file = self._there(rows), PAPER if paper else None
            by, version = self.by[side], project.version
            return projects.sign(session, project, fields, file, version=version, by=by, now=self.now).public_id

        answer = self.act(place, allowed, sign)
        if allowed and paper:
            affair.signed(kind, amount, {side}, day)
            affair.one_sided += [(side, str(answer))] if kind is SigningKind.CONTRACT else []
        elif allowed:
            affair.waits["signing"] = Waits(side, kind, amount, str(answer), day)

    @rule(
        place=ONE, side=SIDES, some=st.sampled_from(list(Stage)), following=st.booleans(), paper=st.booleans(), ago=AGO
    )
    def advance(self, place: int, side: str, some: Stage, following: bool, paper: bool, ago: int) -> None:
        affair, day = self.affairs[place], self.days - ago
        stage = ORDER[min(ORDER.index(affair.stage) + 1, len(ORDER) - 1)] if following and not affair.ended else some
        allowed = affair.seen and "stage" not in affair.waits and ago >= 0 and affair.follows(stage, day)
        fields = StageFields(stage=stage, reached_on=on_day(day))

        def advance(session: Session, *rows: object) -> str:
            project, file = self._there(rows), PAPER if paper else None
            by, version = self.by[side], project.version
            return projects.advance(session, project, fields, file, version=version, by=by, now=self.now).public_id

        answer = self.act(place, allowed, advance)
        if allowed and (paper or ORDER.index(stage) < FIRST_PROVEN):
            affair.stage, affair.day = stage, day
        elif allowed:
            affair.waits["stage"] = Waits(side, stage, 0, str(answer), day)

    @rule(place=ONE, kind=st.sampled_from(list(projects.NUMBERED)), ago=AGO)
    def approve(self, place: int, kind: ProofKind, ago: int) -> None:
        affair, day = self.affairs[place], self.days - ago
        allowed = affair.seen and not affair.ended and ago >= 0
        fields = ApprovalFields(approval=kind, approval_number="7", dated_on=on_day(day))

        def approve(session: Session, *rows: object) -> None:
            projects.attach(session, self._there(rows), fields, None, by=self.by["firm"], now=self.now)

        self.act(place, allowed, approve)
        if allowed:
            kind = ProofKind.ENERGY_REVIEW if kind is ProofKind.ENERGY_EXEMPTION else kind
            affair.proofs[kind] = min(day, affair.proofs.get(kind, day))

    @rule(place=ONE, side=SIDES, which=st.sampled_from(["stage", "signing"]), says=st.booleans())
    def answer(self, place: int, side: str, which: str, says: bool) -> None:
        affair = self.affairs[place]
        if which not in affair.waits:
            return
        asked = affair.waits[which]
        what, amount, id, day = asked.what, asked.amount, asked.id, asked.day
        allowed = affair.seen and not affair.ended and (not says or side != asked.side)
        if says and isinstance(what, SigningKind):
            allowed = allowed and affair.may_be_signed_on(day)

        def answer(session: Session, *rows: object) -> None:
            give = projects.confirm if says else projects.turn_down
            give(session, self._there(rows), id, by=self.by[side], now=self.now)

        self.act(place, allowed, answer)
        if not allowed:
            return
        del affair.waits[which]
        if says and isinstance(what, SigningKind):
            affair.signed(what, amount, BOTH, day)
        elif says and what is Stage.TERMINATED:
            affair.end(day)
        elif says:
            assert isinstance(what, Stage)
            affair.stage, affair.day = what, day

    @rule(place=ONE, side=SIDES, paper=st.booleans(), ago=AGO)
    def end(self, place: int, side: str, paper: bool, ago: int) -> None:
        affair, day = self.affairs[place], self.days - ago
        waiting = "stage" in affair.waits
        allowed = affair.seen and not waiting and affair.stage not in (Stage.TERMINATED, Stage.FULL_OUTPUT)
        allowed = allowed and ago >= 0 and day >= affair.day
        fields = EndFields(reason=Reason.MARKET, reached_on=on_day(day))

        def end(session: Session, *rows: object) -> str:
            project, file = self._there(rows), PAPER if paper else None
            by, version = self.by[side], project.version
            return projects.terminate(session, project, fields, file, version=version, by=by, now=self.now).public_id

        answer = self.act(place, allowed, end)
        if allowed and (paper or side not in affair.bound):
            affair.end(day)
        elif allowed:
            affair.waits["stage"] = Waits(side, Stage.TERMINATED, 0, str(answer), day)

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        with writing(self.engine) as session:
            row = session.exec(select(Capacity).where(Capacity.park_id == self.park)).one()
            assert (row.held // MU, row.committed // MU) == (
                sum(affair.loose + affair.held + affair.offered for affair in self.affairs),
                sum(affair.committed for affair in self.affairs),
            )
            for need_id, affair in zip(self.needs, self.affairs, strict=True):
                found = session.exec(select(Project).where(Project.need_id == need_id)).all()
                assert len(found) == affair.project
                for project in found:
                    self._compare(session, project, affair)

    def _compare(self, session: Session, project: Project, affair: Affair) -> None:
        rows = projects.signings_of(session, project)
        assert (project.stage, project.stage_on, totals(rows)) == (
            affair.stage, on_day(affair.day), {kind: amount * MU for kind, amount in affair.amounts.items()},
        )  # fmt: skip
        assert sum(share.counts for share in shares(rows).values()) == bool(affair.amounts)
        assert len(projects.waiting_in(session, project)) == len(affair.waits)
        for by in self.by.values():
            assert _sees(session, project, by, self.now) == affair.seen
        stood = {each.stage: each.reached_on for each in projects.entries_of(session, project) if each.stands_at}
        days = [stood[stage] for stage in Stage if stage in stood]
        assert days == sorted(days)

    @property
    def free(self) -> int:
        return LAND - sum(each.loose + each.held + each.committed + each.offered for each in self.affairs)

    def _there(self, rows: tuple[object, ...]) -> Project:
        project = rows[-1]
        if not isinstance(project, Project):
            raise Conflict(projects.standing.ENDED)
        return project


def _sees(session: Session, project: Project, by: Viewer, now: object) -> bool:
    try:
        projects.affair_by_id(session, project.public_id, by, now=now)  # type: ignore[arg-type]
    except NotFound:
        return False
    return True


def test_exchange_project_and_ledger_follow_a_plain_model(engine: Engine, full: bool) -> None:
    if not full and engine.dialect.name != "sqlite":
        return  # both with --full
    machine = type("Machine", (FollowThrough,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=FULL if full else SMALL,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
