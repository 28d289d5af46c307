"""Workers in the sequence in which a pass over many orders meets them: those who wish for alike things stand
together, so that a block of them is promising, or hopeless, as one.

A *place* is where a worker stands in this sequence, a *position* where in the index (by rising id). Keys hold
positions, so which sequence was walked is not to be seen in a result.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, compiled
from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import EXPERIENCE_CODE, FIRST_WISH, ONE

# Orders from which it pays to set a million workers in sequence (once for an index).
WORTH_SEQUENCE = 1000


class Neighbours(NamedTuple):
    """The bits and codes of an index in sequence; ``positions`` (uint32) says who stands at each place.

    ``as_of`` is the state of the index that was read: how often it was changed.
    """

    positions: np.ndarray
    bits: np.ndarray
    codes: np.ndarray
    as_of: int

    def places(self) -> np.ndarray:
        """Where everybody of the index stands, int64."""
        out = np.empty(len(self.positions), np.int64)
        out[self.positions] = np.arange(len(out))
        return out

    def words(self, bits: np.ndarray) -> np.ndarray:
        """One row of bits over the index (uint64 words), in sequence."""
        out = np.empty(len(bits), np.uint64)
        gather_bits(bits[None], self.positions, out[None])
        return out


def neighbours(index: WorkerIndex) -> Neighbours:
    """The index in sequence; what is there already is kept on it until a worker changes.

    >>> from matching import Worker
    >>> index = WorkerIndex([Worker(worker_id=str(n), wishes=("焊工", "保安")[n % 2 :]) for n in range(4)])
    >>> neighbours(index).positions.tolist()
    [1, 3, 0, 2]
    """
    known: Neighbours | None = index.neighbours
    if known is None or known.as_of != index.changes:
        positions = sequence(index)
        nothing = np.empty((0, index.rows.words), np.uint64)
        known = Neighbours(positions, nothing, index.codes[positions], index.changes)
    rows = index.rows.bits
    if len(known.bits) < len(rows):
        bits = np.empty(rows.shape, np.uint64)
        bits[: len(known.bits)] = known.bits
        gather_bits(rows[len(known.bits) :], known.positions, bits[len(known.bits) :])
        known = known._replace(bits=bits)
    index.neighbours = known
    return known


def sequence(index: WorkerIndex) -> np.ndarray:
    """Positions by the occupation of the first wish, the wish itself, experience and id, uint32."""
    titles = index.wishes.titles
    read = np.array(["", *(title.codes[0] if title.codes else f"~{title.text}" for title in titles)], np.str_)
    first = index.codes[:, FIRST_WISH]
    # Wishes by occupation, nobody's first; a set of wishes (past one's last slot) has no occupation: last.
    rank = np.full(max(len(read), int(first.max(initial=0)) + 1), len(read), np.uint32)
    rank[np.argsort(read, kind="stable")] = np.arange(len(read))
    by_experience = np.argsort(index.codes[:, EXPERIENCE_CODE], kind="stable")
    by_wish = np.argsort(_narrowest(rank)[first[by_experience]], kind="stable")
    return by_experience[by_wish].astype(np.uint32)


def _narrowest(ranks: np.ndarray) -> np.ndarray:
    """In 16 bits where they fit: NumPy sorts those by counting."""
    return ranks.astype(np.uint16) if ranks.max(initial=0) <= np.iinfo(np.uint16).max else ranks


@compiled
def gather_bits(rows: Array, positions: Array, out: Array) -> None:
    """Every row of bits with its workers in another sequence."""
    for row in range(len(rows)):
        bits = rows[row]
        for word in range(out.shape[1]):
            first = 64 * word
            gathered = np.uint64(0)
            for place in range(min(64, len(positions) - first)):
                position = np.uint64(positions[first + place])
                bit = (bits[position >> np.uint64(6)] >> (position & np.uint64(63))) & ONE
                gathered |= bit << np.uint64(place)
            out[row, word] = gathered
