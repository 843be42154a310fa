"""Groups similar answers: TF-IDF over pieces of words and pairs of Chinese characters.

Answers are grouped so that people can read them together. The reader decides what a group is worth.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

ALIKE = 0.5  # mean cosine distance within a group; see tests/benchmarks/marking.py
LONGEST = 5000  # characters of a text that are compared
MOST = 4000  # distinct texts that are compared with each other; their distances take 32 MB


def groups_of(texts: Sequence[str]) -> list[list[int]]:
    """Returns the indices of `texts` in groups of similar texts. Similar groups are near each other.

    Empty texts are the last group. Equal texts are always in one group. Case, blanks and punctuation do not count.
    """
    by_words: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        by_words.setdefault(bare(text), []).append(number)
    empty = by_words.pop("", [])
    distinct = list(by_words)
    groups = [sorted(number for words in group for number in by_words[distinct[words]]) for group in _alike(distinct)]
    return groups + ([empty] if empty else [])


def bare(text: str) -> str:
    """Returns the words of a text: one blank between them, no case, no punctuation, no full-width forms."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def vectoriser() -> Any:
    """Returns an object that turns bare texts into TF-IDF vectors of character n-grams.

    Character n-grams need no words, so they suit Chinese too.
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=ngrams, sublinear_tf=True, dtype=np.float32)


def ngrams(text: str) -> list[str]:
    """Returns runs of 3 to 5 characters within a word, and of 1 to 3 in Chinese, where a character is about a word."""
    found: list[str] = []
    for word in re.findall(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\s\u3400-\u9fff\uf900-\ufaff]+", text):
        chinese = ord(word[0]) >= 0x3400
        padded, sizes = (word, (1, 2, 3)) if chinese else (f" {word} ", (3, 4, 5))
        found += [padded[k : k + size] for size in sizes for k in range(len(padded) - size + 1)]
    return found


def _alike(texts: list[str]) -> list[list[int]]:
    """Groups distinct texts by average linkage. Returns the groups in the order of the tree's leaves."""
    if len(texts) < 2:
        return [[number] for number in range(len(texts))]
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
    from scipy.spatial.distance import squareform

    vectors = vectoriser().fit_transform([text[:LONGEST] for text in texts[:MOST]])
    distances = 1 - (vectors @ vectors.T).toarray()
    tree = linkage(squareform(distances.clip(0, 1), checks=False), "average")
    labels = fcluster(tree, ALIKE, "distance")
    groups: dict[int, list[int]] = {}
    for leaf in leaves_list(tree):
        groups.setdefault(int(labels[leaf]), []).append(int(leaf))
    return [*groups.values(), *([number] for number in range(MOST, len(texts)))]
