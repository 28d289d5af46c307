"""Resident contacts, the page of a factory, the calls of the first two weeks, numbers for a purpose."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.ticks import ticked
from app.problems import bp, forms
from app.problems.operations import calls, contacts
from app.problems.queries import contacts as queries
from app.problems.queries import warnings
from models.access import Permission
from models.clock import today, utc_now
from models.problems.contact import ResidentContact
from models.problems.first_call import FirstCall
from models.problems.problem import ProblemKind
from models.reference.organisation import Organisation
from models.user import User

P = Permission


@bp.route("/contacts")
@requires(P.PROBLEM_HANDLE)
def contact_list() -> str:
    """Who looks after which factory, from when to when."""
    rows = queries.contact_list(db.session, current_actor())
    return render_template("problems/contacts.html", rows=rows, today=today())


@bp.route("/contacts/new", methods=["GET", "POST"])
@requires(P.CONTACT_ASSIGN)
def assign_contact() -> str | Response:
    """Assign an account of one's own county or city to a factory."""
    actor, day = current_actor(), today()
    factories = queries.enterprises_to_assign(db.session, actor)
    people = queries.people_to_assign(db.session, actor, day)
    form = forms.ContactForm(data=None if request.method == "POST" else {"valid_from": day})
    form.offer(factories, people)
    if not form.validate_on_submit():
        return render_template("problems/assign.html", form=form, has_factories=bool(factories))
    duty = contacts.Duty(
        form.valid_from.data, form.valid_to.data, form.phone.data or "", form.note.data or ""
    )
    enterprise = db.session.get_one(Organisation, int(form.enterprise.data))
    user = db.session.get_one(User, int(form.user.data))
    contact = contacts.assign(db.session, actor, enterprise, user, duty)
    flash(_("已指派。"), "success")
    return finish(url_for("problems.contact", contact_id=contact.id))


@bp.route("/contacts/<int:contact_id>")
@requires(P.PROBLEM_HANDLE)
def contact(contact_id: int) -> str:
    """One factory: its people, visits, problems, and the calls that are due."""
    return _contact_page(in_scope_or_404(ResidentContact, contact_id), None, None)


def _contact_page(
    row: ResidentContact, visit: forms.VisitForm | None, ending: forms.EndContactForm | None
) -> str:
    actor, day = current_actor(), today()
    return render_template(
        "problems/contact.html",
        contact=row,
        page=queries.factory_page(db.session, actor, row, day),
        warned=warnings.warning_list(db.session, actor, day, row.enterprise_id)
        if actor.can(P.WARNING_READ)
        else [],
        visit=visit or forms.VisitForm(formdata=None, data={"visited_on": day}),
        ending=ending or forms.EndContactForm(formdata=None, data={"valid_to": row.valid_to or day}),
        today=day,
    )


@bp.route("/contacts/<int:contact_id>/visit", methods=["POST"])
@requires(P.PROBLEM_HANDLE)
def visit_factory(contact_id: int) -> str | Response:
    """Write down a day at the factory."""
    row: ResidentContact = in_scope_or_404(ResidentContact, contact_id)
    form = forms.VisitForm()
    if not form.validate():
        return _contact_page(row, form, None)
    told = form.visited_on.data, form.met.data, form.note.data
    contacts.visit(db.session, current_actor(), row, *told, today())
    flash(_("走访记下了。"), "success")
    return finish(url_for("problems.contact", contact_id=contact_id))


@bp.route("/contacts/<int:contact_id>/end", methods=["POST"])
@requires(P.CONTACT_ASSIGN)
def end_contact(contact_id: int) -> str | Response:
    """The last day of the duty."""
    row: ResidentContact = in_scope_or_404(ResidentContact, contact_id)
    form = forms.EndContactForm()
    if not form.validate():
        return _contact_page(row, None, form)
    contacts.end(db.session, current_actor(), row, form.valid_to.data)
    flash(_("已记下最后一天。"), "success")
    return finish(url_for("problems.contact", contact_id=contact_id))


@bp.route("/first-calls")
@requires(P.PROBLEM_HANDLE)
def first_calls() -> str:
    """The calls of the third, seventh and fourteenth day that are due."""
    rows = queries.due_calls(db.session, current_actor(), today())
    return render_template("problems/first_calls.html", rows=rows, today=today())


def _call(call_id: int) -> FirstCall:
    return queries.first_call(db.session, current_actor(), call_id) or abort(404)


@bp.route("/first-calls/<int:call_id>", methods=["GET", "POST"])
@requires(P.PROBLEM_HANDLE)
def first_call(call_id: int) -> str | Response:
    """One call and what it brought."""
    row, form = _call(call_id), forms.CallForm()
    if not form.validate_on_submit():
        return render_template("problems/first_call.html", row=row, form=form)
    calls.record_first_call(db.session, current_actor(), row, answer_of(form), today(), utc_now())
    flash(_("已记下。"), "success")
    return finish(url_for("problems.first_calls"))


@bp.route("/first-calls/<int:call_id>/missed", methods=["POST"])
@requires(P.PROBLEM_HANDLE)
def missed_first_call(call_id: int) -> Response:
    """Nobody answered."""
    calls.miss_first_call(db.session, current_actor(), _call(call_id), today(), utc_now())
    return finish(url_for("problems.first_calls"))


def answer_of(form: forms.CallForm) -> calls.Answer:
    """What the person said."""
    kind = ProblemKind(form.kind.data) if form.result.data == "problem" else None
    return calls.Answer(kind, form.words.data or "", bool(form.agrees.data))


@bp.route("/numbers", methods=["GET", "POST"])
@requires(P.PROBLEM_HANDLE)
def numbers() -> str | Response:
    """Whole telephone numbers of people to ring: masked until the reader says what for. Query: ids."""
    actor, form, ids = current_actor(), PurposeForm(), ticked("ids")
    rows = queries.to_ring(db.session, actor, ids, today())
    is_open = request.method == "POST" and form.validate()
    if is_open:
        calls.reveal(db.session, actor, rows, form.purpose.data, today(), telephones_a_day())
        finish(url_for("problems.first_calls"))
    return render_template("problems/numbers.html", rows=rows, form=form, ids=ids, is_open=is_open)
