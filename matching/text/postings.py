"""Guesses the occupation of a free title from labelled postings, the vocabulary's titles and trade words.

Kernel ridge regression on TF-IDF of characters, pairs of characters and the dictionary's occupation codes
found inside the title, and on what a sentence model says of it (the first block of its vector, which knows no
label): one linear system, solved when the vocabulary changes (``make title-model``); what it says is kept
in whole numbers in ``title_model.npz``. It speaks as postings do; where a title is nearer to what
the trades say than to any posting, the nearest trade words decide. Its answers say how sure they are: score
and nearness were compared with the share of right answers on titles held back (see docs/engine.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from matching import vocabulary
from matching.text.cleaning import clean
from matching.text.counted import Counted
from matching.text.notices import work_of
from matching.text.style import Style
from matching.text.title_vectors import Meant, shipped_vectors
from matching.text.titles import find_terms, parse, readings, title_key
from matching.text.trade_words import COMMON, KnownTitles, letters_of, sentence_blocks, trade_words
from matching.vocabulary import HERE

MODEL = HERE / "title_model.npz"
# Titles of the vocabulary that teach, and what each counts for beside a posting.
KINDS, TRUST = (COMMON, ("职业名",)), (0.3, 0.4)
# The largest weight in steps, and how many titles are asked at once.
MOST, AT_ONCE = 2500, 512
# What the square of the vectors' cosine counts for beside the cosine of TF-IDF.
SENTENCE_WEIGHT = 0.5
RIDGE = 0.5
# A code is likelier where its relatives score too: length of the shared beginning -> weight of their sum.
KINSHIP = {1: 0.4, 4: 0.2, 7: 0.1}
# Trade words decide where the nearest is nearer than this + SCORE x the best score + STYLE x how much the
# title is written as postings are.
NEAREST, SCORE, STYLE = 0.8, 0.7, 0.4
# Log odds of style up to which a title is a notice, whose parts without work are left out.
NOTICE = 1.0
# What the square of a trade word's nearness counts for beside the score in the second to fifth guess, each in
# shares of its best; relatives crowd them out.
OTHER_NEARNESS = 0.6
# What the score counts beside the cube of a trade word's nearness where trade words decide.
BESIDE = 0.2
# What trade words count for where postings decide: the cube of nearness, and by relatives its fourth power.
TRADES_BESIDE, TRADE_RELATIVES = 0.06, 0.03
# Share of right answers (its log odds) where postings and where trade words decide: a beginning, then the
# answer's nearness and score, whether both ways agree, what it has before the next best by nearness and by
# score, its nearest posting, whether it is nearest by trade words and by postings, whether a trade word is
# the title. From a logistic regression on titles held back and 261 of the field (see docs/engine.md).
BY_POSTINGS = (-1.58, -0.55, 2.69, -0.31, 0.72, 1.98, 0.85, 0.88, 0.16, -0.76)
BY_TRADES = (-2.29, 0.71, 2.31, -0.02, 3.25, 0.41, 0.48, 1.22, 1.26, -1.43)
SAME, HIGHEST = 0.999, 0.98
# Score or nearness to the fourth -> share of second to fifth guesses found right.
OTHER_SCORES = (0.02, 0.04, 0.08, 0.12, 0.17, 0.24, 0.34, 0.59)
OTHER_SHARES = (0.003, 0.01, 0.03, 0.05, 0.09, 0.14, 0.17, 0.2)


@dataclass(frozen=True, eq=False)
class PostingModel:
    """A fitted model: ``weights`` (int16) times ``step`` are of shape (examples, codes taught).

    ``codes`` are all there are, ``taught`` (uint16) the numbers of those taught, ``labels`` (uint16) those of
    the postings; ``examples`` (postings first) are counted by :func:`tokens`, ``meant`` is what their vectors
    are added up from.
    """

    codes: np.ndarray
    taught: np.ndarray
    labels: np.ndarray
    examples: Counted
    meant: Meant
    weights: np.ndarray
    step: float
    style: Style
    trades: KnownTitles

    @classmethod
    def fit(cls, postings: Sequence[tuple[str, str]]) -> "PostingModel":
        """Learn from (title, code) pairs together with the vocabulary's titles and trade words. Takes a
        quarter of a minute; what ships was kept by :meth:`save`."""
        from scipy.linalg import cho_factor, cho_solve

        titles = [(clean(title), readings[0]) for title, readings in vocabulary.titles().items()]
        known = [[(title, first.code) for title, first in titles if first.kind in of] for of in KINDS]
        texts, labels = zip(*postings, *chain(*known), strict=True)
        examples, meant = Counted.of(texts, tokens), shipped_vectors().meant([parse(text) for text in texts])
        taught, number = np.unique(labels, return_inverse=True)
        targets = np.zeros((len(texts), len(taught)), np.float32)
        targets[np.arange(len(texts)), number] = 1
        trust = np.repeat([1, *TRUST], [len(postings), *map(len, known)])
        rows, vectors = examples.rows(examples.rarity), sentence_blocks(shipped_vectors().added(meant))
        kernel = _kernel(rows, vectors, rows, vectors)
        kernel[np.diag_indices(len(texts))] += (RIDGE / trust).astype(np.float32)
        weights = cho_solve(cho_factor(kernel, overwrite_a=True), targets)
        step = float(np.float32(np.abs(weights).max() / MOST))
        words = trade_words()
        codes = np.union1d(taught, list(words.values()))
        numbers = {str(code): number for number, code in enumerate(codes)}
        return cls(
            codes,
            np.searchsorted(codes, taught).astype(np.uint16),
            np.searchsorted(codes, labels[: len(postings)]).astype(np.uint16),
            examples,
            meant,
            np.rint(weights / step).astype(np.int16),
            step,
            Style.of(
                *([title_key(title) for title, _ in said] for said in (postings, vocabulary.trade_words()))
            ),
            KnownTitles.of(words, numbers),
        )

    def arrays(self) -> dict[str, Any]:
        """What is kept on disk: whole numbers, texts, the steps of weights."""
        return {
            "codes": np.array("\n".join(self.codes)),
            "taught": self.taught,
            "labels": self.labels,
            "weights": self.weights,
            "step": np.float32(self.step),
            **self.examples.arrays("examples"),
            **self.meant.arrays("meant"),
            **self.style.arrays("style"),
            **self.trades.arrays("trades"),
        }

    def save(self, path: Path) -> None:
        """Write the model."""
        np.savez_compressed(path, allow_pickle=False, **self.arrays())

    @classmethod
    def read(cls, path: Path) -> "PostingModel":
        """The model that :meth:`save` wrote."""
        with np.load(path) as kept:
            return cls(
                np.array(str(kept["codes"]).split("\n")),
                kept["taught"],
                kept["labels"],
                Counted.read(kept, "examples"),
                Meant.read(kept, "meant"),
                kept["weights"],
                float(kept["step"]),
                Style.read(kept, "style"),
                KnownTitles.read(kept, "trades"),
            )

    @cached_property
    def _ready(self) -> tuple[Any, np.ndarray, np.ndarray]:
        """The examples' rarities and sentence blocks, and the weights in single precision."""
        rows, vectors = self.examples.rows(self.examples.rarity), shipped_vectors().added(self.meant)
        return rows, sentence_blocks(vectors), self.weights.astype(np.float32) * np.float32(self.step)

    def words_of(self, titles: Sequence[str]) -> list[str]:
        """What titles are guessed from: they without noise, and where they are not written as postings are,
        without the parts that name no work."""
        keys = [title_key(title) for title in titles]
        odds = self.style.of_postings(keys).tolist()
        told = zip(titles, keys, odds, strict=True)
        return [work_of(title) if likely <= NOTICE else key for title, key, likely in told]

    def guess(self, titles: Sequence[str], most: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """The likeliest codes of each cleaned title, and the share of such guesses that are right (0 to 1).

        Both of shape (titles, ``most``), the likeliest first; shares never rise from one guess to the next.
        """
        pieces = [self._guess(titles[at : at + AT_ONCE], most) for at in range(0, len(titles), AT_ONCE)]
        if not pieces:
            return np.empty((0, most), self.codes.dtype), np.empty((0, most))
        codes, shares = (np.vstack(tables) for tables in zip(*pieces, strict=True))
        return codes, shares

    def _guess(self, titles: Sequence[str], most: int) -> tuple[np.ndarray, np.ndarray]:
        examples, meant, weights = self._ready
        vectors = sentence_vectors(titles)
        asked = self.examples.also(titles, tokens).rows(self.examples.rarity)
        alike = _kernel(asked, vectors, examples, meant)
        scores = np.zeros((len(titles), len(self.codes)), np.float32)
        scores[:, self.taught] = alike @ weights
        near = np.zeros_like(scores)
        near[:, self.trades.codes] = self.trades.nearness(titles, vectors)
        style = STYLE * self.style.of_postings(titles)
        trade = near.max(axis=1) > NEAREST + SCORE * scores.max(axis=1) + style
        close = near**4
        likely = self._with_relatives(scores + TRADES_BESIDE * near**3, scores + TRADE_RELATIVES * close)
        told = self._with_relatives(BESIDE * scores + near**3, BESIDE * scores + close)
        first = np.where(trade, told.argmax(axis=1), likely.argmax(axis=1))
        ranked = _of_best(scores) + OTHER_NEARNESS * _of_best(near) ** 2
        ranked[np.arange(len(titles)), first] = np.inf
        best = np.argsort(-ranked, axis=1, kind="stable")[:, :most]
        own = np.take_along_axis(np.maximum(scores, close), best, axis=1)
        shares = np.interp(own, OTHER_SCORES, OTHER_SHARES)
        agreed = likely.argmax(axis=1) == told.argmax(axis=1)
        shares[:, 0] = _sureness(first, trade, agreed, scores, near, self._nearest_postings(alike))
        return self.codes[best], np.minimum.accumulate(shares, axis=1)

    def _nearest_postings(self, alike: np.ndarray) -> np.ndarray:
        """How near each title is to the nearest posting of each code (0 to 1), float32 of shape (titles,
        codes); ``alike`` is how alike titles and examples are."""
        codes, starts = np.unique(self.labels[self._by_label], return_index=True)
        found = np.zeros((len(alike), len(self.codes)), np.float32)
        found[:, codes] = np.maximum.reduceat(alike[:, self._by_label], starts, axis=1)
        return found / np.float32(1 + SENTENCE_WEIGHT)

    @cached_property
    def _by_label(self) -> np.ndarray:
        """The postings, those of one code together."""
        return np.argsort(self.labels, kind="stable")

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
    """The model that comes with the vocabulary (``python -m benchmarks.teach_titles`` makes it)."""
    return PostingModel.read(MODEL)


def sentence_vectors(titles: Sequence[str]) -> np.ndarray:
    """The blocks that know no label of cleaned titles' vectors, float32 of length 1."""
    return sentence_blocks(shipped_vectors().of([parse(title) for title in titles]))


def _sureness(
    first: np.ndarray,
    trade: np.ndarray,
    agreed: np.ndarray,
    scores: np.ndarray,
    near: np.ndarray,
    seen: np.ndarray,
) -> np.ndarray:
    """The share of answers with such signs that are right, where trade words decide and where they do not."""
    rows = np.arange(len(first))
    signs = [
        np.ones(len(rows)),
        near[rows, first],
        scores[rows, first],
        agreed,
        _lead(near, first),
        _lead(scores, first),
        seen[rows, first],
        near.argmax(axis=1) == first,
        seen.argmax(axis=1) == first,
        near[rows, first] > SAME,
    ]
    odds = np.where(trade, np.array(BY_TRADES) @ signs, np.array(BY_POSTINGS) @ signs)
    sure: np.ndarray = np.minimum(1 / (1 + np.exp(-odds)), HIGHEST)
    return sure


def _of_best(table: np.ndarray) -> np.ndarray:
    """Every row in shares of its best."""
    shares: np.ndarray = table / np.maximum(table.max(axis=1), np.finfo(np.float32).tiny)[:, None]
    return shares


def _lead(table: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """What each row's chosen column has before the best other one, less than nothing where it is behind."""
    rows, others = np.arange(len(table)), table.copy()
    others[rows, chosen] = -np.inf
    lead: np.ndarray = table[rows, chosen] - others.max(axis=1)
    return lead


def _kernel(asked: Any, asked_vectors: np.ndarray, examples: Any, vectors: np.ndarray) -> np.ndarray:
    """How alike titles and examples are, float32 of shape (asked, examples)."""
    alike: np.ndarray = (asked @ examples.T).toarray().astype(np.float32)
    alike += np.float32(SENTENCE_WEIGHT) * np.maximum(asked_vectors @ vectors.T, 0) ** 2
    return alike


def tokens(cleaned: str) -> list[str]:
    """Characters, pairs, beginnings and endings of the words, and the codes of vocabulary titles inside."""
    codes = [code for term in find_terms(cleaned) for code in readings(term)]
    return letters_of(cleaned) + [f"#{code}" for code in codes] + [f"#{code[:7]}" for code in codes]
