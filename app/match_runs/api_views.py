"""Candidates for programs: a run about one order is asked for, and read as its asker may see the people."""

from typing import Any

from flask import abort, current_app, request
from flask_babel import lazy_gettext as _l

from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import NUMBER, ROW, TEXT, TEXTS, YES, many, maybe, obj
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import row_number
from app.match_runs import bp, operations
from app.match_runs.candidates import Candidate, Narrowing, candidate_list
from models.access import Permission
from models.clock import today
from models.jobs.order import Order
from models.match_run import MatchRun, RunKind

P = Permission
CANDIDATE = obj(
    worker_id=ROW,
    name=TEXT,
    age=NUMBER,
    ages=TEXT,
    county=TEXT,
    education=maybe(NUMBER),
    is_masked=YES,
    score=NUMBER,
    matched_skills=TEXTS,
    missing_skills=TEXTS,
    is_free=YES,
    can_be_asked=YES,
)
RUN = obj(run_id=ROW, order_id=ROW, is_done=YES)
LIST = obj(
    run_id=ROW,
    order_id=ROW,
    is_done=YES,
    count=NUMBER,
    items=many(CANDIDATE),
    next=maybe(TEXT),
)


@bp.route("/api/v1/orders/<int:order_id>/candidates", methods=["POST"])
@requires(P.MATCH_RUN)
@writes(_l("给一个岗位找人；企业每天次数有限"), answer=RUN, status=201)
def api_start(order_id: int) -> dict[str, Any]:
    """Ask: as often a day as on the page, and noted like there."""
    order = in_scope_or_404(Order, order_id)
    sent()
    most = current_app.config["ENTERPRISE_ASKS_A_DAY"]
    run = operations.start(db.session, current_actor(), RunKind.ORDER, today(), order=order, asked_a_day=most)
    return _run(run)


def _run(run: MatchRun) -> dict[str, Any]:
    return {"run_id": run.id, "order_id": run.order_id, "is_done": bool(run.is_done)}


@bp.route("/api/v1/candidates/<int:run_id>")
@requires(P.MATCH_READ)
@reads(_l("找到的人，一次五十个，按合适的程度"), answer=LIST, query={"after": ROW})
def api_candidates(run_id: int) -> dict[str, Any]:
    """The people of a run: masked for an enterprise, in full for the county whose they are."""
    run, actor = in_scope_or_404(MatchRun, run_id), current_actor()
    if run.kind is not RunKind.ORDER:
        abort(404)
    order = in_scope_or_404(Order, run.order_id)
    start = request.args.get("after", 0, type=row_number)
    if not run.is_done:
        return _run(run) | {"count": 0, "items": [], "next": None}
    listed = candidate_list(db.session, actor, run, order, today(), Narrowing(), start)
    return _run(run) | {
        "count": listed.count,
        "items": [_candidate(one) for one in listed.page],
        "next": str(listed.next_start) if listed.next_start else None,
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    person, pair = one.person, one.pair
    return {
        "worker_id": person.id,
        "name": person.name,
        "age": person.age,
        "ages": say(person.ages),
        "county": person.county,
        "education": person.education,
        "is_masked": person.masked,
        "score": pair.score,
        "matched_skills": list(pair.matched_skills),
        "missing_skills": list(pair.missing_skills),
        "is_free": one.is_free,
        "can_be_asked": one.can_be_asked,
    }
