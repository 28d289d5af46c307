"""A file of rows on its way in and out over HTTP."""

import io
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from flask import send_file
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import BooleanField

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.layout import Layout
from app.kit.files.bulk_upload.reading import Reading, Sent, Unreadable, write_rejected
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY, Unhide
from app.kit.web.extensions import let_go, read_only
from app.kit.web.fields import Form, required
from app.kit.web.formatters import say
from models.bulk_upload import UploadBatch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kept = TypeVar("Kept")


class UploadForm(Form):
    """A spreadsheet to send."""

    file = FileField(
        _l("选择表格"),
        validators=[required(_l("请先选择一个文件。"))],
        render_kw={"accept": ".xlsx,.xls,.et,.csv"},
    )
    hidden = BooleanField(_l("隐藏的行、列和工作表也读"))


def read_upload(
    form: UploadForm, read: Callable[[Sent], Reading], keep: Callable[[Reading, Sent, str], Kept]
) -> Kept | None:
    """Let ``read`` have the file, and ``keep`` what it says, with the file and its name; what cannot be read
    is said beside the field.

    The file is decoded while nothing of the database is held, read in a transaction that only reads, and only
    what is kept of it takes the writer: the view is marked ``reads_files``.
    """
    file = form.file.data
    try:
        sent, reading = read_sent(file.read(), EVERYTHING if form.hidden.data else SEEN_ONLY, read)
    except Unreadable as problem:
        read_only()  # the page is shown again
        form.file.errors = [say(problem.sentence)]
        return None
    return keep(reading, sent, file.filename or "")


def read_sent(content: bytes, unhide: Unhide, read: Callable[[Sent], Reading]) -> tuple[Sent, Reading]:
    """Decode a file, let ``read`` read it, and hold nothing when it is done. Raises Unreadable."""
    let_go()
    sent = Sent(content, unhide).opened()
    read_only()
    reading = read(sent)
    let_go()
    return sent, reading


def answers_in(form: Mapping[str, str], fields: Collection[str]) -> dict[str, str]:
    """What a page of unknown columns was answered, by heading: one of ``fields``, or "" to leave it out."""
    answers, place = {}, 0
    while header := form.get(f"header-{place}"):
        field = form.get(f"column-{place}", "")
        answers[header] = field if field in fields else ""
        place += 1
    return answers


def send_rejected(name: str, layout: Layout, batch: UploadBatch) -> Response:
    """Send the rejected rows of a kept file with their reasons."""
    return send_workbook(name, write_rejected, layout, reading_of(batch).rejected)


def send_workbook(name: str, write: Callable[..., None], *given: Any) -> Response:
    """Send the workbook that ``write`` writes into the file it is handed, before ``given``."""
    target = io.BytesIO()
    write(target, *given)
    return send_content(target.getvalue(), name)


def send_content(content: bytes, name: str, media_type: str = XLSX) -> Response:
    """Send a finished file; ``name`` loses what no file system takes."""
    plain = re.sub(r"[\\/:*?\"<>|\s]+", "-", name)
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=plain)
