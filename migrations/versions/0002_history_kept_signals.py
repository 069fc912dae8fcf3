"""What parks were, kept lists, signals, what was learned, how crowded parks are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crowding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crowding")),
        sa.UniqueConstraint("version", name=op.f("uq_crowding_version")),
    )
    op.create_table(
        "learned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("promoted", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned")),
        sa.UniqueConstraint("version", name=op.f("uq_learned_version")),
    )
    op.create_table(
        "market_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parks", sa.Integer(), nullable=False),
        sa.Column("versions", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_state")),
        sa.UniqueConstraint("parks", "versions", name=op.f("uq_market_state_parks_versions")),
    )
    op.create_table(
        "kept_ranking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("market_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("engine", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("learned", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_id"], ["market_state.id"], name=op.f("fk_kept_ranking_market_id_market_state")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_kept_ranking_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_ranking")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kept_ranking_public_id")),
    )
    with op.batch_alter_table("kept_ranking") as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_ranking_market_id"), ["market_id"])
        batch_op.create_index(batch_op.f("ix_kept_ranking_need_id"), ["need_id"])

    op.create_table(
        "park_state",
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("market_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["market_id"], ["market_state.id"], name=op.f("fk_park_state_market_id_market_state")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_state_park_id_park")),
        sa.PrimaryKeyConstraint("park_id", "version", name=op.f("pk_park_state")),
    )
    with op.batch_alter_table("park_state") as batch_op:
        batch_op.create_index(batch_op.f("ix_park_state_market_id"), ["market_id"])

    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("market_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('detail','favourite','contact','meeting','mou','signed')", name=op.f("ck_signal_kind")
        ),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_signal_rank")),
        sa.ForeignKeyConstraint(["market_id"], ["market_state.id"], name=op.f("fk_signal_market_id_market_state")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_signal_need_id_need")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_signal_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("need_id", "park_id", "kind", name=op.f("uq_signal_need_id_park_id_kind")),
    )
    with op.batch_alter_table("signal") as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_market_id"), ["market_id"])
        batch_op.create_index(batch_op.f("ix_signal_need_id"), ["need_id"])
        batch_op.create_index(batch_op.f("ix_signal_park_id"), ["park_id"])


def downgrade() -> None:
    with op.batch_alter_table("signal") as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_park_id"))
        batch_op.drop_index(batch_op.f("ix_signal_need_id"))
        batch_op.drop_index(batch_op.f("ix_signal_market_id"))

    op.drop_table("signal")
    with op.batch_alter_table("park_state") as batch_op:
        batch_op.drop_index(batch_op.f("ix_park_state_market_id"))

    op.drop_table("park_state")
    with op.batch_alter_table("kept_ranking") as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_ranking_need_id"))
        batch_op.drop_index(batch_op.f("ix_kept_ranking_market_id"))

    op.drop_table("kept_ranking")
    op.drop_table("market_state")
    op.drop_table("learned")
    op.drop_table("crowding")
