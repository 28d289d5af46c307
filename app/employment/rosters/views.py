"""HTTP of monthly rosters: the months, the sheet out and in, the page, the preview, the confirm."""

from datetime import date
from functools import partial

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.employment.rosters import bp, operations, queries, sheet, typed
from app.employment.rosters.columns import choices_of
from app.employment.rosters.forms import sheet_form
from app.employment.rosters.people import Known, known_people
from app.employment.rosters.teller import Teller, teller_of
from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.request_limits import row_number
from app.kit.web.tables import Column, page_of
from models.access import Permission
from models.clock import today, utc_now
from models.employment.roster import MonthlyRoster, RosterBatch, RosterSource, open_months
from models.people import calling

TELL = Permission.MONTH_TELL
ON_A_PAGE = 60
"""So many people are told on a page; more than that go into a sheet, or on several pages."""


def teller_or_404() -> Teller:
    """The end that the account speaks for."""
    return teller_of(db.session, current_actor()) or abort(404)


def month_of(text: str) -> date:
    """The open month of an address ("2017-05"); 404 for any other."""
    return next((month for month in open_months(today()) if f"{month:%Y-%m}" == text), None) or abort(404)


@bp.route("/employment/months")
@requires(TELL)
def index() -> str:
    """The months of the reader's end: which wait, which were told, with what."""
    teller = teller_of(db.session, current_actor())
    months = queries.months(db.session, teller, today()) if teller else []
    latest = months[0] if months else None
    return render_template(
        "employment/rosters/index.html",
        teller=teller,
        months=months,
        latest=latest,
        people=queries.people_count(db.session, teller, latest.month) if teller and latest else 0,
        untold=queries.enterprises_untold(db.session, current_actor(), latest.month)
        if latest and teller and teller.source is RosterSource.INSURANCE
        else [],
        form=sheet_form(),
        few=ON_A_PAGE,
    )


@bp.route("/employment/months/<month>/sheet", methods=["POST"])
@requires(TELL)
def month_sheet(month: str) -> Response:
    """Whom the register has there in the month, as a sheet to fill in; a county says what for."""
    teller, day = teller_or_404(), month_of(month)
    purpose = ""
    if teller.source is RosterSource.COUNTY:
        form = PurposeForm("sheet")
        if not form.validate():
            flash(_("请写明用途，再下载。"), "warning")
            return redirect(url_for("rosters.index"), 303)
        purpose = form.purpose.data
    actor = current_actor()
    with_numbers = teller.source is RosterSource.COUNTY and actor.can(Permission.WORKER_REVEAL)
    people = known_people(db.session, teller, day, telephones=with_numbers)
    everybody, most = len(people), request.form.get("most", 0, row_number)
    people = operations.take_list(db.session, actor, teller, day, people, most, utc_now())
    if not people and everybody:
        flash(_("名单上的人都有同事在打。他们还回来，或过了十二个小时，再来下载。"), "warning")
        return redirect(url_for("rosters.index"), 303)
    operations.note_sheet(db.session, actor, teller, day, people, purpose, today(), telephones_a_day())
    finish(url_for("rosters.index"))
    name = f"{_('月度花名册')}-{month}-{teller.name}.xlsx"
    return send_workbook(name, sheet.write, teller, day, people)


@bp.route("/employment/months/<month>/give-back", methods=["POST"])
@requires(TELL)
def give_back(month: str) -> Response:
    """Leave the people whom one has a list of, and did not tell, to colleagues."""
    day = month_of(month)
    teller_or_404()
    count = operations.give_list_back(db.session, current_actor(), day)
    flash(_("还回 %(n)s 人，同事可以打了。", n=count), "success")
    return finish(url_for("rosters.index"))


@bp.route("/employment/months/<month>/upload", methods=["GET", "POST"])
@requires(TELL)
@reads_files
def upload(month: str) -> str | Response:
    """Take a filled sheet and lead to its preview; nothing is written down yet."""
    teller, day, form = teller_or_404(), month_of(month), UploadForm()
    if form.validate_on_submit() and (
        batch := read_upload(form, partial(_read, teller, day), partial(_keep, teller, day))
    ):
        return finish(url_for("rosters.preview", batch_id=batch.id))
    return render_template("employment/rosters/upload.html", form=form, teller=teller, month=day)


def _read(teller: Teller, month: date, sent: Sent) -> Reading:
    return sheet.read(db.session, teller, month, sent, today(), {})


def _keep(teller: Teller, month: date, reading: Reading, sent: Sent, filename: str) -> RosterBatch:
    return operations.keep(db.session, current_actor(), teller, month, filename, reading, None)


