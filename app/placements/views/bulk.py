"""Several people of a list at once: passing invitations on, answers, hiring, arrivals."""

from collections import defaultdict
from typing import Any

from flask import current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import Form
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked, turned, with_ticks
from app.placements import bp
from app.placements.forms import ArrivalForm, BulkAnswerForm, HiringForm, ReasonForm
from app.placements.operations import answers, hiring, offers
from app.placements.operations.bulk import BulkOutcome, each, placement_of
from app.placements.queries import lists
from app.placements.queries.lists import STAGE_BY_NAME, Among
from app.placements.queries.people import faces
from app.placements.views.lists import list_page
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.placement.asking import AskingRules
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Placement

NAMED = 12


@bp.route("/placements/passed-on", methods=["POST"])
@requires(Permission.PLACEMENT_OFFER)
def pass_on_many() -> str | Response:
    """Pass the ticked invitations on. Form: ids; reason, for people who are taken up."""
    if page := turned("ids"):
        return page
    form, rules = ReasonForm(), AskingRules.of(current_app.config)
    rows = _rows(Permission.PLACEMENT_OFFER)
    if not rows or not form.validate():
        return _again("invited", form)
    outcome = each(
        db.session,
        rows,
        lambda row: offers.pass_on(db.session, current_actor(), row, today(), form.reason.data, rules),
    )
    return told(_stage("invited"), outcome, _("已转告 %(n)s 人，等本人答复。", n=len(outcome.done)))


@bp.route("/placements/answers", methods=["POST"])
@requires(Permission.PLACEMENT_ANSWER)
def answer_many() -> str | Response:
    """Note the same answer of all ticked people. Form: ids and what a single answer asks."""
    if page := turned("ids"):
        return page
    form = BulkAnswerForm()
    rows = _rows(Permission.PLACEMENT_ANSWER)
    if not rows or not form.validate():
        return _again("offered", form)
    outcome = each(db.session, rows, lambda row: _answer(row, form))
    said = _("本人愿意去") if form.answer.data == "accept" else _("本人不去")
    done = _("已记下 %(n)s 人：%(answer)s。", n=len(outcome.done), answer=said)
    return told(_stage("offered"), outcome, done)


def _answer(row: Placement, form: BulkAnswerForm) -> None:
    actor, channel = current_actor(), Channel(form.channel.data)
    if form.answer.data == "accept":
        answers.accept(db.session, actor, row, channel, utc_now())
    else:
        reason = DeclineReason(form.reason.data)
        answers.decline(db.session, actor, row, channel, reason, utc_now(), form.note.data or "")


@bp.route("/placements/hires", methods=["POST"])
@requires(Permission.PLACEMENT_HIRE)
def hire_many() -> str | Response:
    """Hire the ticked people, or turn them down for one reason. Form: ids, decision, reason."""
    if page := turned("ids"):
        return page
    form = HiringForm()
    rows = _rows(Permission.PLACEMENT_HIRE)
    if not rows or not form.validate():
        return _again("accepted", form)
    actor = current_actor()
    if form.decision.data == "hire":
        outcome = each(db.session, rows, lambda row: hiring.hire(db.session, actor, row, today()))
        return told(_stage("accepted"), outcome, _("已录用 %(n)s 人。", n=len(outcome.done)))
    outcome = each(db.session, rows, lambda row: hiring.not_hire(db.session, actor, row, form.reason.data))
    return told(_stage("accepted"), outcome, _("已回绝 %(n)s 人。", n=len(outcome.done)))


@bp.route("/placements/arrivals", methods=["POST"])
@requires(Permission.PLACEMENT_ARRIVE)
def arrive_many() -> str | Response:
    """Confirm that the ticked people have arrived. Form: ids, on."""
    if page := turned("ids"):
        return page
    form = ArrivalForm()
    rows = _rows(Permission.PLACEMENT_ARRIVE)
    if not rows or not form.validate():
        return _again("departed", form)
    actor = current_actor()
    outcome = each(db.session, rows, lambda row: hiring.arrive(db.session, actor, row, form.on.data, today()))
    count = len(outcome.done)
    done = ngettext("%(num)d 人已确认到岗。", "%(num)d 人已确认到岗。", count)
    return told(_stage("departed"), outcome, done)


def _rows(permission: Permission) -> list[Placement]:
    return lists.chosen(db.session, current_actor(), ticked("ids"), permission)


def _order_id() -> int | None:
    number: int | None = request.values.get("order", type=row_number)
    return number


def _again(stage: str, form: Form) -> str:
    """The list as it was, with what is wrong; ticks and typed words stay."""
    if not ticked("ids"):
        flash(_("请先勾选人。"), "warning")
    return list_page(STAGE_BY_NAME[stage], Among(_order_id()), "", form)


def _stage(name: str) -> str:
    return url_for("placements.index", stage=name, order=_order_id())


def told(here: str, outcome: BulkOutcome[Any], done: str) -> Response:
    """Back to the list at ``here``: what was done, who was left out and why; those are still ticked."""
    if outcome.done:
        flash(done, "success")
    shown = faces(db.session, current_actor(), [placement_of(row) for row, _reason in outcome.refused])
    groups: dict[Sentence, list[str]] = defaultdict(list)
    for row, reason in outcome.refused:
        groups[reason].append(shown[placement_of(row).id].name)
    for reason, names in groups.items():
        some = _("、").join(names[:NAMED])
        why = say(reason).rstrip("。.")
        flash(_("%(names)s 等 %(n)s 人没有办：%(reason)s。", names=some, n=len(names), reason=why), "warning")
    return finish(with_ticks(here, [row.id for row, _reason in outcome.refused]))
