"""How much a short sentence looks like an unlawful one, learned from the labelled sentences of ``examples/``.

Character n-grams and two linear models: whether (calibrated) and which rule it would offend. Trained at first
use from the text files alone, always to the same weights; nothing is unpickled.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.posting_law.text import plain

_FOLDER = Path(__file__).parent / "examples"
_OWN_SENTENCES = "sentences.csv"
_NUMERIC = frozenset({"age", "forbidden", "hours", "probation"})
"""Rules whose sentences differ from lawful ones by a figure only, which n-grams cannot weigh."""
SEED = 20261129


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the rule it offends ("" for a lawful one)."""

    text: str
    kind: str


def examples() -> Iterator[Example]:
    """Every labelled sentence that names one clear offence, or none."""
    for path in sorted(_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(line for line in handle if not line.startswith("#")):
                kind = row["kind"] if path.name == _OWN_SENTENCES else _blocked(row["expected"])
                if kind is not None and kind not in _NUMERIC:
                    yield Example(row["text"], kind)


def _blocked(expected: str) -> str | None:
    """The one rule that blocks; "" for a lawful sentence, None where it is only doubtful or breaks two."""
    verdicts = [verdict.split(":") for verdict in expected.split("|") if verdict]
    kinds = {rule for rule, level in verdicts if level == "block"}
    if not verdicts:
        return ""
    return kinds.pop() if len(kinds) == 1 else None


@dataclass(frozen=True, slots=True)
class Classifier:
    """Fitted models; scikit-learn has no types."""

    vectors: Any
    whether: Any
    which: Any

    def guess(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """For each text the likeliest rule and how likely the text is unlawful, from 0 to 1."""
        features = self.vectors.transform([plain(text).text for text in texts])
        chances = self.whether.predict_proba(features)[:, 1]
        return [
            (str(kind), float(chance))
            for kind, chance in zip(self.which.predict(features), chances, strict=True)
        ]


def fitted(rows: Sequence[Example]) -> Classifier:
    """Train on ``rows``; the same rows give the same classifier."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    features = vectors.fit_transform([plain(row.text).text for row in rows])
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    linear = LogisticRegression(C=20.0, solver="liblinear", random_state=SEED)
    whether = CalibratedClassifierCV(linear, method="sigmoid", cv=folds, ensemble=False)
    whether.fit(features, [bool(row.kind) for row in rows])
    guilty = [place for place, row in enumerate(rows) if row.kind]
    which = LogisticRegression(C=20.0, random_state=SEED, max_iter=300)
    which.fit(features[guilty], [rows[place].kind for place in guilty])
    return Classifier(vectors, whether, which)


@cache
def classifier() -> Classifier:
    """Trained once a process."""
    return fitted(list(examples()))
