"""HTTP of the figures: who went where, who stayed, each figure a link to its rows."""

from flask import render_template, request

from app.employment.spells import bp
from app.employment.spells.queries.counts import FIGURE_LABELS, KEPT_LABELS, Figure
from app.employment.spells.queries.kept import figures as figures_of
from app.employment.spells.queries.lists import Search
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from models.access import Permission
from models.clock import today
from models.employment.destination import DESTINATION_LABELS
from models.employment.spell import SPELL_KIND_LABELS
from models.placement.placement import EVIDENCE_LABELS, Evidence


@bp.route("/employment/figures")
@requires(Permission.PLACEMENT_READ)
def figures() -> str:
    """By destination as of a day: people at work, new, cumulative, staying; and what is known of staying."""
    search, actor = Search.read(request.args, today()), current_actor()
    told = figures_of(db.session, actor, search.asked)
    return render_template(
        "employment/spells/figures.html",
        search=search,
        counts=told.counts,
        retention=told.retention,
        counted_at=told.counted_at,
        destinations=DESTINATION_LABELS,
        figures=list(Figure),
        words=FIGURE_LABELS,
        kept_words=KEPT_LABELS,
        kinds=SPELL_KIND_LABELS,
        levels={int(one): EVIDENCE_LABELS[one] for one in Evidence},
    )
