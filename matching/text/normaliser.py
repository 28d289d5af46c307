"""From a job title as people write it to an occupation code, or to "unknown": never a blind guess."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from matching import vocabulary
from matching.text.cleaning import clean, require_texts, strip_noise
from matching.text.postings import shipped_model
from matching.text.titles import readings, term_list, title_key
from matching.vocabulary import Reading

CONFIRMED, DICTIONARY, AMBIGUOUS, LEAST = 1.0, 0.8, 0.55, 0.1
CHOICES = 5
TRUSTED = ("常用名", "俗称", "职业名")
# What stands between two jobs of one title; a word that no title holds keeps its place through cleaning.
_BETWEEN, _MARK = re.compile(r"[、,，/;；+＋兼]|以及|或者"), "兼"


class Candidate(NamedTuple):
    """One occupation that a title may name, and the share of such guesses that are right (0 to 1)."""

    code: str
    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Normalised:
    """A title's occupation: ``code`` and ``name`` are empty and ``confidence`` 0 where it is unknown.

    ``best`` are up to five occupations to choose from, the answer itself first where there is one. ``jobs``
    are the occupations of a title that names two or more (水电工、焊工), in the order named; such an answer
    is the first of them and never sure.

    >>> normalise(["高薪诚聘电焊工5-6k"])
    [Normalised(title='高薪诚聘电焊工5-6k', code='6-18-02-04', name='焊工', confidence=0.98)]
    """

    title: str
    code: str = ""
    name: str = ""
    confidence: float = 0.0
    best: tuple[Candidate, ...] = field(default=(), repr=False, compare=False)
    jobs: tuple[Candidate, ...] = field(default=(), repr=False, compare=False)


def normalise(
    titles: Sequence[str],
    industries: Sequence[str] | None = None,
    confirmed: Mapping[str, str] | None = None,
) -> list[Normalised]:
    """Find the occupation of each title; an industry settles trade words with two meanings.

    ``confirmed`` maps titles to the codes that clerks have confirmed for them; such an answer has confidence
    1 and wins over the dictionary, the industry and the guess. Titles are compared cleaned (width, case and
    punctuation do not matter); the title as typed is looked up first, then the title without the noise of
    postings, so one confirmation of 电焊工 serves 高薪诚聘电焊工5-6k. The mapping holds one code per title:
    its keeper settles conflicts (of two titles that are equal when cleaned, the later entry counts).

    Returns one :class:`Normalised` per title; ``confidence`` (0 to 1) is the share of such answers that were
    right on labelled titles held back. Raises ``ValueError`` when the lists differ in length, or for a
    confirmed code that is not among the occupations, ``TypeError`` for titles that are not a list of texts.

    >>> [found.name for found in normalise(["车工", "车工"], ["制衣厂", "五金机械"])]
    ['缝纫工', '车工']
    """
    require_texts(titles, "titles")
    require_texts(industries or (), "industries")
    fields = list(industries) if industries is not None else [""] * len(titles)
    if len(fields) != len(titles):
        raise ValueError("titles and industries must be equally long")
    asked = list(dict.fromkeys(zip(titles, fields, strict=True)))
    model = shipped_model()
    cleaned = model.words_of([title for title, _ in asked])
    codes, shares = (table.tolist() for table in model.guess(cleaned, CHOICES))
    settled = _settled(confirmed or {})
    known = {
        (title, field): _with_choices(
            _decide(title, text, field, likely[0], chances[0], settled), text, likely, chances
        )
        for (title, field), text, likely, chances in zip(asked, cleaned, codes, shares, strict=True)
    }
    return [known[pair] for pair in zip(titles, fields, strict=True)]


def _with_choices(
    answer: Normalised, cleaned: str, codes: Sequence[str], shares: Sequence[float]
) -> Normalised:
    """The answer with what else the title may mean: the dictionary's other readings, then the guesses."""
    if not any(sign.isalpha() for sign in cleaned):
        return answer
    chances = {answer.code: answer.confidence} if answer.code else {}
    named = _jobs(answer.title) if answer.confidence < CONFIRMED else ()
    if len(named) > 1:
        answer = _answer(answer.title, named[0], AMBIGUOUS)
        chances = dict.fromkeys(named, AMBIGUOUS)
    others = readings(cleaned) if cleaned in term_list() else ()
    for code in others:
        chances.setdefault(code, min(AMBIGUOUS, answer.confidence))
    for code, share in zip(codes, shares, strict=True):
        chances.setdefault(code, min(round(share, 2), answer.confidence or 1.0))
    names = vocabulary.occupations()
    best = [Candidate(code, names.get(code, ""), share) for code, share in chances.items()]
    best = sorted(best, key=lambda one: -one.confidence)[:CHOICES]
    jobs = tuple(one for one in best if one.code in named) if len(named) > 1 else ()
    return replace(answer, best=tuple(best), jobs=jobs)


def _jobs(title: str) -> tuple[str, ...]:
    """The occupations of the parts of a title that are titles themselves, if every part is one."""
    if _trusted(clean(title)):
        return ()
    parts = [clean(part) for part in _BETWEEN.split(strip_noise(_BETWEEN.sub(_MARK, title)))]
    parts = [part for part in parts if part]
    if len(parts) < 2 or not all(_trusted(part) for part in parts):
        return ()
    return tuple(dict.fromkeys(readings(part)[0] for part in parts))


def _trusted(text: str) -> list[Reading]:
    return [reading for reading in term_list().get(text, ()) if reading.kind in TRUSTED]


def _settled(confirmed: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(confirmed.values()) - set(vocabulary.occupations()))
    if unknown:
        raise ValueError(f"confirmed codes that no occupation has: {', '.join(unknown)}")
    return {clean(title): code for title, code in confirmed.items()}


def _decide(
    title: str, cleaned: str, industry: str, guess: str, share: float, confirmed: Mapping[str, str]
) -> Normalised:
    """A clerk's word, else the dictionary's, else the guess if it is likely enough."""
    written = (clean(title), title_key(title), cleaned)
    settled = next((confirmed[text] for text in written if text in confirmed), None)
    if settled:
        return _answer(title, settled, CONFIRMED)
    for text in written:
        if _trusted(text):
            codes = readings(text, industry)
            sure = max(share, DICTIONARY) if codes[0] == guess else DICTIONARY
            return _answer(title, codes[0], sure if len(codes) == 1 else AMBIGUOUS)
    likely = share >= LEAST and any(sign.isalpha() for sign in cleaned)
    return _answer(title, guess, share) if likely else Normalised(title)


def _answer(title: str, code: str, confidence: float) -> Normalised:
    return Normalised(title, code, vocabulary.occupations().get(code, ""), round(confidence, 2))
