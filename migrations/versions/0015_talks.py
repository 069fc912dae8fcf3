"""Messages, questions, offers, visits and representatives of an exchange."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=24)
ID = sa.String(length=16)
SIDES = "side IN ('need','park')"
ONE_OF = ("draft", "sent", "accepted")  # at most one offer of each in a round
TABLES = ("representative", "visit", "offer", "question", "enquiry", "file", "message")


def upgrade() -> None:
    _message()
    _file()
    _enquiry()
    _question()
    _offer()
    _visit()
    _talk("representative", _unique("representative", "exchange_id", "round", "user_id"), named=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(f"talk_{table}")


def _message() -> None:
    _talk(
        "message",
        sa.Column("kind", WORD, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        _check("message", "kind", "kind IN ('plain','assessment','feedback','report')"),
    )


def _file() -> None:
    _talk(
        "file",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _check("file", "size", "size >= 0"),
        _to("file", "message_id", "talk_message"),
    )
    op.create_index(op.f("ix_talk_file_message_id"), "talk_file", ["message_id"])


def _enquiry() -> None:
    _talk(
        "enquiry",
        sa.Column("status", WORD, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _check("enquiry", "status", "status IN ('asked','answered','withdrawn')"),
        _check("enquiry", "answered", "status <> 'answered' OR answered_at IS NOT NULL"),
        _to("enquiry", "answerer_id", "user_account"),
    )


def _question() -> None:
    op.create_table(
        "talk_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("unit", ID, nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("replier_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("typed", sa.String(length=60), nullable=False),
        _check("question", "kind", "kind IN ('amount','yes_no','date','text','choice')"),
        _check("question", "place", "place BETWEEN 1 AND 12"),
        _to("question", "enquiry_id", "talk_enquiry"),
        _to("question", "organisation_id", "organisation"),
        _to("question", "replier_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_question")),
        _unique("question", "enquiry_id", "place"),
    )


def _offer() -> None:
    _talk(
        "offer",
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("land_mu", "building_m2", "land_10k_mu", "rent_cny_m2_month")
        ),
        sa.Column("delivery_on", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _check("offer", "status", "status IN ('draft','sent','accepted','declined','withdrawn','expired','replaced')"),
        _check("offer", "expiry", "status IN ('draft','withdrawn') OR expires_on IS NOT NULL"),
        _to("offer", "answerer_id", "user_account"),
        _unique("offer", "exchange_id", "round", "number"),
    )
    for status in ONE_OF:
        only = sa.text(f"status = '{status}'")
        name, columns = f"ix_talk_offer_{status}", ["exchange_id", "round"]
        op.create_index(op.f(name), "talk_offer", columns, unique=True, sqlite_where=only, postgresql_where=only)


def _visit() -> None:
    _talk(
        "visit",
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=500), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _check("visit", "status", "status IN ('proposed','agreed','cancelled','done')"),
        _check("visit", "agreed", "status NOT IN ('agreed','done') OR agreed_at IS NOT NULL"),
    )


def _talk(noun: str, *own: sa.schema.SchemaItem, named: bool = True) -> None:
    """A table of what hangs on one round of an exchange."""
    table = f"talk_{noun}"
    op.create_table(
        table,
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("side", WORD, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *((sa.Column("public_id", ID, nullable=False), _unique(noun, "public_id")) if named else ()),
        *own,
        _check(noun, "side", SIDES),
        _to(noun, "exchange_id", "exchange"),
        _to(noun, "organisation_id", "organisation"),
        _to(noun, "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("exchange_id", "user_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _check(noun: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_talk_{noun}_{name}"))


def _unique(noun: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_talk_{noun}_{'_'.join(columns)}"))


def _to(noun: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_talk_{noun}_{column}_{table}"))
