"""Events of the audit as a sheet."""

from collections.abc import Iterable
from typing import IO

from flask_babel import gettext as _

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import in_words, moment, say
from app.reference.audit.queries import Line


def write_events(target: IO[bytes], lines: Iterable[Line]) -> None:
    """When, who, what, about what, with what, and the number in the chain."""
    columns = [
        Column(_("时间"), 22),
        Column(_("谁"), 16),
        Column(_("什么事"), 24),
        Column(_("对象"), 20),
        Column(_("内容"), 70),
        Column(_("第几条"), 10),
    ]
    rows = (
        [
            moment(line.row.at),
            line.row.actor_name if line.row.actor_id else _("系统"),
            say(line.what),
            say(line.subject),
            "；".join(f"{say(word)}：{in_words(value)}" for word, value in line.details),
            line.row.id,
        ]
        for line in lines
    )
    write_workbook(target, [Page(_("经过"), columns, rows)])
