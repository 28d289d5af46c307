"""What a job title or a stretch of experience means: occupation readings and a text vector.

Everything here is a pure function of the text and the shipped vocabulary: a weight never depends on which
other texts happen to be in the run, so one pair scored alone and the same pair inside a million agree.
Vectors are integers of length :data:`NORM`; a similarity is an integer dot product.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache

from matching import vocabulary
from matching.text.cleaning import clean, strip_noise
from matching.vocabulary import Reading

NORM = 1000
OCCUPATION_WEIGHT = 900
GROUP_WEIGHT = 300
_LONGEST_TERM = 12
_MOST_READINGS = 4


@dataclass(frozen=True, slots=True)
class Title:
    """A parsed text: occupation codes it speaks of, and pairs of characters and codes as an integer vector
    (feature id -> weight), by which long texts are compared."""

    text: str
    codes: tuple[str, ...]
    vector: dict[int, int]


def parse(text: str, context: str = "") -> Title:
    """Read a title; ``context`` (an industry, a description) settles trade words with two meanings.

    >>> parse("高薪诚聘电焊工").text, parse("电焊工").codes
    ('电焊工', ('6-18-02-04',))
    """
    cleaned = title_key(text)
    codes = dict.fromkeys(code for term in find_terms(cleaned) for code in readings(term, context))
    return title_of(cleaned, tuple(codes)[:_MOST_READINGS])


def title_key(text: str) -> str:
    """A title or wish without the noise around it: what two spellings of one title share.

    >>> title_key("高薪诚聘电焊工(包吃住)"), title_key("（包吃住）")
    ('电焊工', '包吃住')
    """
    return strip_noise(text) or clean(text)


def occupation_codes(text: str, context: str = "") -> tuple[str, ...]:
    """Codes of the occupations that a title speaks of, empty where the dictionary has no word of it.

    >>> occupation_codes("急招焊工"), occupation_codes("打杂")
    (('6-18-02-04',), ())
    """
    return parse(text, context).codes


def is_ambiguous(term: str) -> bool:
    """Whether a vocabulary title has several meanings, so that only an industry tells which.

    >>> is_ambiguous("车工"), is_ambiguous("电焊工"), is_ambiguous("no such title")
    (True, False, False)
    """
    return term in term_list() and len(readings(term)) > 1


@lru_cache(maxsize=65536)
def find_terms(cleaned: str) -> list[str]:
    """The vocabulary titles inside a cleaned text, the longest at each place, left to right."""
    terms, inside, start = term_list(), [], 0
    while start < len(cleaned):
        for length in range(min(_LONGEST_TERM, len(cleaned) - start), 1, -1):
            if cleaned[start : start + length] in terms:
                inside.append(cleaned[start : start + length])
                start += length - 1
                break
        start += 1
    return inside


def readings(term: str, context: str = "") -> tuple[str, ...]:
    """Occupation codes of a vocabulary title; an industry that fits one meaning rules out the others.

    Raises ``KeyError`` for a term that the vocabulary does not hold.

    >>> len(readings("车工")), readings("车工", "制衣厂")
    (2, ('6-05-01-03',))
    """
    codes = _codes_of(term)
    if len(codes) == 1 or not context:
        return codes
    return tuple(dict.fromkeys(r.code for r in term_list()[term] if speaks_of(context, r))) or codes


@lru_cache(maxsize=65536)
def _codes_of(term: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading.code for reading in term_list()[term]))


def speaks_of(context: str, reading: Reading) -> bool:
    """Whether an industry or description names the trade of this reading."""
    words = (reading.context, *vocabulary.contexts().get(reading.category, ()))
    return any(word and word in context for word in words)


def text_similarity(a: Title, b: Title) -> int:
    """Cosine of the vectors of two texts, in thousandths, rounded down."""
    small, large = sorted((a.vector, b.vector), key=len)
    return sum(weight * large.get(feature, 0) for feature, weight in small.items()) // NORM


@cache
def features() -> dict[str, int]:
    """Feature (two characters, or ``#code``) -> its number; nothing outside the vocabulary has one."""
    return {feature: number for number, feature in enumerate(_weights())}


@cache
def term_list() -> dict[str, tuple[Reading, ...]]:
    """Cleaned vocabulary title of two characters or more -> its readings, the likeliest first.

    >>> [reading.code for reading in term_list()["电焊工"]]
    ['6-18-02-04']
    """
    merged: dict[str, list[Reading]] = {}
    for title, readings in vocabulary.titles().items():
        merged.setdefault(clean(title), []).extend(readings)
    return {term: tuple(readings) for term, readings in merged.items() if len(term) > 1}


@cache
def _weights() -> dict[str, int]:
    """Feature -> integer weight: inverse document frequency over the vocabulary's titles, in hundredths."""
    counts: dict[str, int] = {}
    for term in term_list():
        for part in _pairs(term):
            counts[part] = counts.get(part, 0) + 1
    total = len(term_list())
    weights = {
        part: round(100 * (1 + math.log((1 + total) / (1 + seen)))) for part, seen in sorted(counts.items())
    }
    for code in vocabulary.occupations():
        weights[f"#{code}"] = OCCUPATION_WEIGHT
        weights.setdefault(f"#{code[:7]}", GROUP_WEIGHT)
    return weights


def _pairs(cleaned: str) -> set[str]:
    return {word[i : i + 2] for word in cleaned.split() for i in range(len(word) - 1)}


@lru_cache(maxsize=65536)
def title_of(cleaned: str, codes: tuple[str, ...]) -> Title:
    """The title of a cleaned text that speaks of these occupations."""
    tokens = _pairs(cleaned) | {f"#{code}" for code in codes} | {f"#{code[:7]}" for code in codes}
    return Title(cleaned, codes, _vector(tokens))


def _vector(tokens: set[str]) -> dict[int, int]:
    weights, numbers = _weights(), features()
    raw = {numbers[token]: weights[token] for token in tokens if token in weights}
    length = math.isqrt(sum(weight * weight for weight in raw.values()))
    return {feature: raw[feature] * NORM // length for feature in sorted(raw)}
