"""HTTP of the round: the list, one person a page, the next."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import telephones_a_day
from app.workers import bp
from app.workers.asking import operations, queries
from app.workers.asking.forms import AskForm, RoundForm, ask_form, round_form
from app.workers.asking.questions import open_questions
from app.workers.personal_data.queries.history import field_labels
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.people import calling
from models.people.calling import Round, RoundCall
from models.people.worker import Worker

WRITE = Permission.WORKER_WRITE
ALL_ASKED = Sentence("现在没有要问的人了。没接通的过一会儿会回到这里。")
TAKEN = Sentence("有同事正在给这个人打电话。")


@bp.route("/workers/asking")
@requires(WRITE)
def asking() -> str:
    """Who waits to be asked, who did not answer, whom somebody is ringing."""
    actor, now = current_actor(), utc_now()
    view = request.args.get("view", "waiting")
    readers: dict[str, Any] = {"later": queries.later, "rung": queries.being_rung}
    rows = readers.get(view, queries.waiting)(db.session, actor, today(), now)
    return render_template(
        "workers/asking/index.html",
        view=view if view in readers else "waiting",
        rows=rows,
        count=queries.count_waiting(db.session, actor, today(), now),
        questions={worker.id: open_questions(worker, call.settled if call else ()) for worker, call in rows},
        form=round_form(),
        sheet_form=round_form("sheet"),
        now=now,
        may_export=actor.can(Permission.WORKER_EXPORT),
    )


@bp.route("/workers/asking/next", methods=["POST"])
@requires(WRITE)
def ask_next() -> Response:
    """Begin a round, or go on with it: take the next person."""
    form = RoundForm()
    if not form.validate():
        flash(_("请写明打电话做什么。"), "warning")
        return finish(url_for("workers.asking"))
    return _next(form.purpose.data)


@bp.route("/workers/asking/<int:worker_id>", methods=["GET", "POST"])
@requires(WRITE)
def ask(worker_id: int) -> str | Response:
    """One person: the open questions and the telephone; POST writes the answers down and takes the next."""
    worker, now = in_scope_or_404(Worker, worker_id), utc_now()
    call = calling.call_of(db.session, Round.ASK, worker.id)
    form = ask_form(open_questions(worker, call.settled if call else ()))
    if request.method == "GET" or not form.validate():
        return _page(worker, call, form)
    done = operations.answer(db.session, current_actor(), worker, form.said(), form.nothing(), now)
    if done.kept:
        kept = Sentence("%(fields)s已经有别人问到的回答，没有改。", {"fields": field_labels(done.kept)})
        flash(say(kept), "warning")
    flash(_("%(name)s的回答已记下。", name=worker.name), "success")
    return _next(call.purpose if call else "")


def _page(worker: Worker, call: RoundCall | None, form: AskForm) -> str:
    actor, now = current_actor(), utc_now()
    mine = call is not None and call.is_held_by(actor.user_id, now)
    return render_template(
        "workers/asking/person.html",
        worker=worker,
        call=call,
        form=form,
        mine=mine,
        other=call.holder.name if call and call.holder and call.is_held(now) and not mine else "",
        is_open=mine and actor.can(Permission.WORKER_REVEAL),
        round_form=round_form(),
        left=queries.count_waiting(db.session, actor, today(), now),
    )


@bp.route("/workers/asking/<int:worker_id>/take", methods=["POST"])
@requires(WRITE)
def ask_one(worker_id: int) -> Response:
    """Ring this person out of turn."""
    worker, form = in_scope_or_404(Worker, worker_id), RoundForm()
    if not form.validate():
        flash(_("请写明打电话做什么。"), "warning")
    elif (
        operations.take(db.session, current_actor(), worker, form.purpose.data, utc_now(), telephones_a_day())
        is None
    ):
        flash(say(TAKEN), "warning")
    return finish(url_for("workers.ask", worker_id=worker.id))


@bp.route("/workers/asking/<int:worker_id>/missed", methods=["POST"])
@requires(WRITE)
def ask_missed(worker_id: int) -> Response:
    """Nobody answered: later again; now the next."""
    worker = in_scope_or_404(Worker, worker_id)
    call = operations.miss(db.session, current_actor(), worker, utc_now())
    again = Sentence("%(name)s没接通，%(when)s以后再打。", {"name": worker.name, "when": call.retry_at})
    flash(say(again), "success")
    return _next(call.purpose)


@bp.route("/workers/asking/<int:worker_id>/leave", methods=["POST"])
@requires(WRITE)
def ask_leave(worker_id: int) -> Response:
    """Back to the list, the person unasked and free for others."""
    operations.give_back(db.session, current_actor(), in_scope_or_404(Worker, worker_id))
    return finish(url_for("workers.asking"))


def _next(purpose: str) -> Response:
    call = operations.take_next(db.session, current_actor(), purpose, today(), utc_now(), telephones_a_day())
    if call is None:
        flash(say(ALL_ASKED), "success")
        return finish(url_for("workers.asking"))
    return finish(url_for("workers.ask", worker_id=call.worker_id))
