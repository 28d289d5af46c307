"""HTTP of the people of a line: added by their numbers, noted as gone."""

from flask import abort, flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.cooperation import bp
from app.cooperation.forms import LeaveForm, PeopleForm
from app.cooperation.operations import people as operations
from app.cooperation.queries.people import people_shown
from app.cooperation.register import Register
from app.cooperation.views.entries import WRITE, entry_or_404, line_page, register_or_404
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.clock import today
from models.cooperation.entry_person import EntryPerson
from models.workflow import TransitionRefused


def _register(key: str) -> Register:
    """A register that keeps people, for somebody who may see them; else 404."""
    register = register_or_404(key)
    return register if register.people and current_actor().can(Permission.WORKER_READ) else abort(404)


@bp.route("/<register>/<int:entry_id>/people", methods=["POST"])
@requires(WRITE)
def add_people(register: str, entry_id: int) -> str | Response:
    """Add people; the lines that were refused stay in the box, each with its reason."""
    here = _register(register)
    entry = entry_or_404(here, entry_id, WRITE)
    form = PeopleForm()
    if not form.validate():
        return line_page(here, entry, people_form=form)
    try:
        told = operations.add(db.session, current_actor(), entry, form.numbers.data, today())
    except TransitionRefused as problem:
        db.session.rollback()
        form.numbers.errors = [say(sentence) for sentence in problem.sentences]
        return line_page(here, entry_or_404(here, entry_id, WRITE), people_form=form)
    if told.number:
        flash(_("加了 %(n)s 人。", n=told.number), "success")
    if not told.refused:
        return finish(url_for("cooperation.entry", register=register, entry_id=entry_id, _anchor="people"))
    db.session.commit()
    form.numbers.data = form.numbers.raw_data = None
    form.numbers.data = "\n".join(text for _row, text, _why in told.refused)
    form.numbers.errors = [
        _("第 %(row)s 行：%(why)s", row=row, why=say(why)) for row, _text, why in told.refused
    ]
    return line_page(here, entry_or_404(here, entry_id, WRITE), people_form=form)


@bp.route("/<register>/<int:entry_id>/people/leave", methods=["POST"])
@requires(WRITE)
def leave(register: str, entry_id: int) -> str | Response:
    """Note that somebody is no more of a line. Form: person, left_on."""
    here = _register(register)
    entry = entry_or_404(here, entry_id, WRITE)
    form = LeaveForm().offer(people_shown(db.session, current_actor(), entry))
    if not form.validate():
        return line_page(here, entry, leave_form=form)
    person = db.session.get_one(EntryPerson, int(form.person.data))
    operations.leave(db.session, current_actor(), person, form.left_on.data)
    flash(_("已记下。"), "success")
    return finish(url_for("cooperation.entry", register=register, entry_id=entry_id, _anchor="people"))
