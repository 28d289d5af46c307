"""HTTP of messages: what was sent and how far it came."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.messages import bp, queries
from app.messages.forms import ChoiceForm
from models.access import Permission
from models.clock import today, utc_now
from models.messages.contact_choice import LANGUAGE_LABELS, choice_of, choose
from models.messages.kind import MESSAGE_KIND_LABELS
from models.messages.message import note_read
from models.messages.reach import REACH_LABELS
from models.people.worker import Worker
from models.placement.leaving import Channel

Word = TypeVar("Word", bound=StrEnum)


def _asked(name: str, words: Mapping[Word, str]) -> Word | None:
    """A filter of the address, where it names one of ``words``."""
    return next((one for one in words if one.value == request.args.get(name)), None)


@bp.route("/messages")
@requires(Permission.WORKER_READ)
def index() -> str:
    """What people were told, the newest first. Query: kind, reach, before."""
    actor = current_actor()
    kind, reach = _asked("kind", MESSAGE_KIND_LABELS), _asked("reach", REACH_LABELS)
    before = request.args.get("before", type=row_number)
    found = queries.sent_page(db.session, actor, kind, reach, before)
    messages, following = page_of([message for message, _worker in found], queries.PAGE)
    may_tell = actor.can(Permission.PLACEMENT_ANSWER)
    return render_template(
        "messages/index.html",
        rows=found[: len(messages)],
        following=following,
        before=before,
        kind=kind,
        reach=reach,
        kinds=MESSAGE_KIND_LABELS,
        counts=queries.reach_counts(db.session, actor, utc_now()),
        days=queries.COUNTED_DAYS,
        waiting=queries.unreached_count(db.session, actor, today()) if may_tell else 0,
    )


@bp.route("/messages/choices/<int:worker_id>", methods=["GET", "POST"])
@requires(Permission.WORKER_WRITE)
def contact_choice(worker_id: int) -> str | Response:
    """How a person wants to be told: by text message or not, in which language."""
    worker = in_scope_or_404(Worker, worker_id)
    kept = choice_of(db.session, worker.id)
    known = {
        "texts": "no" if kept and kept.texts_refused_at else "yes",
        "language": (kept.language if kept else "") or "zh",
        "channel": kept.channel.value if kept else Channel.PHONE.value,
    }
    form = ChoiceForm(data=known)
    if form.validate_on_submit():
        choose(
            db.session,
            worker,
            takes_texts=form.texts.data == "yes",
            language="" if form.language.data == "zh" else form.language.data,
            channel=Channel(form.channel.data),
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("记下了。"), "success")
        return finish(url_for("workers.show", worker_id=worker.id))
    return render_template(
        "messages/choice.html", worker=worker, form=form, choice=kept, languages=LANGUAGE_LABELS
    )


@bp.route("/my/messages/texts", methods=["POST"])
@requires(Permission.PORTAL)
def own_texts() -> Response:
    """The person's own word: text messages or none. Form: texts (yes or no)."""
    actor, answer = current_actor(), request.form.get("texts")
    if actor.worker_id is None or answer not in ("yes", "no"):
        abort(400)
    kept = choice_of(db.session, actor.worker_id)
    choose(
        db.session,
        db.session.get_one(Worker, actor.worker_id),
        takes_texts=answer == "yes",
        language=kept.language if kept else "",
        channel=Channel.PORTAL,
        actor=actor,
        now=utc_now(),
    )
    flash(_("记下了。"), "success")
    return finish(url_for("portal.messages"))


@bp.route("/my/messages/seen", methods=["POST"])
@requires(Permission.PORTAL)
def seen() -> Response:
    """The person looked at the inbox."""
    actor = current_actor()
    if actor.worker_id is not None:
        note_read(db.session, actor.worker_id, actor=actor, now=utc_now())
    return finish(url_for("portal.messages"))
