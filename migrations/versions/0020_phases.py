"""Phases of a need and the least share of its area."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("need") as table:
        table.add_column(sa.Column("land_least_share", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("phases", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("need") as table:
        table.alter_column("phases", server_default=None, existing_type=sa.JSON())


def downgrade() -> None:
    with op.batch_alter_table("need") as table:
        table.drop_column("phases")
        table.drop_column("land_least_share")
