"""The spring return: the round, who goes and comes back, by telephone and by sheet, groups, who is late."""

from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.days import past_day
from app.kit.web.extensions import db
from app.kit.web.fields import Form, TriStateField, choice, day_field, text, whole
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.placements import bp, return_sheet
from app.placements.forms import DepartureForm, choices_of, start_of
from app.placements.operations import spring_return as operations
from app.placements.queries import spring_return as queries
from models.access import Permission
from models.audit import record
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.i18n import N_
from models.opening_budget import open_telephones
from models.placement.departure import WAY_LABELS, Way
from models.placement.leaving import CHANNEL_LABELS, Channel
from models.placement.spring_return import ReturnAnswer, ReturnBatch, ReturnRound
from models.reference.area import area_names
from models.workflow import TransitionRefused

READ, ANSWER, DEPART = (
    Permission.PLACEMENT_READ,
    Permission.PLACEMENT_ANSWER,
    Permission.PLACEMENT_DEPART,
)
VIEWS = {
    "unasked": N_("还没问"),
    "home": N_("返乡要座位"),
    "back": N_("返岗要座位"),
    "late": N_("过期没回来"),
}


class RoundForm(Form):
    """One county's round."""

    year = whole(_l("哪一年春节"), low=2016, high=2100, must=True)
    home_from = day_field(_l("最早哪天返乡"), must=True)
    back_by = day_field(_l("最晚哪天返岗"), must=True)
    note = text(_l("备注"), most=200)


class AnswerForm(Form):
    """What one person says, by telephone or in person."""

    goes_home = TriStateField(_l("回不回家过年"), _l("回"), _l("不回"))
    leaves_on = day_field(_l("哪天返乡"))
    seat_home = TriStateField(_l("返乡要不要座位"), _l("要"), _l("不要"))
    comes_back = TriStateField(_l("年后回不回来"), _l("回来"), _l("不回来"))
    back_on = day_field(_l("哪天返岗"))
    seat_back = TriStateField(_l("返岗要不要座位"), _l("要"), _l("不要"))
    note = text(_l("备注"), most=200)
    channel = choice(_l("怎么知道的"), choices_of(CHANNEL_LABELS, without=(Channel.PORTAL,)), must=True)


class BackForm(Form):
    """The day on which somebody is at work again."""

    on = past_day(_l("哪天回到岗位"), must=True)


@bp.route("/placements/spring-returns", methods=["GET", "POST"])
@requires(READ)
def spring_returns() -> str | Response:
    """The rounds, and for a county a new one."""
    actor, form = current_actor(), RoundForm()
    if request.method == "POST":
        if not actor.can(DEPART):
            abort(403)
        if form.validate():
            days = (form.home_from.data, form.back_by.data)
            plan = operations.Plan(form.year.data or 0, *days, form.note.data or "")
            try:
                row = operations.open_round(db.session, actor, plan, today())
            except TransitionRefused as problem:
                db.session.rollback()
                form.year.errors = [say(problem.sentence)]
            else:
                return finish(url_for("placements.spring_return", number=row.id))
    rows = queries.return_rounds(db.session, actor)
    return render_template(
        "placements/spring_returns.html",
        rows=rows,
        form=form,
        may_open=actor.can(DEPART),
        names=area_names(db.session, {row.county_code for row in rows}),
    )


@bp.route("/placements/spring-returns/<int:number>")
@requires(READ)
def spring_return(number: int) -> str:
    """One round: seats by city, who is to be asked, who is late."""
    actor, row = current_actor(), in_scope_or_404(ReturnRound, number)
    view = request.args.get("view", "unasked")
    view = view if view in VIEWS else "unasked"
    needs, groups = queries.needs(db.session, actor, row), queries.groups_of(db.session, actor, row)
    codes = {row.county_code, *(one.city_code for one in needs), *(one.city_code for one in groups)}
    return render_template(
        "placements/spring_return.html",
        row=row,
        needs=needs,
        groups=groups,
        view=view,
        views=VIEWS,
        rows=queries.listed(db.session, actor, row, view, today()),
        names=area_names(db.session, codes),
        today=today(),
        purpose=PurposeForm(formdata=None),
        may_answer=actor.can(ANSWER),
        may_depart=actor.can(DEPART),
        may_reveal=actor.can(Permission.WORKER_REVEAL),
        ways=(Way.HOME, Way.BACK),
    )


