"""From a job title as people write it to an occupation code, or to "unknown": never a blind guess."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from matching import vocabulary
from matching.similarity import vectors
from matching.text import clean, strip_noise
from matching.titles import NORM, find_terms, parse, readings, term_list

EXACT, EXACT_AMBIGUOUS, INSIDE, LEAST = 0.95, 0.55, 0.75, 0.25


@dataclass(frozen=True, slots=True)
class Normalised:
    """A title's occupation: ``code`` and ``name`` are empty and ``confidence`` 0 where it is unknown."""

    title: str
    code: str = ""
    name: str = ""
    confidence: float = 0.0


def normalise(titles: Sequence[str], industries: Sequence[str] | None = None) -> list[Normalised]:
    """Find the occupation of each title; an industry settles trade words with two meanings.

    Returns one :class:`Normalised` per title; ``confidence`` (0 to 1) is the share of such answers found
    right on labelled titles. Raises ``ValueError`` when the lists differ in length.

    >>> [found.name for found in normalise(["车工", "车工"], ["制衣厂", "五金机械"])]
    ['缝纫工', '车工']
    """
    fields = list(industries) if industries is not None else [""] * len(titles)
    if len(fields) != len(titles):
        raise ValueError("titles and industries must be equally long")
    asked = list(dict.fromkeys(zip(titles, fields, strict=True)))
    known = {pair: found for pair in asked if (found := _by_dictionary(*pair))}
    rest = [pair for pair in asked if pair not in known]
    known |= dict(zip(rest, _by_nearest([title for title, _ in rest]), strict=True))
    return [known[pair] for pair in zip(titles, fields, strict=True)]


def _by_dictionary(title: str, industry: str) -> Normalised | None:
    for cleaned in dict.fromkeys((clean(title), strip_noise(title))):
        if cleaned in term_list():
            codes = readings(cleaned, industry)
            return _answer(title, codes[0], EXACT if len(codes) == 1 else EXACT_AMBIGUOUS)
    found = find_terms(strip_noise(title))
    if not found:
        return None
    head = max(found, key=lambda term: (len(term), found.index(term)))
    return _answer(title, readings(head, industry)[0], INSIDE)


def _by_nearest(titles: Sequence[str]) -> list[Normalised]:
    if not titles:
        return []
    matrix, codes = _vocabulary_matrix()
    close = (vectors([parse(title) for title in titles]) @ matrix).toarray() // NORM
    best = close.argmax(axis=1)
    scores = close[np.arange(len(titles)), best] / NORM
    found = zip(titles, best, scores, strict=True)
    return [_answer(t, codes[b], s * 0.6) if s * 0.6 >= LEAST else Normalised(t) for t, b, s in found]


def _answer(title: str, code: str, confidence: float) -> Normalised:
    return Normalised(title, code, vocabulary.occupations()[code], round(float(confidence), 2))


@cache
def _vocabulary_matrix() -> tuple[object, list[str]]:
    """Vectors of all vocabulary titles, shape (features, titles), and the code of each title."""
    terms = term_list()
    return vectors([parse(term) for term in terms]).T.tocsr(), [found[0].code for found in terms.values()]
