"""Does the ledger, in any order of acts, say what a plain count of them says, and never promise anything twice?

`Ledger` is the machine of the ledger alone. A machine of more (exchanges, projects) inherits from it: `begin` makes the
world, `acts` are rules, `everything_adds_up` is asked after each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import func, select

from marketplace import capacity
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
from marketplace.database import writing
from marketplace.errors import Refusal
from marketplace.organisations import OrganisationKind, Standing, add_organisation
from marketplace.parks import ParkFields, join
from marketplace.resources import quantity_of
from marketplace.workdays import due_after
from tests.marketplace.conftest import NOW

UNITS = {name: quantity_of(name).measure.base for name in ("power", "energy")}  # base units of one of the sheet's
AMOUNTS = st.dictionaries(st.sampled_from(sorted(UNITS)), st.integers(1, 60), min_size=1)
SMALL, FULL, STEPS = 15, 250, 20  # runs on each of the two databases
TERM = timedelta(days=30)


@dataclass
class Held:
    """What the model knows of a hold."""

    amounts: dict[str, int]
    until: datetime
    status: str = "held"


@dataclass
class Wish:
    """What the model knows of a place in the queue; `hold` is what it was offered."""

    amounts: dict[str, int]
    status: str = "waiting"
    hold: str = ""


@dataclass
class Model:
    """A plain count: what there is, who holds what, who waits in which order."""

    now: datetime = NOW
    design: dict[str, int] = field(default_factory=dict)
    holds: dict[str, Held] = field(default_factory=dict)
    queue: dict[str, Wish] = field(default_factory=dict)

    def promised(self, name: str, *statuses: str) -> int:
        return sum(row.amounts.get(name, 0) for row in self.holds.values() if row.status in statuses)

    def free(self, name: str) -> int:
        return self.design.get(name, 0) - self.promised(name, "held", "committed")

    def fits(self, amounts: dict[str, int]) -> bool:
        return all(name in self.design and amount <= self.free(name) for name, amount in amounts.items())

    def sweep(self) -> bool:
        """What is past its day ends; whether anything did."""
        due = [id for id, row in self.holds.items() if row.status == "held" and row.until <= self.now]
        for id in due:
            self.holds[id].status = "expired"
            for wish in self.queue.values():
                if wish.hold == id and wish.status == "offered":
                    wish.status = "gone"
        return bool(due)

    def next_offered(self) -> str | None:
        """Who is asked next: the first for whom it suffices."""
        waits = (id for id, row in self.queue.items() if row.status == "waiting")
        return next((id for id in waits if self.fits(self.queue[id].amounts)), None)


class Ledger(RuleBasedStateMachine):
    """Acts on a park's ledger, each beside what the model says of it."""

    engine: Engine

    @initialize()
    def begin(self) -> None:
        self.session = writing(self.engine)
        house = add_organisation(self.session, "管委会", OrganisationKind.PARK, now=NOW, standing=Standing.VERIFIED)
        self.park = join(self.session, ParkFields(name="示例园区"), by=None, now=NOW)
        self.owner_id = house.id
        self.park.owner_id = house.id
        self.session.flush()
        self.model = Model()

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
            offered = self.session.get_one(Hold, row.hold_id)
            wish = self.model.queue[id]
            wish.status, wish.hold = "offered", offered.public_id
            until = due_after(self.model.now, capacity.OFFER_WORKDAYS).ends_at
            self.model.holds[offered.public_id] = Held(wish.amounts, until)

    def asked(self, amounts: dict[str, int]) -> dict[str, int]:
        return {name: amount * UNITS[name] for name, amount in amounts.items()}

    @rule(power=st.none() | st.integers(0, 100), energy=st.none() | st.integers(0, 100))
    def change_sheet(self, power: int | None, energy: int | None) -> None:
        said = {name: value for name, value in (("power", power), ("energy", energy)) if value is not None}
        fields = SheetFields.model_validate({"power_kva": power, "energy_tce": energy, "energy_basis": "calorific"})
        promised = {name: self.model.promised(name, "held", "committed") for name in UNITS}
        saved = self.attempt(
            lambda: capacity.save_sheet(self.session, self.park, fields, by=None, now=self.model.now) or True
        )
        assert (saved is not None) == all(said.get(name, 0) >= amount for name, amount in promised.items())
        if saved is None:
            return
        grew = self.model.design != said
        self.model.design = said
        if grew and self.queue_waits():
            self.model.sweep()
            self.offers()

    def queue_waits(self) -> bool:
        return any(row.status == "waiting" for row in self.model.queue.values())

    @rule(amounts=AMOUNTS, days=st.integers(1, 60))
    def hold(self, amounts: dict[str, int], days: int) -> None:
        until = self.model.now + timedelta(days=days)
        named = {"for_kind": "exchange", "for_id": "x", "owner_id": self.owner_id}
        before = Model(self.model.now, self.model.design, dict(self.model.holds), dict(self.model.queue))
        made = self.attempt(
            lambda: capacity.hold(
                self.session, self.park, self.asked(amounts), **named, by=None, now=self.model.now, until=until
            )
        )
        if made is None:
            assert not before.fits(amounts) or self.model.holds
            return
        assert isinstance(made, Hold)
        if self.model.sweep():
            self.offers()
        assert self.model.fits(amounts)
        self.model.holds[made.public_id] = Held(amounts, until)

    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        id = self.one_of(data)
        if id is None:
            return
        row = self.model.holds[id]
        offered = any(wish.hold == id and wish.status == "offered" for wish in self.model.queue.values())
        may = row.status == "held" and row.until > self.model.now and not offered
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
        ask = Ask(self.park.id, self.asked(amounts), "exchange", f"w{len(self.model.queue)}", self.owner_id, None)
        made = self.attempt(lambda: capacity.join_queue(self.session, ask, now=self.model.now))
        possible = all(amount <= self.model.design.get(name, -1) for name, amount in amounts.items())
        assert (made is not None) == possible
        if isinstance(made, Waiting):
            self.model.queue[made.public_id] = Wish(amounts)
            self.model.sweep()
            self.offers()

    @rule(data=st.data(), takes=st.booleans())
    def answer(self, data: st.DataObject, takes: bool) -> None:
        if not self.model.queue:
            return
        id = data.draw(st.sampled_from(sorted(self.model.queue, key=list(self.model.queue).index)))
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

    @rule(days=st.integers(1, 40), swept=st.booleans())
    def pass_time(self, days: int, swept: bool) -> None:
        self.model.now += timedelta(days=days)
        if swept:
            capacity.expire_due(self.session, now=self.model.now)
            self.session.expire_all()
            if self.model.sweep():
                self.offers()

    def one_of(self, data: st.DataObject) -> str | None:
        """Some hold there has been, drawn by its place: ids are random."""
        ids = list(self.model.holds)
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
        rows = {row.resource: row for row in self.session.exec(ours)}
        assert {name: row.design // UNITS[name] for name, row in rows.items()} == self.model.design
        for name, row in rows.items():
            assert row.held == self.model.promised(name, "held") * UNITS[name]
            assert row.committed == self.model.promised(name, "committed") * UNITS[name]
            assert capacity.free_of(row) == self.model.free(name) * UNITS[name] >= 0
            sums = [func.coalesce(func.sum(column), 0) for column in (LedgerEntry.held, LedgerEntry.committed)]
            own = LedgerEntry.park_id == self.park.id, LedgerEntry.resource == name
            moved = self.session.exec(select(*sums).where(*own)).one()
            assert tuple(map(int, moved)) == (row.held, row.committed)
        holds = self.session.exec(select(Hold).where(Hold.park_id == self.park.id)).all()
        statuses = {row.public_id: str(row.status) for row in holds}
        assert statuses == {id: row.status for id, row in self.model.holds.items()}
        queue = self.session.exec(select(Waiting).where(Waiting.park_id == self.park.id).order_by(Waiting.id)).all()
        assert [(row.public_id, str(row.status)) for row in queue] == [
            (id, row.status) for id, row in self.model.queue.items()
        ]


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
