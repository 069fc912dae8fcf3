"""How far an organisation is vouched for, what its people may do, and which of their browsers are signed in.

What was there before is verified, and its people are admins: until now an organisation had one person.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("standing", sa.String(length=24), nullable=False, server_default="verified"))
        table.add_column(sa.Column("adcode", sa.String(length=6), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE organisation SET updated_at = created_at")
    with op.batch_alter_table("organisation") as table:
        table.alter_column("standing", server_default=None, existing_type=sa.String(length=24))
        table.alter_column("version", server_default=None, existing_type=sa.Integer())
        table.alter_column("updated_at", nullable=False, existing_type=sa.DateTime(timezone=True))
        table.create_check_constraint(
            op.f("ck_organisation_standing"), "standing IN ('pending','verified','rejected','suspended')"
        )
    with op.batch_alter_table("user_account") as table:
        table.add_column(sa.Column("email", sa.String(length=254), nullable=True))
        table.add_column(sa.Column("phone", sa.String(length=24), nullable=True))
        table.add_column(sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("role", sa.String(length=24), nullable=False, server_default="admin"))
    with op.batch_alter_table("user_account") as table:
        table.alter_column("role", server_default=None, existing_type=sa.String(length=24))
        table.create_check_constraint(op.f("ck_user_account_role"), "role IN ('viewer','editor','approver','admin')")
    op.execute("DELETE FROM sign_in")  # everybody signs in once more
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("public_id", sa.String(length=16), nullable=False))
        table.add_column(sa.Column("browser", sa.String(length=80), nullable=False))
        table.add_column(sa.Column("two_factors", sa.Boolean(), nullable=False))
        table.create_unique_constraint(op.f("uq_sign_in_public_id"), ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.drop_constraint(op.f("uq_sign_in_public_id"), type_="unique")
        for column in ("public_id", "browser", "two_factors"):
            table.drop_column(column)
    with op.batch_alter_table("user_account") as table:
        table.drop_constraint(op.f("ck_user_account_role"), type_="check")
        for column in ("email", "phone", "password_set_at", "role"):
            table.drop_column(column)
    with op.batch_alter_table("organisation") as table:
        table.drop_constraint(op.f("ck_organisation_standing"), type_="check")
        for column in ("standing", "adcode", "version", "updated_at"):
            table.drop_column(column)
