"""What does the joint machine know of a need: its exchange, its project, what was signed, held and offered?"""

from dataclasses import dataclass, field

from marketplace import projects
from marketplace.projects import ProofKind, SigningKind, Stage

ORDER = list(projects.ORDER)
FIRST_PROVEN = ORDER.index(Stage.SIGNED)
BOTH = {"firm", "office"}
NEEDED = {
    Stage.STARTED: {ProofKind.EIA_APPROVAL, ProofKind.ENERGY_REVIEW},
    Stage.PRODUCING: {ProofKind.DISCHARGE_PERMIT},
}


@dataclass(frozen=True)
class Waits:
    """What one side said and the other has not answered."""

    side: str
    what: Stage | SigningKind
    amount: int
    id: str


@dataclass
class Affair:
    """What the model knows of one need and what became of it."""

    open: bool = False
    project: bool = False
    stage: Stage = Stage.TALKS
    held: int = 0
    committed: int = 0
    amounts: dict[SigningKind, int] = field(default_factory=dict)
    before: Stage | None = None  # of an end that came with the closing of the exchange
    proofs: set[ProofKind] = field(default_factory=set)
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

    def end(self) -> None:
        self.stage, self.held, self.committed, self.offered, self.waits = Stage.TERMINATED, 0, 0, 0, {}

    def signed(self, kind: SigningKind, amount: int, by: set[str]) -> None:
        self.amounts[kind] = max(amount, self.amounts.get(kind, 0))
        if ORDER.index(self.stage) < FIRST_PROVEN:
            self.stage = Stage.SIGNED
            self.waits.pop("stage", None)  # overtaken
        if kind is SigningKind.CONTRACT:
            self.bind(by)

    def bind(self, sides: set[str]) -> None:
        self.bound |= sides
        if "office" in self.bound:
            self.committed, self.held = self.committed + self.held, 0
