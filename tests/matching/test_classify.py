"""Does free product text find its class of GB/T 4754-2017, and does it say how sure it is?"""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reference import gbt, words, zones
from matching.reference.fit_text import evidence_arrays
from matching.reference.lexicon import FOLDER, evidence_of, policy, products
from matching.text import Coded, classify
from matching.text.classes import TAKEN
from matching.text.guess import probabilities
from matching.text.names import key
from matching.text.normal import tokens

WORDS = Path(__file__).parent / "classify_words.txt"


def judged(part: str) -> list[tuple[str, tuple[str, ...]]]:
    """Text and right codes of one part of the list."""
    lines = WORDS.read_text(encoding="utf-8").split(f"[{part}]\n")[1].split("[")[0].split("\n")
    return [(text, tuple(codes.split("|"))) for text, _, codes in (line.rpartition(" ") for line in lines if line)]


def codes_of(text: str, top: int = 3) -> list[str]:
    return [coded.code for coded in classify(text, top=top)]


def test_a_lithium_battery_is_class_3841():
    assert classify("锂电池", top=1) == [Coded("3841", "锂离子电池制造", 0.97)]


@pytest.mark.parametrize("part", ["development", "held_out", "descriptions", "english"])
def test_ordinary_words_find_their_class(part):
    rows = judged(part)
    assert len(rows) >= 40
    answers = [(codes_of(text), right) for text, right in rows]
    first = sum(bool(codes) and codes[0].startswith(right) for codes, right in answers)
    within_three = sum(any(code.startswith(right) for code in codes) for codes, right in answers)
    assert first / len(rows) >= 0.85
    assert within_three / len(rows) >= 0.95


def test_answers_that_can_be_taken_are_right_nine_times_in_ten():
    rows = [(classify(text, top=1), right) for part in ("held_out", "descriptions") for text, right in judged(part)]
    taken = [(answer[0], right) for answer, right in rows if answer and answer[0].score >= TAKEN]
    assert len(taken) > 0.7 * len(rows)
    assert sum(coded.code.startswith(right) for coded, right in taken) / len(taken) >= 0.9


def test_words_the_lexicon_is_without_are_guessed_and_know_how_well():
    left_out = [word for word, codes in products().items() if len(codes[0]) == 4][::20]
    rest = {word: codes for word, codes in products().items() if word not in set(left_out)}
    facts = evidence_of(evidence_arrays(rest))
    sure, right = [], []
    for word in left_out:
        chances = probabilities(tokens(word), facts=facts)
        best = 0 if chances is None else int(np.argmax(chances))
        sure.append(0.0 if chances is None else float(chances[best]))
        right.append(facts.codes[best] in products()[word])
    assert np.mean(right) >= 0.55
    assert np.mean(sure) == pytest.approx(np.mean(right), abs=0.1)
    assert np.mean(np.array(right)[np.array(sure) >= 0.75]) >= 0.75


@pytest.mark.parametrize("text", ["3841", "C3841", "c3841", " ３８４１ ", "3841 锂离子电池制造", "C3841 锂离子电池"])
def test_a_code_is_itself(text):
    assert classify(text) == [Coded("3841", "锂离子电池制造", 1.0)]


@pytest.mark.parametrize(("text", "code"), [("38", "38"), ("C384", "384"), ("0111", "0111")])
def test_a_division_or_group_written_as_a_code_is_itself(text, code):
    assert [(coded.code, coded.score) for coded in classify(text)] == [(code, 1.0)]


@pytest.mark.parametrize("text", ["9999", "A3841", "384100", "", "   ", "!?…", "🙂", "的"])
def test_what_says_nothing_has_no_answer(text):
    assert classify(text) == []


