"""HTTP of verifying findings: the receiving city looks at the evidence, one by one or many at once."""

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.kit.files.document_sanitizer import MEDIA_TYPE
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.kit.web.ticks import ticked, turned
from app.placements import bp
from app.placements.operations import evidence
from app.placements.operations import follow_ups as operations
from app.placements.operations.bulk import each
from app.placements.queries import cases, lists, verification
from app.placements.queries.people import faces
from app.placements.views.bulk import told
from models.access import Permission
from models.clock import today, utc_now
from models.placement.placement import EVIDENCE_LABELS, OUTCOME_LABELS, Evidence, FollowUp, Outcome
from models.reference.area import area_names

FILTERS = ("enterprise", "county", "outcome", "evidence", "short")


def _narrowed() -> verification.Narrowed:
    outcome, level = request.values.get("outcome", ""), request.values.get("evidence", "")
    return verification.Narrowed(
        enterprise_id=request.values.get("enterprise", None, row_number),
        county_code=request.values.get("county") or None,
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
        evidence=Evidence(int(level)) if level in {str(int(one)) for one in Evidence} else None,
        is_short="short" in request.values,
    )


def _kept() -> dict[str, Any]:
    """The filters as they stand, for the addresses of this list."""
    return {name: request.values[name] for name in FILTERS if request.values.get(name)}


@bp.route("/placements/verification")
@requires(Permission.FOLLOWUP_VERIFY)
def verification_list() -> str:
    """What waits for a second pair of eyes: the enterprises, the findings, their evidence."""
    actor, after = current_actor(), request.args.get("after", None, row_number)
    found = verification.findings_page(db.session, actor, _narrowed(), after)
    rows, next_key = page_of(found, verification.PAGE)
    papers = evidence.papers_of(db.session, rows)
    counties = verification.counties_waiting(db.session, actor)
    return render_template(
        "placements/verification.html",
        rows=rows,
        papers=papers,
        reasons=evidence.each_refusals(db.session, actor, rows, papers),
        faces=faces(db.session, actor, [row.placement for row in rows]),
        enterprises=verification.waiting_by_enterprise(db.session, actor),
        names=area_names(db.session, set(counties)),
        counties=counties,
        outcomes=OUTCOME_LABELS,
        levels=EVIDENCE_LABELS,
        is_short=cases.is_wage_short,
        kept=_kept(),
        ticks=ticked("ids"),
        here=url_for("placements.verification_list", **_kept()) if after else None,
        following=url_for("placements.verification_list", **_kept(), after=next_key) if next_key else None,
        today=today(),
    )


@bp.route("/placements/verification", methods=["POST"])
@requires(Permission.FOLLOWUP_VERIFY)
def verify_many() -> Response:
    """Confirm the ticked findings; those that cannot be are named and stay ticked. Form: ids, the filters."""
    if page := turned("ids"):
        return page
    actor, here = current_actor(), url_for("placements.verification_list", **_kept())
    rows = verification.chosen(db.session, actor, ticked("ids"))
    if not rows:
        flash(_("请先勾选要核实的。"), "warning")
    outcome = each(db.session, rows, lambda row: operations.verify(db.session, actor, row, utc_now()))
    count = len(outcome.done)
    return told(here, outcome, ngettext("已核实 %(num)d 条。", "已核实 %(num)d 条。", count))


def _follow_up(number: int, permission: Permission) -> FollowUp:
    statement = lists.follow_ups(current_actor(), permission).where(FollowUp.id == number)
    return db.session.scalar(statement) or abort(404)


@bp.route("/placements/follow-ups/<int:number>/verify", methods=["POST"])
@requires(Permission.FOLLOWUP_VERIFY)
def verify(number: int) -> Response:
    """Confirm a finding as the receiving city."""
    operations.verify(db.session, current_actor(), _follow_up(number, Permission.FOLLOWUP_VERIFY), utc_now())
    flash(_("已核实。"), "success")
    return finish(url_for("placements.verification_list", **_kept()))


@bp.route("/placements/follow-ups/<int:number>/evidence", methods=["POST"])
@requires(Permission.FOLLOWUP_RECORD)
def open_evidence(number: int) -> FlaskResponse:
    """Show the file of a finding; looking is noted."""
    row = _follow_up(number, Permission.FOLLOWUP_RECORD)
    paper = evidence.papers_of(db.session, [row]).get(row.id) or abort(404)
    content = evidence.open_paper(db.session, current_actor(), paper)
    db.session.commit()
    return FlaskResponse(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"})
