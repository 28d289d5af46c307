"""Rosters for programs: people sent as rows, read as a sheet of theirs is, previewed, confirmed."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.kit.api.bodies import Rows, checked
from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import NUMBER, ROW, TEXT, TEXTS, YES, many, maybe, obj, one_of, page
from app.kit.files.file_account import LeftRows
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import row_number
from app.workers.intake import bp, operations, queries
from app.workers.intake.forms import AreaForm
from app.workers.intake.hidden_parts import account_of
from app.workers.intake.views import own_areas
from app.workers.roster.fields import BY_NAME
from models.access import Permission
from models.background_job import FINISHED
from models.bulk_upload import CellProblem
from models.people.intake import COUNTED, BatchState, ImportBatch, RowOutcome

SEND = Permission.ROSTER_SEND
MOST_ROWS = 2000
DIGITS = re.compile(r"\d+")
TABS = (*(one.value for one in RowOutcome), "doubts", "possible", "left_out")
BATCH = obj(
    id=ROW,
    state=one_of(BatchState),
    is_working=YES,
    failed_because=maybe(TEXT),
    counts=obj(**dict.fromkeys(COUNTED, NUMBER)),
    left=many(obj(count=NUMBER, rows=TEXTS, reason=TEXT)),
)
PROBLEMS = many(obj(field=TEXT, reason=TEXT))
LINE = obj(
    id=ROW,
    row=NUMBER,
    outcome=one_of(RowOutcome),
    worker_id=maybe(ROW),
    name=TEXT,
    id_tail=TEXT,
    problems=PROBLEMS,
    warnings=PROBLEMS,
)
NAME_OF = {field.label: name for name, field in BY_NAME.items()}


class PeopleForm(AreaForm):
    """Rows of a roster by the register's names of its columns; the cells say what a sheet's would."""

    people = Rows(_l("每人一行：name、id_number 等，和花名册的列一样，都写成文本"))

    def validate_people(self, field: Any) -> None:
        """Some, no more than one call takes, each of known columns."""
        if not field.data or len(field.data) > MOST_ROWS:
            raise ValidationError(_("写一到 %(most)s 行。", most=MOST_ROWS))
        for number, row in enumerate(field.data, 1):
            if strange := next((name for name in row if name not in BY_NAME), ""):
                told = {"row": number, "name": strange[:60], "names": "、".join(BY_NAME)}
                raise ValidationError(_("第 %(row)s 行的 %(name)s 没有这一列；有的是：%(names)s。", **told))


def _sheet(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as the sheet that a clerk would have filled in."""
    names = [name for name in BY_NAME if any(name in row for row in rows)]
    written = io.StringIO()
    sheet = csv.writer(written, quoting=csv.QUOTE_ALL)
    sheet.writerow([BY_NAME[name].label for name in names])
    sheet.writerows([[row.get(name, "") for name in names] for row in rows])
    return written.getvalue().encode()


def _batch(batch: ImportBatch) -> dict[str, Any]:
    job = queries.job_of(db.session, batch)
    problem = batch.problem or (job.problem if job else "")
    return {
        "id": batch.id,
        "state": batch.state.value,
        "is_working": job is not None and job.state not in FINISHED,
        "failed_because": _(problem) if problem else None,
        "counts": queries.counts_of(batch),
        "left": _left(batch),
    }


def _left(batch: ImportBatch) -> list[dict[str, Any]]:
    """Rows that the reader takes for no person (a sum, a remark, a name alone), and why."""
    account = account_of(batch)
    told = [(one, _spans(one)) for one in (account.left if account else [])]
    return [{"count": one.count, "rows": spans, "reason": say(one.reason)} for one, spans in told if spans]


def _spans(left: LeftRows) -> list[str]:
    """Where they stood in what was sent: "4", "7-9"; "…" for too many. [] for our headings."""
    spans = [span for _sheet_name, told in left.places for span in told if span != "1"]
    return [DIGITS.sub(lambda found: str(_number(int(found[0]))), span) for span in spans]


def _number(row: int) -> int:
    """The row as it was sent, from 1: the first row of a sheet holds its headings."""
    return max(0, row - 1)


@bp.route("/api/v1/people-sheets", methods=["POST"])
@requires(SEND)
@writes(_l("送一份花名册，读好以后先看预览"), answer=BATCH, body=PeopleForm, status=202)
def api_send() -> dict[str, Any]:
    """Read by the job that reads files: nobody is registered before the preview is confirmed."""
    sent()
    form = checked(PeopleForm(own_areas()))
    content = _sheet(form.people.data)
    area, name = form.county_code.data, _("接口报送") + ".csv"
    return _batch(operations.send_file(db.session, current_actor(), area, name, content))


@bp.route("/api/v1/people-sheets/<int:number>")
@requires(SEND)
@reads(_l("一份花名册到了哪一步"), answer=BATCH)
def api_sheet(number: int) -> dict[str, Any]:
    """Being read, previewed, confirmed, given up; how many are new, changed, refused."""
    return _batch(in_scope_or_404(ImportBatch, number, SEND))


@bp.route("/api/v1/people-sheets/<int:number>/rows")
@requires(SEND)
@reads(
    _l("预览里的行，一次五十行；tab 是哪一类"),
    answer=page(LINE),
    query={"tab": one_of(TABS), "after": ROW},
)
def api_rows(number: int) -> dict[str, Any]:
    """What would become of each row, and why not."""
    batch = in_scope_or_404(ImportBatch, number, SEND)
    tab, after = request.args.get("tab", RowOutcome.REJECTED), request.args.get("after", 0, type=row_number)
    lines = queries.lines(db.session, current_actor(), batch, tab, after)
    more = lines[queries.PAGE - 1].row.id if len(lines) > queries.PAGE else None
    items = [_line(one) for one in lines[: queries.PAGE]]
    return {"items": items, "next": str(more) if more else None}


def _line(line: queries.Line) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.id,
        "row": _number(row.row),
        "outcome": row.outcome.value,
        "worker_id": row.worker_id,
        "name": line.name,
        "id_tail": line.last4,
        "problems": [_problem(one) for one in row.errors],
        "warnings": [_problem(one) for one in row.warnings],
    }


def _problem(told: CellProblem) -> dict[str, str]:
    return {"field": NAME_OF.get(told.header, told.header), "reason": say(told.sentence)}


@bp.route("/api/v1/people-sheets/<int:number>/confirm", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
@writes(_l("确认一份预览，好的行登记进台账"), answer=BATCH, status=202)
def api_confirm(number: int) -> dict[str, Any]:
    """By the job that writes files in: ask for the sheet until it is confirmed."""
    batch = in_scope_or_404(ImportBatch, number, Permission.WORKER_IMPORT)
    sent()
    operations.ask_to_confirm(db.session, current_actor(), batch)
    return _batch(batch)
