"""Whether a title is written as postings of companies are or as the trades speak, whatever it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.text.trade_words import letters_of

# How far the regression may go, and its largest weight in steps.
FREEDOM, MOST = 3.0, 6000


@dataclass(frozen=True, eq=False)
class Style:
    """``weights`` (int16) times ``step`` are what each part of ``known`` says for postings, ``begin`` what is
    said before a title is looked at."""

    known: tuple[str, ...]
    weights: np.ndarray
    begin: float
    step: float

    @classmethod
    def of(cls, postings: Sequence[str], trades: Sequence[str]) -> "Style":
        """Tell cleaned titles of postings from those of the trades by logistic regression, both as likely."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import normalize

        counter = CountVectorizer(analyzer=letters_of, binary=True)
        rows = normalize(counter.fit_transform([*postings, *trades]).astype(np.float64))
        learner = LogisticRegression(C=FREEDOM, max_iter=1000, class_weight="balanced")
        learner.fit(rows, np.repeat([1, 0], [len(postings), len(trades)]))
        weights = learner.coef_[0]
        step = float(np.float32(np.abs(weights).max() / MOST))
        known = tuple(counter.get_feature_names_out().tolist())
        return cls(known, np.rint(weights / step).astype(np.int16), float(learner.intercept_[0]), step)

    def of_postings(self, titles: Sequence[str]) -> np.ndarray:
        """Log odds that a cleaned title is a posting's, float64."""
        place, weights = self._place, self.weights
        odds = np.full(len(titles), self.begin)
        for number, title in enumerate(titles):
            found = [place[part] for part in set(letters_of(title)) if part in place]
            if found:
                odds[number] += self.step * int(weights[found].sum(dtype=np.int64)) / np.sqrt(len(found))
        return odds

    @cached_property
    def _place(self) -> dict[str, int]:
        return {part: number for number, part in enumerate(self.known)}

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """What is kept on disk, each array under a name that begins with this one."""
        return {
            f"{name}.known": np.array("\n".join(self.known)),
            f"{name}.weights": self.weights,
            f"{name}.line": np.array([self.begin, self.step]),
        }

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray], name: str) -> "Style":
        """What :meth:`arrays` kept."""
        known = tuple(str(arrays[f"{name}.known"]).split("\n"))
        return cls(known, arrays[f"{name}.weights"], *arrays[f"{name}.line"].tolist())