@bp.route("/placements/spring-returns/<int:number>/ask-more", methods=["POST"])
@requires(DEPART)
def spring_return_more(number: int) -> Response:
    """Take those in who came to work since the round began."""
    row = in_scope_or_404(ReturnRound, number, DEPART)
    count = operations.ask_more(db.session, row)
    record(db.session, current_actor(), EventTag.RETURN_OPEN, row, counts=count)
    flash(ngettext("加了 %(num)d 人。", "加了 %(num)d 人。", count), "success")
    return finish(url_for("placements.spring_return", number=row.id))


def _answer(number: int) -> ReturnAnswer:
    row: ReturnAnswer = in_scope_or_404(ReturnAnswer, number, ANSWER)
    return row


@bp.route("/placements/return-answers/<int:answer_id>", methods=["GET", "POST"])
@requires(ANSWER)
def return_answer(answer_id: int) -> str | Response:
    """What one person says; then the next who was not asked."""
    row = _answer(answer_id)
    form = AnswerForm(data=None if request.method == "POST" else _known(row))
    if request.method == "POST" and form.validate():
        said = {name: form[name].value for name in return_sheet.YES_NO}
        said |= {"leaves_on": form.leaves_on.data, "back_on": form.back_on.data, "note": form.note.data or ""}
        try:
            operations.answer(db.session, current_actor(), row, said, Channel(form.channel.data), utc_now())
        except TransitionRefused as problem:
            db.session.rollback()
            row = _answer(answer_id)
            form.goes_home.errors = [say(problem.sentence)]
        else:
            flash(_("记下了。"), "success")
            return finish(_next(row.round))
    return render_template(
        "placements/return_answer.html",
        row=row,
        form=form,
        back=BackForm(formdata=None, data={"on": today()}),
        names=area_names(db.session, {row.city_code}),
        may_reveal=current_actor().can(Permission.WORKER_REVEAL),
    )


def _known(row: ReturnAnswer) -> dict[str, object]:
    known: dict[str, object] = {name: getattr(row, name) for name in operations.SAID}
    return known | {"channel": (row.channel or Channel.PHONE).value}


def _next(row: ReturnRound) -> str:
    left = queries.listed(db.session, current_actor(), row, "unasked", today(), limit=1)
    if left:
        return url_for("placements.return_answer", answer_id=left[0].id)
    return url_for("placements.spring_return", number=row.id)


@bp.route("/placements/return-answers/<int:answer_id>/back", methods=["POST"])
@requires(ANSWER)
def return_back(answer_id: int) -> Response:
    """Somebody is at work again. Form: on."""
    row, form = _answer(answer_id), BackForm()
    here = url_for("placements.spring_return", number=row.round_id, view="late")
    try:
        if form.validate():
            operations.came_back(db.session, current_actor(), row, form.on.data, today())
            flash(_("记下了。"), "success")
            return finish(here)
        flash("；".join(str(one) for some in form.errors.values() for one in some), "error")
    except TransitionRefused as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
    return redirect(here, 303)


