"""HTTP of the audit: everything that happened, one person's way through it, the walk over the chain."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.fields import Form, text
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, purpose_field
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.reference import bp
from app.reference.audit import anchor, operations, queries, timeline
from app.reference.audit.filters import SYSTEM_WORD, Filters
from app.reference.audit.labels import KINDS
from app.reference.audit.workbook import write_events
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.event_tags import EVENT_LABELS
from models.people.identity import IdNumber, InvalidIdNumber
from models.people.worker import Worker

DIGITS_OF_A_NUMBER = 8


class NumberForm(Form):
    """Whose number it is, and what the look is for. The number is not kept, nor does an address carry it."""

    number = text(_l("证件号码"), most=30, must=True)
    purpose = purpose_field(_l("查来做什么用"))


@bp.route("/admin/audit")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """Who did what, newest first, in words."""
    filters, before = Filters.read(request.args), request.args.get("before", None, row_number)
    rows, next_key = page_of(queries.audit_page(db.session, filters, before), queries.PAGE)
    check = queries.last_check(db.session)
    return render_template(
        "reference/audit/index.html",
        lines=queries.lines(rows, current_actor()),
        next_key=next_key,
        check=check,
        alarms=queries.alarms_of(check),
        anchor=anchor.read(current_app.config["AUDIT_ANCHOR"]),
        now=utc_now(),
        walk=operations.last_walk(db.session),
        sees_people=_sees_people(current_actor()),
        **_choices(filters),
    )


def _sees_people(actor: Actor) -> bool:
    """Whether the way of one person is open to ``actor``, or would be for a stated purpose."""
    return actor.can(Permission.AUDIT_PERSON) or actor.may_open(Permission.AUDIT_PERSON)


def _choices(filters: Filters) -> dict[str, Any]:
    return {"filters": filters, "tags": EVENT_LABELS, "kinds": KINDS, "system": SYSTEM_WORD}


@bp.route("/admin/audit/check", methods=["POST"])
@requires(Permission.AUDIT_READ)
def check_audit_now() -> Response:
    """Have the chain walked now."""
    operations.ask_for_check(db.session, current_actor())
    return finish(url_for("reference.audit", _anchor="chain"))


# --- one person -----------------------------------------------------------------------------------------


@bp.route("/admin/audit/people")
@requires(Permission.AUDIT_PERSON)
def audit_people() -> str | Response:
    """The people whose name begins so; one alone is shown at once."""
    return _people(request.args.get("q", "").strip()[:60], NumberForm(formdata=None))


def _people(wanted: str, form: NumberForm) -> str | Response:
    is_number = sum(character.isdigit() for character in wanted) >= DIGITS_OF_A_NUMBER
    people = [] if is_number else timeline.people_named(db.session, current_actor(), wanted)
    if len(people) == 1 and not form.errors:
        return redirect(url_for("reference.audit_person", worker_id=people[0].id))
    return render_template(
        "reference/audit/people.html",
        people=people,
        wanted="" if is_number else wanted,
        is_number=is_number,
        most=timeline.MOST_PEOPLE,
        form=form,
    )


@bp.route("/admin/audit/people", methods=["POST"])
@requires(Permission.AUDIT_PERSON)
def audit_number() -> str | Response:
    """Look a person up by the whole number, with a purpose."""
    form = NumberForm()
    worker = None
    if form.validate():
        try:
            number = IdNumber.parse(form.number.data, today()).number
            worker = timeline.person_with_number(db.session, current_actor(), number)
            form.number.errors = [] if worker else [_("这个号码不在你管的范围里，请核对。")]
        except InvalidIdNumber:
            form.number.errors = [_("证件号码不对，请对照证件再填一次。")]
    if worker is None:
        return _people("", form)
    operations.note_look(db.session, current_actor(), worker, form.purpose.data or "")
    return finish(url_for("reference.audit_person", worker_id=worker.id))


@bp.route("/admin/audit/people/<int:worker_id>")
@requires(Permission.AUDIT_PERSON)
def audit_person(worker_id: int) -> str:
    """One person's timeline over everything."""
    return _person(in_scope_or_404(Worker, worker_id), PurposeForm(formdata=None))


def _person(worker: Worker, form: PurposeForm) -> str:
    filters, before = Filters.read(request.args), request.args.get("before", None, row_number)
    statement = timeline.events(db.session, worker, filters)
    rows, next_key = page_of(queries.page(db.session, statement, before), queries.PAGE)
    return render_template(
        "reference/audit/person.html",
        worker=worker,
        lines=queries.lines(rows, current_actor()),
        next_key=next_key,
        form=form,
        **_choices(filters),
    )


@bp.route("/admin/audit/people/<int:worker_id>/export", methods=["POST"])
@requires(Permission.AUDIT_PERSON)
def audit_export(worker_id: int) -> str | Response:
    """The timeline, as it is filtered, as a sheet; never kept here, noted with its purpose."""
    worker, form = in_scope_or_404(Worker, worker_id), PurposeForm()
    if not form.validate():
        return _person(worker, form)
    statement = timeline.events(db.session, worker, Filters.read(request.args)).limit(timeline.MOST_IN_FILE)
    lines = queries.lines(list(db.session.scalars(statement)), current_actor())
    operations.note_export(db.session, current_actor(), worker, form.purpose.data or "", len(lines))
    answer = send_workbook(_("经过-%(name)s.xlsx", name=worker.name), write_events, lines)
    finish(url_for("reference.audit_person", worker_id=worker.id))
    return answer
