"""Plots and buildings can be withdrawn, and those that are listed have their row of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STANDS = sa.text("withdrawn_at IS NULL")
LISTED = """
    INSERT INTO capacity (park_id, plot_id, resource, design, used, committed, held, typed, as_of, source, updated_at)
    SELECT park_id, id, '{resource}', {column}, 0, 0, 0, '{{}}', date(updated_at),
        CASE WHEN simulated THEN 'simulated' ELSE 'declared' END, updated_at
    FROM plot WHERE kind = '{kind}' AND {column} > 0
        AND NOT EXISTS (SELECT 1 FROM capacity WHERE plot_id = plot.id AND resource = '{resource}')
"""


def upgrade() -> None:
    with op.batch_alter_table("plot") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f("uq_plot_park_id_name"), type_="unique")
    op.create_index(
        "ix_plot_name", "plot", ["park_id", "name"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    for kind, resource, column in (("plot", "land", "area_mu"), ("building", "building", "floor_area_m2")):
        op.execute(LISTED.format(kind=kind, resource=resource, column=column))


def downgrade() -> None:
    op.drop_index("ix_plot_name", "plot")
    op.execute("UPDATE plot SET name = substr(name, 1, 63) || ' ' || public_id WHERE withdrawn_at IS NOT NULL")
    with op.batch_alter_table("plot") as table:
        table.create_unique_constraint(op.f("uq_plot_park_id_name"), ["park_id", "name"])
        table.drop_column("withdrawn_at")
