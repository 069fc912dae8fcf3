"""Second factors, one-time tokens, throttling, outgoing mail."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("spent", sa.JSON(), nullable=False),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_ends_at"), "throttle", ["ends_at"])
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=24), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _moment("created_at"),
        _moment("due_at", nullable=True),
        _moment("expires_at", nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("sent_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mail_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index(op.f("ix_mail_user_id"), "mail", ["user_id"])
    op.create_index(op.f("ix_mail_due_at"), "mail", ["due_at"])
    _of_people()


def _of_people() -> None:
    op.create_table(
        "one_time",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.CheckConstraint("purpose IN ('second','link','code','first')", name=op.f("ck_one_time_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_one_time_user_id_user_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time")),
    )
    op.create_index(op.f("ix_one_time_user_id"), "one_time", ["user_id"])
    op.create_index(op.f("ix_one_time_expires_at"), "one_time", ["expires_at"])
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"])


def downgrade() -> None:
    for table in ("recovery_code", "second_factor", "one_time", "mail", "throttle"):
        op.drop_table(table)
