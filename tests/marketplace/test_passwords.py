"""Which passwords are taken, and how are they kept?"""

from datetime import UTC, datetime, timedelta

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from marketplace.errors import Refusal
from marketplace.organisations import ASVS, MLPS, hash_of_new, is_due, is_outdated, is_password, password_faults

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
GOOD = "correct horse battery"


@pytest.mark.parametrize(
    "password", [GOOD, "a long password", "人山人海里找一把伞的钥匙", "kleine gelbe enten", "x7 q2 v9 m4 z1"]
)
def test_twelve_characters_of_any_kind_are_enough(password: str) -> None:
    assert password_faults(password) == []


@pytest.mark.parametrize(
    "password",
    [
        *("aaaaaaaaaaaa", "123456789012", "qwertyuiop123", "1q2w3e4r5t6y", "Passw0rd2026!", "P@ssw0rd12345"),
        *("woaini1314520", "招商局招商局招商局20268", "Zhaoshangju@2026", "parkbridge2026"),
    ],
)
def test_what_everybody_tries_first_is_refused_however_it_is_dressed(password: str) -> None:
    (fault,) = password_faults(password)
    assert fault.where == "password"
    assert "first to be tried" in fault.message


def test_a_password_made_of_ones_own_name_is_refused() -> None:
    own = ("annabell", "示例动力电池公司")
    assert [bool(password_faults(each, names=own)) for each in ("annabell-2026", "示例动力电池公司2026年")] == [
        True,
        True,
    ]
    assert password_faults("annabell sings in march", names=own) == []


@pytest.mark.parametrize("password", ["a" * 11, "", "correct hor", GOOD * 10])
def test_eleven_characters_or_more_than_128_are_refused(password: str) -> None:
    with pytest.raises(Refusal):
        hash_of_new(password)


def test_the_stricter_profile_asks_for_three_kinds_of_signs_and_a_new_one_after_ninety_days() -> None:
    assert [len(password_faults(each, rules=MLPS)) for each in (GOOD, "Correct Horse battery", "Correct horse 7")] == [
        1,
        0,
        0,
    ]
    made = NOW - timedelta(days=90)
    assert [is_due(at, MLPS, now=NOW) for at in (made, made + timedelta(seconds=1), None)] == [True, False, True]
    assert not is_due(None, ASVS, now=NOW)


def test_a_hash_made_with_other_parameters_still_opens_and_is_known_as_outdated() -> None:
    old = Argon2Hasher(time_cost=1, memory_cost=1024).hash(GOOD)
    assert is_password(GOOD, old)
    assert is_outdated(old)
    assert not is_outdated(hash_of_new(GOOD))


def test_who_has_no_password_has_none() -> None:
    assert not is_password(GOOD, None)
    assert not is_password(GOOD, "-")
