"""What does the machine of the ledger know of a park: what there is, who holds what, who waits in which order?"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.workdays import due_after
from tests.marketplace.conftest import NOW

PLOT = "plot"  # the row of the plot's own land
OFFERED_WORKDAYS = 3


@dataclass
class Held:
    """What the model knows of a hold: the rows it takes from."""

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
    there: dict[str, int] = field(default_factory=dict)  # row → what there is to promise: in all without what is used
    holds: dict[str, Held] = field(default_factory=dict)
    queue: dict[str, Wish] = field(default_factory=dict)

    def promised(self, name: str, *statuses: str) -> int:
        return sum(row.amounts.get(name, 0) for row in self.holds.values() if row.status in statuses)

    def free(self, name: str) -> int:
        return self.there.get(name, 0) - self.promised(name, "held", "committed")

    def rows(self, amounts: dict[str, int]) -> dict[str, int]:
        """From which rows: land of the plot is land of the park, where the park says how much it has."""
        too = {"land": amounts[PLOT]} if PLOT in amounts and "land" in self.there else {}
        return amounts | too

    def fits(self, amounts: dict[str, int]) -> bool:
        return all(name in self.there and amount <= self.free(name) for name, amount in self.rows(amounts).items())

    def is_offered(self, id: str) -> bool:
        """Whether a hold is an offer that nobody took yet."""
        return any(wish.hold == id and wish.status == "offered" for wish in self.queue.values())

    def give(self, id: str, hold: str) -> None:
        """Who waits is offered a hold until the end of the third working day."""
        wish = self.queue[id]
        wish.status, wish.hold = "offered", hold
        until = due_after(self.now, OFFERED_WORKDAYS).ends_at
        self.holds[hold] = Held(self.rows(wish.amounts), until)

    def would_hold(self, amounts: dict[str, int]) -> bool:
        """Whether an amount can be had now: what is over is free, but who waits for it comes first."""
        then = deepcopy(self)
        if then.sweep():
            while (id := then.next_offered()) is not None:
                then.give(id, f"of {id}")
        return then.fits(amounts)

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
