"""HTTP of words for trades: everything that was said, to be corrected or withdrawn."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.vocabulary import operations, queries
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.reference import bp
from app.reference.organisations.queries import unit_names
from matching import occupations
from models.access import Permission
from models.clock import utc_now
from models.reference.occupation_word import OccupationWord


@bp.route("/admin/words")
@requires(Permission.REFERENCE_WRITE)
def words() -> str:
    """All words, the newest first."""
    before, find = request.args.get("before", type=row_number), request.args.get("q", "").strip()[:40]
    rows = queries.words_page(db.session, find, before)
    has_more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    return render_template(
        "reference/vocabulary.html",
        rows=rows,
        names=occupations(),
        find=find,
        units=unit_names(db.session, {word.unit for word, _name in rows}),
        next_url=url_for("reference.words", before=rows[-1][0].id, q=find) if has_more else "",
    )


@bp.route("/admin/words/<int:word_id>", methods=["POST"])
@requires(Permission.REFERENCE_WRITE)
def correct_word(word_id: int) -> Response:
    """Give a word another occupation; without one, withdraw it."""
    row, code = in_scope_or_404(OccupationWord, word_id), request.form.get("code", "").strip()[:20]
    if code:
        operations.correct_meaning(db.session, current_actor(), row, code, utc_now())
        flash(_("已改成%(name)s。", name=occupations()[code]), "success")
    else:
        operations.withdraw_meaning(db.session, current_actor(), row, utc_now())
        flash(_("已撤回“%(word)s”，以后不按它匹配。", word=row.word), "success")
    return finish(url_for("reference.words"))
