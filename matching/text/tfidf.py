"""How alike are two texts, by the characters they share?

Rows are TF-IDF over the character 2–3-grams of `matching.reference.lexicon.vocabulary`, taken within words, a blank
marking where a word begins and ends; equal to scikit-learn's TfidfVectorizer(analyzer="char_wb") on the same grams.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching.reference.lexicon import vocabulary
from matching.text.normal import normalised

BETWEEN = re.compile(r"[^\w.+#%-]+")
LENGTHS = (2, 3)


class Grams(NamedTuple):
    """Rows end to end: where each begins, and its grams, rising, with their weights."""

    starts: NDArray[np.int64]
    places: NDArray[np.int32]
    weights: NDArray[np.float64]


def rows(texts: Sequence[str]) -> csr_matrix:
    """One L2-normalised row a text, (n_texts, n_grams) float64; unknown grams are left out, an empty row is zero."""
    found = grams(texts)
    return csr_matrix((found.weights, found.places, found.starts), shape=(len(texts), len(vocabulary().idf)))


def grams(texts: Sequence[str]) -> Grams:
    """The same without the matrix, which for one text costs more than its row."""
    known, counts = vocabulary(), [_counts(text) for text in texts]
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in counts], out=starts[1:])
    places = np.array([place for each in counts for place in sorted(each)], dtype=np.int32)
    often = [each[place] for each in counts for place in sorted(each)]
    weights = np.array(often, dtype=np.float64) * known.idf[places]
    squares = weights**2
    lengths = [np.sqrt(np.sum(squares[first:last])) or 1.0 for first, last in pairwise(starts.tolist())]
    return Grams(starts, places, weights / np.repeat(lengths, np.diff(starts)))


def comparable(text: str) -> str:
    """The text as its grams are taken: normalised, marks turned into blanks."""
    return BETWEEN.sub(" ", normalised(text)).strip()


def _counts(text: str) -> Counter[int]:
    """How often a text has each gram that is known, by its place: all runs of 2 and of 3 characters of its words."""
    column, found = vocabulary().column, [f" {word} " for word in comparable(text).split()]
    runs = [word[at : at + length] for word in found for length in LENGTHS for at in range(len(word) - length + 1)]
    return Counter(column[run] for run in runs if run in column)
