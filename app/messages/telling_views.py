"""HTTP of telling by hand: who has not been reached, one person a page, call list and printed notices."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.request_limits import row_number
from app.messages import bp, call_list_sheet, operations, queries
from app.messages.forms import MissForm, RoundForm, TellForm, round_form
from app.messages.queries import ToTell
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.messages.reach import Reach
from models.people import calling
from models.people.calling import Round
from models.people.worker import Worker
from models.reference.area import area_names
from models.reference.county_office import offices_of

TELL = Permission.PLACEMENT_ANSWER
ALL_TOLD = Sentence("现在没有要转告的人了。没接通的过一会儿会回到这里。")
TAKEN = Sentence("有同事正在给这个人打电话。")


@bp.route("/messages/unreached")
@requires(TELL)
def unreached() -> str:
    """Who has to be told something and was not reached, the most urgent first."""
    actor, start = current_actor(), request.args.get("start", 0, row_number)
    rows = queries.unreached(db.session, actor, today(), utc_now(), queries.PAGE + 1, start)
    is_more = len(rows) > queries.PAGE
    return render_template(
        "messages/unreached.html",
        rows=rows[: queries.PAGE],
        first_url=url_for("messages.unreached") if start else "",
        next_url=url_for("messages.unreached", start=start + queries.PAGE) if is_more else "",
        count=queries.unreached_count(db.session, actor, today()),
        form=round_form(),
        today=today(),
        now=utc_now(),
    )


@bp.route("/messages/unreached/next", methods=["POST"])
@requires(TELL)
def tell_next() -> Response:
    """Begin a round, or go on with it: take the next person."""
    form = RoundForm()
    if not form.validate():
        flash(_("请写明打电话做什么。"), "warning")
        return finish(url_for("messages.unreached"))
    return _next(form.purpose.data)


@bp.route("/messages/tell/<int:worker_id>", methods=["GET", "POST"])
@requires(TELL)
def tell(worker_id: int) -> str | Response:
    """One person, what is to be told, the telephone; POST notes how it was told."""
    worker, form = in_scope_or_404(Worker, worker_id), TellForm()
    told, call = _to_tell(worker), calling.call_of(db.session, Round.TELL, worker_id)
    if told and form.validate_on_submit():
        how = Reach(form.how.data)
        operations.tell(db.session, current_actor(), told, how, form.note.data or "", utc_now())
        flash(_("%(name)s知道了，记下了。", name=worker.name), "success")
        if call is not None and call.purpose:
            return _next(call.purpose)
        return finish(url_for("messages.unreached"))
    actor, now = current_actor(), utc_now()
    mine = call is not None and call.is_held_by(actor.user_id, now)
    return render_template(
        "messages/tell.html",
        worker=worker,
        told=told,
        call=call,
        form=form,
        miss_form=MissForm(formdata=None),
        mine=mine,
        other=call.holder.name if call and call.holder and call.is_held(now) and not mine else "",
        is_open=mine and actor.can(Permission.WORKER_REVEAL),
        round_form=round_form(),
    )


@bp.route("/messages/tell/<int:worker_id>/take", methods=["POST"])
@requires(TELL)
def tell_one(worker_id: int) -> Response:
    """Ring this person out of turn."""
    worker, form = in_scope_or_404(Worker, worker_id), RoundForm()
    if not form.validate():
        flash(_("请写明打电话做什么。"), "warning")
    elif (
        operations.take(db.session, current_actor(), worker, form.purpose.data, utc_now(), telephones_a_day())
        is None
    ):
        flash(say(TAKEN), "warning")
    return finish(url_for("messages.tell", worker_id=worker.id))


@bp.route("/messages/tell/<int:worker_id>/missed", methods=["POST"])
@requires(TELL)
def tell_missed(worker_id: int) -> Response:
    """Nobody answered: later again; now the next."""
    worker, form = in_scope_or_404(Worker, worker_id), MissForm()
    note = (form.note.data or "") if form.validate() else ""
    call = operations.miss(db.session, current_actor(), worker, note, utc_now())
    again = Sentence("%(name)s没接通，%(when)s以后再打。", {"name": worker.name, "when": call.retry_at})
    flash(say(again), "success")
    return _next(call.purpose)


@bp.route("/messages/tell/<int:worker_id>/leave", methods=["POST"])
@requires(TELL)
def tell_leave(worker_id: int) -> Response:
    """Back to the list, the person untold and free for others."""
    operations.give_back(db.session, current_actor(), in_scope_or_404(Worker, worker_id))
    return finish(url_for("messages.unreached"))


@bp.route("/messages/tell/<int:worker_id>/again", methods=["POST"])
@requires(TELL)
def text_again(worker_id: int) -> Response:
    """Text once more, to a number that was put right."""
    worker = in_scope_or_404(Worker, worker_id)
    told = _to_tell(worker)
    messages = told.messages if told else []
    count = operations.send_again(db.session, current_actor(), worker, messages, utc_now())
    flash(_("%(n)s 条会再发一次短信。", n=count), "success")
    return finish(url_for("messages.tell", worker_id=worker.id))


@bp.route("/messages/unreached/call-list", methods=["GET", "POST"])
@requires(Permission.WORKER_REVEAL)
def call_list() -> str | Response:
    """Whom to call, on paper: masked until the reader says what for, which goes into the audit."""
    actor, form = current_actor(), PurposeForm()
    rows = queries.unreached(db.session, actor, today(), utc_now(), queries.MOST_PRINTED)
    is_open = form.validate_on_submit()
    if is_open:
        operations.reveal(db.session, actor, rows, form.purpose.data, today(), telephones_a_day())
        finish(url_for("messages.call_list"))
    return render_template(
        "print/tell_list.html",
        rows=rows,
        form=form,
        sheet_form=PurposeForm("sheet", formdata=None),
        is_open=is_open,
        today=today(),
    )


@bp.route("/messages/unreached/call-list.xlsx", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def call_sheet() -> Response:
    """The same as a sheet, with whole telephones, for a clerk who rings from a list; it says what for."""
    actor, form = current_actor(), PurposeForm()
    if not form.validate():
        flash(_("请写明用途，再下载。"), "warning")
        return redirect(url_for("messages.call_list"), 303)
    rows = queries.unreached(db.session, actor, today(), utc_now(), queries.MOST_IN_A_SHEET)
    operations.reveal(db.session, actor, rows, form.purpose.data, today(), telephones_a_day())
    finish(url_for("messages.call_list"))
    return send_workbook(f"{_('转告通知的电话清单')}-{today():%Y-%m-%d}.xlsx", call_list_sheet.write, rows)


@bp.route("/messages/unreached/notices")
@requires(TELL)
def notices() -> str:
    """A slip for each person, to be cut apart and brought to the village."""
    rows = queries.unreached(db.session, current_actor(), today(), utc_now(), queries.MOST_PRINTED)
    counties = {row.worker.county_code for row in rows}
    return render_template(
        "print/notices.html",
        rows=rows,
        today=today(),
        names=area_names(db.session, counties),
        offices=offices_of(db.session, counties),
    )


def _to_tell(worker: Worker) -> ToTell | None:
    return next(iter(queries.to_tell(db.session, current_actor(), today(), [worker.id])), None)


def _next(purpose: str) -> Response:
    call = operations.take_next(db.session, current_actor(), purpose, today(), utc_now(), telephones_a_day())
    if call is None:
        flash(say(ALL_TOLD), "success")
        return finish(url_for("messages.unreached"))
    return finish(url_for("messages.tell", worker_id=call.worker_id))
