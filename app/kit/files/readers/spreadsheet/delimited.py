"""Text with commas, tabs, semicolons or bars between the cells."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from .events import Event, Refused, Sheet, number_rows
from .sniff import encoding_of

SAMPLE_LINES = 50
CELL_LIMIT = 1 << 20
DELIMITERS = ",\t;|"


def read(file: BinaryIO) -> Iterator[Event]:
    """The one sheet, without a name, of a delimited text. Raises Refused."""
    csv.field_size_limit(CELL_LIMIT)
    text = io.TextIOWrapper(file, encoding=encoding_of(file), errors="replace", newline="")
    sample = list(islice(text, SAMPLE_LINES))
    text.seek(0)
    yield Sheet("")
    try:
        rows = csv.reader((line.replace("\0", "") for line in text), delimiter=best_delimiter(sample))
        yield from number_rows(rows)
    except csv.Error:
        raise Refused("DAMAGED") from None


def best_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into more than one cell, and then into most cells."""
    return max(DELIMITERS, key=lambda mark: _cuts(lines, mark))


def _cuts(lines: list[str], mark: str) -> tuple[int, int]:
    widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
    return sum(width > 1 for width in widths), sum(widths)
