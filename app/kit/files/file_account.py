"""Where every row of a file went: read, left out for a reason, or hidden. What is counted adds up."""

from dataclasses import dataclass, field
from typing import Any

from app.kit.files.file_remarks import row_spans
from app.kit.files.hidden import SEEN_ONLY, HiddenParts, Unhide
from app.kit.files.spreadsheet import Workbook
from models.i18n import Sentence

NOT_TOLD = Sentence("没有归类的行")


@dataclass
class LeftRows:
    """Rows that are no person, order or lesson, for one reason; ``places`` are [sheet, its rows]."""

    reason: Sentence
    count: int
    places: list[list[Any]]


@dataclass
class FileAccount:
    """Of one file: ``rows`` that are not blank and not hidden, as the reader counted them; ``taken`` of them
    are people, orders, lessons; the rest is ``left``. ``needs_hidden``: without what it hides the file cannot
    be read.
    """

    rows: int = 0
    taken: int = 0
    left: list[LeftRows] = field(default_factory=list)
    remarks: list[Sentence] = field(default_factory=list)
    hidden: list[HiddenParts] = field(default_factory=list)
    unhide: Unhide = SEEN_ONLY
    needs_hidden: bool = False

    @property
    def hides(self) -> Unhide:
        """Which kinds of things the file hides."""
        return Unhide(
            any(part.rows for part in self.hidden),
            any(part.columns for part in self.hidden),
            any(part.sheet_rows for part in self.hidden),
        )

    def told(self) -> dict[str, Any]:
        """What a command prints of it."""
        return {
            "file_rows": self.rows,
            "left_rows": {str(left.reason): left.count for left in self.left},
            "hidden": [str(sentence) for part in self.hidden for sentence in part.sentences],
            "remarks": [str(remark) for remark in self.remarks],
        }

    def as_json(self) -> dict[str, Any]:
        """What a JSON column keeps."""
        return {
            "rows": self.rows,
            "taken": self.taken,
            "left": [[left.reason.as_json(), left.count, left.places] for left in self.left],
            "remarks": [remark.as_json() for remark in self.remarks],
            "hidden": [part.as_json() for part in self.hidden],
            "unhide": list(self.unhide),
            "needs_hidden": self.needs_hidden,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "FileAccount":
        """The account that :meth:`as_json` wrote."""
        return cls(
            kept["rows"],
            kept["taken"],
            [LeftRows(Sentence.from_json(reason), count, places) for reason, count, places in kept["left"]],
            [Sentence.from_json(remark) for remark in kept["remarks"]],
            [HiddenParts(**part) for part in kept["hidden"]],
            Unhide(*kept["unhide"]),
            kept["needs_hidden"],
        )


class RowCounter:
    """Counts what becomes of the rows of a file while it is read."""

    def __init__(self) -> None:
        self.taken = 0
        self._left: dict[Sentence, dict[str, list[int]]] = {}

    def leave(self, sheet: str, row: int, reason: Sentence) -> None:
        """Note a row that is not taken, and why."""
        self._left.setdefault(reason, {}).setdefault(sheet, []).append(row)

    def account(self, book: Workbook) -> FileAccount:
        """The account of the whole file; rows that nobody told of are a line of their own."""
        rows = sum(sheet.row_count for sheet in book.sheets)
        if not book.unhide.rows:
            rows -= sum(len(part.rows) for part in book.hidden if not part.sheet_rows or book.unhide.sheets)
        left = [_left_rows(reason, places) for reason, places in self._left.items()]
        untold = rows - self.taken - sum(one.count for one in left)
        if untold > 0:
            left.append(LeftRows(NOT_TOLD, untold, []))
        return FileAccount(rows, self.taken, left, list(book.remarks), book.hidden, book.unhide)


def _left_rows(reason: Sentence, places: dict[str, list[int]]) -> LeftRows:
    count = sum(len(rows) for rows in places.values())
    return LeftRows(reason, count, [[sheet, row_spans(sorted(rows))] for sheet, rows in places.items()])
