"""Does the screen trip on what fair competition forbids, and let pass what it allows?"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.screening import Level, hints, is_blocked, rules, screened
from marketplace.screening.folding import sentences

CASES = Path(__file__).parents[1] / "cases"
Case = tuple[frozenset[str], str]


def cases(name: str) -> list[Case]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return [(frozenset(row["rules"].split()), row["sentence"]) for row in csv.DictReader(file)]


DEVELOPMENT, HELD_OUT = cases("screen_development.csv"), cases("screen_held_out.csv")
TRIPPING = [sentence for wanted, sentence in DEVELOPMENT if wanted]
CLEAN = [sentence for wanted, sentence in DEVELOPMENT if not wanted]


def tripped(text: str) -> set[str]:
    return {hit.rule for hit in screened(text)}


@pytest.mark.parametrize(("wanted", "sentence"), DEVELOPMENT, ids=[sentence for _, sentence in DEVELOPMENT])
def test_a_sentence_trips_the_rules_it_breaks_and_a_lawful_one_none(wanted: frozenset[str], sentence: str) -> None:
    assert wanted <= tripped(sentence)
    assert bool(wanted) == bool(tripped(sentence))


def errors(rows: Sequence[Case]) -> tuple[float, float, float]:
    """Shares: dirty sentences without any hit, expected rules not named, clean sentences with a hit."""
    dirty = [(wanted, tripped(sentence)) for wanted, sentence in rows if wanted]
    clean = [tripped(sentence) for wanted, sentence in rows if not wanted]
    named = [rule in found for wanted, found in dirty for rule in wanted]
    missed = sum(not found for _, found in dirty) / len(dirty)
    return missed, 1 - sum(named) / len(named), sum(map(bool, clean)) / len(clean)


def test_few_held_out_sentences_are_missed_or_blamed(capsys: pytest.CaptureFixture[str]) -> None:
    """Sentences that were written before the patterns and are not used to change them (record 0041)."""
    missed, unnamed, false = errors(HELD_OUT)
    count = len(HELD_OUT)
    with capsys.disabled():
        print(f"\nscreen, {count} sentences held out: missed {missed:.1%}, unnamed {unnamed:.1%}, false {false:.1%}")
    assert count >= 150
    assert {rule for wanted, _ in HELD_OUT for rule in wanted} == set(rules())
    assert (missed <= 0.06, unnamed <= 0.06, false <= 0.06) == (True, True, True)


def test_no_held_out_sentence_helped_to_write_the_rules() -> None:
    assert {sentence for _, sentence in HELD_OUT}.isdisjoint(sentence for _, sentence in DEVELOPMENT)


def test_a_hit_names_rule_article_words_line_and_sentence() -> None:
    text = "一、总则\r\n园区公开招商。对 龙头企业 给予奖励；租金按市场价。\r\n"
    (hit,) = screened(text)
    assert (hit.rule, hit.article, hit.words, hit.line, hit.sentence, hit.level) == (
        "R02",
        "条例10(二)；办法19(一)、46",
        "龙头企业 给予奖励",
        2,
        "对 龙头企业 给予奖励",
        Level.BLOCK,
    )


def test_a_sentence_ends_at_its_sign_in_any_width_or_at_its_line() -> None:
    text = "一。二；三！四？五;六!七?八\n九\r十\r\n十一"
    found = [(sentence.line, sentence.folded) for sentence in sentences(text)]
    assert found == [*((1, sign) for sign in "一二三四五六七八"), (2, "九"), (3, "十"), (4, "十一")]


def test_words_of_two_sentences_do_not_add_up() -> None:
    assert tripped("园区有龙头企业6家。技改补助对所有企业公开") == set()
    assert tripped("园区有龙头企业6家\n技改补助对所有企业公开") == set()


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("不得以税收返还招商，但对链主企业给予奖励", {"R02"}),
        ("严禁零地价，对龙头企业给予补贴", {"R02"}),
        ("严禁税收返还、零地价，不得免收配套费", set()),
        ("企业不得将注册地迁出本区", {"R05"}),
        ("任何部门不得要求企业承诺不迁出", set()),
        ("各地不得以会议纪要等形式，对特定企业实施税收返还", set()),
        ("对链主企业的奖励政策自2024年8月1日起废止", set()),
    ],
)
def test_a_negation_reaches_as_far_as_its_clause_says(sentence: str, found: set[str]) -> None:
    assert tripped(sentence) == found


def test_numbered_lines_under_a_ban_are_banned_and_the_text_after_them_is_not() -> None:
    text = "招商引资中不得有下列行为：\n（一）按地方留成返还企业；\n（二）免收配套费。\n对龙头企业给予奖励。"
    assert [(hit.rule, hit.line) for hit in screened(text)] == [("R02", 4)]


def test_sharing_between_governments_is_no_reward_unless_an_enterprise_receives_it() -> None:
    assert tripped("增值税地方留成由转出地与转入地按5:5分享") == set()
    assert tripped("增值税地方留成由两地按5:5分享后全部返还企业") != set()


def test_a_figure_is_a_gate_until_a_reward_follows() -> None:
    assert tripped("亩均税收不低于15万元方可入园") == set()
    assert tripped("亩均税收不低于15万元的，给予10万元奖励") == {"R03"}


def test_the_title_of_a_document_grants_nothing() -> None:
    assert tripped("已印发《开发区龙头企业奖励办法》") == set()


def test_block_and_review_are_told_apart() -> None:
    levels = {name: rule.level for name, rule in rules().items()}
    assert [name for name, level in levels.items() if level == Level.REVIEW] == ["R06", "R08", "R09", "R12", "R13"]
    assert is_blocked(screened("免收城市基础设施配套费"))
    assert not is_blocked(screened("工业用地实行零地价"))


def test_only_rules_on_article_10_take_a_basis() -> None:
    assert {name for name, rule in rules().items() if rule.basis} == {
        name
        for name, rule in rules().items()
        if "条例10" in rule.article.replace("、10", "、条例10") and "fcr-10" in "".join(rule.cites)
    }


def wide(text: str) -> str:
    """The same text in full-width signs."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@given(st.sampled_from(TRIPPING + CLEAN), st.data())
