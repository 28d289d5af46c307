"""HTTP of verification by exception: rosters by enterprise, what agrees at once, exceptions one by one."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.employment.rosters import bp, checks, queries
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, part_or_404, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.clock import utc_now
from models.employment.roster import MonthlyRoster, RosterLine
from models.reference.area import area_names

VERIFY = Permission.FOLLOWUP_VERIFY
SHOWN = 400


@bp.route("/employment/checks")
@requires(VERIFY)
def checks_index() -> str:
    """The rosters of the city that wait, by enterprise."""
    return render_template(
        "employment/rosters/checks.html", batches=queries.batches(db.session, current_actor())
    )


@bp.route("/employment/checks/<int:roster_id>")
@requires(VERIFY)
def check(roster_id: int) -> str:
    """One roster: what agrees is listed and confirmed at once; what does not, with its reasons."""
    roster = in_scope_or_404(MonthlyRoster, roster_id)
    weighed = checks.weigh(db.session, roster)
    lines = [*weighed.agree, *(line for line, _reasons in weighed.exceptions)]
    return render_template(
        "employment/rosters/check.html",
        roster=roster,
        weighed=weighed,
        shown=SHOWN,
        refusals=checks.refusals(roster, current_actor()),
        names=area_names(db.session, {line.county_code for line in lines}),
    )


@bp.route("/employment/checks/<int:roster_id>", methods=["POST"])
@requires(VERIFY)
def confirm_agreeing(roster_id: int) -> Response:
    """Verify all that agrees, as it was listed. Form: seen."""
    roster = in_scope_or_404(MonthlyRoster, roster_id)
    done = checks.confirm_agreeing(
        db.session, current_actor(), roster, request.form.get("seen", ""), utc_now()
    )
    flash(
        ngettext(
            "已核实 %(num)d 人；回访 %(findings)s 条、就业状态 %(statuses)s 条跟着核实了。",
            "已核实 %(num)d 人；回访 %(findings)s 条、就业状态 %(statuses)s 条跟着核实了。",
            done.lines,
            findings=done.findings,
            statuses=done.statuses,
        ),
        "success",
    )
    if done.kept:
        flash(
            ngettext(
                "有 %(num)d 条回访还要单独看凭据，没有跟着核实。",
                "有 %(num)d 条回访还要单独看凭据，没有跟着核实。",
                done.kept,
            ),
            "warning",
        )
    return finish(url_for("rosters.check", roster_id=roster.id))


@bp.route("/employment/checks/lines/<int:line_id>", methods=["POST"])
@requires(VERIFY)
def judge_line(line_id: int) -> Response:
    """Verify one exception, or send it to the home county, with the reason. Form: verdict, reason."""
    line = part_or_404(RosterLine, line_id, MonthlyRoster, "roster_id")
    reason = request.form.get("reason", "")
    if request.form.get("verdict") == "refuse":
        checks.refuse_one(db.session, current_actor(), line, reason, utc_now())
        flash(_("已请户籍县核实。"), "success")
    else:
        checks.confirm_one(db.session, current_actor(), line, reason, utc_now())
        flash(_("已核实。"), "success")
    return finish(url_for("rosters.check", roster_id=line.roster_id))
