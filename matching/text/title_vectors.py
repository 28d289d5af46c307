"""Titles as vectors of 256 whole numbers, so that titles without a common character can be alike.

A title's vector is the sum of the rows of its characters, pairs of characters and occupation codes, each of
the two blocks (what a sentence model says, what labelled titles say) brought to one length. Only whole
numbers take part, so the same title has the same vector on every machine. ``python -m benchmarks.distil``
made the table (docs/engine.md says from what).
"""

from collections.abc import Sequence
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
_AT_ONCE, _ROWS, _FEW = 4096, 256, 4


@dataclass(frozen=True, eq=False)
class TitleVectors:
    """``table`` is int8 of shape (parts, 2 x ``BLOCK``): a row for every part of a title that is known."""

    known: tuple[str, ...]
    table: np.ndarray

    @cached_property
    def place(self) -> dict[str, int]:
        """Part -> its row."""
        return {part: number for number, part in enumerate(self.known)}

    def of(self, titles: Sequence[Title]) -> np.ndarray:
        """int16 of shape (titles, 2 x ``BLOCK``), of length :data:`NORM` at most; zeros where no part is
        known."""
        vectors = np.zeros((len(titles), 2 * BLOCK), np.int16)
        for start in range(0, len(titles), _AT_ONCE):
            some = titles[start : start + _AT_ONCE]
            found = [[self.place[part] for part in parts(title) if part in self.place] for title in some]
            rows = np.array([number for number, row in enumerate(found) if row], np.int64)
            if len(rows):
                firsts = np.cumsum([0, *(len(found[row]) for row in rows[:-1])])
                said = self.table[[part for row in found for part in row]].astype(np.int64)
                sums = np.add.reduceat(said, firsts, axis=0)
                vectors[start + rows] = np.hstack([_brought(sums[:, :BLOCK]), _brought(sums[:, BLOCK:])])
        return vectors

    def of_one(self, title: Title) -> np.ndarray:
        """The vector of one title, kept for the next time, of shape (1, 2 x ``BLOCK``)."""
        return _vector_of(self, title.text, title.codes)

    def save(self, path: Path) -> None:
        """Write the table."""
        np.savez_compressed(path, known=np.array(self.known), table=self.table)


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


def likeness_of_vectors(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Cosine of every two vectors in thousandths, rounded down and at least 0, int16 of shape (left, right).

    Products of vectors no longer than 1,000 stay below 2**24, so single precision adds them up exactly in any
    order.
    """
    likeness = np.empty((len(left), len(right)), np.int16)
    turned = right.astype(np.float32, copy=False).T
    for start in range(0, len(left), _ROWS):
        some = left[start : start + _ROWS].astype(np.float32, copy=False)
        # A library's threads, woken for one title, cost more than its sums.
        products = (some @ turned) if len(left) > _FEW else np.stack([_by_one(row, turned) for row in some])
        likeness[start : start + _ROWS] = np.clip(products.astype(np.int32) // NORM, 0, NORM)
    return likeness


def _by_one(row: np.ndarray, turned: np.ndarray) -> np.ndarray:
    products: np.ndarray = np.einsum("d,jd->j", row, turned.T)
    return products


@lru_cache(maxsize=16384)
def _vector_of(vectors: TitleVectors, text: str, codes: tuple[str, ...]) -> np.ndarray:
    return vectors.of([title_of(text, codes)])


def _brought(sums: np.ndarray) -> np.ndarray:
    """Rows brought to the length of a block, rounded to the nearest whole number."""
    length = np.maximum(np.sqrt((sums**2).sum(axis=1)).astype(np.int64), 1)[:, None]
    brought: np.ndarray = (2 * LENGTH * sums + length) // (2 * length)
    return brought
