"""HTTP of the points cards: the list, having one learned, the report, switching."""

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
from models.scorecard import CARD_WORKFLOW, ScoreCard, active_card


@bp.route("/cards")
@requires(Permission.CARD_READ)
def index() -> str:
    """The card in use, and every card that was learned."""
    rows = queries.cards_page(db.session, current_actor(), request.args.get("before", type=row_number))
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    in_use = operations.card_in_use(db.session)
    return render_template(
        "match_runs/scorecards/index.html",
        cards=rows,
        in_use=in_use,
        active=active_card(db.session),
        bars=[(_(word), in_use.points[name][-1], "") for name, word in matching.FACTORS.items()],
        form=LearnForm(formdata=None),
        is_running=queries.is_running,
        next_url=url_for("scorecards.index", before=rows[-1].id) if more else "",
    )


@bp.route("/cards/learn", methods=["POST"])
@requires(Permission.CARD_SWITCH)
def learn() -> Response:
    """Have a card learned."""
    form = LearnForm()
    if not form.validate():
        abort(400)
    card = operations.start(db.session, current_actor(), int(form.months.data), today())
    return finish(url_for("scorecards.show", card_id=card.id))


@bp.route("/cards/<int:card_id>")
@requires(Permission.CARD_READ)
def show(card_id: int) -> str:
    """One learned card and how it compares."""
    card, actor = in_scope_or_404(ScoreCard, card_id), current_actor()
    report = card.report if card.report.get("champion") else None
    champion = operations.as_card(db.session.get(ScoreCard, card.champion_id or 0))
    return render_template(
        "match_runs/scorecards/show.html",
        card=card,
        report=report,
        counts=card.report,
        running=queries.is_running(card),
        available=queries.buttons(card, actor),
        why_not=queries.why_not(card, actor),
        measures=queries.compared(report) if report else [],
        factors=queries.factor_rows(champion, operations.as_card(card)) if card.points else [],
        groups=queries.group_rows(db.session, report) if report else [],
        attributes=queries.ATTRIBUTES,
    )


@bp.route("/cards/<int:card_id>/advance", methods=["POST"])
@requires(Permission.CARD_SWITCH)
def advance(card_id: int) -> Response:
    """Switch a card on or off."""
    card, (step, reason) = in_scope_or_404(ScoreCard, card_id), asked(CARD_WORKFLOW)
    operations.advance(db.session, current_actor(), card, step.event, reason)
    return finish(url_for("scorecards.show", card_id=card_id))
