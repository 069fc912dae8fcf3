"""Projects, stages, increments and leads."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Item = Any  # a column, constraint or index
MOMENT = sa.DateTime(timezone=True)
STAGES = (
    "'lead','assessment','talks','visit','signed','registered','supplied','started','completed','producing',"
    "'full_output','terminated'"
)
MODES = "'relocation','hq_base','rd_manufacturing','market_product','enclave','partner'"
PROOFS = "'stage','signing','payment','eia_approval','energy_review','energy_exemption','discharge_permit'"
REASONS = "'funding','resources','approval','market','terms','elsewhere','duplicate','closed','other'"
OPEN = sa.text("stands_at IS NULL AND ended_at IS NULL")
STANDING = sa.text("stands_at IS NOT NULL")
CREDIT = sa.text("owns_credit")
TABLES = ("project_payment", "project_signing", "project_stage", "project_proof", "project")


def upgrade() -> None:
    _occasion()
    _project()
    _proof()
    _stage()
    _signing()
    _payment()


def downgrade() -> None:
    for table in (*TABLES, "occasion"):
        op.drop_table(table)


def _make(table: str, *columns: Item, to: dict[str, str]) -> None:
    """A table with id and public id, foreign keys by column, and an index on each."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in to.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )
    for column in to:
        if column != "exchange_id":  # unique
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _once(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _check(table: str, name: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


def _entered(table: str) -> tuple[Item, ...]:
    """What one side says and the other confirms."""
    return (
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(length=24), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("stands_at", MOMENT, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        _check(table, "side", "side IN ('need','park')"),
        _check(table, "answer", "stands_at IS NULL OR ended_at IS NULL"),
    )


ENTERED = {
    "project_id": "project",
    "proof_id": "project_proof",
    "organisation_id": "organisation",
    "user_id": "user_account",
    "confirmed_by_id": "user_account",
}


def _occasion() -> None:
    _make(
        "occasion",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("adcode", sa.String(length=6), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("title", "held_on", name=op.f("uq_occasion_title_held_on")),
        to={},
    )


def _project() -> None:
    _make(
        "project",
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("stage_on", sa.Date(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("lead_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _check("project", "stage", f"stage IN ({STAGES})"),
        _check("project", "mode", f"mode IN ({MODES})"),
        sa.UniqueConstraint("exchange_id", name=op.f("uq_project_exchange_id")),
        to={
            "exchange_id": "exchange",
            "need_id": "need",
            "park_id": "park",
            "owner_id": "organisation",
            "organisation_id": "organisation",
            "lead_id": "organisation",
        },
    )


def _proof() -> None:
    _make(
        "project_proof",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("side", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _check("project_proof", "kind", f"kind IN ({PROOFS})"),
        _check("project_proof", "side", "side IN ('need','park')"),
        _check("project_proof", "size", "size >= 0"),
        _check("project_proof", "something", "content IS NOT NULL OR number <> ''"),
        to={"project_id": "project", "user_id": "user_account"},
    )


def _stage() -> None:
    _make(
        "project_stage",
        *_entered("project_stage"),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("words", sa.String(length=400), nullable=False),
        _check("project_stage", "stage", f"stage IN ({STAGES})"),
        _check("project_stage", "reason", f"reason IN ({REASONS})"),
        _check("project_stage", "why", "(stage = 'terminated') = (reason IS NOT NULL)"),
        to=ENTERED,
    )
    _once("ix_project_stage_waiting", "project_stage", ["project_id"], OPEN)
    _once("ix_project_stage_standing", "project_stage", ["project_id", "stage"], STANDING)


def _signing() -> None:
    _make(
        "project_signing",
        *_entered("project_signing"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("occasion_id", sa.Integer(), nullable=True),
        sa.Column("start_by", sa.Date(), nullable=True),
        sa.Column("owns_credit", sa.Boolean(), nullable=False),
        _check("project_signing", "kind", "kind IN ('letter_of_intent','framework','contract')"),
        _check("project_signing", "amount", "amount_fen >= 0"),
        _check("project_signing", "credit", "NOT owns_credit OR stands_at IS NOT NULL"),
        to={**ENTERED, "occasion_id": "occasion"},
    )
    _once("ix_project_signing_credit", "project_signing", ["project_id"], CREDIT)
    _once("ix_project_signing_waiting", "project_signing", ["project_id"], OPEN)


def _payment() -> None:
    _make(
        "project_payment",
        *_entered("project_payment"),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        _check("project_payment", "amount", "amount_fen > 0"),
        to=ENTERED,
    )
