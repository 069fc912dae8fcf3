"""That a park hands a project on to another, with the credit of the first talk."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "talk_transfer"
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=24)
ID = sa.String(length=16)
PROPOSED = sa.text("status = 'proposed'")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("side", WORD, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", ID, nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("lead_since", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("taker_round", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _check("side", "side IN ('need','park')"),
        _check("status", "status IN ('proposed','accepted','declined','withdrawn','lapsed')"),
        _check("reason", "reason IN ('land','industry','utilities','timing','terms','other')"),
        _check("answered", "status <> 'accepted' OR answered_at IS NOT NULL"),
        _check("taken", "status = 'accepted' OR taker_round IS NULL"),
        _to("exchange_id", "exchange"),
        _to("organisation_id", "organisation"),
        _to("user_id", "user_account"),
        _to("park_id", "park"),
        _to("lead_id", "organisation"),
        _to("answerer_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_transfer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_talk_transfer_public_id")),
    )
    for column in ("exchange_id", "user_id", "park_id"):
        op.create_index(op.f(f"ix_talk_transfer_{column}"), TABLE, [column])
    op.create_index(
        "ix_talk_transfer_proposed",
        TABLE,
        ["exchange_id", "round"],
        unique=True,
        sqlite_where=PROPOSED,
        postgresql_where=PROPOSED,
    )


def downgrade() -> None:
    op.drop_table(TABLE)


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_talk_transfer_{name}"))


def _to(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_talk_transfer_{column}_{table}"))
