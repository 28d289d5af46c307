"""A small pattern language over lines of tags, and what negates a match.

A pattern is a row of elements; between two of them a blank or bracket may stand. ``limit`` a word of that
category; ``a|b`` either; ``x?`` perhaps; ``x*`` up to four; ``x+`` a list ("彝族、藏族和回民", taken whole);
``~3`` up to three tokens that are no operator; ``,`` perhaps a comma; ``&x`` follows without a blank; ``!x``
/ ``<!x`` not followed / not preceded by; ``^`` / ``$`` clause or item edge; ``^^`` / ``$$`` clause edge only.
All repetition is bounded, so matching is linear in the text.
"""

import re
from collections.abc import Iterator
from functools import cache

from models.posting_law.lexicon import BASIC, symbol_class, symbols
from models.posting_law.reading import Reading

_LIST_LIMIT = 40


@cache
def _any(names: str) -> str:
    return f"[{symbol_class(names)}]"


def _none(names: str) -> str:
    return f"[^{symbol_class(names)}]"


_EDGE = "stop|comma|item|soft|and"
_CLAUSE_EDGE = "stop|comma|item|soft"
_FILLER = "stop|comma|item|deny|away|limit|unlimited|prefer"


@cache
def _list_of(names: str) -> str:
    between = _any("and|comma|soft|person|link")
    return f"{_any(names)}(?:{between}{{0,3}}{_any(names)}){{0,{_LIST_LIMIT}}}+"


def _element(item: str) -> str:
    """One element without the blank in front of it."""
    if item.startswith("~"):
        return f"(?:{_none(_FILLER)}){{0,{int(item[1:])}}}?"
    if item == ",":
        return f"{_any('comma')}?"
    if item.endswith("+"):
        return _list_of(item[:-1])
    if item.endswith("*"):
        return f"(?:{_any('soft')}?{_any(item[:-1])}){{0,4}}"
    if item.endswith("?"):
        return f"{_any(item[:-1])}?"
    return _any(item)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression over tags for one pattern; raises KeyError on an unknown category."""
    blank = f"{_any('soft')}?"
    parts: list[str] = []
    for item in pattern.split():
        if item == "^":
            parts.append(f"(?:(?<={_any(_EDGE)})|^)")
        elif item == "$":
            parts.append(f"(?={_any(_EDGE)}|$)")
        elif item == "^^":
            parts.append(f"(?:(?<={_any(_CLAUSE_EDGE)})|(?<={_any('number')}{_any('and')})|^)")
        elif item == "$$":
            parts.append(f"(?={_any(_CLAUSE_EDGE)}|$)")
        elif item.startswith("<!"):
            parts.append(f"(?<!{_any(item[2:])})")
        elif item.startswith("!"):
            parts.append(f"(?!(?:{blank}{_any('link')}){{0,3}}{blank}{_any(item[1:])})")
        else:
            glued = item.startswith("&") or not parts or parts[-1].startswith("(?")
            parts.append(("" if glued else blank) + _element(item.removeprefix("&")))
    return re.compile("".join(parts))


def find(
    reading: Reading, *patterns: str, low: int = 0, high: int | None = None
) -> Iterator[tuple[int, int]]:
    """Token ranges that match one of the patterns, among the tokens ``low`` to ``high``."""
    end = len(reading.tags) if high is None else high
    for pattern in patterns:
        for match in compiled(pattern).finditer(reading.tags, low, end):
            if match.end() > match.start():
                yield match.span()


def holds(reading: Reading, place: int, category: str) -> bool:
    """Whether token ``place`` exists and belongs to ``category``."""
    return 0 <= place < len(reading.tags) and reading.tags[place] in symbol_class(category)


@cache
def _one_of(category: str) -> re.Pattern[str]:
    return re.compile(_any(category))


def any_of(reading: Reading, first: int, last: int, category: str) -> bool:
    """Whether a token of ``category`` stands in a range."""
    return _one_of(category).search(reading.tags, max(first, 0), max(last, 0)) is not None


def clause(
    reading: Reading, first: int, last: int, edge: str = "stop|comma|item", reach: int = 80
) -> tuple[int, int]:
    """The clause around a range: up to the next token of ``edge`` on either side."""
    marks = _one_of(edge)
    low, high = max(first - reach, 0), min(last + reach, len(reading.tags))
    before = [match.end() for match in marks.finditer(reading.tags, low, first)]
    after = marks.search(reading.tags, last, high)
    return (before[-1] if before else low), (after.start() if after else high)


def sentence(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """The sentence around a range: up to a full stop, line end or next item of a list."""
    return clause(reading, first, last, "stop|item", 160)


def negated(reading: Reading, first: int, category: str = "forbid", reach: int = 5) -> bool:
    """Whether a negation of ``category`` rules the tokens that start at ``first``, within its clause."""
    start, _ = clause(reading, first, first, "stop|comma|item", reach)
    return any_of(reading, start, first, category)


_NEUTRAL = (
    "han|minority|minority_general|group_short &thing",
    "province|home|local &thing",
    "male|female|both|male_title|female_title &wear",
    "<!recruit|limit|need|deny male|female|both link* &live",
    "<!recruit|limit|need|deny male|female|both link* number floor",
    "<!recruit|limit|need|deny male|female|both link* &at ~3 floor|live",
    "marital|pregnant|bear &thing",
    "hepatitis|hiv|infectious|carrier|disabled &thing",
    "faith &thing",
    "surname &title",
    "deposit|uniform|fee|insurance|exam &clerk",
)
_BOTH = (
    "male and? female",
    "female and? male",
    "male , female link* unlimited",
    "male_title|female_title and? male_title|female_title",
)


def neutralised(reading: Reading) -> Reading:
    """Take the sting out of words that name a thing ("汉族风味", "女士皮鞋", "王女士") or both sexes."""
    tags = list(reading.tags)
    for patterns, becomes in ((_NEUTRAL, "plain"), (_BOTH, "both")):
        for first, last in find(reading, *patterns):
            tags[first:last] = symbols()[BASIC[becomes]] * (last - first)
        reading.tags = "".join(tags)
    return reading
