"""Who may see what of a need: drafts and listings, levels raised, exclusions, grants and the view log.

What was open before was seen by its owner alone: it becomes a draft.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOBODY = '{"parks": [], "regions": [], "present_locality": true}'
COLUMNS = ("listing_id", "listed_on", "raised", "wider", "hidden_from", "hidden_reason")


def upgrade() -> None:
    with op.batch_alter_table("need") as table:
        table.drop_constraint(op.f("ck_need_status"), type_="check")
        table.add_column(sa.Column("listing_id", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("listed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("raised", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("wider", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("hidden_from", sa.JSON(), nullable=False, server_default=NOBODY))
        table.add_column(sa.Column("hidden_reason", sa.String(length=500), nullable=False, server_default=""))
    op.execute("UPDATE need SET status = 'draft' WHERE status = 'open'")
    with op.batch_alter_table("need") as table:
        for column in ("raised", "wider", "hidden_from"):
            table.alter_column(column, server_default=None, existing_type=sa.JSON())
        table.alter_column("hidden_reason", server_default=None, existing_type=sa.String(length=500))
        table.create_check_constraint(op.f("ck_need_status"), "status IN ('draft','open','withdrawn','hidden')")
        table.create_unique_constraint(op.f("uq_need_listing_id"), ["listing_id"])
    op.create_table(
        "need_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN (2,3)", name=op.f("ck_need_grant_level")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_grant_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_grant_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_grant")),
    )
    op.create_index(op.f("ix_need_grant_organisation_id"), "need_grant", ["organisation_id"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_need_grant_running",
        "need_grant",
        ["need_id", "organisation_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "need_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_view_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_view_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_view")),
        sa.UniqueConstraint(
            "need_id",
            "organisation_id",
            "level",
            "hour",
            name=op.f("uq_need_view_need_id_organisation_id_level_hour"),
        ),
    )
    op.create_index(op.f("ix_need_view_organisation_id"), "need_view", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("need_view")
    op.drop_table("need_grant")
    with op.batch_alter_table("need") as table:
        table.drop_constraint(op.f("ck_need_status"), type_="check")
        table.drop_constraint(op.f("uq_need_listing_id"), type_="unique")
        for column in COLUMNS:
            table.drop_column(column)
    op.execute("UPDATE need SET status = 'open' WHERE status IN ('draft','hidden')")
    with op.batch_alter_table("need") as table:
        table.create_check_constraint(op.f("ck_need_status"), "status IN ('open','withdrawn')")
