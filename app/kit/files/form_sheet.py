"""A form as offices send it (domain.md 8): title, unit and day above, a table, who filled in and who checked
below, on one A4 landscape page wide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

A4 = 9
MOST_CHARACTERS = 32_000


@dataclass(frozen=True)
class FormSheet:
    """One sheet. ``above`` and ``below`` are lines of texts, spread over the width; ``rows`` are below
    ``headings``: numbers stay numbers, all else is text; None is ``hidden``."""

    name: str
    title: str
    above: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    below: Sequence[str]
    widths: Sequence[int] = ()
    notes: Sequence[str] = ()
    hidden: str = ""


def write_form(target: IO[bytes], sheets: Sequence[FormSheet]) -> None:
    """Write the sheets as one .xlsx; no text becomes a formula (trust.md T13)."""
    import xlsxwriter

    with xlsxwriter.Workbook(target) as book:
        title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        line = book.add_format({"num_format": "@", "text_wrap": True})
        heading = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        cell = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "vcenter"})
        figure = book.add_format({"border": 1, "num_format": "#,##0", "valign": "vcenter"})
        for one in sheets:
            sheet = book.add_worksheet(one.name[:31])
            width = max(len(one.headings), 2)
            sheet.set_paper(A4)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            for place in range(width):
                sheet.set_column(place, place, one.widths[place] if place < len(one.widths) else 12)
            sheet.merge_range(0, 0, 0, width - 1, "", title)
            sheet.write_string(0, 0, one.title, title)
            sheet.set_row(0, 28)
            _spread(sheet, 1, one.above, width, line)
            for place, text in enumerate(one.headings):
                sheet.write_string(2, place, text, heading)
            sheet.repeat_rows(0, 2)
            sheet.freeze_panes(3, 1)
            row = 3
            for row, cells in enumerate(one.rows, 3):
                for place, value in enumerate(cells):
                    _write(sheet, row, place, value, figure, cell, one.hidden)
            _spread(sheet, row + 1, one.below, width, line)
            for place, note in enumerate(one.notes, row + 2):
                sheet.write_string(place, 0, note)


def _write(sheet: Any, row: int, place: int, value: Any, figure: Any, cell: Any, hidden: str) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value, figure)
    else:
        sheet.write_string(row, place, hidden if value is None else str(value)[:MOST_CHARACTERS], cell)


def _spread(sheet: Any, row: int, texts: Sequence[str], width: int, form: Any) -> None:
    """Texts side by side over the width of the table."""
    step = max(1, width // max(1, len(texts)))
    for place, text in enumerate(texts):
        sheet.write_string(row, min(place * step, width - 1), text, form)
