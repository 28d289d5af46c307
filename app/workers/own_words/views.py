"""HTTP of what people said about themselves: the county's list, and its look at each."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.kit.web.transition_forms import asked
from app.workers import bp
from app.workers.field_values import shown
from app.workers.own_words import operations, queries
from app.workers.roster.fields import BY_NAME
from models.access import Permission
from models.clock import utc_now
from models.people.own_word import OWN_WORD_WORKFLOW, Fact, OwnWord


def field_word(row: OwnWord) -> str:
    """What it is about, in words."""
    return _(BY_NAME[row.field].label) if row.is_wish else label(Fact(row.field))


def in_words(row: OwnWord, side: str) -> str:
    """What was known, or what is said."""
    value = queries.value_kept(row, side)
    return shown(row.field, value) if row.is_wish else value or ""


@bp.route("/workers/own-words")
@requires(Permission.WORKER_WRITE)
def own_words() -> str:
    """What people said that nobody has looked at."""
    return render_template(
        "workers/own_words.html",
        rows=queries.waiting(db.session, current_actor()),
        field_word=field_word,
        in_words=in_words,
        steps=OWN_WORD_WORKFLOW.transitions,
    )


@bp.route("/workers/own-words/<int:word_id>", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def look_at_own_word(word_id: int) -> Response:
    """Seen, or nothing is changed. Form: event, reason."""
    row: OwnWord = in_scope_or_404(OwnWord, word_id)
    transition, reason = asked(OWN_WORD_WORKFLOW)
    operations.look_at(db.session, current_actor(), row, transition.event, reason, utc_now())
    flash(_("记下了，本人在手机上看得到。"), "success")
    return finish(url_for("workers.own_words"))
