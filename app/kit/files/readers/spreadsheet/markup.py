"""HTML tables saved under a spreadsheet's name, alone or in a "single file web page".

A splitter of its own, for speed: html.parser needs 15 s for 100,000 rows of 25 cells, this 3 s.
"""

import email
import email.policy
import html
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from .encoding import encoding_of
from .events import COLUMNS_LIMIT, Cell, Event, Hidden, Merged, Range, Refused, Remark, Row, Sheet, is_blank
from .marks import Marks

CHUNK = 1 << 20
LONGEST = 100_000
LINE_BREAK = "\0"
PLAIN_TAG = 5  # "<td >": without a word that could hide it

_TAG = re.compile(r"(<[a-zA-Z/!?][^<>]*>)")
_NAME = re.compile(r"</?\s*([a-zA-Z0-9]*)")
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|\shidden[\s=>/]", re.IGNORECASE
)
_NO_WIDTH = re.compile(r"width\s*[=:]\s*[\"']?0(?![\d.])", re.IGNORECASE)
_COLUMN_SPAN = re.compile(r"\bspan\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
_SPAN = re.compile(r"(row|col)span\s*=\s*[\"']?(\d+)", re.IGNORECASE)


def read(file: BinaryIO) -> Iterator[Event]:
    """The tables of a page as one sheet without a name, one below the other. Raises Refused."""
    table = _Table()
    yield Sheet("")
    for text, tag in _pieces(file):
        row = table.take(text, tag)
        if row:
            yield row
    is_open = table.is_open
    last = table.finish()
    if last:
        yield last
    if not table.number:
        raise Refused("NO_TABLE")
    yield Merged(table.ranges)
    yield table.hidden
    if is_open:
        yield Remark("OPEN_TABLE")


def read_single_file(file: BinaryIO) -> Iterator[Event]:
    """The tables of every page packed into a MIME file. Raises Refused."""
    message = email.message_from_binary_file(file, policy=email.policy.default)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    data = b"".join(page.get_content().encode() for page in pages)
    yield from read(io.BytesIO(data))


def _pieces(file: BinaryIO) -> Iterator[tuple[str, str]]:
    """Pairs of text and the tag behind it."""
    text = io.TextIOWrapper(file, encoding=encoding_of(file), errors="replace")
    rest = ""
    while chunk := text.read(CHUNK):
        whole, unfinished = _without_comments(rest + chunk)
        parts = _TAG.split(whole)
        rest = parts.pop() + unfinished
        yield from zip(parts[::2], parts[1::2], strict=True)
        if len(rest) > CHUNK * 4:
            raise Refused("DAMAGED")
    yield rest, ""


def _without_comments(text: str) -> tuple[str, str]:
    """Cut comments out of ``text``; return it with the beginning of one that is still open apart."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(kept), text[start:]
        at = end + 3
    return "".join(kept) + text[at:], ""


class _Table:
    """Collects cells into rows and remembers where spans of earlier cells reach."""

    def __init__(self) -> None:
        self.number = 0
        self.ranges: list[Range] = []
        self._cells: list[Cell] | None = None
        self._texts: list[str] | None = None
        self._reaching: dict[int, int] = {}
        self._tables: list[bool] = []
        self._hidden_tables = 0
        self._columns = 0
        self._shown: set[int] = set()
        self._unseen: set[int] = set()
        self._marks = Marks()

    @property
    def is_open(self) -> bool:
        """Whether the page breaks off within a table."""
        return bool(self._tables)

    @property
    def hidden(self) -> Hidden:
        """What the page does not show: rows, columns said to be hidden or all of whose cells are."""
        self._marks.columns += [(column, column) for column in self._unseen - self._shown]
        return self._marks.hidden

    def take(self, text: str, tag: str) -> Row | None:
        """Take a text and the tag behind it; return the row that this tag finished, if any."""
        if self._texts is not None:
            self._texts.append(text)
        named = _NAME.match(tag)
        name = named.group(1).lower() if named else ""
        if name in ("td", "th"):
            self._close_cell()
            if tag[1] != "/":
                self._open_cell(tag)
        elif name in ("tr", "table"):
            row = self.finish()
            if name == "table":
                self._take_table(tag)
            elif tag[1] != "/":
                self.number, self._cells = self.number + 1, []
                if self._hidden_tables or _UNSEEN.search(tag):
                    self._marks.rows.append(self.number)
            return row
        elif name == "col" and tag[1] != "/":
            self._take_column(tag)
        elif name in ("br", "p", "div") and self._texts is not None:
            self._texts.append(LINE_BREAK if name == "br" else " ")
        return None

    def finish(self) -> Row | None:
        """Close the open row and return it unless it is blank."""
        self._close_cell()
        cells, self._cells = self._cells, None
        if cells is None:
            return None
        self._reaching = {column: last for column, last in self._reaching.items() if last > self.number}
        return None if is_blank(cells) else Row(self.number, cells)

    def _open_cell(self, tag: str) -> None:
        if self._cells is None:
            self.number, self._cells = self.number + 1, []
        while self._reaching.get(len(self._cells) + 1, 0) >= self.number:
            self._cells.append("")
        self._texts = []
        if len(tag) > PLAIN_TAG and _UNSEEN.search(tag):
            self._unseen.add(len(self._cells) + 1)
        else:
            self._shown.add(len(self._cells) + 1)
        if "span" in tag or "SPAN" in tag:
            self._remember_span(tag, self._cells)

    def _take_table(self, tag: str) -> None:
        """Open or close a table; ``_tables`` says of each open one whether it is hidden."""
        if tag[1] != "/":
            self._tables.append(bool(_UNSEEN.search(tag)))
            self._hidden_tables += self._tables[-1]
        elif self._tables:
            self._hidden_tables -= self._tables.pop()

    def _take_column(self, tag: str) -> None:
        span = _COLUMN_SPAN.search(tag)
        first, self._columns = self._columns + 1, self._columns + int(span.group(1) if span else 1)
        if _UNSEEN.search(tag) or _NO_WIDTH.search(tag):
            self._marks.columns.append((first, self._columns))

    def _remember_span(self, tag: str, cells: list[Cell]) -> None:
        spans = {kind.lower(): int(size[:6]) for kind, size in _SPAN.findall(tag)}
        wide = max(1, min(spans.get("col", 1), COLUMNS_LIMIT))
        high = max(1, min(spans.get("row", 1), LONGEST))
        first, last_row = len(cells) + 1, self.number + high - 1
        if wide > 1 or high > 1:
            self.ranges.append((self.number, first, last_row, first + wide - 1))
            self._reaching.update(dict.fromkeys(range(first + 1, first + wide), max(self.number, last_row)))
            self._reaching[first] = last_row

    def _close_cell(self) -> None:
        if self._texts is None or self._cells is None:
            return
        text = "".join(self._texts)
        self._texts = None
        if "&" in text:
            text = html.unescape(text)
        lines = [" ".join(line.split()) for line in text.split(LINE_BREAK)]
        self._cells.append("\n".join(filter(None, lines)))
