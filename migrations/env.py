"""How does alembic see our tables? Called by alembic with the connection that `config_for` was given."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from marketplace.schema import METADATA


def plain_types(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    """Migrations name the column type of the database, not our Python type, which may change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=plain_types,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
