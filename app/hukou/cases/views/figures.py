"""HTTP of the figures of settling, and of the points list that is put up."""

from flask import render_template

from app.hukou.cases import bp, queries, statistics
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from models.access import Permission
from models.clock import today
from models.hukou.rule import HukouRule
from models.reference.area import area_names


@bp.route("/figures")
@requires(Permission.HUKOU_READ)
def figures() -> str:
    """How many by city, route and county; how long each step takes; who is still there."""
    session, actor = db.session, current_actor()
    return render_template(
        "hukou/cases/figures.html",
        routes=statistics.by_route(session, actor),
        counties=statistics.by_county(session, actor),
        steps=statistics.days_per_step(session, actor),
        later=statistics.afterwards(session, actor, today()),
    )


@bp.route("/points/<int:rule_id>")
@requires(Permission.HUKOU_REVIEW)
def points_list(rule_id: int) -> str:
    """The list of points to be put up: ranked, names masked, nothing that could be unmasked."""
    rule = in_scope_or_404(HukouRule, rule_id)
    rows = queries.ranked(db.session, current_actor(), rule)
    return render_template(
        "hukou/cases/points_list.html",
        rule=rule,
        rows=rows,
        city=area_names(db.session, [rule.city_code]).get(rule.city_code, ""),
    )
