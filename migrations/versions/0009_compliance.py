"""Screened texts, what their authors say, the conclusions; incentives of parks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATUSES = "status IN ('clear','noticed','waiting','passed','refused','replaced')"


def upgrade() -> None:
    op.create_table(
        "screening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=24), nullable=False),
        sa.Column("about_id", sa.String(length=24), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hits", sa.JSON(), nullable=False),
        sa.Column("rules", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("concluded_by", sa.Integer(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATUSES, name=op.f("ck_screening_status")),
        sa.ForeignKeyConstraint(
            ["concluded_by"], ["user_account.id"], name=op.f("fk_screening_concluded_by_user_account")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_screening_owner_id_organisation")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_screening_submitted_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
        sa.UniqueConstraint("public_id", name=op.f("uq_screening_public_id")),
    )
    op.create_index(op.f("ix_screening_place"), "screening", ["about", "about_id", "field"])
    op.create_index(op.f("ix_screening_owner_id"), "screening", ["owner_id"])
    op.create_index(op.f("ix_screening_status"), "screening", ["status"])
    op.create_table(
        "screening_answer",
        sa.Column("rule", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("authority", sa.String(length=24), nullable=True),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("ground", sa.String(length=24), nullable=True),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("screening_id", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('basis','exception')", name=op.f("ck_screening_answer_kind")),
        sa.CheckConstraint("authority IN ('law','regulation','approval')", name=op.f("ck_screening_answer_authority")),
        sa.CheckConstraint(
            "ground IN ('security','science','public_interest','other_law')", name=op.f("ck_screening_answer_ground")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_screening_answer_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_screening_answer_screening_id_screening")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_answer")),
        sa.UniqueConstraint("screening_id", "rule", name=op.f("uq_screening_answer_screening_id_rule")),
    )
    op.create_index(op.f("ix_screening_answer_screening_id"), "screening_answer", ["screening_id"])
    op.create_table(
        "incentive",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("whom", sa.String(length=24), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("amount", sa.String(length=60), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('grant','tax','land','rent','energy','quota','fee','social','service')",
            name=op.f("ck_incentive_kind"),
        ),
        sa.CheckConstraint(
            "whom IN ('open','listed','case','rank','ownership','named')", name=op.f("ck_incentive_whom")
        ),
        sa.CheckConstraint(
            "basis IN ('fixed','investment','research','jobs','energy_saved','tax_paid')",
            name=op.f("ck_incentive_basis"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting','public','refused','withdrawn','replaced')", name=op.f("ck_incentive_status")
        ),
        sa.ForeignKeyConstraint(["before_id"], ["incentive.id"], name=op.f("fk_incentive_before_id_incentive")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_incentive_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive")),
        sa.UniqueConstraint("public_id", name=op.f("uq_incentive_public_id")),
    )
    op.create_index(op.f("ix_incentive_park_id"), "incentive", ["park_id"])


def downgrade() -> None:
    op.drop_table("incentive")
    op.drop_table("screening_answer")
    op.drop_table("screening")
