"""How often does `classify` find the class of ordinary product words that were written apart from its lexicon?

Two lists, each by another hand, neither seen by whoever wrote the lexicon: their codes are one knowledgeable reader's,
not the standard's own notes. The goals are the project's: right at the first place .85, within three .95.
"""

import csv
from pathlib import Path

import pytest

from matching.reference import gbt
from matching.text import classify

CASES = Path(__file__).parents[1] / "cases"


def judged(name: str) -> list[tuple[str, set[str]]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return [(row["text"], set(row["codes"].split(";"))) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("name", "rows"), [("product_words.csv", 420), ("product_words_second.csv", 200)])
def test_ordinary_product_words_find_their_class(name: str, rows: int) -> None:
    cases = judged(name)
    assert len(cases) == rows
    found = [([coded.code for coded in classify(text, top=3)], codes) for text, codes in cases]
    assert sum(codes[:1] != [] and codes[0] in right for codes, right in found) / rows >= 0.85
    assert sum(bool(right & set(codes)) for codes, right in found) / rows >= 0.95


@pytest.mark.parametrize("name", ["product_words.csv", "product_words_second.csv"])
def test_the_judges_use_classes_of_the_standard(name: str) -> None:
    assert all(gbt()[code].level == 4 for _, codes in judged(name) for code in codes)
