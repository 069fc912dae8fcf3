"""Which steps lead from an empty database to the tables of this version?

`python -m migrations DATABASE_URL "words"` writes the next step from the difference to the models.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

HEAD = "0023"  # the last step; a test holds it true


def config_for(connection: Connection) -> Any:
    """Alembic's settings, without an ini file: the connection is ours, its transaction too."""
    from alembic.config import Config  # a start on a current database needs no alembic

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
