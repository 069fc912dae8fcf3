"""Is what a request wrote undone to the last row, on both databases, and is what cannot be undone never passed on?"""

from sqlalchemy import text

from tests.security.asking import address, ask, routes_of
from tests.security.tables import changed, checksums
from tests.security.worlds import Place


def test_everything_that_requests_wrote_is_undone(place: Place) -> None:
    before, guards = checksums(place.app), _guards(place)
    for role in ("firm_approver", "park_approver"):
        for route in routes_of(place.app):
            if not route.is_safe and "{id}" in route.path and not route.is_api:
                ask(place.browser(role), route, address(route, place.world.ids))
    assert {"exchange", "journal"} <= set(changed(before, checksums(place.app)))
    place.restore()
    assert changed(before, checksums(place.app)) == []
    assert _guards(place) == guards
    assert not place.written.beyond


def test_a_changed_table_is_passed_on_to_no_other_test(place: Place) -> None:
    with place.app.state.engine.begin() as connection:
        connection.execute(text("ALTER TABLE mail ADD COLUMN more INTEGER"))
    assert place.written.beyond


def _guards(place: Place) -> list[str]:
    """What lets nobody change the journal: by name, and whether it holds always."""
    said = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"
    if not place.is_file:
        said = "SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    with place.app.state.engine.connect() as connection:
        return list(connection.execute(text(said)).scalars())
