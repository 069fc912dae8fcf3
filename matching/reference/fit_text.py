"""What do the reference's words teach about text? `python -m matching.reference` calls `fit_text`.

Two tables are fitted: the n-grams and inverse document frequencies texts are compared by (scikit-learn's
TfidfVectorizer over the catalogue's words, the GB/T names and the lexicon), and how often each class's words hold a
character or a pair of characters (what `classify` goes by when a word is not in the lexicon).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from matching.reference.lexicon import POLICY, PRODUCTS, packed, policy, products
from matching.reference.tables import gbt, words
from matching.text.guess import KINDS, grams, mark
from matching.text.names import bare_names
from matching.text.normal import joined, tokens
from matching.text.tfidf import LENGTHS, comparable

Arrays = dict[str, Any]


def fit_text(target: Path) -> Iterator[str]:
    """Write vocabulary.npz and evidence.npz; tell of each. Raises ValueError when a code or a word is not in order."""
    check()
    documents = reference_words()
    for name, arrays in (("vocabulary", vocabulary_arrays(documents)), ("evidence", evidence_arrays(products()))):
        np.savez_compressed(target / f"{name}.npz", allow_pickle=False, **arrays)
        yield f"{name}.npz: " + ", ".join(f"{key} {value.shape}" for key, value in arrays.items())


def check() -> None:
    """Every code exists and every word is written as look-up writes it."""
    for name, table in (("words.csv", words()), ("/".join(PRODUCTS), products()), (POLICY, policy())):
        unknown = sorted({code for codes in table.values() for code in codes} - set(gbt()))
        if unknown:
            raise ValueError(f"{name}: no such code in GB/T 4754-2017: {', '.join(unknown)}")


def reference_words() -> list[str]:
    """The documents of the vocabulary, each once, sorted."""
    names = (industry.name for industry in gbt().values())
    return sorted({comparable(word) for word in (*words(), *names, *products())})


def vocabulary_arrays(documents: Iterable[str]) -> Arrays:
    """n-grams within words (blanks mark a word's ends) in the order of their columns, and their IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    fitted = TfidfVectorizer(analyzer="char_wb", ngram_range=LENGTHS, lowercase=False).fit(documents)
    return {"grams": packed(fitted.get_feature_names_out()), "idf": fitted.idf_}


def evidence_arrays(lexicon: Mapping[str, tuple[str, ...]]) -> Arrays:
    """Counts of grams by class: a lexicon word counts for its first class, a class name and its parts for the class."""
    taught = [(word, codes[0]) for word, codes in lexicon.items() if len(codes[0]) == 4]
    taught += [(part, code) for code, name in bare_names().items() for part in name]
    codes = sorted({code for _, code in taught})
    place = {code: index for index, code in enumerate(codes)}
    counts: dict[tuple[int, str], Counter[int]] = {}
    for word, code in taught:
        for gram in grams(tokens(word)):
            counts.setdefault(gram, Counter())[place[code]] += 1
    known = sorted(counts)
    rows = [sorted(counts[gram].items()) for gram in known]
    heads = agreements(lexicon)
    return {
        "codes": packed(codes),
        "grams": packed(mark(kind, gram) for kind, gram in known),
        "kinds": np.searchsorted([kind for kind, _ in known], KINDS).astype(np.int32),
        "starts": np.cumsum([0, *map(len, rows)], dtype=np.int32),
        "classes": np.array([index for row in rows for index, _ in row], dtype=np.int16),
        "counts": np.array([count for row in rows for _, count in row], dtype=np.float32),
        "heads": packed(heads),
        "agreement": np.array(list(heads.values()), dtype=np.float32),
    }


def agreements(lexicon: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """Lexicon words that others end in → the share of their class among those and themselves (one more for doubt)."""
    families: dict[str, list[str]] = {}
    for word, codes in lexicon.items():
        parts = tokens(word)
        for start in range(1, len(parts)):
            if (head := joined(parts[start:])) in lexicon:
                families.setdefault(head, []).append(codes[0])
    return {
        head: (1 + classes.count(lexicon[head][0])) / (2 + len(classes)) for head, classes in sorted(families.items())
    }
