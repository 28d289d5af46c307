"""What stands in front of the items of a list ("1.女", "①", "（二）", "-") is no part of their text.

They are recognised before the text is read, so that "1.女" reads like a line that says "女".
"""

import re
from collections.abc import Iterator

from models.posting_law.numerals import chinese

ITEM = "\x1e"
"""Stands in the text where an item begins that is not the first of its list."""

_RINGED = {
    char: place + 1
    for run in ("①②③④⑤⑥⑦⑧⑨⑩", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑", "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", "❶❷❸❹❺❻❼❽❾❿", "➀➁➂➃➄➅➆➇➈➉")
    for place, char in enumerate(run)
}
_COUNT = "[一二三四五六七八九十]{1,2}"
_AGES = r"(?=\s*\d{2}\s*(?:[-~－—–至到]\s*\d{2}|周?岁))"
_MARKER = re.compile(
    rf"""
      (?P<ringed>[{"".join(_RINGED)}])[、.．)）]?
    | [（(\[【]\s*(?P<boxed>\d{{1,2}}|{_COUNT})\s*[)）\]】][、.．]?
    | 第(?P<nth>\d{{1,2}}|{_COUNT})[点条]?[、.．,，:：](?!\d)
    | (?<![\d.．])(?P<digits>\d{{1,2}})\s?[.．、)）](?:(?!\s?\d)|{_AGES})
    | (?<![\d.．])(?P<loose>\d{{1,2}})[:：,，](?![\d\s])
    | (?<![周期第])(?P<count>{_COUNT})[、.．)）](?![一二三四五六七八九十\d])
    | (?<![A-Za-z\d])(?P<letter>[A-Za-z])[、.．)）](?![A-Za-z\d])
    | (?P<bullet>(?:[-–—*+·~>]\s{{0,20}}){{1,20}})(?=[一-鿿])
    """,
    re.VERBOSE,
)
_LINE_START, _ITEM_END = frozenset("\n。；;！!"), frozenset("\n\t 　。；;！!？?，,：:、）)】]》|")
_FURTHEST = 2  # a list may skip one number that was not recognised ("1.女 2.8小时 3.包住")


def without_numbering(raw: str) -> Iterator[tuple[int, str]]:
    """The characters of ``raw`` with their places, each marker of an item replaced by ITEM or a blank.

    The first item of a list is held to its heading by a blank ("要求:1.女" reads "要求 女").
    """
    place = last = 0
    for match in _MARKER.finditer(raw):
        number = _number(match)
        if not _opens(raw, match, number, last):
            continue
        yield from enumerate(raw[place : match.start()], place)
        yield match.start(), " " if number == 1 else ITEM
        place, last = match.end(), number or 0
    yield from enumerate(raw[place:], place)


def _number(match: re.Match[str]) -> int | None:
    """Which item a marker announces; None for a bullet."""
    kind, text = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "ringed":
        return _RINGED[text]
    if kind == "letter":
        return ord(text.lower()) - ord("a") + 1
    if kind == "bullet":
        return None
    return int(text) if text.isdigit() else int(chinese(text))


def _opens(raw: str, match: re.Match[str], number: int | None, last: int) -> bool:
    """Whether a marker stands where an item may begin, or goes on counting."""
    before = raw[match.start() - 1 : match.start()]
    if number is None:
        return not before or before in _LINE_START
    counts_on = 1 <= number - last <= _FURTHEST
    starts = not before or before in _ITEM_END
    if match.lastgroup in ("loose", "letter"):
        return starts and (number == 1 or counts_on)
    if match.lastgroup == "count":
        return starts or (last > 0 and counts_on)
    return starts or match.lastgroup == "ringed" or number == 1 or (last > 0 and counts_on)
