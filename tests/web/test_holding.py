"""Who must show a second factor, and what does each profile ask for?"""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.organisations import ASVS, MLPS, OrganisationKind, Viewer
from web.holding import PASSWORD, SECOND, may_see_confidential, way_of
from web.settings import Settings, TwoFactorsFor

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SEALED = {"secret": "a key of the tests"}


def somebody(kind: OrganisationKind, *, two_factors: bool = False, days: int = 1) -> Viewer:
    return Viewer(
        user_id=1,
        login="anna",
        name="anna",
        organisation_id=1,
        organisation_name="甲",
        kind=kind,
        two_factors=two_factors,
        password_set_at=NOW - timedelta(days=days),
        seen_at=NOW,
    )


@pytest.mark.parametrize(
    ("settings", "platform", "park"),
    [
        (Settings(demo=True), None, None),
        (Settings(), SECOND, None),
        (Settings(two_factors=TwoFactorsFor.OFF), None, None),
        (Settings(two_factors=TwoFactorsFor.ALL), SECOND, SECOND),
        (Settings(demo=True, profile="mlps", **SEALED), SECOND, None),
    ],
)
def test_the_platforms_people_never_go_without_a_second_factor_but_in_the_demonstration(
    settings: Settings, platform: str | None, park: str | None
) -> None:
    kinds = (OrganisationKind.PLATFORM, OrganisationKind.PARK)
    assert [way_of(settings, somebody(kind), now=NOW) for kind in kinds] == [platform, park]
    assert [way_of(settings, somebody(kind, two_factors=True), now=NOW) for kind in kinds] == [None, None]


def test_what_is_confidential_asks_for_two_factors_in_production_alone() -> None:
    one, two = somebody(OrganisationKind.PARK), somebody(OrganisationKind.PARK, two_factors=True)
    assert [may_see_confidential(Settings(), each) for each in (one, two)] == [False, True]
    assert may_see_confidential(Settings(demo=True), one)


def test_the_stricter_profile_asks_for_a_new_password_after_ninety_days() -> None:
    settings = Settings(profile="mlps", **SEALED)
    old = somebody(OrganisationKind.PARK, days=90)
    assert (way_of(settings, old, now=NOW), way_of(Settings(), old, now=NOW)) == (PASSWORD, None)
    assert (settings.password_rules, Settings().password_rules) == (MLPS, ASVS)


@pytest.mark.parametrize("wrong", [{"two_factors": TwoFactorsFor.OFF, **SEALED}, {}])
def test_the_stricter_profile_starts_with_two_factors_and_a_key_alone(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="mlps"):
        Settings(profile="mlps", **wrong)


def test_settings_do_not_print_their_secrets() -> None:
    assert "hidden" not in repr(Settings(secret="hidden", smtp_password="hidden"))
