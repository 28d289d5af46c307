"""A list as a file: number in, the rows its pages would show to the asker, a sealed workbook out."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from app.home.lists import operations, queries
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.extensions import db
from app.kit.web.formatters import in_words
from app.kit.web.listing import LISTINGS, MOST_ROWS
from app.kit.web.queue import RIGHTS_CHANGED, JobProblem, Progress, job
from models.access import Actor
from models.clock import today, utc_now
from models.i18n import N_

WRITING = N_("正在写表")
TELL_EVERY = 500


@job
def export_list(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """Write the list that a ListExport asks for. Runs again without harm."""
    wanted = queries.own_export(db.session, actor, subject_id)
    listing = LISTINGS.get(wanted.listing) if wanted else None
    if wanted is None or listing is None or not listing.may_take(actor):
        raise JobProblem(RIGHTS_CHANGED)
    columns = [one for one in listing.columns if one.key in set(wanted.columns)]
    asked, count, is_cut = dict(wanted.asked), 0, False
    db.session.rollback()
    progress.tell(WRITING, 0)

    def lines() -> Iterator[list[Any]]:
        nonlocal count, is_cut
        for row in listing.rows(db.session, actor, asked, today()):
            if count == MOST_ROWS:
                is_cut = True
                return
            count += 1
            if count % TELL_EVERY == 0:
                progress.tell(done=count)
            yield [_cell(row, one.key) for one in columns]

    with tempfile.TemporaryFile() as file:
        headings = [Column(_(one.heading), one.width) for one in columns]
        write_workbook(file, [Page(_(listing.noun), headings, lines())])
        file.seek(0)
        content = file.read()
    if (wanted := queries.own_export(db.session, actor, subject_id)) is None:
        raise JobProblem(RIGHTS_CHANGED)
    operations.keep(db.session, actor, listing, wanted, content, count, is_cut, utc_now())
    db.session.commit()
    return {"rows": count}


def _cell(row: Mapping[str, Any], key: str) -> Any:
    value = row.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else in_words(value)
