"""HTTP of people already at work here: told by city or enterprise, found by the county."""

from functools import partial

from flask import abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.employment.spells import bp
from app.employment.spells.forms import NewcomerForm
from app.employment.spells.operations import newcomers as operations
from app.employment.spells.queries import lists
from app.kit.web.extensions import db
from app.kit.web.formatters import each_in_words, say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked
from models.access import Permission, Role
from models.clock import today
from models.employment.newcomer import NEWCOMER_STATE_LABELS, NEWCOMER_WORKFLOW, Newcomer, NewcomerState
from models.employment.places import place_names
from models.people.identity import normalise
from models.placement.leaving import Channel
from models.reference.area import area_names, programme_counties
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused


@bp.route("/employment/newcomers")
@requires(Permission.EMPLOYMENT_RECORD)
def newcomers() -> str:
    """People told of by cities and enterprises, by whether their county has found them."""
    actor = current_actor()
    chosen = request.args.get("state", "")
    state = NewcomerState(chosen) if chosen in set(NewcomerState) else NewcomerState.WAITING
    before = request.args.get("before", type=row_number)
    rows, following = lists.newcomers(db.session, actor, state, before)
    return render_template(
        "employment/spells/newcomers.html",
        rows=rows,
        state=state,
        states=NEWCOMER_STATE_LABELS,
        may_find=actor.can(Permission.WORKER_WRITE),
        may_tell=actor.has_role(Role.CITY, Role.ENTERPRISE),
        sheets=lists.newcomer_sheets(db.session, actor),
        people=lists.in_register(db.session, actor, rows),
        places=each_in_words(place_names(db.session, {row.place_code for row in rows})),
        counties=area_names(db.session, {row.county_code for row in rows}),
        purpose_form=partial(PurposeForm, formdata=None),
        next_url=url_for("spells.newcomers", state=state.value, before=following) if following else "",
        first_url=url_for("spells.newcomers", state=state.value) if before else "",
    )


@bp.route("/employment/newcomers/new", methods=["GET", "POST"])
@requires(Permission.EMPLOYMENT_RECORD)
def new_newcomer() -> str | Response:
    """Tell of somebody who already works here."""
    actor = current_actor()
    if not actor.has_role(Role.CITY, Role.ENTERPRISE):
        raise TransitionRefused(operations.ONLY_THERE)
    own = next(iter(actor.organisations(Role.ENTERPRISE)), None)
    employer = db.session.get(Organisation, own) if own else None
    form = NewcomerForm()
    form.county.choices = programme_counties(db.session)
    if employer is not None:
        del form.employer
    if form.validate_on_submit():
        told = operations.Told(
            form.name.data,
            normalise(form.id_number.data)[:18],
            form.county.data,
            form.began_on.data,
            Channel(form.consent.data),
            form.phone.data or None,
            form.township.data or "",
        )
        name = "" if employer else form.employer.data
        try:
            workplace = operations.workplace_of(actor, employer, name)
            most = current_app.config["NEWCOMERS_A_DAY"]
            operations.tell_one(db.session, actor, told, workplace, today(), most)
        except TransitionRefused as problem:
            db.session.rollback()
            form.name.errors = [say(problem.sentence)]
        else:
            flash(_("已登记。户籍县会看到这个人。"), "success")
            return finish(url_for("spells.newcomers"))
    return render_template("employment/spells/new_newcomer.html", form=form, employer=employer)


@bp.route("/employment/newcomers/<int:newcomer_id>/numbers", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def newcomer_numbers(newcomer_id: int) -> str:
    """Number and telephone of one person, to find or register him or her; noted with what for."""
    row, form = in_scope_or_404(Newcomer, newcomer_id), PurposeForm()
    if not form.validate():
        abort(400)
    most = current_app.config["NUMBERS_OPENED_A_DAY"]
    number, phone = operations.reveal(db.session, current_actor(), row, form.purpose.data, today(), most)
    db.session.commit()
    return render_template("employment/spells/newcomer_numbers.html", row=row, number=number, phone=phone)


@bp.route("/employment/newcomers/<int:newcomer_id>", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def settle_newcomer(newcomer_id: int) -> Response:
    """The county takes the person over, or says that he or she is not from there."""
    row = in_scope_or_404(Newcomer, newcomer_id)
    step, reason = asked(NEWCOMER_WORKFLOW)
    if step.event == "take_over":
        operations.take_over(db.session, current_actor(), row, today())
        flash(_("已认领，用工经历记到了台账里。"), "success")
    else:
        operations.turn_away(db.session, current_actor(), row, reason)
        flash(_("已退回登记的单位。"), "success")
    return finish(url_for("spells.newcomers"))
