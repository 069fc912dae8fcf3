"""Holds, the waiting list, and plots and buildings as places of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _plot()
    with op.batch_alter_table("capacity") as table:
        table.add_column(sa.Column("plot_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_capacity_plot_id_plot"), "plot", ["plot_id"], ["id"])
        table.drop_constraint(op.f("uq_capacity_park_id_resource"), type_="unique")
    for of, column, which in (("park", "park_id", "plot_id IS NULL"), ("plot", "plot_id", "plot_id IS NOT NULL")):
        where = sa.text(which)
        columns = [column, "resource"]
        op.create_index(
            f"ix_capacity_of_{of}", "capacity", columns, unique=True, sqlite_where=where, postgresql_where=where
        )
    _hold()
    _line()
    _waiting()
    _entry()


def downgrade() -> None:
    for table in ("ledger_entry", "waiting", "hold_line", "hold"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_stands()")
    op.execute("DELETE FROM capacity WHERE plot_id IS NOT NULL")
    op.execute("UPDATE capacity SET held = 0, committed = 0")  # nothing is left that would give it back
    for of in ("park", "plot"):
        op.drop_index(f"ix_capacity_of_{of}", "capacity")
    with op.batch_alter_table("capacity") as table:
        table.drop_constraint(op.f("fk_capacity_plot_id_plot"), type_="foreignkey")
        table.drop_column("plot_id")
        table.create_unique_constraint(op.f("uq_capacity_park_id_resource"), ["park_id", "resource"])
    op.drop_table("plot")


def _plot() -> None:
    op.create_table(
        "plot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('plot','building')", name=op.f("ck_plot_kind")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_plot_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plot_public_id")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_plot_park_id_name")),
    )


def _promised(table: str) -> list[sa.Column[object] | sa.Constraint]:
    """What a hold and a place in the queue have in common."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("plot_id", sa.Integer(), nullable=True),
        sa.Column("for_kind", sa.String(length=24), nullable=False),
        sa.Column("for_id", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f(f"fk_{table}_park_id_park")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f(f"fk_{table}_plot_id_plot")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{table}_owner_id_organisation")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    ]


def _hold() -> None:
    reasons = "'ended','less','elsewhere','mistake','closed','declined','other'"
    op.create_table(
        "hold",
        *_promised("hold"),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("committed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('held','committed','released','expired')", name=op.f("ck_hold_status")),
        sa.CheckConstraint(f"reason IN ({reasons})", name=op.f("ck_hold_reason")),
        sa.CheckConstraint("(status = 'released') = (reason IS NOT NULL)", name=op.f("ck_hold_released")),
        sa.CheckConstraint("(status IN ('released','expired')) = (ended_at IS NOT NULL)", name=op.f("ck_hold_ended")),
    )
    for column in ("plot_id", "owner_id", "user_id"):
        op.create_index(op.f(f"ix_hold_{column}"), "hold", [column])
    op.create_index("ix_hold_due", "hold", ["park_id", "status", "expires_at"])
    op.create_index("ix_hold_for", "hold", ["for_kind", "for_id"])


def _line() -> None:
    op.create_table(
        "hold_line",
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(length=32), nullable=False),
        sa.Column("of_plot", sa.Boolean(), nullable=False),
        sa.Column("capacity_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_hold_line_amount")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_hold_line_hold_id_hold")),
        sa.ForeignKeyConstraint(
            ["capacity_id"], ["capacity.id"], name=op.f("fk_hold_line_capacity_id_capacity"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("hold_id", "resource", "of_plot", name=op.f("pk_hold_line")),
    )
    op.create_index(op.f("ix_hold_line_capacity_id"), "hold_line", ["capacity_id"])


def _waiting() -> None:
    op.create_table(
        "waiting",
        *_promised("waiting"),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("offered_at", MOMENT, nullable=True),
        sa.Column("offer_until", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('waiting','offered','taken','gone')", name=op.f("ck_waiting_status")),
        sa.CheckConstraint("status <> 'offered' OR hold_id IS NOT NULL", name=op.f("ck_waiting_offer")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_waiting_hold_id_hold")),
    )
    for column in ("plot_id", "owner_id", "user_id", "hold_id"):
        op.create_index(op.f(f"ix_waiting_{column}"), "waiting", [column])
    op.create_index("ix_waiting_queue", "waiting", ["park_id", "status", "id"])
    op.create_index("ix_waiting_for", "waiting", ["for_kind", "for_id"])


def _entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("plot_id", sa.Integer(), nullable=True),
        sa.Column("resource", sa.String(length=32), nullable=False),
        sa.Column("movement", sa.String(length=24), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "movement IN ('held','committed','released','expired')", name=op.f("ck_ledger_entry_movement")
        ),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_ledger_entry_hold_id_hold")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_ledger_entry_park_id_park")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_ledger_entry_plot_id_plot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_hold_id"), "ledger_entry", ["hold_id"])
    op.create_index("ix_ledger_entry_row", "ledger_entry", ["park_id", "plot_id", "resource"])
    _stands()


def _stands() -> None:
    """No statement changes or deletes a movement."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION ledger_stands() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger''s history is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_entry_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_stands()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_entry_no_{what.lower()} BEFORE {what} ON ledger_entry "
            "BEGIN SELECT RAISE(ABORT, 'the ledger''s history is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER ledger_entry_no_other_id BEFORE INSERT ON ledger_entry "
        "WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the ledger''s history is append-only'); END"
    )
