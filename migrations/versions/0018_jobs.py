"""Jobs with leases; webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        _moment("created_at"),
        _moment("due_at"),
        _moment("lease_until", nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failed", sa.String(length=80), nullable=False),
        _moment("done_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("uq_job_open", "job", ["kind", "key"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_job_open_due_at", "job", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(op.f("ix_job_done_at"), "job", ["done_at"])


def downgrade() -> None:
    op.drop_table("job")
