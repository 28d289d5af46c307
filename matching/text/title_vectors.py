"""Titles as vectors of 256 whole numbers, so that titles without a common character can be alike.

A title's vector is the sum of the rows of its characters, pairs of characters and occupation codes, each of
the two blocks (what a sentence model says, what labelled titles say) brought to one length. Only whole
numbers take part, so the same title has the same vector on every machine. ``python -m benchmarks.distil``
made the table (docs/engine.md says from what).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np

from matching.text.titles import NORM, Title, title_of
from matching.vocabulary import HERE

BLOCK = 128
# Two blocks of this length make a vector of NORM.
LENGTH = 707
TABLE = HERE / "title_vectors.npz"
_FEW = 4


@dataclass(frozen=True, eq=False)
class TitleVectors:
    """``table`` is int8 of shape (parts, 2 x ``BLOCK``): a row for every part of a title that is known."""

    known: tuple[str, ...]
    table: np.ndarray

    @cached_property
    def place(self) -> dict[str, int]:
        """Part -> its row."""
        return {part: number for number, part in enumerate(self.known)}

    @cached_property
    def _wide(self) -> np.ndarray:
        """The table in single precision, which adds up some hundred rows exactly."""
        return self.table.astype(np.float32)

    def of(self, titles: Sequence[Title]) -> np.ndarray:
        """int16 of shape (titles, 2 x ``BLOCK``), of length :data:`NORM` at most; zeros where no part is
        known."""
        if len(titles) > _FEW:
            return self.added(self.meant(titles))
        single = [self._wide[np.array(self._places(title), np.int64)].sum(axis=0) for title in titles]
        return _both_brought(np.array(single, np.float32).reshape(len(titles), 2 * BLOCK))

    def meant(self, titles: Sequence[Title]) -> "Meant":
        """The rows of the titles' parts."""
        found = [self._places(title) for title in titles]
        places = np.array([place for row in found for place in row], np.uint16)
        return Meant(np.array([len(row) for row in found], np.uint16), places)

    def added(self, meant: "Meant") -> np.ndarray:
        """The vectors of titles whose parts' rows are known already, as :meth:`of` gives them."""
        from scipy.sparse import csr_array  # a tenth of a second, where a few titles need none

        starts = np.concatenate(([0], np.cumsum(meant.lengths, dtype=np.int64)))
        ones, places = np.ones(len(meant.places), np.float32), meant.places.astype(np.int64)
        chosen = csr_array((ones, places, starts), (len(meant.lengths), len(self.table)))
        return _both_brought(chosen @ self._wide)

    def _places(self, title: Title) -> list[int]:
        place = self.place
        return [place[part] for part in parts(title) if part in place]

    def of_one(self, title: Title) -> np.ndarray:
        """The vector of one title, kept for the next time, of shape (1, 2 x ``BLOCK``)."""
        return _vector_of(self, title.text, title.codes)

    def save(self, path: Path) -> None:
        """Write the table."""
        np.savez_compressed(path, known=np.array(self.known), table=self.table)


@dataclass(frozen=True, eq=False)
class Meant:
    """Which rows of the table titles are added up from: ``places`` (uint16), title after title, ``lengths``
    (uint16) of each."""

    lengths: np.ndarray
    places: np.ndarray

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """What is kept on disk, each array under a name that begins with this one."""
        return {f"{name}.lengths": self.lengths, f"{name}.places": self.places}

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray], name: str) -> "Meant":
        """What :meth:`arrays` kept."""
        return cls(arrays[f"{name}.lengths"], arrays[f"{name}.places"])


def parts(title: Title) -> list[str]:
    """What a title is made of: its characters, pairs of characters, and the codes and groups it speaks of."""
    words = title.text.split()
    letters = [letter for word in words for letter in word]
    pairs = [word[at : at + 2] for word in words for at in range(len(word) - 1)]
    codes = [f"#{code[:length]}" for code in title.codes for length in (10, 7)]
    return list(dict.fromkeys([*letters, *pairs, *codes]))


@cache
def shipped_vectors() -> TitleVectors:
    """The table that comes with the vocabulary."""
    with np.load(TABLE) as kept:
        return TitleVectors(tuple(kept["known"].tolist()), kept["table"])


def cosine_of(one: np.ndarray, other: np.ndarray) -> int:
    """Cosine of two vectors in thousandths, rounded down and at least 0."""
    product = int(one.ravel().astype(np.int64) @ other.ravel().astype(np.int64))
    return min(max(product, 0) // NORM, NORM)


@lru_cache(maxsize=16384)
def _vector_of(vectors: TitleVectors, text: str, codes: tuple[str, ...]) -> np.ndarray:
    return vectors.of([title_of(text, codes)])


def _both_brought(sums: np.ndarray) -> np.ndarray:
    wide = sums.astype(np.float64)
    return np.hstack([_brought(wide[:, :BLOCK]), _brought(wide[:, BLOCK:])])


def _brought(sums: np.ndarray) -> np.ndarray:
    """Rows of whole numbers brought to the length of a block, rounded to the nearest whole number.

    A whole number over another is never so near the next that a double rounds it up.
    """
    length = np.maximum(np.floor(np.sqrt((sums**2).sum(axis=1))), 1)[:, None]
    brought: np.ndarray = np.floor((2 * LENGTH * sums + length) / (2 * length)).astype(np.int16)
    return brought
