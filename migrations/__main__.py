"""Write the next migration: `python -m migrations DATABASE_URL "words"`."""

import sys

from alembic import command

from marketplace.database import engine_for, migrate
from migrations import HEAD, config_for


def main(url: str, words: str) -> None:
    migrate(url)
    with engine_for(url).begin() as connection:
        command.revision(config_for(connection), words, autogenerate=True, rev_id=f"{int(HEAD) + 1:04d}")


if __name__ == "__main__":
    main(*sys.argv[1:])
