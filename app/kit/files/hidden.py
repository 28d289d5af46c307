"""What the sender of a spreadsheet does not see on the screen: hidden rows, columns and sheets.

It is left out, named, and read only when a person says so: what a filter hides, its sender has not checked.
"""

from bisect import bisect_right
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from app.kit.files.file_remarks import row_spans
from models.i18n import Sentence

MOST_COLUMNS = 30
LONGEST_HEADING = 20


class Unhide(NamedTuple):
    """What is read although it is hidden."""

    rows: bool = False
    columns: bool = False
    sheets: bool = False


SEEN_ONLY = Unhide()
EVERYTHING = Unhide(rows=True, columns=True, sheets=True)


class Spans:
    """Runs of numbers, first and last, in rising order and apart."""

    def __init__(self, runs: list[tuple[int, int]]) -> None:
        self._firsts = [first for first, _last in runs]
        self._lasts = [last for _first, last in runs]

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._lasts[place]

    def __bool__(self) -> bool:
        return bool(self._firsts)

    def indexes(self, width: int) -> list[int]:
        """The numbers up to ``width``, counted from 0."""
        pairs = zip(self._firsts, self._lasts, strict=True)
        return [number - 1 for first, last in pairs for number in range(first, min(last, width) + 1)]


@dataclass
class HiddenParts:
    """What one sheet hides that is not blank, and whether it was read all the same.

    ``columns`` are [letter, first text in it]; ``sheet_rows`` counts the rows of a sheet that is hidden
    itself; ``filtered`` says that a filter is at work.
    """

    sheet: str
    rows: list[int] = field(default_factory=list)
    columns: list[list[str]] = field(default_factory=list)
    sheet_rows: int = 0
    filtered: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns or self.sheet_rows)

    @property
    def sentences(self) -> list[Sentence]:
        """What is hidden, in words."""
        sheet = self.sheet or Sentence("表格")
        told = []
        if self.sheet_rows:
            told.append(
                Sentence("工作表“%(sheet)s”是隐藏的，里面有 %(n)s 行", {"sheet": sheet, "n": self.sheet_rows})
            )
        rows = {"sheet": sheet, "n": len(self.rows), "rows": row_spans(self.rows)}
        if self.rows and self.filtered:
            told.append(Sentence("“%(sheet)s”筛选后看不见的有 %(n)s 行：第 %(rows)s 行", rows))
        elif self.rows:
            told.append(Sentence("“%(sheet)s”隐藏了 %(n)s 行：第 %(rows)s 行", rows))
        if self.columns:
            names = [f"{letter}（{text}）" if text else letter for letter, text in self.columns]
            columns = {"sheet": sheet, "n": len(names), "columns": names}
            told.append(Sentence("“%(sheet)s”隐藏了 %(n)s 列：%(columns)s", columns))
        return told

    def as_json(self) -> dict[str, Any]:
        """What a JSON column keeps: the rows as spans."""
        return asdict(self) | {"rows": self.rows[:2000]}