@bp.route("/placements/spring-returns/<int:number>/group/<way>/<code>", methods=["GET", "POST"])
@requires(DEPART)
def spring_group(number: int, way: str, code: str) -> str | Response:
    """A group from the answers of one city: who wants a seat and has none yet."""
    row = in_scope_or_404(ReturnRound, number, DEPART)
    if way not in (Way.HOME, Way.BACK):
        abort(404)
    wanted = queries.of_city(db.session, current_actor(), row, Way(way), code)
    seated = operations.seated(db.session, wanted, Way(way))
    people = [one for one in wanted if one.worker_id not in seated]
    form = DepartureForm(data=None if request.method == "POST" else {"departs_at": start_of(today())})
    if request.method == "POST" and form.validate():
        most = form.seats.data or len(people)
        try:
            made = operations.group(
                db.session, current_actor(), Way(way), people[:most], form.journey, utc_now()
            )
        except TransitionRefused as problem:
            db.session.rollback()
            form.departs_at.errors = [say(problem.sentence)]
        else:
            flash(_("编好了，%(n)s 人有座位，已通知本人。", n=len(people[:most])), "success")
            return finish(url_for("placements.departure", number=made.id))
    return render_template(
        "placements/spring_group.html",
        row=row,
        way=Way(way),
        label=WAY_LABELS[Way(way)],
        people=people,
        form=form,
        names=area_names(db.session, {code}),
        code=code,
    )


@bp.route("/placements/spring-returns/<int:number>/sheet", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def return_sheet_out(number: int) -> Response:
    """Whom nobody has asked yet, as a sheet to fill in; whole telephones go with it, hence the purpose."""
    row, form = in_scope_or_404(ReturnRound, number, Permission.WORKER_REVEAL), PurposeForm()
    here = url_for("placements.spring_return", number=row.id)
    if not form.validate():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(here, 303)
    actor, purpose = current_actor(), form.purpose.data
    rows = queries.listed(db.session, actor, row, "unasked", today(), queries.MOST)
    open_telephones(db.session, actor, [one.worker for one in rows], purpose, today(), telephones_a_day())
    record(db.session, actor, EventTag.WORKER_EXPORT, row, purpose=purpose, rows=len(rows))
    finish(here)
    name = f"{_('返乡返岗表')}-{today():%Y%m%d}.xlsx"
    return send_workbook(name, partial(return_sheet.write, with_numbers=True), rows)


@bp.route("/placements/spring-returns/<int:number>/upload", methods=["GET", "POST"])
@requires(DEPART)
@reads_files
def return_upload(number: int) -> str | Response:
    """Take a filled sheet and lead to its preview; nothing is written yet."""
    row, form = in_scope_or_404(ReturnRound, number, DEPART), UploadForm()

    def read(sent: Sent) -> Reading:
        return return_sheet.read(db.session, current_actor(), in_scope_or_404(ReturnRound, number), sent)

    def keep(reading: Reading, sent: Sent, filename: str) -> ReturnBatch:
        here = in_scope_or_404(ReturnRound, number)
        return return_sheet.keep(db.session, current_actor(), here, filename, reading)

    if form.validate_on_submit() and (batch := read_upload(form, read, keep)):
        return finish(url_for("placements.return_preview", batch_id=batch.id))
    return render_template("placements/return_upload.html", form=form, number=number, row=row)


@bp.route("/placements/return-sheets/<int:batch_id>")
@requires(DEPART)
def return_preview(batch_id: int) -> str:
    """What a sheet would write down, and which rows are rejected, why."""
    batch: ReturnBatch = in_scope_or_404(ReturnBatch, batch_id)
    return render_template(
        "placements/return_preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=return_sheet.SHEET,
    )


@bp.route("/placements/return-sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(DEPART)
def return_confirm(batch_id: int) -> Response:
    """Write the answers of the good rows down."""
    batch: ReturnBatch = in_scope_or_404(ReturnBatch, batch_id)
    row = in_scope_or_404(ReturnRound, batch.round_id, DEPART)
    count = return_sheet.confirm(db.session, current_actor(), batch, row, utc_now())
    flash(ngettext("记下了 %(num)d 人的回答。", "记下了 %(num)d 人的回答。", count), "success")
    return finish(url_for("placements.spring_return", number=row.id))


@bp.route("/placements/return-sheets/<int:batch_id>/refused.xlsx")
@requires(DEPART)
def return_rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    return send_rejected(_("退回的返乡返岗.xlsx"), return_sheet.SHEET, in_scope_or_404(ReturnBatch, batch_id))
