"""HTTP of cases in hand: what is kept of one, and all of one's own."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.home.lists import bp
from app.kit.care import operations, queries
from app.kit.care.operations import Wanted
from app.kit.web.days import coming_day
from app.kit.web.extensions import db
from app.kit.web.fields import Form, SelectField, text
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.navigation import has_own_pages_only
from models.care import CARE_KIND_LABELS, CARED, LONGEST_NOTE, CareKind, office_of
from models.clock import today
from models.workflow import TransitionRefused


class CareForm(Form):
    """A note more, the day to come back, who has it."""

    note = text(_l("记一笔"), most=LONGEST_NOTE)
    remind_on = coming_day(_l("哪天提醒"), description=_l("到那天会出现在首页"))
    assigned_to = SelectField(_l("交给谁"), choices=[], default="")


def care_form(care: Any, **given: Any) -> CareForm:
    """The form of a case as it stands; somebody who has left the office stays in the menu."""
    known = {str(one.id): one.name for one in queries.colleagues(db.session, current_actor(), today())}
    if care is not None and care.assigned_to is not None:
        known.setdefault(str(care.assigned_to_id), care.assigned_to.name)
    data = {"remind_on": care.remind_on, "assigned_to": str(care.assigned_to_id or "")} if care else {}
    form = CareForm(data=data, **given)
    form.assigned_to.choices = [("", _("没有交给谁")), *known.items()]
    return form


def _subject_or_404(kind: str, subject_id: int) -> Any:
    cared = CARED[CareKind(kind)] if kind in set(CareKind) else abort(404)
    if not current_actor().can(cared.permission) or not office_of(current_actor()):
        abort(404)
    return in_scope_or_404(cared.model, subject_id, cared.permission)


def _page_of(kind: CareKind, subject_id: int) -> str:
    cared = CARED[kind]
    where: dict[str, Any] = {cared.parameter: subject_id}
    return url_for(cared.endpoint, **where)


@bp.route("/care/<kind>/<int:subject_id>", methods=["GET", "POST"])
@signed_in
def care(kind: str, subject_id: int) -> str | Response:
    """What is kept of one case. Form: note, remind_on, assigned_to."""
    subject = _subject_or_404(kind, subject_id)
    row = queries.care_of(db.session, current_actor(), CareKind(kind), subject.id)
    form, back = care_form(row), _page_of(CareKind(kind), subject.id)
    if form.validate_on_submit():
        wanted = Wanted(
            form.note.data or "",
            form.remind_on.data,
            int(form.assigned_to.data) if form.assigned_to.data else None,
        )
        try:
            operations.keep(db.session, current_actor(), CareKind(kind), subject, wanted, today())
        except TransitionRefused as problem:
            db.session.rollback()
            flash(say(problem.sentence), "error")
            return redirect(url_for("lists.care", kind=kind, subject_id=subject.id), 303)
        flash(_("记下了。"), "success")
        return finish(back)
    return render_template(
        "lists/care.html",
        form=form,
        care=row,
        word=CARE_KIND_LABELS[CareKind(kind)],
        name=queries.names_of(db.session, current_actor(), CareKind(kind), [subject])[subject.id],
        back=back,
    )


@bp.route("/care")
@signed_in
def in_hand() -> str:
    """The reader's own cases of every kind, reminders first. Query: due (only whose day has come)."""
    actor, is_due, groups = current_actor(), "due" in request.args, []
    for kind, cared in CARED.items():
        if not actor.can(cared.permission):
            continue
        rows = queries.cases_in_hand(db.session, actor, kind, today(), is_due)
        if rows:
            about = queries.subjects(db.session, kind, rows)
            names = queries.names_of(db.session, actor, kind, list(about.values()))
            groups.append((kind, [(row, names[row.subject_id]) for row in rows]))
    return render_template(
        "lists/in_hand.html",
        groups=groups,
        words=CARE_KIND_LABELS,
        is_due=is_due,
        today=today(),
        page_of=_page_of,
    )


def panel(kind: str, subject_id: int) -> dict[str, Any]:
    """What a case's page shows of it ({} for somebody without an office): templates/components/lists.html."""
    if not office_of(current_actor()) or has_own_pages_only(current_actor()):
        return {}
    row = queries.care_of(db.session, current_actor(), CareKind(kind), subject_id)
    return {"care": row, "url": url_for("lists.care", kind=kind, subject_id=subject_id)}


@bp.record_once
def _tell_templates(state: Any) -> None:
    state.app.jinja_env.globals.update(care_panel=panel)
