"""HTTP of the scorecards: the list, having one learned, the report, switching."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import matching
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked
from app.match_runs.scorecards import bp, operations, queries
from app.match_runs.scorecards.forms import LearnForm
from models.access import Permission
from models.clock import today
from models.scorecard import SCORECARD_WORKFLOW, Scorecard, active_scorecard


@bp.route("/cards")
@requires(Permission.CARD_READ)
def index() -> str:
    """The scorecard in use, and every one that was learned."""
    rows = queries.scorecards_page(db.session, current_actor(), request.args.get("before", type=row_number))
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    in_use = queries.scorecard_in_use(db.session)
    return render_template(
        "match_runs/scorecards/index.html",
        scorecards=rows,
        in_use=in_use,
        active=active_scorecard(db.session),
        bars=[(_(word), in_use.points[name][-1], "") for name, word in matching.FACTORS.items()],
        form=LearnForm(formdata=None),
        is_running=queries.is_running,
        next_url=url_for("scorecards.index", before=rows[-1].id) if more else "",
    )


@bp.route("/cards/learn", methods=["POST"])
@requires(Permission.CARD_SWITCH)
def learn() -> Response:
    """Have a scorecard learned."""
    form = LearnForm()
    if not form.validate():
        abort(400)
    scorecard = operations.start(db.session, current_actor(), int(form.months.data), today())
    return finish(url_for("scorecards.show", scorecard_id=scorecard.id))


@bp.route("/cards/<int:scorecard_id>")
@requires(Permission.CARD_READ)
def show(scorecard_id: int) -> str:
    """One learned scorecard and how it compares."""
    scorecard, actor = in_scope_or_404(Scorecard, scorecard_id), current_actor()
    report = scorecard.report if scorecard.report.get("champion") else None
    champion = queries.engine_scorecard(db.session.get(Scorecard, scorecard.champion_id or 0))
    return render_template(
        "match_runs/scorecards/show.html",
        scorecard=scorecard,
        report=report,
        counts=scorecard.report,
        running=queries.is_running(scorecard),
        available=SCORECARD_WORKFLOW.available(scorecard, actor),
        measures=queries.comparisons(report) if report else [],
        factors=queries.factor_rows(champion, queries.engine_scorecard(scorecard))
        if scorecard.points
        else [],
        contradicted=queries.contradicted(scorecard),
        past=scorecard.report.get("past_lists"),
        groups=queries.group_rows(db.session, report) if report else [],
        attributes=queries.ATTRIBUTES,
    )


@bp.route("/cards/<int:scorecard_id>/advance", methods=["POST"])
@requires(Permission.CARD_SWITCH)
def advance(scorecard_id: int) -> Response:
    """Switch a scorecard on or off."""
    scorecard, (step, reason) = in_scope_or_404(Scorecard, scorecard_id), asked(SCORECARD_WORKFLOW)
    operations.advance(db.session, current_actor(), scorecard, step.event, reason)
    return finish(url_for("scorecards.show", scorecard_id=scorecard_id))
