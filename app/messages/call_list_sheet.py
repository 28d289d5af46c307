"""Whom to call and what to say, as a sheet to ring from; its last column is for the clerk's own notes."""

from collections.abc import Sequence
from typing import IO

from flask_babel import gettext as _

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.messages.queries import ToTell
from models.people.phone import written


def write(target: IO[bytes], rows: Sequence[ToTell]) -> None:
    """Write one row a person, the most urgent first."""
    columns = [
        Column(_("序号"), 8),
        Column(_("姓名"), 16),
        Column(_("电话"), 24),
        Column(_("乡镇和村"), 24),
        Column(_("要说的话"), 70),
        Column(_("最晚哪天"), 14),
        Column(_("没接通几次"), 12),
        Column(_("结果"), 24),
    ]
    lines = [
        [
            number,
            row.worker.name,
            written(row.worker.telephones),
            row.worker.township + row.worker.village,
            "\n".join(one.text for one in row.messages),
            row.until_on.isoformat() if row.until_on else "",
            row.call.tries if row.call else 0,
            "",
        ]
        for number, row in enumerate(rows, 1)
    ]
    write_workbook(target, [Page(_("转告通知的电话清单"), columns, lines)])