def test_spaces_and_width_change_no_hit(sentence: str, data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "　", "\u200b", "\t"]), min_size=len(sentence)))
    spread = "".join(gap + sign for gap, sign in zip(gaps, wide(sentence), strict=False))
    assert [(hit.rule, hit.line) for hit in screened(spread)] == [(hit.rule, hit.line) for hit in screened(sentence)]


@given(st.lists(st.sampled_from(CLEAN), max_size=8), st.sampled_from(["\n", "。", "；\n", "\r\n"]))
def test_clean_texts_together_are_clean(texts: list[str], between: str) -> None:
    assert screened(between.join(texts)) == ()


@given(st.lists(st.sampled_from(TRIPPING + CLEAN), min_size=1, max_size=6))
def test_the_hits_of_lines_are_the_hits_of_their_text(texts: list[str]) -> None:
    apart = [(hit.rule, number) for number, text in enumerate(texts, 1) for hit in screened(text)]
    assert [(hit.rule, hit.line) for hit in screened("\n".join(texts))] == apart


@given(st.text(max_size=300))
def test_any_text_is_read_and_the_words_of_a_hit_stand_in_its_line(text: str) -> None:
    lines = re.split(r"\r\n|\r|\n", text)
    assert all(hit.words in lines[hit.line - 1] for hit in screened(text))


def test_a_text_without_any_end_is_read_in_pieces() -> None:
    assert {hit.rule for hit in screened("工业园区" * 5000 + "，" + "免收城市基础设施配套费")} <= {"R10"}
    assert unicodedata.normalize("NFKC", wide("5:5")) == "5:5"


def test_a_recommended_list_with_free_choice_is_a_hint_and_no_hit() -> None:
    free = "园区提供检测机构推荐名录，企业可自行选择其他机构。"
    assert screened(free) == ()
    assert [(hint.rule, hint.line) for hint in hints(free)] == [("R11", 1)]
    assert hints("只能从推荐名录中选择检测机构。") == ()
