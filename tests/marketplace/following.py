"""What does the joint machine know of a need: its exchange, its project, what was signed, held and offered?"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from marketplace import projects
from marketplace.database import day_of
from marketplace.projects import ProofKind, SigningKind, Stage
from tests.marketplace.conftest import NOW

ORDER = list(projects.ORDER)
FIRST_PROVEN = ORDER.index(Stage.SIGNED)
BOTH = {"firm", "office"}
NEEDED = {
    Stage.STARTED: {ProofKind.EIA_APPROVAL, ProofKind.ENERGY_REVIEW},
    Stage.PRODUCING: {ProofKind.DISCHARGE_PERMIT},
}


def on_day(number: int) -> date:
    """The date of a day of the run."""
    return day_of(NOW + timedelta(days=number))


@dataclass(frozen=True)
class Waits:
    """What one side said and the other has not answered."""

    side: str
    what: Stage | SigningKind
    amount: int
    id: str
    day: int  # on which it happened, by their word


@dataclass
class Affair:
    """What the model knows of one need and what became of it."""

    open: bool = False
    project: bool = False
    stage: Stage = Stage.TALKS
    day: int = 0  # of the stage; of the talks' beginning, while there is no project
    loose: int = 0  # held for the exchange: no project of it runs
    held: int = 0
    committed: int = 0
    amounts: dict[SigningKind, int] = field(default_factory=dict)
    before: tuple[Stage, int] | None = None  # what an end that came with the closing of the exchange followed
    signed_on: int = 0  # the last of what was signed
    proofs: dict[ProofKind, int] = field(default_factory=dict)  # which approvals, of which day the first
    waits: dict[str, Waits] = field(default_factory=dict)  # one stage and one signing may wait
    bound: set[str] = field(default_factory=set)  # who entered or confirmed a contract
    one_sided: list[tuple[str, str]] = field(default_factory=list)  # contracts: who entered it alone, its id
    offered: int = 0
    offer: str = ""  # the place in the queue

    @property
    def contracted(self) -> bool:
        return SigningKind.CONTRACT in self.amounts

    @property
    def seen(self) -> bool:
        return self.project and (self.open or self.bound == BOTH or (self.contracted and not self.ended))

    @property
    def ended(self) -> bool:
        return self.stage is Stage.TERMINATED

    @property
    def runs(self) -> bool:
        return self.project and not self.ended

    @property
    def early(self) -> bool:
        """Nothing was signed yet."""
        return not self.ended and ORDER.index(self.stage) < FIRST_PROVEN

    def end(self, day: int) -> None:
        self.stage, self.day = Stage.TERMINATED, day
        self.held, self.committed, self.offered, self.waits = 0, 0, 0, {}

    def close(self, side: str, day: int) -> None:
        """A side withdrew: the project ends unless a contract binds that side; what was never a project's is gone."""
        self.open, self.loose = False, 0
        if not self.runs:
            self.offered = 0
        elif side not in self.bound:
            self.before = (self.stage, self.day)
            self.end(max(day, self.day))

    def begin(self, day: int) -> None:
        """It becomes a project, or goes on as one; what was held for the exchange is held for that."""
        if not self.project:
            self.project = True
        elif self.ended and self.before:
            (self.stage, self.day), self.before = self.before, None
        if self.runs:
            more, self.loose = self.loose, 0
            self.take(more)

    def take(self, mu: int) -> None:
        """The park sets something aside: for good where a contract binds it."""
        if not self.runs:
            self.loose += mu
        elif "office" in self.bound:
            self.committed += mu
        else:
            self.held += mu

    def follows(self, stage: Stage, day: int) -> bool:
        """Whether a stage may be reached next, on a day."""
        if self.ended or stage in (Stage.SIGNED, Stage.TERMINATED) or day < self.day:
            return False
        before, after = ORDER.index(self.stage), ORDER.index(stage)
        if after < FIRST_PROVEN:
            return after > before
        there = {kind for kind, dated in self.proofs.items() if dated <= day}
        return after == before + 1 and self.contracted and NEEDED.get(stage, set()) <= there

    def may_be_signed_on(self, day: int) -> bool:
        """Neither before the stage it follows nor before what was signed already."""
        return day >= self.signed_on and not (self.early and day < self.day)

    def signed(self, kind: SigningKind, amount: int, by: set[str], day: int) -> None:
        self.amounts[kind] = max(amount, self.amounts.get(kind, 0))
        self.signed_on = day
        if self.early:
            self.stage, self.day = Stage.SIGNED, day
            self.waits.pop("stage", None)  # overtaken
        if kind is SigningKind.CONTRACT:
            self.bind(by)

    def bind(self, sides: set[str]) -> None:
        self.bound |= sides
        if "office" in self.bound:
            self.committed, self.held = self.committed + self.held, 0
