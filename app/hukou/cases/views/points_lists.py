"""Lists of points: who can go on one, a list as it was put up, notes beside it, the places along it."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases import bp
from app.hukou.cases.forms import AwardForm, NoteForm
from app.hukou.cases.operations import points_lists, steps
from app.hukou.cases.queries import points_lists as queries
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from models.access import Permission
from models.clock import today, utc_now
from models.hukou.points_list import PointsList
from models.hukou.rule import HukouRule
from models.reference.area import area_names

REVIEW = Permission.HUKOU_REVIEW


@bp.route("/points/<int:rule_id>")
@requires(REVIEW)
def points_list(rule_id: int) -> str:
    """Who could go on the next list of a rule, and the lists that were put up."""
    rule = in_scope_or_404(HukouRule, rule_id)
    rows = queries.unlisted(db.session, current_actor(), rule)
    against = {case.id: points_lists.against_publishing(case, today()) for case in rows}
    return render_template(
        "hukou/cases/points_lists.html",
        rule=rule,
        ready=[case for case in rows if not against[case.id]],
        waiting=[(case, against[case.id]) for case in rows if against[case.id]],
        put_up=queries.lists_of(db.session, current_actor(), rule),
        no_days=steps.NO_NOTICE_DAYS if rule.notice_days is None else None,
        city=area_names(db.session, [rule.city_code]).get(rule.city_code, ""),
    )


@bp.route("/points/<int:rule_id>/publish", methods=["POST"])
@requires(REVIEW)
def publish_points(rule_id: int) -> Response:
    """Put up everybody who is ready."""
    rule, actor = in_scope_or_404(HukouRule, rule_id), current_actor()
    cases = queries.unlisted(db.session, actor, rule)
    row = points_lists.publish(db.session, actor, rule, cases, today())
    return finish(url_for("hukou.published_list", list_id=row.id))


@bp.route("/points-lists/<int:list_id>")
@requires(REVIEW)
def published_list(list_id: int) -> str:
    """One list as it was put up: ranked, names masked, nothing that could be unmasked."""
    row: PointsList = in_scope_or_404(PointsList, list_id)
    return _page(row, AwardForm(formdata=None), NoteForm(formdata=None))


@bp.route("/points-lists/<int:list_id>/notes", methods=["POST"])
@requires(REVIEW)
def note_on_list(list_id: int) -> str | Response:
    """Write beside a list what came later."""
    row, form = in_scope_or_404(PointsList, list_id), NoteForm()
    if not form.validate():
        return _page(row, AwardForm(formdata=None), form)
    points_lists.note(db.session, current_actor(), row, form.text.data)
    return finish(url_for("hukou.published_list", list_id=row.id))


@bp.route("/points-lists/<int:list_id>/award", methods=["POST"])
@requires(Permission.HUKOU_APPROVE)
def award_points(list_id: int) -> str | Response:
    """Give the year's places along the list."""
    row, form = in_scope_or_404(PointsList, list_id, Permission.HUKOU_APPROVE), AwardForm()
    if not form.validate():
        return _page(row, form, NoteForm(formdata=None))
    chosen = request.form.getlist("tied", type=row_number)
    reason, actor = form.reason.data or "", current_actor()
    given = points_lists.award(db.session, actor, row, chosen, reason, utc_now(), today())
    flash(_("按名次批准了 %(n)s 人。", n=len(given)), "success")
    return finish(url_for("hukou.published_list", list_id=row.id))


def _page(row: PointsList, award: AwardForm, note: NoteForm) -> str:
    actor, day = current_actor(), today()
    quota = steps.quota_of(db.session, row.rows[0].case, day.year) if row.rows else None
    return render_template(
        "hukou/cases/points_list.html",
        points_list=row,
        rule=row.rule,
        quota=quota,
        now=points_lists.award_now(row, quota, actor, day),
        unknown={one.id for one in row.rows if points_lists.is_unknown(one)},
        award=award,
        note=note,
        day=day,
        city=area_names(db.session, [row.city_code]).get(row.city_code, ""),
    )
