"""The register for programs: people searched, read, entered as on its pages, never with whole numbers."""

from typing import Any

from flask import abort, request
from flask_babel import lazy_gettext as _l

from app.kit.api.bodies import checked
from app.kit.api.problems import Unacceptable, Wrong
from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import DAY, NUMBER, ROW, TEXT, TEXTS, YES, maybe, obj, one_of, page
from app.kit.api.steps import STEPS, StepForm, step_asked, steps_open
from app.kit.api.values import plain
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import row_number
from app.workers import bp, forms, operations, queries
from models.access import Permission
from models.clock import full_years, today, utc_now
from models.people.standing import standings
from models.people.worker import WORKER_WORKFLOW, Worker, WorkerState, candidate_refusal

P = Permission
PERSON = {
    "id": ROW,
    "name": TEXT,
    "id_tail": TEXT,
    "sex": TEXT,
    "age": NUMBER,
    "ethnicity": TEXT,
    "county_code": TEXT,
    "township": TEXT,
    "village": TEXT,
    "education": maybe(NUMBER),
    "willing": maybe(YES),
    "wishes": TEXTS,
    "phone_tails": TEXTS,
    "state": one_of(WorkerState),
    "doing": TEXTS,
    "not_offered_because": maybe(TEXT),
}
MORE = {
    "skills": TEXTS,
    "certificates": TEXTS,
    "cities": TEXTS,
    "wage_floor_yuan": maybe(NUMBER),
    "available_on": maybe(DAY),
    "night_shift": maybe(YES),
    "standing_work": maybe(YES),
    "dormitory_needed": maybe(YES),
    "couple_room_needed": maybe(YES),
    "work_status": maybe(TEXT),
    "work_employer": maybe(TEXT),
    "steps": STEPS,
}
WRITTEN = obj(id=ROW, state=one_of(WorkerState), steps=STEPS)
SEARCH = dict.fromkeys(queries.Search.__dataclass_fields__, TEXT) | {"after": ROW}


def _person(worker: Worker, doing: list[str]) -> dict[str, Any]:
    why_not = candidate_refusal(worker, today())
    return {
        "id": worker.id,
        "name": worker.name,
        "id_tail": worker.id_last4,
        "sex": worker.sex,
        "age": full_years(worker.birth_date, today()),
        "ethnicity": worker.ethnicity,
        "county_code": worker.county_code,
        "township": worker.township,
        "village": worker.village,
        "education": worker.education,
        "willing": worker.willing,
        "wishes": list(worker.wishes),
        "phone_tails": [one.tail for one in worker.telephones],
        "state": worker.state.value,
        "doing": doing,
        "not_offered_because": say(why_not) if why_not else None,
    }


def _doing(workers: list[Worker]) -> dict[int, list[str]]:
    told = standings(db.session, [one.id for one in workers])
    return {number: [say(one.sentence) for one in some] for number, some in told.items()}


@bp.route("/api/v1/workers")
@requires(P.WORKER_READ)
@reads(_l("台账里的人，一次五十个；q 是姓名、拼音或乡镇"), answer=page(obj(**PERSON)), query=SEARCH)
def api_index() -> dict[str, Any]:
    """The register as its page searches it."""
    after = request.args.get("after", 0, type=row_number)
    rows, more = queries.page(db.session, current_actor(), queries.Search.read(request.args), today(), after)
    doing = _doing(list(rows))
    items = [_person(one, doing.get(one.id, [])) for one in rows]
    return {"items": items, "next": str(rows[-1].id) if more else None}


@bp.route("/api/v1/workers/<int:worker_id>")
@requires(P.WORKER_READ)
@reads(_l("一个人"), answer=obj(**PERSON | MORE))
def api_show(worker_id: int) -> dict[str, Any]:
    """One person; of the numbers only the ends."""
    worker = _in_use(worker_id)
    told = {name: plain(getattr(worker, name)) for name in MORE if name not in ("steps", "wage_floor_yuan")}
    told |= {"wage_floor_yuan": worker.wage_floor_yuan, "steps": _steps(worker)}
    return _person(worker, _doing([worker]).get(worker.id, [])) | told


def _in_use(worker_id: int) -> Worker:
    worker: Worker = in_scope_or_404(Worker, worker_id)
    return abort(404) if worker.erased_at or worker.merged_into_id else worker


def _steps(worker: Worker) -> list[dict[str, Any]]:
    return steps_open(WORKER_WORKFLOW.available(worker, current_actor()))


def _written(worker: Worker) -> dict[str, Any]:
    return {"id": worker.id, "state": worker.state.value, "steps": _steps(worker)}


@bp.route("/api/v1/workers", methods=["POST"])
@requires(P.WORKER_WRITE)
@writes(_l("登记一个人"), answer=WRITTEN, body=forms.NewWorkerForm, status=201)
def api_create() -> dict[str, Any]:
    """Enter a person, judged by the readers of the sheets' cells like one typed into the form."""
    sent()
    actor = current_actor()
    county = queries.own_county(db.session, actor) or abort(403)
    towns = queries.town_names(db.session, actor, county)
    form = checked(forms.new_form(towns, queries.helper_city_names(db.session, today())))
    try:
        worker = operations.register_worker(db.session, actor, county, form.values(), today())
    except operations.NumberTaken as taken:
        raise Unacceptable(Wrong("id_number", say(taken.sentence))) from taken
    db.session.flush()
    return _written(worker)


@bp.route("/api/v1/workers/<int:worker_id>", methods=["PATCH"])
@requires(P.WORKER_WRITE)
@writes(
    _l("改一个人的资料：写了的改，没写的不动"),
    answer=obj(id=ROW, changed=TEXTS),
    body=forms.WorkerForm,
    is_partial=True,
)
def api_edit(worker_id: int) -> dict[str, Any]:
    """What is named is written, an empty text or list empties; what is not named stays as it is."""
    worker = _in_use(worker_id)
    named = sent()
    towns = queries.town_names(db.session, current_actor(), worker.county_code)
    form = forms.form_of(worker, towns, queries.helper_city_names(db.session, today()))
    form.keep_unsent(named)
    checked(form)
    written = named | ({"phone"} if "remove_phone" in named else set())
    values = {name: value for name, value in form.values().items() if name in written}
    try:
        changed = operations.update_worker(db.session, current_actor(), worker, values, utc_now())
    except operations.NumberTaken as taken:
        raise Unacceptable(Wrong("id_number", say(taken.sentence))) from taken
    return {"id": worker.id, "changed": changed}


@bp.route("/api/v1/workers/<int:worker_id>/steps", methods=["POST"])
@requires(P.WORKER_WRITE)
@writes(_l("不再服务一个人，或重新服务"), answer=WRITTEN, body=StepForm)
def api_step(worker_id: int) -> dict[str, Any]:
    """One step of a person's state."""
    worker = _in_use(worker_id)
    sent()
    step, reason = step_asked(WORKER_WORKFLOW)
    WORKER_WORKFLOW.advance(db.session, worker, step.event, current_actor(), reason=reason)
    return _written(worker)
