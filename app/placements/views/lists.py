"""Who stands where: the tabs, and an enterprise's roster."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import Form
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.request_limits import place_asked
from app.kit.web.ticks import ticked
from app.placements import bp
from app.placements.forms import ArrivalForm, BulkAnswerForm, HiringForm, ReasonForm
from app.placements.listing import PLACEMENTS, among_of, stage_of
from app.placements.operations import steps
from app.placements.queries import cases, lists
from app.placements.queries.lists import STAGE_BY_NAME, STAGES, Among, Stage
from app.placements.queries.people import faces
from models.access import Actor, Permission
from models.clock import today
from models.people.standing import overlaps
from models.placement import disclosed_terms
from models.placement.placement import Placement
from models.reference.area import area_names


@bp.route("/placements")
@requires(Permission.PLACEMENT_READ)
def index() -> str:
    """The placements at one stage, and how many stand at each."""
    stage = stage_of(current_actor(), request.args)
    return list_page(stage, among_of(current_actor(), request.args, today()), place_asked())


def list_page(stage: Stage, among: Among, after: str, typed: Form | None = None) -> str:
    """One page of a stage; ``typed`` is its form for several people, where it has errors."""
    actor = current_actor()
    shown = PLACEMENTS.asked_here() | {"stage": stage.name}
    if typed is None:
        rows, following = PLACEMENTS.read(db.session, actor, shown, today(), after, lists.PAGE)
    else:
        rows, following = lists.page_of(db.session, actor, stage, after, among)
    batch = batch_of(actor, stage)
    return render_template(
        "placements/index.html",
        stage=stage,
        step=lists.REACHED_WORDS.get(among.reached),
        why=among.why,
        stages=(*STAGES, lists.ALL) if stage is lists.ALL else STAGES,
        rows=rows,
        is_later=bool(after),
        after=following,
        order_id=among.order_id,
        narrowed=narrowed_to(among) | PLACEMENTS.without(PLACEMENTS.asked_here(), "stage", "by", "sort"),
        counts=lists.stage_counts(db.session, actor, among),
        faces=faces(db.session, actor, rows),
        names=area_names(
            db.session,
            {among.home, among.city, *(code for row in rows for code in (row.county_code, row.city_code))},
        ),
        batch=batch,
        form=typed or (batch.form(formdata=None, data={"on": today()}) if batch else None),
        kept=ticked("ids"),
        ended=cases.ended_jobs(db.session, rows, today()),
        clashes=overlaps(db.session, rows, today()),
        today=today(),
    )


def narrowed_to(among: Among) -> dict[str, str | int | None]:
    """What an address says of it."""
    return {
        "order": among.order_id,
        "home": among.home or None,
        "city": among.city or None,
        "reached": among.reached or None,
        "why": among.why.value if among.why else None,
    }


@dataclass(frozen=True)
class Batch:
    """What can be done to several people of a stage at once: who may, where its form goes, what it asks."""

    permission: Permission
    endpoint: str
    form: type[Form]


BATCHES = {
    "invited": Batch(Permission.PLACEMENT_OFFER, "placements.pass_on_many", ReasonForm),
    "offered": Batch(Permission.PLACEMENT_ANSWER, "placements.answer_many", BulkAnswerForm),
    "accepted": Batch(Permission.PLACEMENT_HIRE, "placements.hire_many", HiringForm),
    "hired": Batch(Permission.PLACEMENT_DEPART, "placements.new_departure", Form),
    "departed": Batch(Permission.PLACEMENT_ARRIVE, "placements.arrive_many", ArrivalForm),
}


def batch_of(actor: Actor, stage: Stage) -> Batch | None:
    """What the reader may do to several people of ``stage``."""
    batch = BATCHES.get(stage.name)
    return batch if batch and actor.can(batch.permission) else None


@bp.route("/placements/roster")
@requires(Permission.PLACEMENT_HIRE)
def enterprise_roster() -> str:
    """Who is on the way to the reader's enterprise, and who works there."""
    actor = current_actor()
    rows, after = lists.roster(db.session, actor, place_asked())
    return render_template(
        "placements/roster.html",
        rows=rows,
        after=after,
        counts=lists.stage_counts(db.session, actor),
        faces=faces(db.session, actor, rows),
        today=today(),
        names=area_names(db.session, {row.county_code for row in rows}),
    )


@bp.route("/placements/cards")
@requires(Permission.PLACEMENT_READ)
def card() -> str:
    """The job cards of the ticked placements, one A5 page each. Query: ids."""
    actor = current_actor()
    rows = lists.chosen(db.session, actor, ticked("ids"), Permission.PLACEMENT_READ)
    return render_template(
        "print/cards.html",
        rows=rows,
        faces=faces(db.session, actor, rows),
        today=today(),
        told={row.id: disclosed_terms.terms_of(db.session, row, today()) for row in rows},
        villagers={row.id: cases.villagers_there(db.session, row) for row in rows},
        names=area_names(db.session, {row.county_code for row in rows}),
    )


@bp.route("/placements/call-list", methods=["GET", "POST"])
@requires(Permission.WORKER_REVEAL)
def call_list() -> str | Response:
    """Whom to call: masked until the reader says what for, which goes into the audit. Query: ids, kind."""
    actor, form = current_actor(), PurposeForm()
    ids, kind = ticked("ids"), request.values.get("kind", "")
    rows = _to_call(ids, kind)
    is_open = request.method == "POST" and form.validate()
    if is_open:
        steps.reveal(db.session, actor, rows, form.purpose.data, today(), telephones_a_day())
        finish(url_for("placements.call_list", kind=kind))
    return render_template(
        "print/call_list.html",
        rows=rows,
        faces=faces(db.session, actor, rows),
        form=form,
        is_open=is_open,
        kind=kind,
        ids=ids,
        today=today(),
    )


def _to_call(ids: list[int], kind: str) -> list[Placement]:
    """The ticked placements; without any, those who have not answered or whose follow-up is due."""
    actor = current_actor()
    if ids:
        return lists.chosen(db.session, actor, ids, Permission.WORKER_REVEAL)
    if kind == "follow_ups":
        return [row.placement for row in lists.due_follow_ups(db.session, actor, today())]
    return lists.page_of(db.session, actor, STAGE_BY_NAME["offered"])[0]
