"""Does the ledger, in any order of acts, say what a plain count of them says, and never promise anything twice?

`Ledger` is the machine of the ledger alone. A machine of more (exchanges, projects) inherits from it: `begin` makes the
world, `acts` are rules, `everything_adds_up` is asked after each. The park has one plot: its land is a row of its own
beside the park's land, and an ask for `plot` is one for land of it. A run begins with something held and somebody
waiting, and amounts and days are round: what is exactly enough and what is over today happens often.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import func, select

from marketplace import capacity, jobs
from marketplace.capacity import (
    Ask,
    Capacity,
    Hold,
    LedgerEntry,
    Reason,
    SheetFields,
    Waiting,
    WaitingStatus,
)
from marketplace.capacity.moving import EXPIRE
from marketplace.database import writing
from marketplace.errors import Refusal
from marketplace.organisations import OrganisationKind
from marketplace.parks import ParkFields, join
from marketplace.plots import PlotFields, PlotKind
from marketplace.resources import quantity_of
from tests.marketplace.conftest import NOW, viewer
from tests.marketplace.counting import PLOT, Held, Model, Wish

PARKS = ("power", "energy", "land")  # rows of the park as a whole
UNITS = {name: quantity_of(name).measure.base for name in PARKS}  # base units of one of the sheet's
UNITS[PLOT] = UNITS["land"]
ROUND = st.integers(1, 6).map(lambda tens: 10 * tens)
DESIGN = st.none() | st.integers(3, 10).map(lambda tens: 10 * tens)
AMOUNTS = st.dictionaries(st.sampled_from(PARKS), ROUND, min_size=1, max_size=2) | st.fixed_dictionaries({PLOT: ROUND})
DAYS = st.sampled_from([1, 5, 30])
SMALL, FULL, STEPS = 5, 250, 20  # runs on each of the two databases
TERM = timedelta(days=30)


class Ledger(RuleBasedStateMachine):
    """Acts on a park's ledger, each beside what the model says of it."""

    engine: Engine

    @initialize(first=AMOUNTS, binding=st.booleans(), waits=st.lists(AMOUNTS, min_size=2, max_size=3))
    def begin(self, first: dict[str, int], binding: bool, waits: list[dict[str, int]]) -> None:
        self.session = writing(self.engine)
        self.by = viewer(self.session, OrganisationKind.PARK, "管委会")
        self.owner_id = self.by.organisation_id
        self.park = join(self.session, ParkFields(name="示例园区"), by=None, now=NOW)
        self.park.owner_id = self.owner_id
        self.session.flush()
        self.model = Model()
        self.change_sheet(80, 60, 60, 20)
        fields = PlotFields(name="一号地", area_mu=Decimal(40))
        self.plot = capacity.list_plot(self.session, self.park, PlotKind.PLOT, fields, by=self.by, now=NOW)
        self.model.there[PLOT] = 40
        self.hold(first, 30)
        for hold in [id for id in self.model.holds if binding]:
            capacity.commit(self.session, self.found(hold), by=None, now=NOW)
            self.model.holds[hold].status = "committed"
        for amounts in waits:
            self.wait(amounts)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.rollback()
            self.session.close()

    def attempt(self, act: Callable[[], object]) -> object | None:
        """What an act answers; None where it was refused, and then nothing of it is left."""
        point = self.session.begin_nested()
        try:
            answer = act()
        except Refusal:
            point.rollback()
            self.session.expire_all()
            return None
        point.commit()
        return answer

    def offers(self) -> None:
        """What the ledger offered stands in the model too, in the model's own order."""
        while (id := self.model.next_offered()) is not None:
            row = self.session.exec(select(Waiting).where(Waiting.public_id == id)).one()
            self.session.refresh(row)
            assert row.status == WaitingStatus.OFFERED, "the first for whom it suffices was not asked"
            self.model.give(id, self.session.get_one(Hold, row.hold_id).public_id)

    def asked(self, amounts: dict[str, int]) -> dict[str, int]:
        return {"land" if name == PLOT else name: amount * UNITS[name] for name, amount in amounts.items()}

    @rule(power=DESIGN, energy=DESIGN, land=DESIGN, used=st.sampled_from([0, 20, 50]))
    def change_sheet(self, power: int | None, energy: int | None, land: int | None, used: int) -> None:
        said = {"power_kva": power, "energy_tce": energy, "land_mu": land, "power_kva_used": used or None}
        fields = SheetFields.model_validate(said | {"energy_basis": "calorific"})
        there = {name: value for name, value in zip(PARKS, (power, energy, land), strict=True) if value is not None}
        if "power" in there:
            there["power"] -= used
        least = {name: self.model.promised(name, "held", "committed") for name in PARKS}
        may = (power is not None or not used) and all(there.get(name, 0) >= least[name] for name in PARKS)
        saved = self.attempt(
            lambda: capacity.save_sheet(self.session, self.park, fields, by=None, now=self.model.now) or True
        )
        assert (saved is not None) == (may and min(there.values(), default=0) >= 0)
        if saved is not None:
            self.became(there | {name: size for name, size in self.model.there.items() if name == PLOT})

    @rule(area=DESIGN)
    def change_plot(self, area: int | None) -> None:
        fields = PlotFields(name="一号地", area_mu=None if area is None else Decimal(area))
        version, by = self.plot.version, self.by
        done = self.attempt(
            lambda: (
                capacity.revise_plot(
                    self.session, self.park, self.plot, fields, version=version, by=by, now=self.model.now
                )
                or True
            )
        )
        assert (done is not None) == ((area or 0) >= self.model.promised(PLOT, "held", "committed"))
        if done is not None:
            parks = {name: size for name, size in self.model.there.items() if name != PLOT}
            self.became(parks | ({} if area is None else {PLOT: area}))

    def became(self, there: dict[str, int]) -> None:
        """What there is is another: more of it goes to who waits."""
        changed = self.model.there != there
        self.model.there = there
        if changed and self.queue_waits():
            self.model.sweep()
            self.offers()

    def queue_waits(self) -> bool:
        return any(row.status == "waiting" for row in self.model.queue.values())

    @rule(amounts=AMOUNTS, days=DAYS)
    def hold(self, amounts: dict[str, int], days: int) -> None:
        until = self.model.now + timedelta(days=days)
        named = {"for_kind": "exchange", "for_id": "x", "owner_id": self.owner_id, "until": until}
        expected, plot = self.model.would_hold(amounts), self.plot if PLOT in amounts else None
        made = self.attempt(
            lambda: capacity.hold(
                self.session, self.park, self.asked(amounts), **named, plot=plot, by=None, now=self.model.now
            )
        )
        assert (made is not None) == expected
        if isinstance(made, Hold):
            if self.model.sweep():
                self.offers()
            self.model.holds[made.public_id] = Held(self.model.rows(amounts), until)

    @rule(data=st.data(), days=st.sampled_from([0, 1, 30]))
    def extend(self, data: st.DataObject, days: int) -> None:
        if id := self.one_of(data):
            self.extend_it(id, days)

    def extend_it(self, id: str, days: int = 1) -> None:
        row, until = self.model.holds[id], self.model.now + timedelta(days=days)
        may = row.status == "held" and row.until > self.model.now and not self.model.is_offered(id) and days > 0
        done = self.attempt(
            lambda: capacity.extend(self.session, self.found(id), until, by=None, now=self.model.now) or True
        )
        assert (done is not None) == may
        if may:
            row.until = until

    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        if id := self.one_of(data):
            self.commit_it(id)

    def commit_it(self, id: str) -> None:
        row = self.model.holds[id]
        may = row.status == "held" and row.until > self.model.now and not self.model.is_offered(id)
        done = self.attempt(lambda: capacity.commit(self.session, self.found(id), by=None, now=self.model.now) or True)
        assert (done is not None) == may
        if may:
            row.status = "committed"

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        id = self.one_of(data)
        if id is None:
            return
        row = self.model.holds[id]
        may = row.status in ("held", "committed")
        done = self.attempt(
            lambda: capacity.release(self.session, self.found(id), Reason.OTHER, by=None, now=self.model.now) or True
        )
        assert (done is not None) == may
        if may:
            row.status = "released"
            for wish in self.model.queue.values():
                if wish.hold == id and wish.status == "offered":
                    wish.status = "gone"
            self.model.sweep()
            self.offers()

    @rule(amounts=AMOUNTS)
    def wait(self, amounts: dict[str, int]) -> None:
        named, plot_id = ("exchange", f"w{len(self.model.queue)}"), self.plot.id if PLOT in amounts else None
        ask = Ask(self.park.id, self.asked(amounts), *named, self.owner_id, None, plot_id)
        made = self.attempt(lambda: capacity.join_queue(self.session, ask, now=self.model.now))
        possible = all(amount <= self.model.there.get(name, -1) for name, amount in self.model.rows(amounts).items())
        assert (made is not None) == possible
        if isinstance(made, Waiting):
            self.model.queue[made.public_id] = Wish(amounts)
            self.model.sweep()
            self.offers()

    @rule(data=st.data(), takes=st.booleans())
    def answer(self, data: st.DataObject, takes: bool) -> None:
        if not self.model.queue:
            return
        self.answer_it(data.draw(st.sampled_from(list(self.model.queue))), takes)

    def answer_it(self, id: str, takes: bool) -> None:
        wish = self.model.queue[id]
        row = self.session.exec(select(Waiting).where(Waiting.public_id == id)).one()
        self.session.refresh(row)
        act = capacity.take if takes else capacity.leave
        done = self.attempt(lambda: act(self.session, row, by=None, now=self.model.now) or True)
        if takes:
            held = self.model.holds.get(wish.hold)
            may = wish.status == "offered" and held is not None and held.until > self.model.now
            assert (done is not None) == may
            if may and held is not None:
                wish.status, held.until = "taken", self.model.now + TERM
        else:
            assert (done is not None) == (wish.status in ("waiting", "offered"))
            if done is not None:
                if wish.status == "offered":
                    self.model.holds[wish.hold].status = "released"
                wish.status = "gone"
                self.model.sweep()
                self.offers()

    @rule(days=DAYS, swept=st.booleans())
    def pass_time(self, days: int, swept: bool) -> None:
        self.model.now += timedelta(days=days)
        if swept:
            self.sweep()

    @rule(act=st.sampled_from(["sweep", "commit", "extend", "take"]))
    def reach_an_end(self, act: str) -> None:
        """The very moment comes at which the next hold ends, and somebody acts on it."""
        ends = {id: row.until for id, row in self.model.holds.items() if row.status == "held"}
        next_one = min(ends, key=lambda id: ends[id], default=None)
        if next_one is not None:
            self.model.now = max(self.model.now, ends[next_one])
        offered = next((id for id, wish in self.model.queue.items() if wish.hold == next_one), None)
        if act == "sweep" or next_one is None:
            self.sweep()
        elif offered is not None and act == "take":
            self.answer_it(offered, takes=True)
        elif act == "extend":
            self.extend_it(next_one)
        else:
            self.commit_it(next_one)

    def sweep(self) -> None:
        capacity.expire_due(self.session, now=self.model.now)
        self.session.expire_all()
        if self.model.sweep():
            self.offers()

    def one_of(self, data: st.DataObject) -> str | None:
        """Some hold there has been, mostly one that stands, drawn by its place: ids are random."""
        ids = [id for id, row in self.model.holds.items() if row.status in ("held", "committed")] * 3
        ids += list(self.model.holds)
        return ids[data.draw(st.integers(0, len(ids) - 1))] if ids else None

    def found(self, id: str) -> Hold:
        row = self.session.exec(select(Hold).where(Hold.public_id == id)).one()
        self.session.refresh(row)
        return row

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "model"):
            return
        self.session.expire_all()
        ours = select(Capacity).where(Capacity.park_id == self.park.id)
        rows = {PLOT if row.plot_id else row.resource: row for row in self.session.exec(ours)}
        assert {name: (row.design - row.used) // UNITS[name] for name, row in rows.items()} == self.model.there
        moved = self.moved()
        for name, row in rows.items():
            assert row.held == self.model.promised(name, "held") * UNITS[name]
            assert row.committed == self.model.promised(name, "committed") * UNITS[name]
            assert capacity.free_of(row) == self.model.free(name) * UNITS[name] >= 0
            assert moved.get(name, (0, 0)) == (row.held, row.committed)
        holds = self.session.exec(select(Hold).where(Hold.park_id == self.park.id)).all()
        stand = {row.public_id: (str(row.status), row.expires_at) for row in holds}
        assert stand == {id: (row.status, row.until) for id, row in self.model.holds.items()}
        if days := [row.until for row in self.model.holds.values() if row.status == "held"]:
            assert jobs.is_planned(self.session, EXPIRE, self.park.code, due_at=min(days))
        queue = self.session.exec(select(Waiting).where(Waiting.park_id == self.park.id).order_by(Waiting.id)).all()
        assert [(row.public_id, str(row.status)) for row in queue] == [
            (id, row.status) for id, row in self.model.queue.items()
        ]

    def moved(self) -> dict[str, tuple[int, int]]:
        """Row → the sums of what the history says was held and committed, more or less."""
        sums = [func.coalesce(func.sum(column), 0) for column in (LedgerEntry.held, LedgerEntry.committed)]
        query = select(LedgerEntry.plot_id, LedgerEntry.resource, *sums).where(LedgerEntry.park_id == self.park.id)
        found = self.session.exec(query.group_by(LedgerEntry.plot_id, LedgerEntry.resource)).all()
        return {PLOT if plot else name: (int(held), int(committed)) for plot, name, held, committed in found}


def test_the_ledger_says_what_a_plain_count_says(engine: Engine, full: bool) -> None:
    machine = type("LedgerHere", (Ledger,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=FULL if full else SMALL,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
