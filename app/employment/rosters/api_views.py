"""The month for programs: whom the register has there, the lines told, the preview, the confirm."""

from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.employment.rosters import bp, operations, queries, typed
from app.employment.rosters.people import known_people
from app.employment.rosters.teller import teller_of
from app.employment.rosters.views import month_of, teller_or_404
from app.kit.api.bodies import Rows, checked
from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import DAY, NUMBER, ROW, TEXT, TEXTS, YES, many, maybe, obj, one_of, page
from app.kit.api.values import plain, yuan
from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Line
from app.kit.web.extensions import db
from app.kit.web.fields import Form
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from models.access import Permission
from models.clock import today, utc_now
from models.employment.roster import MonthlyRoster, Presence, RosterBatch

TELL = Permission.MONTH_TELL
MOST_LINES = 500
MONTH = obj(month=TEXT, due_on=DAY, is_open=YES, roster_id=maybe(ROW))
KNOWN = obj(number=ROW, name=TEXT, id_tail=TEXT, employer=TEXT)
LINE = obj(
    row=NUMBER,
    cells={"type": "object", "additionalProperties": TEXT},
    problems=many(obj(field=TEXT, reason=TEXT)),
    warnings=TEXTS,
)
SHEET = obj(id=ROW, month=TEXT, good=NUMBER, rejected=NUMBER, is_confirmed=YES, lines=many(LINE))
CONFIRMED = obj(roster_id=ROW, working=NUMBER, left=NUMBER, unknown=NUMBER, newcomers=NUMBER, remarks=TEXTS)
TOLD = obj(
    id=ROW,
    worker_id=ROW,
    name=TEXT,
    presence=one_of(Presence),
    wage_yuan=maybe({"type": "number"}),
)


class LinesForm(Form):
    """Rows of a month: their fields are those of the month's sheet (GET the month says which)."""

    lines = Rows(_l("每人一行；已登记的人写 number，新来的人写 name、id_tail"))

    def validate_lines(self, field: Any) -> None:
        """Some, and no more than one call takes."""
        if not field.data or len(field.data) > MOST_LINES:
            raise ValidationError(_("写一到 %(most)s 行。", most=MOST_LINES))


@bp.route("/api/v1/months")
@requires(TELL)
@reads(_l("该报的月份"), answer=obj(items=many(MONTH)))
def api_months() -> dict[str, Any]:
    """The months of the account's end."""
    teller = teller_of(db.session, current_actor())
    months = queries.months(db.session, teller, today()) if teller else []
    return {
        "items": [
            {
                "month": f"{one.month:%Y-%m}",
                "due_on": plain(one.due_on),
                "is_open": one.is_open,
                "roster_id": one.roster.id if one.roster else None,
            }
            for one in months
        ]
    }


@bp.route("/api/v1/months/<month>/people")
@requires(TELL)
@reads(
    _l("台账里这个月在那里的人，和一行要写的内容"),
    answer=obj(fields=TEXTS, new_fields=TEXTS, items=many(KNOWN)),
)
def api_people(month: str) -> dict[str, Any]:
    """Whom a line can be told of, and the fields of a line."""
    teller, day = teller_or_404(), month_of(month)
    people = known_people(db.session, teller, day)
    return {
        "fields": list(typed.FIELDS[teller.source]),
        "new_fields": list(typed.NAME_FIELDS[teller.source]),
        "items": [
            {"number": one.worker_id, "name": one.name, "id_tail": one.last4, "employer": one.employer_name}
            for one in people
        ],
    }


@bp.route("/api/v1/months/<month>/lines", methods=["POST"])
@requires(TELL)
@writes(_l("报一个月的几行，先存成预览"), answer=SHEET, body=LinesForm, status=201)
def api_lines(month: str) -> dict[str, Any]:
    """Read like the rows of a sheet: nothing is written down before the preview is confirmed."""
    teller, day = teller_or_404(), month_of(month)
    sent()
    form = checked(LinesForm())
    reading = typed.read_rows(db.session, teller, day, form.lines.data, today())
    batch = operations.keep(db.session, current_actor(), teller, day, _("接口报送"), reading, None)
    return _sheet(batch)


def _sheet(batch: RosterBatch) -> dict[str, Any]:
    reading = reading_of(batch)
    return {
        "id": batch.id,
        "month": f"{batch.month:%Y-%m}",
        "good": batch.good,
        "rejected": batch.rejected,
        "is_confirmed": batch.confirmed_at is not None,
        "lines": [_line(one) for one in reading.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "cells": dict(line.cells),
        "problems": [{"field": _(one.header), "reason": say(one.sentence)} for one in line.problems],
        "warnings": [say(one) for one in line.warnings],
    }


@bp.route("/api/v1/roster-sheets/<int:batch_id>")
@requires(TELL)
@reads(_l("一份预览"), answer=SHEET)
def api_sheet(batch_id: int) -> dict[str, Any]:
    """What its good rows would write, and why the others are not taken."""
    return _sheet(in_scope_or_404(RosterBatch, batch_id))


@bp.route("/api/v1/roster-sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(TELL)
@writes(_l("确认一份预览"), answer=CONFIRMED)
def api_confirm(batch_id: int) -> dict[str, Any]:
    """Write the good rows down, with all that follows from them."""
    batch, teller = in_scope_or_404(RosterBatch, batch_id), teller_or_404()
    sent()
    most = current_app.config["NEWCOMERS_A_DAY"]
    done = operations.confirm(db.session, current_actor(), teller, batch, utc_now(), most)
    return {
        "roster_id": done.roster_id,
        "working": done.working,
        "left": done.left,
        "unknown": done.unknown,
        "newcomers": done.newcomers,
        "remarks": [say(one) for one in done.remarks],
    }


@bp.route("/api/v1/rosters/<int:roster_id>")
@requires(Permission.PLACEMENT_READ)
@reads(_l("一份确认过的月度花名册，一次一百行"), answer=page(TOLD), query={"after": ROW})
def api_roster(roster_id: int) -> dict[str, Any]:
    """Its lines as they were told."""
    roster = in_scope_or_404(MonthlyRoster, roster_id)
    after = request.args.get("after", 0, row_number)
    found = list(queries.lines_page(db.session, current_actor(), roster, after))
    rows, following = page_of(found, queries.PAGE)
    items = [
        {
            "id": one.id,
            "worker_id": one.worker_id,
            "name": one.worker.name,
            "presence": one.presence.value,
            "wage_yuan": yuan(one.wage_fen),
        }
        for one in rows
    ]
    return {"items": items, "next": str(following) if following else None}
