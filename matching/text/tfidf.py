"""How alike are two texts, by the characters they share?

Rows are TF-IDF over the character 2–3-grams of `matching.reference.lexicon.vocabulary`, taken within words, a blank
marking where a word begins and ends; equal to scikit-learn's TfidfVectorizer(analyzer="char_wb") on the same grams.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from matching.reference.lexicon import vocabulary
from matching.text.normal import normalised

BETWEEN = re.compile(r"[^\w.+#%-]+")
LENGTHS = (2, 3)


def rows(texts: Sequence[str]) -> csr_matrix:
    """One L2-normalised row a text, (n_texts, n_grams) float64; unknown grams are left out, an empty row is zero."""
    known = vocabulary()
    starts, columns, values = [0], [], []
    for text in texts:
        row = sorted((known.column[gram], count) for gram, count in _counts(text).items() if gram in known.column)
        places = np.array([place for place, _ in row], dtype=np.int64)
        weights = np.array([count for _, count in row], dtype=np.float64) * known.idf[places]
        columns.append(places)
        values.append(weights / (np.sqrt(np.sum(weights**2)) or 1.0))
        starts.append(starts[-1] + len(row))
    shape = (len(texts), len(known.idf))
    data = (np.concatenate(values or [np.empty(0)]), np.concatenate(columns or [np.empty(0, dtype=np.int64)]), starts)
    return csr_matrix(data, shape=shape)


def comparable(text: str) -> str:
    """The text as its grams are taken: normalised, marks turned into blanks."""
    return BETWEEN.sub(" ", normalised(text)).strip()


def _counts(text: str) -> Counter[str]:
    return Counter(gram for word in comparable(text).split() for gram in _grams(f" {word} "))


def _grams(word: str) -> Iterator[str]:
    """All runs of 2 and of 3 characters; a blank, one character and a blank is taken whole, once."""
    for length in LENGTHS:
        yield word[:length]
        for start in range(1, len(word) - length + 1):
            yield word[start : start + length]
        if length >= len(word):
            return
