"""All pairs as cells, a kind of order (one title, one text) times a block of workers, and which go first.

Heaps that fill with good keys at once let the rest be dropped unscored. So each order's kind first meets the
block, and each block first meets the kinds, that a small sample of the block's workers shows to be most
promising. Any sequence gives the same result.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs.kernel import EXPERIENCE_CODE, FIRST_WISH, OrderArrays
from matching.pairs.prepared import Prepared

# Workers of a block who are looked at, and the share of the kinds that a block meets first.
SAMPLE = 96
FIRST_KINDS = 0.03


class Kinds(NamedTuple):
    """Kinds of orders: ``sequence`` holds the orders, those of kind ``k`` from ``starts[k]`` on; row ``k`` of
    ``rows`` says which row of ``texts`` (points by experience, int16) is the kind's."""

    texts: Array
    rows: Array
    starts: Array
    sequence: Array


def kinds_of(prepared: Prepared, sequence: np.ndarray) -> Kinds:
    """The kinds of a stretch of ``Prepared.alike``."""
    title, text = prepared.orders.occupation_row[sequence], prepared.texts.text_row[sequence]
    is_new = np.ones(len(sequence), bool)
    is_new[1:] = (title[1:] != title[:-1]) | (text[1:] != text[:-1])
    starts = np.append(np.flatnonzero(is_new), len(sequence))
    texts, rows = prepared.texts.of(sequence[starts[:-1]])
    return Kinds(texts, rows, starts, sequence)


def cells_of(
    prepared: Prepared, kinds: Kinds, words: tuple[int, int], block: int, top: tuple[int, int]
) -> np.ndarray:
    """All cells of some kinds and a stretch of the workers' words, in the sequence in which to visit them.

    A cell is the number of a kind and the first word of a block: int64 of shape (cells, 2).
    """
    firsts, number = np.arange(*words, block), len(kinds.starts) - 1
    if not len(prepared.workers.positions):
        return _listed(np.ones((number, len(firsts)), bool), np.zeros((number, len(firsts)), int), firsts)
    worth = np.zeros((number, len(firsts)), np.int64)
    sample_blocks(prepared.orders, kinds, prepared.workers.codes, firsts, block, worth)
    early = np.zeros(worth.shape, bool)
    if number and top[0]:
        np.put_along_axis(early, worth.argmax(axis=1)[:, None], True, 1)
    if number and top[1]:
        some = max(1, int(FIRST_KINDS * number))
        np.put_along_axis(early, np.argpartition(-worth, some - 1, axis=0)[:some], True, 0)
    return np.concatenate([_listed(early, worth, firsts), _listed(~early, worth, firsts)])


def _listed(chosen: np.ndarray, worth: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """The chosen cells, block after block, the most promising kinds of a block first."""
    kind, at = np.nonzero(chosen)
    visit = np.lexsort((kind, -worth[kind, at], at))
    return np.stack([kind[visit], firsts[at[visit]]], axis=1).astype(np.int64)


@compiled
def sample_blocks(
    orders: OrderArrays, kinds: Kinds, codes: Array, firsts: Array, block: Int, worth: Array
) -> None:
    """What every kind's title and text are worth to a sample of every block: the sum of squares, as a few
    very good pairs promise more than many middling ones."""
    for at in range(len(firsts)):
        first = 64 * firsts[at]
        last = min(first + 64 * block, len(codes))
        step = max(1, (last - first) // SAMPLE)
        for kind in range(worth.shape[0]):
            occupation = orders.occupation[orders.occupation_row[kinds.sequence[kinds.starts[kind]]]]
            text = kinds.texts[kinds.rows[kind]]
            total = np.int64(0)
            for worker in range(first, last, step):
                points = np.int64(occupation[codes[worker, FIRST_WISH]])
                points += text[codes[worker, EXPERIENCE_CODE]]
                total += points * points
            worth[kind, at] = total
