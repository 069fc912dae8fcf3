"""An exchange is about one listing: a need listed anew begins others."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PAIR, LISTING = "uq_exchange_need_id_park_id", "uq_exchange_need_id_park_id_listing_id"
EARLIER = "SELECT id FROM exchange WHERE id NOT IN (SELECT max(id) FROM exchange GROUP BY need_id, park_id)"


def upgrade() -> None:
    with op.batch_alter_table("exchange") as table:
        table.drop_constraint(op.f(PAIR), type_="unique")
        table.create_unique_constraint(op.f(LISTING), ["need_id", "park_id", "listing_id"])


def downgrade() -> None:
    """Only the latest exchange of a pair has a place there."""
    for column, named in (("exchange_id", "exchange_consent"), ("exchange_id", "exchange_promise"), ("id", "exchange")):
        op.execute(sa.text(f"DELETE FROM {named} WHERE {column} IN ({EARLIER})"))
    with op.batch_alter_table("exchange") as table:
        table.drop_constraint(op.f(LISTING), type_="unique")
        table.create_unique_constraint(op.f(PAIR), ["need_id", "park_id"])
