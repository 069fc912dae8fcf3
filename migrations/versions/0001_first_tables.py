"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('park','enterprise','organizer','platform')", name=op.f("ck_organisation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
        sa.UniqueConstraint("uscc", name=op.f("uq_organisation_uscc")),
    )
    op.create_table(
        "need",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("industry", sa.String(length=8), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=6), nullable=True),
        sa.Column("hq", sa.String(length=6), nullable=True),
        sa.Column("land_mu", sa.BigInteger(), nullable=True),
        sa.Column("building_m2", sa.BigInteger(), nullable=True),
        sa.Column("power_kva", sa.BigInteger(), nullable=True),
        sa.Column("energy_tce", sa.BigInteger(), nullable=True),
        sa.Column("energy_basis", sa.String(length=24), nullable=True),
        sa.Column("coal_t_a", sa.BigInteger(), nullable=True),
        sa.Column("water_t_d", sa.BigInteger(), nullable=True),
        sa.Column("wastewater_t_d", sa.BigInteger(), nullable=True),
        sa.Column("steam_t_h", sa.BigInteger(), nullable=True),
        sa.Column("gas_m3_d", sa.BigInteger(), nullable=True),
        sa.Column("hazardous_waste_t_a", sa.BigInteger(), nullable=True),
        sa.Column("emissions_t_a", sa.JSON(), nullable=False),
        sa.Column("investment_10k", sa.BigInteger(), nullable=True),
        sa.Column("tax_10k_a", sa.BigInteger(), nullable=True),
        sa.Column("output_10k_a", sa.BigInteger(), nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("needed_on", sa.Date(), nullable=True),
        sa.Column("land_price_max_10k_mu", sa.BigInteger(), nullable=True),
        sa.Column("supply_modes", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("importance", sa.JSON(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("energy_basis IN ('calorific','coal_equivalent')", name=op.f("ck_need_energy_basis")),
        sa.CheckConstraint(
            "mode IN ('relocation','hq_base','rd_manufacturing','market_product','enclave','partner')",
            name=op.f("ck_need_mode"),
        ),
        sa.CheckConstraint("status IN ('open','withdrawn')", name=op.f("ck_need_status")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_need_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("public_id", name=op.f("uq_need_public_id")),
    )
    with op.batch_alter_table("need") as batch_op:
        batch_op.create_index(batch_op.f("ix_need_owner_id"), ["owner_id"])

    op.create_table(
        "park",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=True),
        sa.Column("zone_type", sa.String(length=40), nullable=True),
        sa.Column("adcode", sa.String(length=6), nullable=True),
        sa.Column("area_ha", sa.BigInteger(), nullable=True),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("industries_reason", sa.String(length=500), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("catalogue_code", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("province", sa.String(length=6), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("place_source", sa.String(length=20), nullable=False),
        sa.Column("place_confidence", sa.String(length=1), nullable=False),
        sa.Column("approved", sa.String(length=7), nullable=True),
        sa.Column("note", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("pinyin", sa.String(length=1000), nullable=False),
        sa.Column("initials", sa.String(length=400), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('catalogue','declared','document','verified','simulated')", name=op.f("ck_park_source")
        ),
        sa.CheckConstraint("status IN ('listed','merged')", name=op.f("ck_park_status")),
        sa.CheckConstraint("area_ha >= 0", name=op.f("ck_park_area")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_park_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park")),
        sa.UniqueConstraint("catalogue_code", name=op.f("uq_park_catalogue_code")),
        sa.UniqueConstraint("code", name=op.f("uq_park_code")),
    )
    with op.batch_alter_table("park") as batch_op:
        batch_op.create_index("ix_park_count", ["id", "version"])
        batch_op.create_index(batch_op.f("ix_park_owner_id"), ["owner_id"])
        batch_op.create_index(batch_op.f("ix_park_pinyin"), ["pinyin"])
        batch_op.create_index(batch_op.f("ix_park_province"), ["province"])

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_account_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_account_public_id")),
    )
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.create_index(batch_op.f("ix_user_account_organisation_id"), ["organisation_id"])

    op.create_table(
        "capacity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(length=32), nullable=False),
        sa.Column("design", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("basis IN ('calorific','coal_equivalent')", name=op.f("ck_capacity_basis")),
        sa.CheckConstraint(
            "source IN ('catalogue','declared','document','verified','simulated')", name=op.f("ck_capacity_source")
        ),
        sa.CheckConstraint("design - used - committed - held >= 0", name=op.f("ck_capacity_free")),
        sa.CheckConstraint(
            "design >= 0 AND used >= 0 AND committed >= 0 AND held >= 0", name=op.f("ck_capacity_amounts")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_capacity_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity")),
        sa.UniqueConstraint("park_id", "resource", name=op.f("uq_capacity_park_id_resource")),
    )
    with op.batch_alter_table("capacity") as batch_op:
        batch_op.create_index(batch_op.f("ix_capacity_park_id"), ["park_id"])

    op.create_table(
        "park_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('alias','former')", name=op.f("ck_park_name_kind")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_name_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park_name")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_park_name_park_id_name")),
    )
    with op.batch_alter_table("park_name") as batch_op:
        batch_op.create_index(batch_op.f("ix_park_name_park_id"), ["park_id"])

    op.create_table(
        "park_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=2000), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_report_park_id_park")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_park_report_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park_report")),
    )
    with op.batch_alter_table("park_report") as batch_op:
        batch_op.create_index(batch_op.f("ix_park_report_park_id"), ["park_id"])

    op.create_table(
        "park_sector",
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(length=2), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_sector_park_id_park")),
        sa.PrimaryKeyConstraint("park_id", "division", name=op.f("pk_park_sector")),
    )
    with op.batch_alter_table("park_sector") as batch_op:
        batch_op.create_index(batch_op.f("ix_park_sector_division"), ["division"])

    op.create_table(
        "park_tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('successor','part_of')", name=op.f("ck_park_tie_kind")),
        sa.CheckConstraint("park_id <> other_id", name=op.f("ck_park_tie_two_parks")),
        sa.ForeignKeyConstraint(["other_id"], ["park.id"], name=op.f("fk_park_tie_other_id_park")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_tie_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park_tie")),
        sa.UniqueConstraint("park_id", "other_id", "kind", name=op.f("uq_park_tie_park_id_other_id_kind")),
    )
    with op.batch_alter_table("park_tie") as batch_op:
        batch_op.create_index(batch_op.f("ix_park_tie_other_id"), ["other_id"])
        batch_op.create_index(batch_op.f("ix_park_tie_park_id"), ["park_id"])

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id_user_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"])

    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("typed", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('catalogue','declared','document','verified','simulated')", name=op.f("ck_term_source")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_term_amount")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_term_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_term_park_id_name")),
    )
    with op.batch_alter_table("term") as batch_op:
        batch_op.create_index(batch_op.f("ix_term_park_id"), ["park_id"])


def downgrade() -> None:
    with op.batch_alter_table("term") as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_park_id"))

    op.drop_table("term")
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("park_tie") as batch_op:
        batch_op.drop_index(batch_op.f("ix_park_tie_park_id"))
        batch_op.drop_index(batch_op.f("ix_park_tie_other_id"))

    op.drop_table("park_tie")
    with op.batch_alter_table("park_sector") as batch_op:
        batch_op.drop_index(batch_op.f("ix_park_sector_division"))

    op.drop_table("park_sector")
    with op.batch_alter_table("park_report") as batch_op:
        batch_op.drop_index(batch_op.f("ix_park_report_park_id"))

    op.drop_table("park_report")
    with op.batch_alter_table("park_name") as batch_op:
        batch_op.drop_index(batch_op.f("ix_park_name_park_id"))

    op.drop_table("park_name")
    with op.batch_alter_table("capacity") as batch_op:
        batch_op.drop_index(batch_op.f("ix_capacity_park_id"))

    op.drop_table("capacity")
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_organisation_id"))

    op.drop_table("user_account")
    with op.batch_alter_table("park") as batch_op:
        batch_op.drop_index(batch_op.f("ix_park_province"))
        batch_op.drop_index(batch_op.f("ix_park_pinyin"))
        batch_op.drop_index(batch_op.f("ix_park_owner_id"))
        batch_op.drop_index("ix_park_count")

    op.drop_table("park")
    with op.batch_alter_table("need") as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_owner_id"))

    op.drop_table("need")
    op.drop_table("organisation")
