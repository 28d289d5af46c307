"""How alike two occupations, titles or texts are: integers from 0 to 1000, for one pair and for tables."""

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from matching import vocabulary
from matching.text.cleaning import require_texts
from matching.text.title_vectors import TitleVectors, cosine_of, shipped_vectors
from matching.text.titles import NORM, Title, features, parse

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SAME_TITLE, SAME_CODE, SAME_GROUP, SAME_TRADE, SAME_DIVISION, GENERAL = 1000, 920, 620, 500, 300, 420
# Vectors go up to 85 % of the way to full.
TEXT_SHARE = 85
# Among equal codes they only order: what they add is less than a level of the scorecard (50).
SAME_CODE_ROOM = 29
# Factory hands whose work is learnt on the first day: near to every production occupation (major group 6).
GENERAL_LABOUR = ("6-99-01-01", "6-99-01-02", "6-99-11-01", "6-99-13-01", "6-99-25-02")
# Answers kept: 12 MB at 12,000 wishes.
_ROWS, _FEW, _MOST_ANSWERS = 256, 4, 512


def occupation_similarity(wish: Title, title: Title) -> int:
    """Likeness of a wish and an order's title in thousandths: equal text, else codes and vectors."""
    if wish.text and wish.text == title.text:
        return SAME_TITLE
    numbers, table = code_numbers(), code_table()
    pairs = (int(table[numbers[a], numbers[b]]) for a in wish.codes for b in title.codes)
    said = max(pairs, default=0)
    ours, theirs = (shipped_vectors().of_one(one) for one in (wish, title))
    return int(_together(said, cosine_of(ours, theirs)))


def title_similarity(titles_a: Sequence[str], titles_b: Sequence[str]) -> np.ndarray:
    """Likeness of every title of ``a`` with every title of ``b``.

    Returns float32 of shape (len(a), len(b)), 0 to 1, in steps of a thousandth; the occupation factor of the
    scorecard rests on it. Raises ``TypeError`` for a title that is not text.

    >>> print(title_similarity(["电焊工"], ["氩弧焊工", "保安"]))
    [[0.945 0.   ]]
    """
    require_texts(titles_a, "titles_a")
    require_texts(titles_b, "titles_b")
    side_a, side_b = (TitleSide([parse(title) for title in titles]) for titles in (titles_a, titles_b))
    return similarity_table(side_a, side_b).T.astype(np.float32) / np.float32(NORM)


Lists = tuple[np.ndarray, np.ndarray, np.ndarray]


class TextSide:
    """Parsed texts with what comparing them with others needs, made once.

    Sparse vectors are (``starts``, int64, of shape rows + 1; numbers; weights, both int32), row after row.

    >>> side = TextSide([parse("焊工"), parse("保安")])
    >>> len(side), side.rows[0].shape
    (2, (3,))
    """

    def __init__(self, titles: Sequence[Title]) -> None:
        self.titles = titles
        self._parts = [title.vector for title in titles]

    def __len__(self) -> int:
        return len(self.titles)

    @cached_property
    def rows(self) -> Lists:
        """The texts' vectors, text after text."""
        starts = np.zeros(len(self) + 1, np.int64)
        np.cumsum([len(part) for part in self._parts], out=starts[1:])
        numbers = np.fromiter((f for part in self._parts for f in part), np.int32, starts[-1])
        weights = np.fromiter((w for part in self._parts for w in part.values()), np.int32, starts[-1])
        return starts, numbers, weights

    @cached_property
    def vectors(self) -> "csr_array":
        """The texts' vectors, int32 sparse of shape (texts, features)."""
        from scipy.sparse import csr_array

        starts, numbers, weights = self.rows
        return csr_array((weights, numbers, starts), shape=(len(self), len(features())))

    @cached_property
    def by_feature(self) -> "csr_array":
        """The vectors by feature, int32 sparse of shape (features, texts)."""
        turned = self.vectors.T.tocsr()
        turned.sort_indices()
        return turned

    @cached_property
    def lists(self) -> Lists:
        """The vectors, feature after feature."""
        turned = self.by_feature
        return turned.indptr.astype(np.int64), turned.indices, turned.data


