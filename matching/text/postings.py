"""Guesses the occupation of a free title from labelled postings and the vocabulary's own titles.

Kernel ridge regression on TF-IDF of characters, pairs of characters and the dictionary's occupation codes
found inside the title, and on what a sentence model says of it (the first block of its vector, which knows no
label): one linear system, solved once per process. Its answers say how sure they are: the
score was compared with the share of right answers on titles held back (see docs/engine.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from matching import vocabulary
from matching.text.cleaning import clean
from matching.text.title_vectors import BLOCK, LENGTH, shipped_vectors
from matching.text.titles import find_terms, parse, readings

VOCABULARY_WEIGHT = 0.3
# What the square of the vectors' cosine counts for beside the cosine of TF-IDF.
SENTENCE_WEIGHT = 0.5
RIDGE = 0.5
COMMON = ("常用名", "俗称")
# A code is likelier where its relatives score too: length of the shared beginning -> weight of their sum.
KINSHIP = {1: 0.4, 4: 0.2, 7: 0.1}
# Score of the best code -> share of such answers found right in five-fold cross-validation.
SCORES = (0.09, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.05)
SHARES = (0.05, 0.17, 0.32, 0.49, 0.61, 0.71, 0.85, 0.91, 0.95, 0.98)
# The same for the second to fifth guess.
OTHER_SCORES = (0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4)
OTHER_SHARES = (0.003, 0.01, 0.02, 0.05, 0.07, 0.15, 0.25)


@dataclass(frozen=True)
class PostingModel:
    """A fitted model: ``weights`` are float32 of shape (examples, codes), ``vectors`` those of examples."""

    vectoriser: Any
    examples: Any
    vectors: np.ndarray
    weights: np.ndarray
    codes: np.ndarray

    @classmethod
    def fit(cls, postings: Sequence[tuple[str, str]]) -> "PostingModel":
        """Learn from (title, code) pairs together with the vocabulary's common titles."""
        from scipy.linalg import cho_factor, cho_solve
        from sklearn.feature_extraction.text import TfidfVectorizer

        common = [(clean(t), r[0].code) for t, r in vocabulary.titles().items() if r[0].kind in COMMON]
        texts, labels = zip(*postings, *common, strict=True)
        vectoriser = TfidfVectorizer(analyzer=tokens, sublinear_tf=True)
        examples = vectoriser.fit_transform(texts)
        codes, number = np.unique(labels, return_inverse=True)
        targets = np.zeros((len(texts), len(codes)), np.float32)
        targets[np.arange(len(texts)), number] = 1
        trust = np.repeat([1, VOCABULARY_WEIGHT], [len(postings), len(common)])
        vectors = sentence_vectors(texts)
        kernel = _kernel(examples, vectors, examples, vectors)
        kernel[np.diag_indices(len(texts))] += (RIDGE / trust).astype(np.float32)
        weights = cho_solve(cho_factor(kernel, overwrite_a=True), targets)
        return cls(vectoriser, examples, vectors, weights, codes)

    def guess(self, titles: Sequence[str], most: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """The likeliest codes of each cleaned title, and the share of such guesses that are right (0 to 1).

        Both of shape (titles, ``most``), the likeliest first; shares never rise from one guess to the next.
        """
        if not len(titles):
            return np.empty((0, most), self.codes.dtype), np.empty((0, most))
        asked = self.vectoriser.transform(titles), sentence_vectors(titles)
        scores = _kernel(*asked, self.examples, self.vectors) @ self.weights
        best = np.argsort(-self._with_relatives(scores), axis=1, kind="stable")[:, :most]
        own = np.take_along_axis(scores, best, axis=1)
        shares = np.interp(own, OTHER_SCORES, OTHER_SHARES)
        shares[:, 0] = np.interp(own[:, 0], SCORES, SHARES)
        return self.codes[best], np.minimum.accumulate(shares, axis=1)

    def _with_relatives(self, scores: np.ndarray) -> np.ndarray:
        """Scores raised by those of the codes with the same beginning; codes are sorted."""
        total = scores.copy()
        for length, weight in KINSHIP.items():
            _, starts, group = np.unique(
                self.codes.astype(f"U{length}"), return_index=True, return_inverse=True
            )
            total += weight * np.add.reduceat(scores, starts, axis=1)[:, group]
        return total


@cache
def shipped_model() -> PostingModel:
    """The model of the postings that come with the vocabulary."""
    return PostingModel.fit(vocabulary.postings())


def sentence_vectors(titles: Sequence[str]) -> np.ndarray:
    """The blocks that know no label of cleaned titles' vectors, float32 of length 1."""
    blocks = shipped_vectors().of([parse(title) for title in titles])[:, :BLOCK]
    return blocks.astype(np.float32) / np.float32(LENGTH)


def _kernel(asked: Any, asked_vectors: np.ndarray, examples: Any, vectors: np.ndarray) -> np.ndarray:
    """How alike titles and examples are, float32 of shape (asked, examples)."""
    alike: np.ndarray = (asked @ examples.T).toarray().astype(np.float32)
    alike += np.float32(SENTENCE_WEIGHT) * np.maximum(asked_vectors @ vectors.T, 0) ** 2
    return alike


def tokens(cleaned: str) -> list[str]:
    """Characters, pairs, beginnings and endings of the words, and the codes of vocabulary titles inside."""
    parts = []
    for word in cleaned.split():
        parts += [*word, *(word[i : i + 2] for i in range(len(word) - 1))]
        parts += [f"^{word[:1]}", f"{word[-2:]}$", f"{word[-1:]}$"]
    codes = [code for term in find_terms(cleaned) for code in readings(term)]
    return parts + [f"#{code}" for code in codes] + [f"#{code[:7]}" for code in codes]
