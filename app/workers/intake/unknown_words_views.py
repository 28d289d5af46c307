"""HTTP of words for trades: a clerk says once what a word means."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.kit.files.cells.measures import WAGE
from app.kit.files.cells.wages import HIGHEST_WAGE, LOWEST_WAGE
from app.kit.vocabulary.operations import confirm_meaning, withdraw_meaning
from app.kit.vocabulary.queries import LONGEST, OccupationMatch, likeliest, search
from app.kit.web.extensions import db
from app.kit.web.fields import Form, choice, text, tidy, whole
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.workers.intake import bp, unknown_words, wish_words
from matching import occupations
from models.access import Permission
from models.clock import utc_now
from models.reference.occupation_word import OccupationWord
from models.reference.wish_word import WISH_MEANING_LABELS, WishMeaning, WishWord, words_of


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
    unread = [] if word else unknown_words.unread(session, actor)
    return render_template(
        "workers/intake/words.html",
        unread=unread,
        guesses={one.word: wish_words.guess(one.word) for one in unread},
        guess=wish_words.guess(word) if word else None,
        meanings=list(WishMeaning),
        settled=words_of(session, unknown_words.unit_of(actor)),
        word=word,
        wanted=wanted,
        found=_offered(word, wanted),
        said=unknown_words.said(session, unknown_words.unit_of(actor)),
    )


def _offered(word: str, wanted: str) -> list[OccupationMatch]:
    """What a word may mean: what somebody searches for, and before that the likeliest."""
    if not word:
        return []
    return search(db.session, wanted) if wanted else likeliest(db.session, word)


@bp.route("/imports/words/<int:word_id>/withdraw", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def withdraw_word(word_id: int) -> Response:
    """Take back what was said in the own office."""
    row = in_scope_or_404(OccupationWord, word_id)
    withdraw_meaning(db.session, current_actor(), row, utc_now())
    flash(_("已撤回“%(word)s”，以后不按它匹配。", word=row.word), "success")
    return finish(url_for("intake.unread_words"))


class WishForm(Form):
    """What a word says that names no job."""

    word = text(_l("叫法"), most=LONGEST, must=True)
    meaning = choice(
        _l("意思"), [(kind.value, _l(word)) for kind, word in WISH_MEANING_LABELS.items()], must=True
    )
    yuan = whole(_l("每月多少元"), low=LOWEST_WAGE, high=HIGHEST_WAGE, measure=WAGE, periods=("", "month"))


@bp.route("/imports/words/wishes", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def settle_wish() -> Response:
    """Say what a word means that names no job; it answers for all who said it, where nobody has answered."""
    form, here = WishForm(), url_for("intake.unread_words")
    if not form.validate():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warning")
        return redirect(url_for("intake.unread_words", word=form.word.data), 303)
    row, filled = wish_words.settle(
        db.session, current_actor(), form.word.data, WishMeaning(form.meaning.data), form.yuan.data, utc_now()
    )
    told = _("记住了：“%(word)s”不是工种，以后匹配不看它。", word=row.word)
    answered = _("给 %(n)s 个说过的人填上了，原来有回答的没有动。", n=filled) if row.fills else ""
    flash(f"{told}{answered}", "success")
    return finish(here)


@bp.route("/imports/words/wishes/<int:word_id>/fill", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def fill_wish(word_id: int) -> Response:
    """Answer for those who said the word and came into the register since."""
    row = in_scope_or_404(WishWord, word_id)
    filled = wish_words.fill(db.session, current_actor(), row, utc_now())
    flash(_("给 %(n)s 个说过的人填上了，原来有回答的没有动。", n=filled), "success")
    return finish(url_for("intake.unread_words"))


@bp.route("/imports/words/wishes/<int:word_id>/withdraw", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def withdraw_wish(word_id: int) -> Response:
    """Take back what a word was said to mean, and what it answered."""
    row = in_scope_or_404(WishWord, word_id)
    emptied = wish_words.withdraw(db.session, current_actor(), row, utc_now())
    flash(_("已撤回“%(word)s”，%(n)s 个人填上的也退回未知了。", word=row.word, n=emptied), "success")
    return finish(url_for("intake.unread_words"))
