"""HTTP of the register: the list, one person, the form."""

from functools import partial
from typing import Any

from flask import abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import each_in_words, say
from app.kit.web.grouping import enterprise_names
from app.kit.web.guards import current_actor, in_scope_or_404, policy_of, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked
from app.kit.web.transition_forms import asked
from app.workers import bp, forms, operations, queries
from app.workers.categories import named, standing
from app.workers.listing import REGISTER
from app.workers.personal_data.queries.history import field_labels, timeline
from app.workers.personal_data.queries.who_looked import looks_at
from app.workers.personal_data.retention import retained
from app.workers.services import services_of
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.employment.places import place_names
from models.employment.recording import spells_of
from models.i18n import Sentence
from models.jobs.ending import endings
from models.people.name_index import is_anybody_waiting
from models.people.standing import standing_of, standings
from models.people.worker import WORKER_WORKFLOW, Education, Worker, WorkerState, candidate_refusal
from models.placement.placement import OPEN_OFFERS
from models.problems.problem import problems_about
from models.reference.area import area_names


@bp.route("/workers")
@requires(Permission.WORKER_READ)
def index() -> str:
    """The register, searched, fifty at a time."""
    actor, search = current_actor(), queries.Search.read(request.args)
    asked_for, after = REGISTER.asked_here(), request.args.get("after", type=row_number) or 0
    place = str(after or "")
    rows, following = REGISTER.read(db.session, actor, asked_for, today(), place, queries.PAGE)
    counties = queries.county_names(db.session, actor)
    county = search.county or (next(iter(counties), "") if len(counties) == 1 else "")
    shown: dict[str, Any] = asked_for | _ticking(actor)
    return render_template(
        "workers/index.html",
        picks="slips" in shown,
        kept=ticked("workers"),
        rows=rows,
        more=following,
        search=search,
        counties=counties,
        county=county,
        towns=queries.towns_by_code(db.session, actor, county or queries.own_county(db.session, actor)),
        states=list(WorkerState),
        levels=list(Education),
        categories=named(db.session),
        after=after,
        today=today(),
        next_url=url_for("workers.index", **shown, after=following) if following else "",
        first_url=url_for("workers.index", **shown) if after else "",
        refusals={worker.id: candidate_refusal(worker, today()) for worker in rows},
        standings=standings(db.session, [worker.id for worker in rows]),
        employer=_employer(search.employer),
        unkeyed=bool(search.q or asked_for.get("sort")) and is_anybody_waiting(db.session),
        **_buttons(actor),
    )


def _employer(number: str) -> dict[str, str]:
    """The enterprise that the list is narrowed to, by its number."""
    if not number.isdecimal() or len(number) > 9:
        return {number: _("现在没有上班，或不知道在哪家")}
    return {number: enterprise_names(db.session, [int(number)]).get(int(number), number)}


def _ticking(actor: Actor) -> dict[str, int]:
    """The list with boxes to tick: for account slips, or for what is done to many at once."""
    may_tick = actor.can(Permission.WORKER_WRITE)
    return {name: 1 for name in ("slips", "pick") if may_tick and request.args.get(name) == "1"}


def _buttons(actor: Actor) -> dict[str, Any]:
    return {
        "may_write": actor.can(Permission.WORKER_WRITE),
        "may_export": actor.can(Permission.WORKER_EXPORT),
        "may_import": actor.can(Permission.WORKER_IMPORT),
        "purpose_form": partial(PurposeForm, formdata=None),
    }


@bp.route("/workers/<int:worker_id>")
@requires(Permission.WORKER_READ)
def show(worker_id: int) -> str:
    """One person: who, household, abilities and wishes, status, all that happened."""
    actor, worker = current_actor(), in_scope_or_404(Worker, worker_id)
    placements = queries.placements_of(db.session, actor, worker)
    names = area_names(
        db.session, {worker.county_code, *worker.cities, *(placement.city_code for placement in placements)}
    )
    categories, told = standing(db.session, worker, today())
    spells = spells_of(db.session, worker.id)
    return render_template(
        "workers/show.html",
        worker=worker,
        categories=categories,
        told=told,
        spells=spells,
        places=each_in_words(place_names(db.session, {one.place_code for one in spells})),
        placements=placements,
        ended=endings(db.session, {one.order for one in placements if one.state in OPEN_OFFERS}, today()),
        names=names,
        today=today(),
        cities=[names.get(code, code) for code in worker.cities],
        members=queries.members(db.session, actor, worker),
        refusal=candidate_refusal(worker, today()),
        entries=timeline(db.session, worker, placements),
        looks=looks_at(db.session, worker),
        problems=problems_about(db.session, actor, worker.id),
        retained=retained(db.session, worker) if worker.erased_at else None,
        match_url=_match_url(actor, worker),
        standing=standing_of(db.session, worker.id),
        services=services_of(db.session, actor, worker, utc_now()),
        opens=_opens,
        available=WORKER_WORKFLOW.available(worker, actor) if not worker.erased_at else [],
        may_reveal=actor.can(Permission.WORKER_REVEAL),
        may_erase=actor.can(Permission.WORKER_ERASE),
        reason_form=forms.ReasonForm(formdata=None),
        may_help_hukou=actor.can(Permission.HUKOU_HELP),
        **_buttons(actor),
    )


