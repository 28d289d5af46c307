"""Texts as rows of counted parts, kept as whole numbers, and as rarities (TF-IDF) at run time."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Analyzer = Callable[[str], Sequence[str]]


@dataclass(frozen=True, eq=False)
class Counted:
    """How often each text has each part: ``columns`` (places in ``known``, sorted) and ``counts`` (uint8),
    text after text, ``lengths`` (uint16) of each."""

    known: tuple[str, ...]
    lengths: np.ndarray
    columns: np.ndarray
    counts: np.ndarray

    @classmethod
    def of(cls, texts: Iterable[str], analyzer: Analyzer) -> "Counted":
        """Count the parts of texts."""
        counted = [Counter(analyzer(text)) for text in texts]
        known = tuple(sorted({part for row in counted for part in row}))
        return cls._over(known, {part: number for number, part in enumerate(known)}, counted)

    def also(self, texts: Iterable[str], analyzer: Analyzer) -> "Counted":
        """The known parts of other texts."""
        return self._over(self.known, self.place, [Counter(analyzer(text)) for text in texts])

    @classmethod
    def _over(
        cls, known: tuple[str, ...], place: Mapping[str, int], counted: Sequence[Mapping[str, int]]
    ) -> "Counted":
        rows = [
            sorted((place[part], count) for part, count in row.items() if part in place) for row in counted
        ]
        pairs = np.array([pair for row in rows for pair in row], np.uint32).reshape(-1, 2)
        lengths = np.array([len(row) for row in rows], np.uint16)
        return cls(known, lengths, pairs[:, 0].copy(), np.minimum(pairs[:, 1], 255).astype(np.uint8))

    @cached_property
    def place(self) -> dict[str, int]:
        """Part -> its column."""
        return {part: number for number, part in enumerate(self.known)}

    @cached_property
    def rarity(self) -> np.ndarray:
        """How rare each part is among these texts: smoothed inverse document frequency."""
        seen = np.bincount(self.columns, minlength=len(self.known))
        rare: np.ndarray = np.log((1 + len(self.lengths)) / (1 + seen)) + 1
        return rare

    def rows(self, rarity: np.ndarray) -> "csr_array":
        """Every text as a row of length 1, float32 of shape (texts, known): each part's rarity, grown with
        the logarithm of its count."""
        from scipy.sparse import csr_array  # a tenth of a second

        starts = np.concatenate(([0], np.cumsum(self.lengths, dtype=np.int64)))
        weights = (1 + np.log(self.counts.astype(np.float64))) * rarity[self.columns]
        number = np.repeat(np.arange(len(self.lengths)), self.lengths)
        length = np.sqrt(np.bincount(number, weights**2, len(self.lengths)))
        scaled = (weights / length[number]).astype(np.float32)
        return csr_array((scaled, self.columns.astype(np.int64), starts), (len(starts) - 1, len(self.known)))

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """What is kept on disk, each array under a name that begins with this one."""
        return {
            f"{name}.known": np.array("\n".join(self.known)),
            f"{name}.lengths": self.lengths,
            f"{name}.columns": self.columns,
            f"{name}.counts": self.counts,
        }

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray], name: str) -> "Counted":
        """What :meth:`arrays` kept."""
        known = tuple(str(arrays[f"{name}.known"]).split("\n"))
        return cls(known, *(arrays[f"{name}.{part}"] for part in ("lengths", "columns", "counts")))
