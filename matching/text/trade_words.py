"""How near a title is to others whose occupation is known: by characters, by sound, by sense.

``trade_words.csv`` names occupations as foremen, agents and township notices do, dialect and slips of the pen
included. By sound 里发师 is 理发师; by sense a sentence model says what two titles without a common character
have to do with each other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from matching import vocabulary
from matching.text.counted import Counted
from matching.text.title_vectors import BLOCK, LENGTH, Meant, shipped_vectors
from matching.text.titles import parse, title_key

# Shares of sound and sense in how near two titles are; the rest is characters.
SOUND, SENSE = 0.4, 0.2
COMMON = ("常用名", "俗称")
NAMES = (*COMMON, "职业名")
_SYLLABLES = re.compile(r"[\u4e00-\u9fff]|[a-z]+|\d+")


@dataclass(frozen=True, eq=False)
class KnownTitles:
    """Titles sorted by their codes: ``numbers`` (uint16) are the codes' among some list, ``letters`` and
    ``sounds`` the titles' parts counted, ``meant`` what their vectors are added up from."""

    numbers: np.ndarray
    letters: Counted
    sounds: Counted
    meant: Meant

    @classmethod
    def of(cls, words: Mapping[str, str], numbers: Mapping[str, int]) -> "KnownTitles":
        """Learn from cleaned title -> code; ``numbers`` are those of the codes, rising."""
        rows = sorted(words.items(), key=lambda row: (row[1], row[0]))
        texts = [text for text, _ in rows]
        codes = np.array([numbers[code] for _, code in rows], np.uint16)
        return cls(
            codes,
            Counted.of(texts, letters_of),
            Counted.of(texts, sounds_of),
            shipped_vectors().meant([parse(text) for text in texts]),
        )

    @cached_property
    def codes(self) -> np.ndarray:
        """The different codes' numbers, rising."""
        return np.unique(self.numbers)

    @cached_property
    def _ready(self) -> tuple[Any, Any, np.ndarray, np.ndarray]:
        """Rarities by part, of shape (parts, titles), of letters and of sounds; the titles' sentence blocks,
        turned; each code's first title."""
        letters, sounds = (part.rows(part.rarity).T.tocsr() for part in (self.letters, self.sounds))
        _, starts = np.unique(self.numbers, return_index=True)
        return letters, sounds, sentence_blocks(shipped_vectors().added(self.meant)).T, starts

    def nearness(self, titles: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """How near each cleaned title is to the nearest known one of each code (0 to 1), float32 of shape
        (titles, :attr:`codes`)."""
        letters, sounds, meant, starts = self._ready
        near = np.maximum(vectors @ meant, 0) * np.float32(SENSE)
        asked = self.letters.also(titles, letters_of).rows(self.letters.rarity)
        near += (asked @ letters).toarray() * np.float32(1 - SOUND - SENSE)
        asked = self.sounds.also(titles, sounds_of).rows(self.sounds.rarity)
        near += (asked @ sounds).toarray() * np.float32(SOUND)
        nearest: np.ndarray = np.maximum.reduceat(near, starts, axis=1)
        return nearest

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """What is kept on disk."""
        return {
            f"{name}.numbers": self.numbers,
            **self.letters.arrays(f"{name}.letters"),
            **self.sounds.arrays(f"{name}.sounds"),
            **self.meant.arrays(f"{name}.meant"),
        }

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray], name: str) -> "KnownTitles":
        """What :meth:`arrays` kept."""
        letters, sounds = (Counted.read(arrays, f"{name}.{part}") for part in ("letters", "sounds"))
        return cls(arrays[f"{name}.numbers"], letters, sounds, Meant.read(arrays, f"{name}.meant"))


def sentence_blocks(vectors: np.ndarray) -> np.ndarray:
    """The blocks of titles' vectors that know no label, float32 of length 1."""
    return vectors[:, :BLOCK].astype(np.float32) / np.float32(LENGTH)


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
    sound = vocabulary.syllables().get(sign, sign)
    sound = re.sub(r"^([zcs])h", r"\1", re.sub(r"ng$", "n", sound))
    return f"l{sound[1:]}" if sound.startswith("n") else sound
