"""What buys the tickets of a group, as a workbook: name and number as on the identity card, telephone."""

from collections.abc import Iterable
from typing import IO

from flask_babel import gettext as _

from app.kit.files.spreadsheet import Column, Page, write_workbook
from models.people.phone import written
from models.placement.placement import Placement


def write_tickets(target: IO[bytes], rows: Iterable[Placement]) -> None:
    """One person a row; a number that is not known is left blank."""
    columns = [
        Column(_("序号"), 6),
        Column(_("姓名"), 16),
        Column(_("性别"), 6),
        Column(_("证件号码"), 22),
        Column(_("电话"), 24),
        Column(_("乡镇和村"), 24),
        Column(_("企业"), 28),
        Column(_("岗位"), 20),
    ]
    lines = [
        [
            number,
            row.worker.name,
            _("男") if row.worker.sex == "M" else _("女"),
            row.worker.id_number or "",
            written(row.worker.telephones),
            row.worker.township + row.worker.village,
            row.order.enterprise.name,
            row.order.title,
        ]
        for number, row in enumerate(rows, 1)
    ]
    write_workbook(target, [Page(_("乘车名单"), columns, lines)])
