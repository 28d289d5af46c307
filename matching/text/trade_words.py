"""How near a title is to others whose occupation is known: by characters, by sound, by sense.

``trade_words.csv`` names occupations as foremen, agents and township notices do, dialect and slips of the pen
included. By sound 里发师 is 理发师; by sense a sentence model says what two titles without a common character
have to do with each other.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from matching import vocabulary
from matching.text.titles import title_key

# Shares of sound and sense in how near two titles are; the rest is characters.
SOUND, SENSE = 0.4, 0.2
COMMON = ("常用名", "俗称")
NAMES = (*COMMON, "职业名")
_SYLLABLES = re.compile(r"[\u4e00-\u9fff]|[a-z]+|\d+")


@dataclass(frozen=True)
class KnownTitles:
    """Titles sorted by their ``codes``: ``letters`` and ``sounds`` are TF-IDF of shape (parts, titles),
    ``vectors`` the titles' sentence blocks."""

    codes: np.ndarray
    letters: Any
    sounds: Any
    by_letters: Any
    by_sound: Any
    vectors: np.ndarray

    @classmethod
    def fit(cls, words: Mapping[str, str], sense: Callable[[Sequence[str]], np.ndarray]) -> "KnownTitles":
        """Learn from cleaned title -> code; ``sense`` gives float32 vectors of length 1 of cleaned titles."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        rows = sorted(words.items(), key=lambda row: (row[1], row[0]))
        texts = [text for text, _ in rows]
        by_letters = TfidfVectorizer(analyzer=letters_of, sublinear_tf=True, dtype=np.float32)
        by_sound = TfidfVectorizer(analyzer=sounds_of, sublinear_tf=True, dtype=np.float32)
        letters, sounds = by_letters.fit_transform(texts), by_sound.fit_transform(texts)
        codes = np.array([code for _, code in rows])
        return cls(codes, letters.T.tocsr(), sounds.T.tocsr(), by_letters, by_sound, sense(texts))

    def nearness(self, titles: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """How near each cleaned title is to the nearest known one of each code (0 to 1), float32 of shape
        (titles, different codes in order)."""
        near = (self.by_letters.transform(titles) @ self.letters).toarray() * (1 - SOUND - SENSE)
        near += (self.by_sound.transform(titles) @ self.sounds).toarray() * SOUND
        near += np.maximum(vectors @ self.vectors.T, 0) * SENSE
        _, starts = np.unique(self.codes, return_index=True)
        nearest: np.ndarray = np.maximum.reduceat(near.astype(np.float32), starts, axis=1)
        return nearest


@cache
def trade_words() -> dict[str, str]:
    """Title without noise -> occupation code: common titles and official names, then the trades' own.

    >>> trade_words()["扎钢筋"]
    '6-29-01-04'
    """
    known = vocabulary.titles().items()
    words = {title_key(title): readings[0].code for title, readings in known if readings[0].kind in NAMES}
    for title, code in vocabulary.trade_words():
        words.setdefault(title_key(title), code)
    return words


def letters_of(cleaned: str) -> list[str]:
    """Characters, pairs of characters, beginnings and endings of the words of a cleaned title."""
    parts: list[str] = []
    for word in cleaned.split():
        parts += [*word, *(word[i : i + 2] for i in range(len(word) - 1))]
        parts += [f"^{word[:1]}", f"{word[-2:]}$", f"{word[-1:]}$"]
    return parts


def sounds_of(cleaned: str) -> list[str]:
    """Two and three syllables in a row, first and last ones of the words of a cleaned title.

    >>> sounds_of("里发师") == sounds_of("理发师")
    True
    """
    parts: list[str] = []
    for word in cleaned.split():
        said = [_syllable(sign) for sign in _SYLLABLES.findall(word)]
        parts += ["".join(said[i : i + length]) for length in (2, 3) for i in range(len(said) - length + 1)]
        parts += [f"^{said[0]}", f"{said[-1]}$"] if said else []
    return parts


@lru_cache(maxsize=65536)
def _syllable(sign: str) -> str:
    """How a sign sounds to a southern speaker: zh is z, n is l, ng is n; letters sound as they are typed."""
    from pypinyin import lazy_pinyin  # loads a dictionary for half a second, not at every start

    sound: str = lazy_pinyin(sign)[0]
    sound = re.sub(r"^([zcs])h", r"\1", re.sub(r"ng$", "n", sound))
    return f"l{sound[1:]}" if sound.startswith("n") else sound
