"""Text with commas, tabs, semicolons or bars between the cells."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from .encoding import BIG5, encoding_of
from .events import Event, Refused, Remark, Row, Sheet, is_blank
from .quotes import CELL_LIMIT, Records, split_line

SAMPLE_LINES = 50
DELIMITERS = ",\t;|"
BAD = "\ufffd"
MOST_NAMED = 20


def read(file: BinaryIO) -> Iterator[Event]:
    """The one sheet, without a name, of a delimited text, and what is odd about it. Raises Refused."""
    csv.field_size_limit(CELL_LIMIT)
    codec = encoding_of(file)
    text = io.TextIOWrapper(file, encoding=codec, errors="replace", newline="")
    sample = list(islice(text, SAMPLE_LINES))
    text.seek(0)
    yield Sheet("")
    try:
        records = Records((line.replace("\0", "") for line in text), best_delimiter(sample))
    except csv.Error:
        raise Refused("DAMAGED") from None
    yield from _rows(records)
    if codec == BIG5:
        yield Remark("BIG5")


def _rows(records: Records) -> Iterator[Event]:
    bad: list[tuple[int, int]] = []
    number, width = 0, 0
    for number, cells in enumerate(records, 1):
        if is_blank(cells):
            continue
        if any(BAD in cell for cell in cells):
            bad += [(number, column) for column, cell in enumerate(cells, 1) if BAD in cell]
        width = len(cells)
        yield Row(number, cells)
    if records.stray:
        yield Remark("STRAY_QUOTE", {"rows": records.stray[:MOST_NAMED], "count": len(records.stray)})
    if bad:
        yield Remark("BAD_BYTES", {"cells": bad[:MOST_NAMED], "count": len(bad)})
    if width < records.shape.width and not records.last_line.endswith(("\r", "\n")):
        yield Remark("CUT_SHORT", {"row": number})


def best_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into more than one cell, and then into most cells."""
    return max(DELIMITERS, key=lambda mark: _cuts(lines, mark))


def _cuts(lines: list[str], mark: str) -> tuple[int, int]:
    widths = [len(split_line(line, mark)) for line in lines]
    return sum(width > 1 for width in widths), sum(widths)
