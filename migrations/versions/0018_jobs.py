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
    _letters_by_jobs()
    _webhooks()


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("secret_before", sa.String(length=120), nullable=False),
        _moment("before_until", nullable=True),
        _moment("created_at"),
        _moment("paused_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _moment("last_at", nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_failure", sa.String(length=40), nullable=False),
        sa.CheckConstraint("form IN ('signed','wecom','dingtalk','sms')", name=op.f("ck_webhook_form")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_webhook_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_public_id")),
    )
    op.create_index(op.f("ix_webhook_organisation_id"), "webhook", ["organisation_id"])
    op.create_index(op.f("ix_webhook_user_id"), "webhook", ["user_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("about_kind", sa.String(length=24), nullable=False),
        sa.Column("about_id", sa.String(length=24), nullable=False),
        _moment("created_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        _moment("sent_at", nullable=True),
        _moment("given_up_at", nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_delivery_public_id")),
    )
    op.create_index(op.f("ix_webhook_delivery_webhook_id"), "webhook_delivery", ["webhook_id"])


def _letters_by_jobs() -> None:
    """Letters that wait are delivered by jobs from now on."""
    op.execute(
        "INSERT INTO job (kind, key, facts, created_at, due_at, fence, tries, failed) "
        "SELECT 'mail', message_id, '{}', created_at, due_at, 0, tries, '' FROM mail WHERE due_at IS NOT NULL"
    )
    op.drop_index("ix_mail_due_at", "mail")
    with op.batch_alter_table("mail") as mail:
        mail.drop_column("due_at")
        mail.drop_column("tries")


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    with op.batch_alter_table("mail") as mail:
        mail.add_column(_moment("due_at", nullable=True))
        mail.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("mail") as mail:
        mail.alter_column("tries", server_default=None)
    op.create_index("ix_mail_due_at", "mail", ["due_at"])
    op.execute(
        "UPDATE mail SET due_at = (SELECT due_at FROM job "
        "WHERE kind = 'mail' AND key = mail.message_id AND done_at IS NULL)"
    )
    op.drop_table("job")
