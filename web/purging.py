"""What does the terminal say of records that are past their time?"""

from datetime import UTC, datetime

from web import i18n
from web.terminal import Database, Json, database_url, print_json


def purge(db: Database = None, as_json: Json = False) -> None:
    """到期清理。Delete what is past its period; the server does it once a day by itself."""
    from marketplace import database, retention, schema

    engine = database.engine_for(database_url(db))
    database.check_version(engine)
    with database.writing(engine) as session:
        done = retention.purge(session, now=datetime.now(UTC))
        session.commit()
    engine.dispose()
    if as_json:
        print_json({"deleted": done})
        return
    print(i18n.said(i18n.N_("{count} records were past their time"), {"count": sum(done.values())}))
    for name in [str(table.__tablename__) for table in schema.TABLES]:
        if name in done:
            print(f"  {name}  {done[name]}")
