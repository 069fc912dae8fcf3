"""Do the migrations lead to the models, there and back, without losing what was there?"""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlmodel import Session, func, select

from marketplace import capacity, needs, parks, schema
from marketplace.capacity import SheetFields
from marketplace.database import engine_for, is_current, migrate, version_of, writing
from marketplace.needs import NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park
from migrations import HEAD, config_for

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_the_models_and_the_last_migration_agree(engine: Engine) -> None:
    with engine.begin() as connection:
        command.check(config_for(connection))
        assert ScriptDirectory.from_config(config_for(connection)).get_heads() == [HEAD]
    assert is_current(engine)


def test_every_table_is_in_the_list_of_tables() -> None:
    assert {table.__tablename__ for table in schema.TABLES} == set(schema.METADATA.tables)


def test_every_constraint_has_a_name_so_that_it_can_be_dropped(engine: Engine) -> None:
    inspector = inspect(engine)
    for table in schema.METADATA.tables:
        named = [*inspector.get_check_constraints(table), *inspector.get_foreign_keys(table)]
        named += inspector.get_unique_constraints(table)
        assert all(each["name"] for each in named), table


def fill(session: Session, office: Viewer, enterprise: Viewer, park: Park) -> None:
    parks.add_alias(session, park, "东园", by=office, now=NOW)
    parks.report_error(session, park, field="", message="错了", contact="", by=None, now=NOW)
    sheet = SheetFields.model_validate({"land_mu": 5, "chemical_park": True, "emissions_t_a": {"COD": 1}})
    capacity.save_sheet(session, park, sheet, by=office, now=NOW)
    fields = NeedFields.model_validate({"industry": "3841", "land_mu": "10 公顷", "regions": {"only": ["31"]}})
    needs.enter(session, fields, owner=enterprise, now=NOW)
    session.commit()


def test_down_and_up_again_with_data(
    engine: Engine, session: Session, office: Viewer, enterprise: Viewer, park: Park, database_url: str
) -> None:
    fill(session, office, enterprise, park)
    session.close()
    steps = engine_for(database_url, foreign_keys=False)
    with steps.begin() as connection:
        command.downgrade(config_for(connection), "base")
    assert set(inspect(steps).get_table_names()) == {"alembic_version"}
    assert version_of(steps) is None
    steps.dispose()
    migrate(database_url)
    with engine.begin() as connection:
        command.check(config_for(connection))
    with writing(engine) as again:
        assert again.exec(select(func.count()).select_from(Park)).one() == 0
        assert parks.load_catalogue(again, now=NOW) == 2543


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    together, failures = Barrier(3), list[BaseException]()

    def start() -> None:
        together.wait()
        try:
            migrate(empty_url)
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = engine_for(empty_url)
    assert is_current(engine)
    engine.dispose()


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url: str) -> None:
    engine = engine_for(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE park_report (id INTEGER)")  # in the way of the first migration
    with pytest.raises(Exception, match="park_report"):
        migrate(empty_url)
    assert inspect(engine).get_table_names() == ["park_report"]
    assert version_of(engine) is None
    engine.dispose()
