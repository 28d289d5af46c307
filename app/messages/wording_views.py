"""HTTP of wordings: messages in other languages, entered, looked at and released by administrators."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.transition_forms import asked
from app.messages import bp, wordings
from app.messages.forms import WordingForm
from models.access import Permission
from models.messages.contact_choice import LANGUAGE_LABELS
from models.messages.kind import MESSAGE_WORDS, MessageKind
from models.messages.wording import WORDING_WORKFLOW, MessageWording, shown
from models.workflow import TransitionRefused


@bp.route("/admin/message-wordings", methods=["GET", "POST"])
@requires(Permission.REFERENCE_WRITE)
def wording_list() -> str | Response:
    """What is worded in which language, the Chinese words of each kind, and a form for more."""
    form = WordingForm()
    if form.validate_on_submit():
        kind = MessageKind(form.kind.data)
        try:
            wording = wordings.write(db.session, current_actor(), kind, form.language.data, form.text.data)
        except TransitionRefused as refused:
            form.text.errors = [say(one) for one in refused.sentences]
        else:
            return finish(url_for("messages.wording", wording_id=wording.id))
    return render_template(
        "messages/wordings.html",
        form=form,
        rows=wordings.wordings(db.session),
        kinds=[(kind, shown(words.text)) for kind, words in MESSAGE_WORDS.items() if words.text],
        shown=shown,
        languages=LANGUAGE_LABELS,
    )


@bp.route("/admin/message-wordings/<int:wording_id>")
@requires(Permission.REFERENCE_WRITE)
def wording(wording_id: int) -> str:
    """One wording beside the Chinese words, with what it looks like."""
    one = _wording_or_404(wording_id)
    return render_template(
        "messages/wording.html",
        wording=one,
        chinese=shown(MESSAGE_WORDS[one.kind].text),
        translated=shown(one.text),
        preview=wordings.preview(one.kind, one.text),
        chinese_preview=wordings.preview(one.kind, MESSAGE_WORDS[one.kind].text),
        languages=LANGUAGE_LABELS,
        available=WORDING_WORKFLOW.available(one, current_actor()),
    )


@bp.route("/admin/message-wordings/<int:wording_id>/advance", methods=["POST"])
@requires(Permission.REFERENCE_WRITE)
def advance_wording(wording_id: int) -> Response:
    """Propose, return, drop or release."""
    one, (step, reason) = _wording_or_404(wording_id), asked(WORDING_WORKFLOW)
    wordings.advance(db.session, current_actor(), one, step.event, reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("messages.wording", wording_id=one.id))


def _wording_or_404(wording_id: int) -> MessageWording:
    return db.session.get(MessageWording, wording_id) or abort(404)
