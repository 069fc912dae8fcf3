"""What does a text about industry mean, and how alike are two of them?

`classify` turns free product text into GB/T 4754-2017 codes, `vectors` texts into rows to compare by cosine,
`similar_names` finds names spelt alike, `normalised` folds a text's spelling. `classify` loads neither scipy nor
scikit-learn.
"""

from collections.abc import Sequence
from typing import Any

from matching.text.classes import Coded, classify
from matching.text.names import similar_names
from matching.text.normal import normalised

__all__ = ["Coded", "classify", "normalised", "similar_names", "vectors"]


def vectors(texts: Sequence[str]) -> Any:
    """A scipy.sparse.csr_matrix of one L2-normalised TF-IDF row a text, (n_texts, n_grams) float64."""
    from matching.text.tfidf import rows  # who only classifies does without scipy

    return rows(texts)
