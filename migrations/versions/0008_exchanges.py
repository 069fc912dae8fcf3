"""Interest, promises, documents."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _exchange()
    _consent()
    _promise()
    _document()


def downgrade() -> None:
    for table in ("document", "exchange_promise", "exchange_consent", "exchange"):
        op.drop_table(table)


def _exchange() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("began_by", sa.String(length=24), nullable=False),
        *(
            sa.Column(f"{side}_{what}_at", MOMENT, nullable=True)
            for what in ("interest", "declined")
            for side in ("need", "park")
        ),
        sa.Column("since_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.String(length=24), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('offered','mutual','open','closed')", name=op.f("ck_exchange_status")),
        sa.CheckConstraint("began_by IN ('need','park')", name=op.f("ck_exchange_began_by")),
        sa.CheckConstraint("closed_by IN ('need','park')", name=op.f("ck_exchange_closed_by")),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_exchange_closing")),
        sa.CheckConstraint(
            "status NOT IN ('mutual','open') OR (need_interest_at IS NOT NULL AND park_interest_at IS NOT NULL)",
            name=op.f("ck_exchange_both_interested"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_exchange_need_id_need")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_exchange_park_id_park")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_exchange_owner_id_organisation")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exchange_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exchange_public_id")),
        sa.UniqueConstraint("need_id", "park_id", name=op.f("uq_exchange_need_id_park_id")),
    )
    for column in ("park_id", "owner_id", "organisation_id"):
        op.create_index(op.f(f"ix_exchange_{column}"), "exchange", [column])


def _consent() -> None:
    op.create_table(
        "exchange_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=24), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("fields_sha256", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("side IN ('need','park')", name=op.f("ck_exchange_consent_side")),
        *_given("exchange_consent"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_consent")),
    )
    for column in ("exchange_id", "organisation_id", "user_id"):
        op.create_index(op.f(f"ix_exchange_consent_{column}"), "exchange_consent", [column])
    op.create_index(
        "ix_exchange_consent_standing",
        "exchange_consent",
        ["exchange_id", "side"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _promise() -> None:
    op.create_table(
        "exchange_promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *_given("exchange_promise"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_promise")),
        sa.UniqueConstraint("exchange_id", "round", name=op.f("uq_exchange_promise_exchange_id_round")),
    )
    for column in ("organisation_id", "user_id"):
        op.create_index(op.f(f"ix_exchange_promise_{column}"), "exchange_promise", [column])


def _given(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    """What a consent and a promise hang on: the exchange, the organisation, the person."""
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in (
            ("exchange_id", "exchange"),
            ("organisation_id", "organisation"),
            ("user_id", "user_account"),
        )
    )


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_document_size")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_document_need_id_need")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_document_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
    )
    for column in ("need_id", "user_id"):
        op.create_index(op.f(f"ix_document_{column}"), "document", [column])
