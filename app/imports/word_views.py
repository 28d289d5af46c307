"""HTTP of words for trades: a clerk says once what a word means."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.extensions import db
from app.fields import tidy
from app.guards import current_actor, in_scope_or_404, requires
from app.imports import words
from app.imports.blueprint import bp
from app.once import finish
from app.orders.occupations import search
from app.vocabulary import LONGEST, say, withdraw
from matching.vocabulary import occupations
from models.access import Permission
from models.occupation_word import OccupationWord


@bp.route("/imports/words", methods=["GET", "POST"])
@requires(Permission.WORKER_IMPORT)
def unread_words() -> str | Response:
    """Words that nobody has settled; POST settles one."""
    actor, session = current_actor(), db.session
    if request.method == "POST":
        word, code = tidy(request.form.get("word", ""))[:LONGEST], request.form.get("code", "")[:20]
        say(session, actor, words.unit_of(actor), word, code)
        flash(_("记住了：“%(word)s”就是%(name)s。下次匹配就用。", word=word, name=occupations()[code]), "success")
        return finish(url_for("imports.unread_words"))
    word, wanted = (tidy(request.args.get(name, ""))[:LONGEST] for name in ("word", "q"))
    return render_template(
        "imports/words.html", unread=[] if word else words.unread(session, actor), word=word, wanted=wanted,
        found=search(session, wanted) if word else [], said=words.said(session, words.unit_of(actor)),
    )  # fmt: skip


@bp.route("/imports/words/<int:word_id>/withdraw", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def withdraw_word(word_id: int) -> Response:
    """Take back what somebody of the own office said."""
    row = in_scope_or_404(OccupationWord, word_id)
    withdraw(db.session, current_actor(), row)
    flash(_("已撤回“%(word)s”，以后不按它匹配。", word=row.word), "success")
    return finish(url_for("imports.unread_words"))
