"""A text read into tokens: one line of tags, one character per token, for the grammar to match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.posting_law.items import ITEM
from models.posting_law.lexicon import BASIC, lengths, symbols, words
from models.posting_law.numerals import CHINESE, number_at
from models.posting_law.text import MARK, SPACE, Plain, is_han, plain

_PUNCTUATION = {"。": "stop", ";": "stop", "!": "stop", "\n": "stop", ",": "comma", ITEM: "item"}
_PUNCTUATION |= dict.fromkeys(("、", "/", "&"), "and")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_WINDOW = 24
# a word of these categories may be split by a blank at either side of its text ("不要彝 族")
_SPLITTABLE = frozenset({"minority", "han", "minority_general"})


@dataclass(slots=True)
class Reading:
    """One field of a posting as tokens.

    ``tags[i]`` is the symbol of token ``i``; ``spans[i]`` its place in ``plain.text``;
    ``values[i]`` the number it spells (hours past midnight for a clock), else None.
    """

    field: str
    plain: Plain
    tags: str
    spans: list[tuple[int, int]]
    values: list[float | None]

    def raw_span(self, first: int, last: int) -> tuple[int, int]:
        """Tokens ``first`` up to (not including) ``last`` -> start and end in the raw text."""
        while last > first + 1 and self.spans[last - 1][0] == self.spans[last - 1][1]:
            last -= 1
        start, end = self.spans[first][0], self.spans[last - 1][1]
        return self.plain.origin[start], self.plain.origin[end - 1] + 1

    def words(self, first: int, last: int) -> str:
        """The folded text of a run of tokens."""
        return self.plain.text[self.spans[first][0] : self.spans[last - 1][1]]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: frozenset[str]
    end: int
    value: float | None = None


def read(field: str, raw: str) -> Reading:
    """Tokenise ``raw``; never raises on any text, linear in its length."""
    text = plain(raw)
    tags: list[str] = []
    spans: list[tuple[int, int]] = []
    values: list[float | None] = []
    place = 0
    for token in _tokens(text):
        if text.gap[place] == SPACE and place:
            tags.append(symbols()[BASIC["soft"]])
            spans.append((place, place))
            values.append(None)
        tags.append(symbols()[token.kind])
        spans.append((place, token.end))
        values.append(token.value)
        place = token.end
    return Reading(field, text, "".join(tags), spans, values)


def _tokens(text: Plain) -> Iterator[_Token]:
    place = 0
    while place < len(text.text):
        token = _token(text, place)
        yield token
        place = token.end


def _token(text: Plain, place: int) -> _Token:
    char = text.text[place]
    if char in _PUNCTUATION:
        return _Token(BASIC[_PUNCTUATION[char]], place + 1)
    word = _word(text, place)
    number = _number(text, place)
    if number and (word is None or number.end > word.end):
        return number
    if word:
        return word
    return _Token(BASIC["other"], place + 1)


def _number(text: Plain, place: int) -> _Token | None:
    char = text.text[place]
    if not (char.isascii() and char.isdigit()) and char not in CHINESE + "半":
        return None
    end = next((at for at in range(place + 1, place + _WINDOW) if text.gap[at : at + 1] == [SPACE]), None)
    piece = text.text[place : end or place + _WINDOW]
    if clock := _CLOCK.match(piece):
        return _Token(BASIC["clock"], place + clock.end(), int(clock[1]) + int(clock[2]) / 60)
    number = number_at(piece, 0)
    return number and _Token(BASIC["number"], place + number[1], number[0])


def _word(text: Plain, place: int) -> _Token | None:
    for size in lengths().get(text.text[place], ()):
        candidate = text.text[place : place + size]
        end = place + len(candidate)
        kind = words().get(candidate)
        if kind and _whole(text, place, end, candidate) and _unsplit(text, place, end, kind):
            return _Token(kind, end)
    return None


def _whole(text: Plain, start: int, end: int, word: str) -> bool:
    """A Latin word must not be the middle of a longer one ("boy" in "boyfriend")."""
    before = text.text[start - 1 : start] if not text.gap[start] else ""
    after = text.text[end : end + 1] if not text.gap[end] else ""
    return not (_latin(word[0]) and _latin(before)) and not (_latin(word[-1]) and _latin(after))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _unsplit(text: Plain, start: int, end: int, kind: frozenset[str]) -> bool:
    """A blank inside a word is a disguise only where the word is not torn out of its neighbours."""
    if SPACE not in text.gap[start + 1 : end]:
        return True
    loose = (_loose(text, start, start - 1), _loose(text, end, end))
    return all(loose) or (any(loose) and bool(kind & _SPLITTABLE))


def _loose(text: Plain, gap: int, neighbour: int) -> bool:
    if not 0 <= neighbour < len(text.text) or text.gap[gap] >= MARK:
        return True
    return not is_han(text.text[neighbour])
