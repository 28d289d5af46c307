"""HTTP of runs about one order: its ranked workers, those off the list, what each requirement costs."""

from dataclasses import replace
from functools import partial

from flask import abort, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked
from app.match_runs import bp, labels, operations, queries
from app.match_runs.bands import asked_on
from app.match_runs.candidates import FREE, TRAINED, Narrowing, candidate_list
from app.match_runs.terms import OrderAsItWas, has_changed, kept_terms
from app.orders.queries.orders import line_of
from models.access import Permission, Role
from models.clock import today
from models.i18n import Sentence
from models.jobs.ending import endings
from models.jobs.order import PUBLISHED, Order
from models.match_run import COMPANIONS, MatchRun, RunKind
from models.placement.asking import AskingRules, asking_terms
from models.reference.area import area_names


@bp.route("/match-runs/orders/<int:order_id>", methods=["GET", "POST"])
@requires(Permission.MATCH_READ)
def for_order(order_id: int) -> str | Response:
    """Look for workers for an order; GET shows the latest result."""
    order, actor = in_scope_or_404(Order, order_id), current_actor()
    if request.method == "POST":
        most = current_app.config["ENTERPRISE_ASKS_A_DAY"]
        run = operations.start(db.session, actor, RunKind.ORDER, today(), order=order, asked_a_day=most)
        return finish(url_for("match_runs.show", run_id=run.id))
    return order_page(order, queries.latest_run(db.session, actor, RunKind.ORDER, order_id=order.id))


def order_page(order: Order, run: MatchRun | None) -> str:
    """The ranked workers of one order, those who are not on the list, and what each requirement costs."""
    actor, session = current_actor(), db.session
    city, day = _city(order), today()
    masked = run.enterprise_id is not None if run else not actor.has_role(Role.COUNTY)
    terms = kept_terms(run) if run else None
    asked, start = Narrowing.read(request.args), request.args.get("after", 0, type=row_number) or 0
    if masked and asked.show != TRAINED:
        # Where somebody works or learns is not the enterprise's to know.
        asked = replace(asked, show=FREE)
    listed = candidate_list(session, actor, run, order, day, asked, start) if run and run.is_done else None
    pairs = [one.pair for one in listed.page] if listed else []
    here = partial(url_for, "match_runs.show", run_id=run.id, **asked.filled()) if run else None
    return render_template(
        "match_runs/order.html",
        order=order,
        run=run,
        city=city,
        phrases=labels.OrderPhrases(OrderAsItWas.of(terms) if terms else order, city),
        labels=labels,
        pairs=pairs,
        changed=run is not None and has_changed(session, order, run),
        asks=_asks_left(order) if order.enterprise_id in actor.organisations(Role.ENTERPRISE) else None,
        listed=listed,
        asked=asked,
        asking=asking_terms(session, order, AskingRules.of(current_app.config), day),
        kept=ticked("worker_ids"),
        ended=endings(session, [order], day).get(order.id) if order.state in PUBLISHED else None,
        groups=queries.groups_of(session, run) if run else [],
        masked=masked,
        best=max((pair.score for pair in pairs), default=0),
        line=None if masked else line_of(session, actor, order, today()),
        starts=queries.can_start(actor, order),
        recommends=queries.offer_endpoint(actor, run, order, today()) if run else "",
        waiting=run is not None and queries.is_waiting(run),
        next_url=here(after=listed.next_start) if here and listed and listed.next_start else "",
        first_url=here() if here and start else "",
    )


def _city(order: Order) -> str:
    return area_names(db.session, {order.city_code}).get(order.city_code, "")


@bp.route("/match-runs/<int:run_id>/not-listed/<reason>")
@requires(Permission.MATCH_READ)
def not_listed(run_id: int, reason: str) -> str:
    """The workers whom one reason keeps off the list."""
    run, actor = in_scope_or_404(MatchRun, run_id), current_actor()
    group, ids = queries.group_page(db.session, run, reason, request.args.get("after", 0, type=row_number))
    if group is None:
        abort(404)
    more, ids = len(ids) > queries.PAGE, ids[: queries.PAGE]
    people = queries.people(db.session, actor, ids, today())
    order = in_scope_or_404(Order, run.order_id) if run.order_id else None
    return render_template(
        "match_runs/not_listed.html",
        run=run,
        order=order,
        group=group,
        title=labels.OrderPhrases(order, _city(order)).off_list(reason, group.people) if order else None,
        people=[people[number] for number in ids if number in people],
        unclear=reason == COMPANIONS,
        next_url=url_for("match_runs.not_listed", run_id=run.id, reason=reason, after=ids[-1])
        if more
        else "",
    )


@bp.route("/match-runs/orders/<int:order_id>/costs")
@requires(Permission.MATCH_RUN)
def costs(order_id: int) -> str | Response:
    """A piece of the order's page: how many workers fit, what each requirement costs; empty where that is
    slow. To look costs an enterprise nothing and answers what it asked last: to ask is an act (for_order)."""
    order, actor, session = in_scope_or_404(Order, order_id), current_actor(), db.session
    masked = order.enterprise_id in actor.organisations(Role.ENTERPRISE)
    run = queries.latest_run(session, actor, RunKind.ORDER, order_id=order.id) if masked else None
    if run and (not run.is_done or kept_terms(run) is None or has_changed(session, order, run)):
        run = None
    counts = None if masked else queries.constraint_counts(session, actor, order, today())
    if counts is None and not masked:
        return Response("", 204)
    return render_template(
        "match_runs/costs.html",
        order=order,
        run=run,
        counts=counts,
        phrases=labels.OrderPhrases(order, _city(order)),
        labels=labels,
        masked=masked,
        asks=_asks_left(order) if masked else None,
    )


def _asks_left(order: Order) -> Sentence:
    most = current_app.config["ENTERPRISE_ASKS_A_DAY"]
    asked = asked_on(db.session, order.enterprise_id, today())
    return Sentence("贵单位今天还能查 %(left)s 次，每次都有记录。", {"left": max(most - asked, 0)})
