"""A changed mail address waits for its confirmation, and a second factor taken away for a second admin."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PURPOSE = "ck_one_time_purpose"
EARLIER = "purpose IN ('second','link','code','first')"
LATER = "purpose IN ('second','link','code','first','mail')"


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _purposes(condition: str) -> None:
    with op.batch_alter_table("one_time") as table:
        table.drop_constraint(op.f(PURPOSE), type_="check")
        table.create_check_constraint(op.f(PURPOSE), condition)


def upgrade() -> None:
    _purposes(LATER)
    op.create_table(
        "unconfirmed_mail",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=254), nullable=True),
        _moment("since_at"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_unconfirmed_mail_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_unconfirmed_mail")),
    )
    op.create_table(
        "help_request",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        _moment("created_at"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_help_request_user_id_user_account")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_help_request_asked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_help_request_public_id")),
    )


def downgrade() -> None:
    op.drop_table("help_request")
    op.drop_table("unconfirmed_mail")
    op.execute(sa.text("DELETE FROM one_time WHERE purpose = 'mail'"))
    _purposes(EARLIER)
