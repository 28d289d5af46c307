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
from app.kit.files.bulk_upload.reading import Sent, Unreadable, write_rejected
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY
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


def read_upload(form: UploadForm, read: Callable[[Sent, str], Kept]) -> Kept | None:
    """Let ``read`` have the file and its name; what it cannot read is said beside the field."""
    file = form.file.data
    try:
        return read(Sent(file.read(), EVERYTHING if form.hidden.data else SEEN_ONLY), file.filename or "")
    except Unreadable as problem:
        form.file.errors = [say(problem.sentence)]
        return None


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
