"""Sections, evidence and prices of capacity sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SECTIONS = "section IN ('land','energy','water','quotas','prices','rules')"


def upgrade() -> None:
    with op.batch_alter_table("sheet_proposal") as table:
        table.add_column(sa.Column("section", sa.String(length=24), nullable=True))
        table.create_check_constraint(op.f("ck_sheet_proposal_section"), SECTIONS)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_evidence_park_id_park")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_evidence_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("park_id", "name", "stands", name=op.f("uq_evidence_park_id_name_stands")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_public_id")),
    )
    op.create_index(op.f("ix_evidence_park_id"), "evidence", ["park_id"])


def downgrade() -> None:
    op.drop_table("evidence")
    op.execute("DELETE FROM sheet_proposal WHERE section IS NOT NULL")  # they would stand for the whole sheet
    with op.batch_alter_table("sheet_proposal") as table:
        table.drop_constraint(op.f("ck_sheet_proposal_section"), type_="check")
        table.drop_column("section")
