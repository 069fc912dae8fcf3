"""Does the policy library say since when, until when and how surely each article holds, and what rests on it?"""

from datetime import date

import pytest

from marketplace import policy
from marketplace.errors import NotFound
from marketplace.policy import State
from marketplace.screening import Level, rules


def test_every_entry_says_what_it_says_and_what_it_asks() -> None:
    entries = policy.library()
    assert len(entries) == 94
    assert [number for number, entry in entries.items() if not (entry.title and entry.says and entry.asks)] == []
    assert [number for number, entry in entries.items() if not entry.asks_en.isprintable() or not entry.asks_en] == []
    assert {entry.state for entry in entries.values()} == set(State)


def test_every_rule_cites_entries_and_none_that_blocks_rests_on_memory_alone() -> None:
    for name, rule in rules().items():
        cited = policy.cited_by(name)
        assert cited, name
        if rule.level == Level.BLOCK:
            assert any(entry.state == State.READ for entry in cited), name


@pytest.mark.parametrize(
    ("on", "holding"),
    [
        (date(2023, 5, 31), []),
        (date(2023, 6, 1), ["ene-2"]),
        (date(2025, 8, 31), ["ene-2"]),
        (date(2025, 9, 1), ["ene-31"]),
        (date(2026, 11, 23), ["ene-31"]),
    ],
)
def test_the_day_decides_which_version_applies(on: date, holding: list[str]) -> None:
    assert [entry.number for entry in policy.in_force(("ene-2", "ene-31"), on=on)] == holding


@pytest.mark.parametrize(
    ("number", "on", "holds"),
    [
        ("fcr-10-1", date(2024, 7, 31), False),
        ("fcr-10-1", date(2024, 8, 1), True),
        ("nd-2017", date(2019, 7, 31), True),
        ("nd-2017", date(2019, 8, 1), False),
        ("wb-2021", date(2030, 12, 31), True),
        ("wb-2021", date(2031, 1, 1), False),
        ("zs-list", date(2030, 1, 1), False),
    ],
)
def test_a_year_or_month_holds_from_its_first_to_its_last_day(number: str, on: date, holds: bool) -> None:
    assert policy.policy_by_number(number).is_in_force(on=on) is holds


def test_entries_are_found_by_words_state_day_and_by_what_the_screen_cites() -> None:
    assert [entry.number for entry in policy.found_policies("公平竞争 例外")] == ["fcr-12", "fcri-25"]
    assert [entry.number for entry in policy.found_policies("ＰＥＲＳＯＮＡＬ")] == []
    assert {entry.state for entry in policy.found_policies(state=State.MEM)} == {State.MEM}
    assert "ene-2" not in {entry.number for entry in policy.found_policies(on=date(2026, 1, 1))}
    cited = {number for rule in rules().values() for number in rule.cites}
    assert {entry.number for entry in policy.found_policies(of_screen=True)} == cited


def test_an_entry_knows_its_rules_and_its_other_articles() -> None:
    entry = policy.policy_by_number("fcr-10-2")
    assert policy.rules_citing(entry) == ["R02", "R03", "R04", "R08", "R14"]
    assert "fcr-10-1" in {other.number for other in policy.articles_beside(entry)}
    with pytest.raises(NotFound):
        policy.policy_by_number("nothing")