class TitleSide:
    """Parsed titles with what comparing them with others needs, made once.

    >>> side = TitleSide([parse("焊工"), parse("保安")])
    >>> len(side), side.places["保安"], side.vectors.shape
    (2, [1], (2, 256))
    """

    def __init__(self, titles: Sequence[Title], table: TitleVectors | None = None) -> None:
        """``table`` is the shipped one by default."""
        self.titles, self._table = titles, table

    def __len__(self) -> int:
        return len(self.titles)

    @cached_property
    def vectors(self) -> np.ndarray:
        """The titles' vectors, int16 of shape (titles, 256)."""
        return (self._table or shipped_vectors()).of(self.titles)

    @cached_property
    def codes(self) -> np.ndarray:
        """Code numbers of the titles, int32 of shape (titles, most codes of one), padded with 0."""
        width = max((len(title.codes) for title in self.titles), default=0) or 1
        numbers = np.zeros((len(self), width), np.int32)
        for row, title in zip(numbers, self.titles, strict=True):
            row[: len(title.codes)] = [code_numbers()[code] for code in title.codes]
        return numbers

    @cached_property
    def answers(self) -> dict[tuple[str, tuple[str, ...]], np.ndarray]:
        """What single titles asked before were told: (text, codes) -> likeness to every one of these."""
        return {}

    def keep(self, titles: Sequence[Title], rows: np.ndarray) -> None:
        """Keep what some titles were told, in the place of the oldest; of the pages of one order each asks
        again."""
        too_many = len(self.answers) + len(titles) - _MOST_ANSWERS
        for oldest in list(self.answers)[: max(too_many, 0)]:
            self.answers.pop(oldest, None)
        self.answers.update({(one.text, one.codes): row for one, row in zip(titles, rows, strict=True)})

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Cleaned text -> the titles that are equal to it."""
        positions: dict[str, list[int]] = {}
        for number, title in enumerate(self.titles):
            if title.text:
                positions.setdefault(title.text, []).append(number)
        return positions


def similarity_table(wishes: TitleSide, titles: TitleSide) -> np.ndarray:
    """:func:`occupation_similarity` of every pair, int16 of shape (titles, wishes)."""
    from matching.text.title_kernel import compare_titles  # numba takes a while to import

    kept = [wishes.answers.get((title.text, title.codes)) for title in titles.titles[: _FEW + 1]]
    if len(titles) <= _FEW and all(row is not None for row in kept):
        return np.array(kept, np.int16).reshape(len(titles), len(wishes))
    best = np.empty((len(titles), len(wishes)), np.int16)
    tables = code_table(), together_table()
    for start, products in _products(titles.vectors, wishes.vectors):
        some = slice(start, start + len(products))
        compare_titles(products, NORM, (titles.codes[some], wishes.codes), tables, best[some])
    for row, title in zip(best, titles.titles, strict=True):
        row[wishes.places.get(title.text, [])] = SAME_TITLE
    if len(titles) <= _FEW:
        wishes.keep(titles.titles, best)
    return best


def _products(titles: np.ndarray, wishes: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Products of the vectors, float32 of shape (some titles, wishes), and the first of these titles.

    Products of vectors no longer than 1,000 stay below 2**24, so single precision adds them up exactly in any
    order.
    """
    from matching.text.title_kernel import multiply

    if len(titles) <= _FEW:  # A library's threads, woken for one title, cost more than its sums.
        for number, title in enumerate(titles):
            products = np.empty((1, len(wishes)), np.float32)
            multiply(title, wishes, products[0])
            yield number, products
        return
    turned = wishes.astype(np.float32).T
    for start in range(0, len(titles), _ROWS):
        yield start, titles[start : start + _ROWS].astype(np.float32) @ turned


def _together(said: Any, shared: Any) -> Any:
    """What codes say, raised by the cosine of the vectors, both in thousandths."""
    alone = said + (NORM - said) * shared * TEXT_SHARE // (100 * NORM)
    return np.where(said == SAME_CODE, said + SAME_CODE_ROOM * shared // NORM, alone)


@cache
def together_table() -> np.ndarray:
    """:func:`_together` for whatever codes can say and every cosine, int16."""
    said = np.arange(SAME_CODE + 1, dtype=np.int64)[:, None]
    return np.asarray(_together(said, np.arange(NORM + 1, dtype=np.int64)), np.int16)


@cache
def code_numbers() -> dict[str, int]:
    """Occupation code -> its row in :func:`code_table`; row 0 stands for "no code"."""
    return {code: number for number, code in enumerate(vocabulary.occupations(), start=1)}


@cache
def code_table() -> np.ndarray:
    """Likeness of every two occupation codes, int16, by code, group, trade, division and general labour."""
    codes = ["", *vocabulary.occupations()]
    table = np.zeros((len(codes), len(codes)), np.int16)
    general = np.isin(codes, GENERAL_LABOUR)
    production = np.array([code.startswith("6-") for code in codes])
    mixed = np.outer(general, production) | np.outer(production, general)
    levels = [(SAME_DIVISION, _equal([code[:4] for code in codes])), (GENERAL, mixed)]
    levels += [(SAME_TRADE, _equal([_trades().get(code, "") for code in codes]))]
    levels += [(SAME_GROUP, _equal([code[:7] for code in codes])), (SAME_CODE, _equal(codes))]
    for value, where in levels:
        table[where] = value
    return table


def _equal(keys: Sequence[str]) -> np.ndarray:
    """Where two keys are the same and not empty."""
    _, numbers = np.unique(np.array(keys), return_inverse=True)
    known = np.array([bool(key) for key in keys])
    same: np.ndarray = np.logical_and(numbers[:, None] == numbers[None, :], known[:, None])
    return same


@cache
def _trades() -> dict[str, str]:
    """Occupation code -> the trade its common titles belong to."""
    return {
        reading.code: reading.category
        for readings in vocabulary.titles().values()
        for reading in reversed(readings)
        if reading.category
    }
