"""Guesses the occupation of a free title from labelled postings, the vocabulary's titles and trade words.

Kernel ridge regression on TF-IDF of characters, pairs of characters and the dictionary's occupation codes
found inside the title, and on what a sentence model says of it (the first block of its vector, which knows no
label): one linear system, solved once per process. It speaks as postings do; where a title is nearer to what
the trades say than to any posting, the nearest trade words decide. Its answers say how sure they are: score
and nearness were compared with the share of right answers on titles held back (see docs/engine.md).
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
from matching.text.trade_words import COMMON, KnownTitles, letters_of, trade_words

VOCABULARY_WEIGHT = 0.3
# What the square of the vectors' cosine counts for beside the cosine of TF-IDF.
SENTENCE_WEIGHT = 0.5
RIDGE = 0.5
# A code is likelier where its relatives score too: length of the shared beginning -> weight of their sum.
KINSHIP = {1: 0.4, 4: 0.2, 7: 0.1}
# Score of the best code -> share of such answers found right in five-fold cross-validation.
SCORES = (0.09, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.05)
SHARES = (0.05, 0.17, 0.32, 0.49, 0.61, 0.71, 0.85, 0.91, 0.95, 0.98)
# Nearness of the trade word that decided -> share of such answers found right on 202 titles of the field,
# where the score's best code is another, and where it is the same; never sure, as postings' labels differ.
NEARNESS = (0.35, 0.45, 0.55, 0.65, 0.75, 0.85)
ALONE_SHARES = (0.2, 0.36, 0.58, 0.62, 0.7, 0.78)
AGREED_SHARES = (0.2, 0.38, 0.75, 0.84, 0.84, 0.84)
# Trade words decide where their nearness + LEAD > SCORE x the best score + POSTING x the nearest posting's.
LEAD, SCORE, POSTING = 0.4, 0.7, 1.7
# What the score counts beside the cube of a trade word's nearness where trade words decide.
BESIDE = 0.2
# The same for the second to fifth guess.
OTHER_SCORES = (0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4)
OTHER_SHARES = (0.003, 0.01, 0.02, 0.05, 0.07, 0.15, 0.25)


@dataclass(frozen=True)
class PostingModel:
    """A fitted model: ``weights`` are float32 of shape (examples, codes taught), ``vectors`` of examples.

    ``codes`` are all there are, ``taught`` the places of those taught, ``said`` those of the trade words.
    """

    vectoriser: Any
    examples: Any
    vectors: np.ndarray
    weights: np.ndarray
    codes: np.ndarray
    taught: np.ndarray
    said: np.ndarray
    postings: KnownTitles
    trades: KnownTitles

    @classmethod
    def fit(cls, postings: Sequence[tuple[str, str]]) -> "PostingModel":
        """Learn from (title, code) pairs together with the vocabulary's titles and trade words."""
        from scipy.linalg import cho_factor, cho_solve
        from sklearn.feature_extraction.text import TfidfVectorizer

        titles = [(clean(title), readings[0]) for title, readings in vocabulary.titles().items()]
        common = [(title, first.code) for title, first in titles if first.kind in COMMON]
        texts, labels = zip(*postings, *common, strict=True)
        vectoriser = TfidfVectorizer(analyzer=tokens, sublinear_tf=True)
        examples = vectoriser.fit_transform(texts)
        taught, number = np.unique(labels, return_inverse=True)
        targets = np.zeros((len(texts), len(taught)), np.float32)
        targets[np.arange(len(texts)), number] = 1
        trust = np.repeat([1, VOCABULARY_WEIGHT], [len(postings), len(common)])
        vectors = sentence_vectors(texts)
        kernel = _kernel(examples, vectors, examples, vectors)
        kernel[np.diag_indices(len(texts))] += (RIDGE / trust).astype(np.float32)
        weights = cho_solve(cho_factor(kernel, overwrite_a=True), targets)
        seen = KnownTitles.fit(dict(postings), sentence_vectors)
        trades = KnownTitles.fit(trade_words(), sentence_vectors)
        said = np.unique(trades.codes)
        codes = np.union1d(taught, said)
        places = np.searchsorted(codes, taught), np.searchsorted(codes, said)
        return cls(vectoriser, examples, vectors, weights, codes, *places, seen, trades)

    def guess(self, titles: Sequence[str], most: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """The likeliest codes of each cleaned title, and the share of such guesses that are right (0 to 1).

        Both of shape (titles, ``most``), the likeliest first; shares never rise from one guess to the next.
        """
        if not len(titles):
            return np.empty((0, most), self.codes.dtype), np.empty((0, most))
        vectors = sentence_vectors(titles)
        scores = np.zeros((len(titles), len(self.codes)), np.float32)
        asked = self.vectoriser.transform(titles)
        scores[:, self.taught] = _kernel(asked, vectors, self.examples, self.vectors) @ self.weights
        near = np.zeros_like(scores)
        near[:, self.said] = self.trades.nearness(titles, vectors)
        seen = self.postings.nearness(titles, vectors).max(axis=1)
        nearest = near.max(axis=1)
        trade = nearest + LEAD > SCORE * scores.max(axis=1) + POSTING * seen
        close = near**4
        likely = self._with_relatives(scores, scores)
        told = self._with_relatives(BESIDE * scores + near**3, BESIDE * scores + close)
        ranked = np.where(trade[:, None], told, likely)
        best = np.argsort(-ranked, axis=1, kind="stable")[:, :most]
        own = np.take_along_axis(np.maximum(scores, close), best, axis=1)
        shares = np.interp(own, OTHER_SCORES, OTHER_SHARES)
        first = best[:, :1]
        score, word = (np.take_along_axis(table, first, axis=1)[:, 0] for table in (scores, near))
        agreed = likely.argmax(axis=1) == first[:, 0]
        by_score, alone, together = (
            np.interp(value, *known)
            for value, known in (
                (score, (SCORES, SHARES)),
                (word, (NEARNESS, ALONE_SHARES)),
                (word, (NEARNESS, AGREED_SHARES)),
            )
        )
        by_word = np.where(agreed, np.maximum(together, by_score), alone)
        shares[:, 0] = np.where(trade, by_word, by_score)
        return self.codes[best], np.minimum.accumulate(shares, axis=1)

    def _with_relatives(self, scores: np.ndarray, relatives: np.ndarray) -> np.ndarray:
        """Scores raised by what relatives, the codes with the same beginning, have; codes are sorted."""
        total = scores.copy()
        for length, weight in KINSHIP.items():
            _, starts, group = np.unique(
                self.codes.astype(f"U{length}"), return_index=True, return_inverse=True
            )
            total += weight * np.add.reduceat(relatives, starts, axis=1)[:, group]
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
    codes = [code for term in find_terms(cleaned) for code in readings(term)]
    return letters_of(cleaned) + [f"#{code}" for code in codes] + [f"#{code[:7]}" for code in codes]
