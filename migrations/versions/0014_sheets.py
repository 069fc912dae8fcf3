"""Sections, evidence and prices of capacity sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SECTIONS = "section IN ('land','energy','water','quotas','prices','rules')"

COLUMNS = {
    "area_mu": sa.BigInteger(),
    "floor_area_m2": sa.BigInteger(),
    "far_limit": sa.BigInteger(),
    "land_use": sa.String(length=24),
    "levelling": sa.String(length=24),
    "supply_mode": sa.String(length=24),
    "price_10k_mu": sa.BigInteger(),
    "rent_cny_m2_month": sa.BigInteger(),
    "fire_class": sa.String(length=24),
    "available_on": sa.Date(),
    "evidence_on": sa.Date(),
}
ADDED = {"floors": sa.JSON(), "typed": sa.JSON(), "evidence": sa.String(length=160), "simulated": sa.Boolean()}
CHECKS = {
    "land_use": "'M1','M2','M3','M0'",
    "levelling": "'raw','three','five','seven'",
    "supply_mode": "'sale','lease','lease_then_sale','equity','building_lease','building_sale'",
    "fire_class": "'A','B','C','D','E'",
}


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
    _plots()


def _plots() -> None:
    with op.batch_alter_table("plot") as table:
        for name, kind in COLUMNS.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        for name, default in (("floors", "[]"), ("typed", "{}")):
            table.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=default))
        table.add_column(sa.Column("evidence", sa.String(length=160), nullable=False, server_default=""))
        table.add_column(sa.Column("simulated", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("plot") as table:
        for name, kind in ADDED.items():
            table.alter_column(name, server_default=None, existing_type=kind)
        for name, values in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_plot_{name}"), f"{name} IN ({values})")


def downgrade() -> None:
    with op.batch_alter_table("plot") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_plot_{name}"), type_="check")
        for name in (*COLUMNS, *ADDED):
            table.drop_column(name)
    op.drop_table("evidence")
    op.execute("DELETE FROM sheet_proposal WHERE section IS NOT NULL")  # they would stand for the whole sheet
    with op.batch_alter_table("sheet_proposal") as table:
        table.drop_constraint(op.f("ck_sheet_proposal_section"), type_="check")
        table.drop_column("section")
