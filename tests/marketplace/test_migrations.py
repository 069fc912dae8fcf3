"""Do the migrations lead to the models, there and back?"""

from alembic import command
from alembic.script import ScriptDirectory

from marketplace.database import engine_for, is_current
from migrations import HEAD, config_for


def test_the_models_and_the_last_migration_agree(database_url: str) -> None:
    engine = engine_for(database_url)
    with engine.begin() as connection:
        command.check(config_for(connection))
        assert ScriptDirectory.from_config(config_for(connection)).get_heads() == [HEAD]
    assert is_current(engine)
    engine.dispose()
