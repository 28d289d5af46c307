"""What buys the tickets of a group, as a workbook: name and number as on the identity card, telephone."""

from collections.abc import Iterable, Mapping
from typing import IO

from flask_babel import gettext as _

from app.kit.files.spreadsheet import Column, Page, write_workbook
from models.people.phone import written
from models.placement.departure import Passenger
from models.placement.placement import Placement


def write_tickets(
    target: IO[bytes], rows: Iterable[Placement], places: Mapping[int, Passenger] | None = None
) -> None:
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
        Column(_("座位"), 12),
        Column(_("紧急联系人"), 24),
        Column(_("联系上没有"), 12),
    ]
    known = places or {}
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
            *_contact(known.get(row.worker_id)),
        ]
        for number, row in enumerate(rows, 1)
    ]
    write_workbook(target, [Page(_("乘车名单"), columns, lines)])


def _contact(place: Passenger | None) -> list[str]:
    """Seat, emergency contact, and whether the person was reached; blank where nobody has said."""
    if place is None:
        return ["", "", ""]
    reached = "" if place.reached is None else _("联系上了") if place.reached else _("没联系上")
    return [place.seat, place.emergency_contact or "", reached]
