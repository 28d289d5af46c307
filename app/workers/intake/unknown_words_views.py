"""HTTP of words for trades: a clerk says once what a word means."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.vocabulary.operations import confirm_meaning, withdraw_meaning
from app.kit.vocabulary.queries import LONGEST, search
from app.kit.web.extensions import db
from app.kit.web.fields import tidy
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.workers.intake import bp, unknown_words
from matching import occupations
from models.access import Permission
from models.clock import utc_now
from models.reference.occupation_word import OccupationWord


@bp.route("/imports/words", methods=["GET", "POST"])
@requires(Permission.WORKER_IMPORT)
def unread_words() -> str | Response:
    """Words whose meaning is not known; POST says what one means."""
    actor, session = current_actor(), db.session
    if request.method == "POST":
        word, code = tidy(request.form.get("word", ""))[:LONGEST], request.form.get("code", "")[:20]
        confirm_meaning(session, actor, unknown_words.unit_of(actor), word, code, utc_now())
        flash(
            _("记住了：“%(word)s”就是%(name)s。下次匹配就用。", word=word, name=occupations()[code]),
            "success",
        )
        return finish(url_for("intake.unread_words"))
    word, wanted = (tidy(request.args.get(name, ""))[:LONGEST] for name in ("word", "q"))
    return render_template(
        "workers/intake/words.html",
        unread=[] if word else unknown_words.unread(session, actor),
        word=word,
        wanted=wanted,
        found=search(session, wanted) if word else [],
        said=unknown_words.said(session, unknown_words.unit_of(actor)),
    )


@bp.route("/imports/words/<int:word_id>/withdraw", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def withdraw_word(word_id: int) -> Response:
    """Take back what was said in the own office."""
    row = in_scope_or_404(OccupationWord, word_id)
    withdraw_meaning(db.session, current_actor(), row, utc_now())
    flash(_("已撤回“%(word)s”，以后不按它匹配。", word=row.word), "success")
    return finish(url_for("intake.unread_words"))
