"""What only a whole row of a spreadsheet of orders tells: figures with their units, days, wages over a month.

What was assumed stands beside the row; words that no field keeps go into ``wage_note`` and ``further_text``,
so that nothing is lost and the legal check reads them.
"""

from collections.abc import Callable, Mapping

from app.kit.files.bulk_upload.reading import Line
from app.kit.files.bulk_upload.their_columns import TheirColumn
from app.kit.files.cells.amounts import Misread
from app.kit.files.cells.cell import BadCell
from app.orders.bulk_upload.figures import DAYS_OF, FIGURES, read_ages, read_day, read_figure
from app.orders.bulk_upload.living import read_living, read_time
from app.orders.bulk_upload.row import Row
from app.orders.bulk_upload.wages import WAGES, read_pay_day, read_wage

READ_WITH_THE_ROW = frozenset({*FIGURES, *WAGES, *DAYS_OF, "age", "pay_day", "working_time", "living"})


def read_row(line: Line, columns: Mapping[str, TheirColumn]) -> None:
    """Read what needs the whole row into ``line.raw``; what cannot be read rejects the line."""
    row = Row(line, columns)
    readers: list[tuple[tuple[str, ...], Callable[[Row, str], None]]] = [
        (tuple(FIGURES), read_figure),
        (("age",), read_ages),
        (tuple(DAYS_OF), read_day),
        (("working_time",), read_time),
        (("living",), read_living),
        (tuple(WAGES), read_wage),  # after the hours
        (("pay_day",), read_pay_day),
    ]
    for names, read in readers:
        for name in names:
            if row.text(name):
                try:
                    read(row, name)
                except (Misread, BadCell) as problem:
                    line.reject(row.header(name), problem.sentence)
    _keep_words(row)


def _keep_words(row: Row) -> None:
    raw = row.line.raw
    if row.wage_words:
        raw["wage_note"] = ["；".join([*raw.get("wage_note", []), *row.wage_words])]
    words = [f"{header}：{text}" for header, text in row.line.unread.items()] + row.other_words
    if words:
        raw["further_text"] = ["\n".join(words)]
