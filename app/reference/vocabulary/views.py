"""HTTP of words for trades: everything that was said, to be corrected or withdrawn."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.reference import bp, queries
from app.reference.vocabulary import correct, withdraw
from matching import occupations
from models.access import Permission
from models.reference.occupation_word import OccupationWord
from models.user import User


@bp.route("/admin/words")
@requires(Permission.REFERENCE_WRITE)
def words() -> str:
    """All words, the newest first."""
    before, find = request.args.get("before", type=row_number), request.args.get("q", "").strip()[:40]
    statement = select(OccupationWord, User.name).join(User, User.id == OccupationWord.user_id)
    if before:
        statement = statement.where(OccupationWord.id < before)
    if find:
        statement = statement.where(OccupationWord.word.contains(find, autoescape=True))
    rows = db.session.execute(statement.order_by(OccupationWord.id.desc()).limit(queries.PAGE + 1)).all()
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    return render_template(
        "reference/words.html",
        rows=rows,
        names=occupations(),
        find=find,
        units=queries.unit_names(db.session, {row.unit for row, _name in rows}),
        next_url=url_for("reference.words", before=rows[-1][0].id, q=find) if more else "",
    )


@bp.route("/admin/words/<int:word_id>", methods=["POST"])
@requires(Permission.REFERENCE_WRITE)
def settle_word(word_id: int) -> Response:
    """Give a word another occupation; without one, withdraw it."""
    row, code = in_scope_or_404(OccupationWord, word_id), request.form.get("code", "").strip()[:20]
    if code:
        correct(db.session, current_actor(), row, code)
        flash(_("已改成%(name)s。", name=occupations()[code]), "success")
    else:
        withdraw(db.session, current_actor(), row)
        flash(_("已撤回“%(word)s”，以后不按它匹配。", word=row.word), "success")
    return finish(url_for("reference.words"))
