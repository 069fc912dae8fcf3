"""Are texts folded, compared and named alike as the engine needs it?"""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.reference import zones
from matching.reference.fit_text import evidence_arrays, reference_words, vocabulary_arrays
from matching.reference.lexicon import FOLDER, products, vocabulary
from matching.text import normalised, similar_names, vectors
from matching.text.normal import joined, singular, tokens
from matching.text.tfidf import LENGTHS, comparable

TEXTS = [
    "锂离子动力电池电芯与模组",
    "装备制造、新材料、农副产品加工",
    "鋰電池隔膜",
    "Lithium-ion batteries & PACK (5 GWh/a)",
    "鞋",
    "茶 酒 纸",
    "年产 100 万吨水泥；商品混凝土",
    "ＰＶＣ管材 PVC管材",
    "",
    "   ",
    "🙂🙂",
    "ß\u0000\uffff",
]


@pytest.mark.parametrize(
    ("written", "one_form"),
    [
        ("ＬＥＤ　燈具", "led 灯具"),
        ("鋰電池隔膜", "锂电池隔膜"),
        ("  PVC\n管材 ", "pvc 管材"),
        ("１５０亩", "150亩"),
        ("", ""),
    ],
)
def test_one_word_has_one_form(written, one_form):
    assert normalised(written) == one_form


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text):
    assert normalised(normalised(text)) == normalised(text)


def test_latin_words_are_whole_and_in_the_singular():
    assert tokens("5g基站 lithium batteries") == ["5g", "基", "站", "lithium", "battery"]
    assert joined(["led", "灯", "lithium", "battery"]) == "led灯lithium battery"
    assert [singular(word) for word in ("switches", "boxes", "glass", "gas", "eps", "buses")] == [
        "switch",
        "box",
        "glass",
        "gas",
        "eps",
        "buse",
    ]


@pytest.fixture(scope="module")
def scikit() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=LENGTHS, lowercase=False).fit(reference_words())


def test_vectors_are_those_of_scikit_learn(scikit):
    texts = [*TEXTS, *("、".join(zone.industries) for zone in zones()[::50])]
    ours = vectors(texts)
    theirs = csr_matrix(scikit.transform([comparable(text) for text in texts]))
    assert ours.shape == theirs.shape
    assert abs(ours - theirs).max() <= 1e-12


def test_a_text_without_a_known_gram_is_a_zero_row_and_any_other_has_length_one():
    lengths = np.sqrt(vectors(TEXTS).power(2).sum(axis=1)).A1
    assert lengths == pytest.approx([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0])


def test_no_text_makes_no_row():
    assert vectors([]).shape == (0, len(vocabulary().idf))


def test_texts_on_one_thing_are_nearer_than_texts_on_others():
    need, battery, metal = vectors(["磷酸铁锂动力电池", "锂电池、新能源汽车", "有色金属冶炼"]).toarray()
    assert need @ battery > 0.1 > need @ metal


def test_ordinary_words_have_grams_of_their_own():
    rows = vectors(list(products()))
    assert int(np.sum(np.diff(rows.indptr) == 0)) == 0


def test_the_stored_arrays_are_fitted_from_the_tables_beside_them():
    for name, fitted in (
        ("vocabulary", vocabulary_arrays(reference_words())),
        ("evidence", evidence_arrays(products())),
    ):
        with np.load(FOLDER / f"{name}.npz") as stored:
            assert sorted(stored) == sorted(fitted)
            for key, array in fitted.items():
                assert np.array_equal(stored[key], array), f"{name}.{key}: run `python -m matching.reference`"


def test_names_spelt_alike_are_found_best_first():
    parks = ["苏州工业园区", "苏州高新技术产业开发区", "昆山经济技术开发区", "天津经济技术开发区"]
    (name, likeness), second = similar_names("蘇州工業園", parks, limit=2, least=0.0)
    assert name == "苏州工业园区"
    assert 1 >= likeness > 0.9 > second[1]
    assert similar_names("蘇州工業園", parks) == [(name, likeness)]
    assert similar_names("", parks) == []
    assert similar_names("苏州", []) == []


def test_names_equally_alike_come_in_their_own_order():
    assert [name for name, _ in similar_names("开发区", ["乙开发区", "甲开发区"])] == ["乙开发区", "甲开发区"]


def test_classifying_loads_neither_scipy_nor_scikit_learn():
    script = (
        "import sys; from matching.text import classify; classify('锂电池'); classify('未曾见过的某种物件');"
        "print([name for name in ('scipy', 'sklearn', 'rapidfuzz', 'sqlmodel') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