def test_a_name_of_the_standard_is_its_code():
    names = Counter(industry.name for industry in gbt().values() if industry.level > 1)
    classes = [code for code, industry in gbt().items() if industry.level == 4 and names[industry.name] == 1]
    assert len(classes) > 1000
    assert [code for code in classes if codes_of(gbt()[code].name, 1) != [code]] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("锂电池隔膜", "3985"),
        ("包装机械", "3467"),
        ("汽车轮胎用炭黑", "2661"),
        ("馄饨生产设备", "3531"),
        ("智能门锁配件", "3351"),
        ("硫化工", "261"),
        ("年产 100 万吨水泥项目", "3011"),
        ("从事大米加工及销售", "1311"),
        ("鋰電池", "3841"),
        ("production of lithium batteries (5 GWh/a)", "3841"),
        ("parts for electric cars", "3670"),
    ],
)
def test_the_head_of_a_name_decides_and_what_stands_around_it_does_not(text, code):
    assert codes_of(text, 1)[0].startswith(code)


def test_a_list_of_products_names_each():
    assert {"3841", "3812", "3831"} <= set(codes_of("锂电池、电机，电缆", top=5))


def test_what_is_grown_is_not_what_is_made_of_it():
    assert codes_of("大豆", 1) == ["0121"]
    assert codes_of("大豆加工", 1)[0] >= "13"
    assert codes_of("稻谷加工", 1) == ["1311"]


def test_a_word_of_policy_suggests_and_is_not_taken():
    answer = classify("新材料")
    assert [coded.code for coded in answer] == ["265", "32", "3985"]
    assert answer[0].score < TAKEN


@given(st.text(max_size=60) | st.text("锂电池汽车机械0123456789年产万吨加工及、 ,()abcs", max_size=60))
def test_any_text_has_an_answer_in_order_of_score(text):
    answer = classify(text, top=10)
    assert answer == sorted(answer, key=lambda coded: (-coded.score, coded.code))
    assert all(0 <= coded.score <= 1 and gbt()[coded.code].name == coded.name for coded in answer)
    assert len({coded.code for coded in answer}) == len(answer) <= 10
    assert answer == classify(text, top=10)


@pytest.mark.parametrize("piece", ["锂电池、", "某", "a b ", "(", "汽车座椅面料", "100万吨", "及" * 7, "\u0300", "，"])
def test_ten_thousand_characters_are_read_as_far_as_they_say_something(piece):
    long = (piece * 10_000)[:10_000]
    assert len(classify(long)) <= 3


def test_the_lexicon_is_written_as_look_up_reads_it():
    for table in (products(), policy()):
        assert [word for word in table if key(word) != word] == []
        assert [code for codes in table.values() for code in codes if code not in gbt()] == []
        assert [word for word, codes in table.items() if len(set(codes)) != len(codes)] == []
    for name in ("lexicon_products.csv", "lexicon_en.csv", "lexicon_policy.csv"):
        rows = (FOLDER / name).read_text(encoding="utf-8").splitlines()[1:]
        assert len({row.split(",")[0] for row in rows}) == len(rows)
    assert set(products()) & set(policy()) == set()


def test_every_class_of_manufacturing_has_words():
    said = Counter(code for codes in products().values() for code in codes)
    classes = [code for code, industry in gbt().items() if industry.level == 4 and industry.section == "C"]
    assert len(classes) == 609
    assert [code for code in classes if said[code] < 3] == []


def test_the_catalogue_words_are_checked_and_cover_every_mention():
    with (FOLDER / "words.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    mentions = Counter(word for zone in zones() for word in zone.industries)
    assert {row["word"]: int(row["mentions"]) for row in rows} == mentions
    assert all(row["checked"] == "yes" for row in sorted(rows, key=lambda row: -int(row["mentions"]))[:300])
    assert sum(mentions[row["word"]] for row in rows if row["checked"] == "yes") == sum(mentions.values()) == 7017
    assert [code for codes in words().values() for code in codes if code not in gbt()] == []


def test_catalogue_words_mean_what_they_say():
    assert words()["新能源汽车"][0] == "3612"
    assert words()["水泥"] == ("3011",)
    assert words()["啤酒"] == ("1513",)
    assert words()["汽车零部件"] == ("3670",)
    assert words()["眼镜"] == ("3587",)
    assert words()["信息技术"][0] == "39"