def _opens(endpoint: str) -> bool:
    """Whether the page exists here and is open to the reader: a link that ends in a refusal is none."""
    policy = policy_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return isinstance(policy, Permission) and current_actor().can(policy)


def _match_url(actor: Actor, worker: Worker) -> str:
    endpoint = "match_runs.for_worker"
    possible = actor.can(Permission.MATCH_READ) and candidate_refusal(worker, today()) is None
    return (
        url_for(endpoint, worker_id=worker.id) if possible and endpoint in current_app.view_functions else ""
    )


@bp.route("/workers/new", methods=["GET", "POST"])
@requires(Permission.WORKER_WRITE)
def create() -> str | Response | tuple[str, int]:
    """Enter a person."""
    actor = current_actor()
    county = queries.own_county(db.session, actor) or abort(403)
    towns, cities = (
        queries.town_names(db.session, actor, county),
        queries.helper_city_names(db.session, today()),
    )
    form = forms.new_form(towns, cities, household_code=request.args.get("household", "")[:20])
    name = area_names(db.session, {county})[county]
    if form.validate_on_submit():
        try:
            worker = operations.register_worker(db.session, actor, county, form.values(), today())
            db.session.flush()
        except operations.NumberTaken as refusal:
            db.session.rollback()
            form.id_number.errors = [say(refusal.sentence)]
        else:
            flash(_("%(name)s 已登记。", name=worker.name), "success")
            return finish(url_for("workers.show", worker_id=worker.id))
    return render_template("workers/form.html", form=form, sections=_sections(form), worker=None, county=name)


@bp.route("/workers/<int:worker_id>/edit", methods=["GET", "POST"])
@requires(Permission.WORKER_WRITE)
def edit(worker_id: int) -> str | Response | tuple[str, int]:
    """Correct a person's data."""
    actor, worker = current_actor(), in_scope_or_404(Worker, worker_id)
    if worker.erased_at or worker.merged_into_id:
        abort(404)
    towns = queries.town_names(db.session, actor, worker.county_code)
    form = forms.form_of(worker, towns, queries.helper_city_names(db.session, today()))
    form.cities.called = area_names(db.session, set(worker.cities))
    if not form.is_ready():
        return _form_page(form, worker), form.status
    try:
        changed = operations.update_worker(db.session, actor, worker, form.values(), utc_now())
    except operations.NumberTaken as refusal:
        db.session.rollback()
        form.id_number.errors = [say(refusal.sentence)]
        return _form_page(form, worker)
    saved = Sentence("改好了：%(fields)s。", {"fields": field_labels(changed)})
    flash(say(saved if changed else Sentence("没有改动。")), "success")
    return finish(url_for("workers.show", worker_id=worker_id))


def _form_page(form: forms.WorkerForm, worker: Worker) -> str:
    return render_template("workers/form.html", form=form, sections=_sections(form), worker=worker)


def _sections(form: forms.WorkerForm) -> list[tuple[Any, list[str]]]:
    return [(heading, [name for name in names if name in form]) for heading, names in forms.SECTIONS]


@bp.route("/workers/<int:worker_id>/state", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def advance(worker_id: int) -> Response:
    """No longer serve a person, or serve them again."""
    worker = in_scope_or_404(Worker, worker_id)
    step, reason = asked(WORKER_WORKFLOW)
    WORKER_WORKFLOW.advance(db.session, worker, step.event, current_actor(), reason=reason)
    return finish(url_for("workers.show", worker_id=worker_id))
