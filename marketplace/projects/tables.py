"""What is kept of a project: its stages, proofs, signings, payments and who leads it?"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.database import PERSONAL, Moment, Word, day_of, one_of, public_id
from marketplace.exchanges import Side
from marketplace.projects.stages import ProofKind, Stage
from matching.records import Mode

OPEN = "stands_at IS NULL AND ended_at IS NULL"


class SigningKind(StrEnum):
    """意向书, 框架协议, 正式合同: never added together."""

    LETTER_OF_INTENT = "letter_of_intent"
    FRAMEWORK = "framework"
    CONTRACT = "contract"


class Reason(StrEnum):
    """Why a project ended."""

    FUNDING = "funding"
    RESOURCES = "resources"
    APPROVAL = "approval"
    MARKET = "market"
    TERMS = "terms"
    ELSEWHERE = "elsewhere"
    DUPLICATE = "duplicate"
    CLOSED = "closed"  # the exchange was closed before a contract stood
    OTHER = "other"


class Occasion(SQLModel, table=True):
    """Where things are signed in public: name, day, province. Entered by the platform, since everybody reads it."""

    __tablename__ = "occasion"
    __table_args__ = (UniqueConstraint("title", "held_on"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    title: str = Field(max_length=80)
    held_on: date
    adcode: str = Field(max_length=6)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)


class Project(SQLModel, table=True):
    """What an exchange becomes; one for each exchange, counted once."""

    __tablename__ = "project"
    __table_args__ = (one_of("stage", Stage), one_of("mode", Mode))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    exchange_id: int = Field(foreign_key="exchange.id", unique=True)
    need_id: int = Field(foreign_key="need.id", index=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    owner_id: int = Field(foreign_key="organisation.id", index=True)  # the enterprise
    organisation_id: int = Field(foreign_key="organisation.id", index=True)  # who speaks for the park
    title: str = Field(max_length=80)
    mode: Mode = Field(sa_type=Word(Mode))
    stage: Stage = Field(default=Stage.LEAD, sa_type=Word(Stage))
    stage_on: date  # the day of the stage, for lists
    lead_id: int = Field(foreign_key="organisation.id", index=True)  # 首谈
    lead_since: datetime = Field(sa_type=Moment)
    version: int = 1
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class Proof(SQLModel, table=True):
    """A document about a project, or an approval by its number and day; the bytes are in the database."""

    __tablename__ = "project_proof"
    __table_args__ = (
        one_of("kind", ProofKind),
        one_of("side", Side),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("content IS NOT NULL OR number <> ''", name="something"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    project_id: int = Field(foreign_key="project.id", index=True)
    kind: ProofKind = Field(sa_type=Word(ProofKind))
    number: str = Field(default="", max_length=60)
    dated_on: date | None = None
    format: str = Field(default="", max_length=8)
    name: str = Field(default="", max_length=120)  # shown, never a path
    size: int = 0
    sha256: str = Field(default="", max_length=64)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    side: Side = Field(sa_type=Word(Side))
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)


class Entered(SQLModel):
    """What one side says: it stands with a document or the other side's confirmation, or comes to nothing."""

    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    project_id: int = Field(foreign_key="project.id", index=True)
    proof_id: int | None = Field(default=None, foreign_key="project_proof.id", index=True)
    side: Side = Field(sa_type=Word(Side))
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    entered_at: datetime = Field(sa_type=Moment)
    stands_at: datetime | None = Field(default=None, sa_type=Moment)
    confirmed_by_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)  # taken back, refused, or overtaken

    @property
    def waits(self) -> bool:
        """Whether the other side has still to answer."""
        return self.stands_at is None and self.ended_at is None


class StageEntry(Entered, table=True):
    """That a project reached a stage on a day."""

    __tablename__ = "project_stage"
    __table_args__ = (
        one_of("stage", Stage),
        one_of("side", Side),
        one_of("reason", Reason),
        CheckConstraint("(stage = 'terminated') = (reason IS NOT NULL)", name="why"),
        CheckConstraint("stands_at IS NULL OR ended_at IS NULL", name="answer"),
        Index(
            "ix_project_stage_waiting", "project_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)
        ),
        Index(
            "ix_project_stage_standing",
            "project_id",
            "stage",
            unique=True,
            sqlite_where=text("stands_at IS NOT NULL"),
            postgresql_where=text("stands_at IS NOT NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    stage: Stage = Field(sa_type=Word(Stage))
    reached_on: date
    reason: Reason | None = Field(default=None, sa_type=Word(Reason))
    words: str = Field(default="", max_length=400, sa_column_kwargs=PERSONAL)

    @property
    def is_backdated(self) -> bool:
        """Whether it was entered on a later day than it happened."""
        return self.reached_on < day_of(self.entered_at)


class Signing(Entered, table=True):
    """That both signed something: its amount is that of the whole project, by its words."""

    __tablename__ = "project_signing"
    __table_args__ = (
        one_of("kind", SigningKind),
        one_of("side", Side),
        CheckConstraint("amount_fen >= 0", name="amount"),
        CheckConstraint("stands_at IS NULL OR ended_at IS NULL", name="answer"),
        CheckConstraint("NOT owns_credit OR stands_at IS NOT NULL", name="credit"),
        Index(  # one project, one count
            "ix_project_signing_credit",
            "project_id",
            unique=True,
            sqlite_where=text("owns_credit"),
            postgresql_where=text("owns_credit"),
        ),
        Index(
            "ix_project_signing_waiting",
            "project_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    kind: SigningKind = Field(sa_type=Word(SigningKind))
    signed_on: date
    amount_fen: int = Field(sa_type=BigInteger)
    occasion_id: int | None = Field(default=None, foreign_key="occasion.id", index=True)
    start_by: date | None = None  # promised in the contract
    owns_credit: bool = False


class Payment(Entered, table=True):
    """That money came in (到位资金)."""

    __tablename__ = "project_payment"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("stands_at IS NULL OR ended_at IS NULL", name="answer"),
    )

    id: int = Field(default=None, primary_key=True)
    paid_on: date
    amount_fen: int = Field(sa_type=BigInteger)