@bp.route("/employment/months/<month>/page", methods=["GET", "POST"])
@requires(TELL)
def page(month: str) -> str | Response:
    """The month on a page, for those who keep no sheets; it leads to the same preview."""
    teller, day = teller_or_404(), month_of(month)
    start = request.args.get("start", 0, row_number)
    is_long = teller.source is not RosterSource.ENTERPRISE and queries.is_long(db.session, teller, day)
    seen = known_people(db.session, teller, day, start=start, size=ON_A_PAGE + 1, by_coming=is_long)
    people = seen[:ON_A_PAGE]
    if request.method == "POST":
        reading = typed.read_page(db.session, teller, day, people, request.form, today())
        if reading.lines:
            return _kept_page(teller, day, reading)
        flash(_("一行都还没有填。"), "warning")
    layout, ids = sheet.layout_of(teller), [one.worker_id for one in people]
    is_county = teller.source is RosterSource.COUNTY
    return render_template(
        "employment/rosters/page.html",
        ringing=calling.holders_of_list(
            db.session, calling.Round.MONTH, ids, operations.number_of(day), utc_now()
        )
        if is_county
        else {},
        teller=teller,
        month=day,
        is_long=is_long,
        people=people,
        layout=layout,
        fields=typed.FIELDS[teller.source],
        headings=[Column(_(layout.header_of(name))) for name in typed.FIELDS[teller.source]],
        name_fields=typed.NAME_FIELDS[teller.source],
        new_rows=typed.NEW_ROWS,
        choices={name: choices_of(name) for name in (*typed.FIELDS[teller.source], "consent")},
        start=start,
        following=start + ON_A_PAGE if len(seen) > ON_A_PAGE else None,
    )


def _kept_page(teller: Teller, month: date, reading: Reading) -> Response:
    batch = operations.keep(db.session, current_actor(), teller, month, _("网页填写"), reading, None)
    return finish(url_for("rosters.preview", batch_id=batch.id))


@bp.route("/employment/months/sheets/<int:batch_id>")
@requires(TELL)
def preview(batch_id: int) -> str:
    """What a sheet would write, which rows are rejected and why, and whom it does not name."""
    batch, teller = in_scope_or_404(RosterBatch, batch_id), teller_or_404()
    reading = reading_of(batch)
    named = {line.subject_id for line in reading.good}
    people = known_people(db.session, teller, batch.month) if batch.confirmed_at is None else []
    return render_template(
        "employment/rosters/preview.html",
        batch=batch,
        reading=reading,
        teller=teller,
        layout=sheet.layout_of(teller),
        told={f"{line.sheet}:{line.row}": sheet.told_of(line, teller.source) for line in reading.good},
        missing=_unnamed(people, named),
    )


def _unnamed(people: list[Known], named: set[int | None]) -> list[Known]:
    return [one for one in people if one.worker_id not in named]


@bp.route("/employment/months/sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(TELL)
def confirm(batch_id: int) -> Response:
    """Write the good rows down, with all that follows from them."""
    batch, teller = in_scope_or_404(RosterBatch, batch_id), teller_or_404()
    most = current_app.config["NEWCOMERS_A_DAY"]
    done = operations.confirm(db.session, current_actor(), teller, batch, utc_now(), most)
    count = done.working + done.left + done.unknown + done.newcomers
    flash(
        ngettext(
            "%(num)d 人记下了：在岗 %(working)s，离开 %(left)s。",
            "%(num)d 人记下了：在岗 %(working)s，离开 %(left)s。",
            count,
            working=done.working,
            left=done.left,
        ),
        "success",
    )
    for remark in done.remarks[:20]:
        flash(say(remark), "warning")
    return finish(url_for("rosters.show", roster_id=done.roster_id))


@bp.route("/employment/months/sheets/<int:batch_id>/rejected.xlsx")
@requires(TELL)
def rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch, teller = in_scope_or_404(RosterBatch, batch_id), teller_or_404()
    return send_rejected(_("退回的花名册.xlsx"), sheet.layout_of(teller), batch)


@bp.route("/employment/rosters/<int:roster_id>")
@requires(Permission.PLACEMENT_READ)
def show(roster_id: int) -> str:
    """One roster as it was confirmed, page by page."""
    roster = in_scope_or_404(MonthlyRoster, roster_id)
    after = request.args.get("after", 0, row_number)
    rows, next_key = page_of(
        list(queries.lines_page(db.session, current_actor(), roster, after)), queries.PAGE
    )
    return render_template(
        "employment/rosters/show.html",
        roster=roster,
        rows=rows,
        here=url_for("rosters.show", roster_id=roster.id) if after else None,
        following=url_for("rosters.show", roster_id=roster.id, after=next_key) if next_key else None,
    )
