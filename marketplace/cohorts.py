"""Of what was signed, how much started, how much produces, and how much of the money came in?

A project counts where it was first signed (projects.credits); letters of intent, framework agreements and contracts are
never added up. A promise is kept where work started by the day the contract names.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from marketplace.errors import NotFound
from marketplace.exchanges import Side
from marketplace.organisations import OrganisationKind, Viewer, may_audit
from marketplace.parks import Park
from marketplace.projects import Occasion, Payment, Project, Signing, SigningKind, Stage, StageEntry, affairs_of, totals
from marketplace.projects.credits import shares_by

LEAST = 5  # projects in what others than the platform and the parks themselves may read
Key = str | int | None


class By(StrEnum):
    """What projects are grouped by."""

    OCCASION = "occasion"
    MONTH = "month"
    PROVINCE = "province"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class History:
    """A signed project with what stands of it."""

    project: Project
    park: Park
    signings: Sequence[Signing]
    reached: Mapping[Stage, date]
    paid_fen: int

    @property
    def first(self) -> Signing:
        """The signing that owns the credit."""
        return next(each for each in self.signings if each.owns_credit)

    @property
    def contract(self) -> Signing | None:
        """The first contract: a later one does not move the promised day."""
        return next((each for each in self.signings if each.kind is SigningKind.CONTRACT), None)


@dataclass(slots=True)
class Cohort:
    """What was signed together, and what became of it. Amounts in 分."""

    key: Key
    signed: int = 0
    started: int = 0
    producing: int = 0
    ended: int = 0
    amounts: dict[SigningKind, int] = field(default_factory=dict)
    contracted_fen: int = 0  # of the projects that count here, whole
    paid_fen: int = 0
    due: int = 0  # contracts whose promised day has come
    kept: int = 0  # of these, started by it
    simulated: bool = False

    @property
    def kept_share(self) -> float | None:
        """履约率 by the day: started in time of all that were due."""
        return self.kept / self.due if self.due else None

    @property
    def paid_share(self) -> float | None:
        """履约率 by the money: came in of what was contracted."""
        return self.paid_fen / self.contracted_fen if self.contracted_fen else None


@dataclass(frozen=True, slots=True)
class Others:
    """All other parks as one: how many projects, rounded down to fives."""

    signed: int
    started: int
    producing: int
    simulated: bool


def may_read(viewer: Viewer | None) -> bool:
    """The platform, and parks about their own."""
    return viewer is not None and (may_audit(viewer) or viewer.kind == OrganisationKind.PARK)


def histories(session: Session, viewer: Viewer, *, now: datetime) -> list[History]:
    """Every signed project for the platform; for a park's organisation its own that it may still read.

    What went with a consent that was withdrawn is in none of the park's figures. Raises NotFound.
    """
    if not may_read(viewer):
        raise NotFound
    rows = _histories(session)
    if may_audit(viewer):
        return rows
    seen = {each.project.id for each in affairs_of(session, viewer, now=now) if each.side is Side.PARK}
    return [row for row in rows if row.project.id in seen]


def others(session: Session, viewer: Viewer, *, on: date) -> Others | None:
    """What a park may compare itself with: all other parks as one, where five of them have signed something.

    No money, and in steps of five projects: read before and after one signing it says nothing of that one.
    """
    rows = [row for row in _histories(session) if row.project.organisation_id != viewer.organisation_id]
    if len({row.project.organisation_id for row in rows}) < LEAST:
        return None
    told = whole(rows, on=on)
    signed, started, producing = (count - count % LEAST for count in (told.signed, told.started, told.producing))
    return Others(signed, started, producing, told.simulated)


def cohorts(rows: Iterable[History], by: By, *, on: date) -> list[Cohort]:
    """The groups in the order of their keys. Counts and money that came in stand where the project counts."""
    key = KEYS[by]
    made: dict[Key, Cohort] = {}
    for row in rows:
        owner = made.setdefault(key(row, row.first), Cohort(key(row, row.first)))
        _count(owner, row, on)
        for place, share in shares_by(row.signings, partial(key, row)).items():
            cohort = made.setdefault(place, Cohort(place))
            cohort.simulated |= row.project.simulated
            for kind, amount in share.amounts.items():
                cohort.amounts[kind] = cohort.amounts.get(kind, 0) + amount
    return sorted(made.values(), key=lambda cohort: (cohort.key is None, str(cohort.key)))


def whole(rows: Iterable[History], *, on: date) -> Cohort:
    """Everything as one group."""
    total = Cohort(None)
    for row in rows:
        _count(total, row, on)
        for kind, amount in totals(row.signings).items():
            total.amounts[kind] = total.amounts.get(kind, 0) + amount
    return total


def occasions_of(session: Session) -> Mapping[int, Occasion]:
    """The occasions by their number."""
    return {row.id: row for row in session.exec(select(Occasion)).all()}


def _count(cohort: Cohort, row: History, on: date) -> None:
    started, contract = row.reached.get(Stage.STARTED), row.contract
    cohort.signed += 1
    cohort.started += started is not None
    cohort.producing += Stage.PRODUCING in row.reached
    cohort.ended += Stage.TERMINATED in row.reached
    cohort.contracted_fen += totals(row.signings).get(SigningKind.CONTRACT, 0)
    cohort.paid_fen += row.paid_fen
    cohort.simulated |= row.project.simulated
    if contract is not None and contract.start_by is not None and contract.start_by <= on:
        cohort.due += 1
        cohort.kept += started is not None and started <= contract.start_by


KEYS: Mapping[By, Callable[[History, Signing], Key]] = {
    By.OCCASION: lambda row, signing: signing.occasion_id,
    By.MONTH: lambda row, signing: signing.signed_on.strftime("%Y-%m"),
    By.PROVINCE: lambda row, signing: row.park.province,
    By.MODE: lambda row, signing: str(row.project.mode),
}


def _histories(session: Session) -> list[History]:
    query = select(Project, Park).join(Park, col(Park.id) == col(Project.park_id)).order_by(col(Project.id))
    rows = session.exec(query).all()
    signings, entries, payments = (_standing(session, table) for table in (Signing, StageEntry, Payment))
    return [
        History(
            project,
            park,
            signings[project.id],
            {entry.stage: entry.reached_on for entry in entries.get(project.id, ())},
            sum(row.amount_fen for row in payments.get(project.id, ())),
        )
        for project, park in rows
        if project.id in signings
    ]


def _standing(session: Session, table: Any) -> dict[int, list[Any]]:
    """The rows of a table that stand, by project, in the order in which they were entered."""
    found: dict[int, list[Any]] = {}
    for row in session.exec(select(table).where(table.stands_at.is_not(None)).order_by(table.id)).all():
        found.setdefault(row.project_id, []).append(row)
    return found
