"""Registration, verification, invitations, proposals, mandates."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("four_eyes", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("organisation") as table:
        table.alter_column("four_eyes", server_default=None, existing_type=sa.Boolean())
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('viewer','editor','approver','admin')", name=op.f("ck_invitation_role")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["user_account.id"], name=op.f("fk_invitation_accepted_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user_account.id"], name=op.f("fk_invitation_invited_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"])
    op.create_table(
        "verification_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claimed_uscc", sa.String(length=18), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("pinyin", sa.String(length=600), nullable=False),
        sa.Column("initials", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('submitted','verified','rejected')", name=op.f("ck_verification_case_status")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_verification_case_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_verification_case_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_case")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_verification_case_organisation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_verification_case_public_id")),
    )
    op.create_index(op.f("ix_verification_case_claimed_uscc"), "verification_case", ["claimed_uscc"])
    op.create_index(op.f("ix_verification_case_status"), "verification_case", ["status"])
    op.create_table(
        "authority_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name=op.f("fk_authority_letter_case_id_verification_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_letter")),
        sa.UniqueConstraint("case_id", name=op.f("uq_authority_letter_case_id")),
    )
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "standing IN ('pending','verified','rejected','suspended')", name=op.f("ck_ruling_standing")
        ),
        sa.ForeignKeyConstraint(["by_user_id"], ["user_account.id"], name=op.f("fk_ruling_by_user_id_user_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ruling_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index(op.f("ix_ruling_organisation_id"), "ruling", ["organisation_id"])
    op.create_table(
        "park_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("grounds", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('submitted','verified','rejected','withdrawn')", name=op.f("ck_park_claim_status")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_park_claim_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_park_claim_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_park_claim_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_claim_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park_claim")),
        sa.UniqueConstraint("public_id", name=op.f("uq_park_claim_public_id")),
    )
    op.create_index(op.f("ix_park_claim_organisation_id"), "park_claim", ["organisation_id"])
    op.create_index(op.f("ix_park_claim_park_id"), "park_claim", ["park_id"])
    op.create_index(op.f("ix_park_claim_status"), "park_claim", ["status"])
    op.create_table(
        "park_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('offered','accepted','declined','withdrawn')", name=op.f("ck_park_handover_status")
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_park_handover_two_organisations")),
        sa.ForeignKeyConstraint(["from_id"], ["organisation.id"], name=op.f("fk_park_handover_from_id_organisation")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_park_handover_park_id_park")),
        sa.ForeignKeyConstraint(["to_id"], ["organisation.id"], name=op.f("fk_park_handover_to_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park_handover")),
        sa.UniqueConstraint("public_id", name=op.f("uq_park_handover_public_id")),
    )
    op.create_index(op.f("ix_park_handover_from_id"), "park_handover", ["from_id"])
    op.create_index(op.f("ix_park_handover_park_id"), "park_handover", ["park_id"])
    op.create_index(op.f("ix_park_handover_to_id"), "park_handover", ["to_id"])
    op.create_table(
        "sheet_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('open','approved','returned','withdrawn')", name=op.f("ck_sheet_proposal_status")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_sheet_proposal_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_sheet_proposal_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sheet_proposal_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_sheet_proposal_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sheet_proposal_public_id")),
    )
    op.create_index(op.f("ix_sheet_proposal_organisation_id"), "sheet_proposal", ["organisation_id"])
    op.create_index(op.f("ix_sheet_proposal_park_id"), "sheet_proposal", ["park_id"])
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('offered','active','declined','ended')", name=op.f("ck_mandate_status")),
        sa.CheckConstraint("principal_id <> agent_id", name=op.f("ck_mandate_two_organisations")),
        sa.ForeignKeyConstraint(["agent_id"], ["organisation.id"], name=op.f("fk_mandate_agent_id_organisation")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_mandate_park_id_park")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["organisation.id"], name=op.f("fk_mandate_principal_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mandate_public_id")),
    )
    op.create_index(op.f("ix_mandate_agent_id"), "mandate", ["agent_id"])
    op.create_index(op.f("ix_mandate_park_id"), "mandate", ["park_id"])
    op.create_index(op.f("ix_mandate_principal_id"), "mandate", ["principal_id"])
    op.create_table(
        "agent_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["organisation.id"], name=op.f("fk_agent_voice_agent_id_organisation")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_agent_voice_need_id_need")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_agent_voice_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_voice")),
        sa.UniqueConstraint("need_id", "agent_id", "park_id", name=op.f("uq_agent_voice_need_id_agent_id_park_id")),
    )
    op.create_index(op.f("ix_agent_voice_agent_id"), "agent_voice", ["agent_id"])
    op.create_index(op.f("ix_agent_voice_need_id"), "agent_voice", ["need_id"])
    op.create_index(op.f("ix_agent_voice_park_id"), "agent_voice", ["park_id"])
    op.create_table(
        "voice_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["organisation.id"], name=op.f("fk_voice_consent_agent_id_organisation")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_voice_consent_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_consent")),
        sa.UniqueConstraint("need_id", "agent_id", name=op.f("uq_voice_consent_need_id_agent_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voice_consent_public_id")),
    )
    op.create_index(op.f("ix_voice_consent_agent_id"), "voice_consent", ["agent_id"])
    op.create_index(op.f("ix_voice_consent_need_id"), "voice_consent", ["need_id"])


def downgrade() -> None:
    op.drop_table("voice_consent")
    op.drop_table("agent_voice")
    op.drop_table("mandate")
    op.drop_table("sheet_proposal")
    op.drop_table("park_handover")
    op.drop_table("park_claim")
    op.drop_table("ruling")
    op.drop_table("authority_letter")
    op.drop_table("verification_case")
    op.drop_table("invitation")
    with op.batch_alter_table("organisation") as table:
        table.drop_column("four_eyes")
