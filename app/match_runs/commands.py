"""The command line's run of the engine: the same reading, ranking and storing as behind the pages."""

import json
from typing import NoReturn

import click

from app.kit.web.extensions import db, read_only
from app.kit.web.queue import JobProblem, Silence
from app.match_runs import hand_changes, operations
from models.access import Actor, Right, Role
from models.clock import today
from models.jobs.order import Order
from models.match_run import MatchAdjustment, MatchRun, RunKind
from models.reference.area import Area, resolve_county


@click.command("match")
@click.option("--county", "county_code", required=True, help="code of the county, an old code or today's")
@click.option("--order", "order_id", type=int, help="rank the county's workers for this order")
@click.option("--keep-changes/--drop-changes", "keeps", default=None, help="what happens to changes by hand")
def match(county_code: str, order_id: int | None, keeps: bool | None) -> None:
    """Run the engine for a county: all workers against all open orders, or the ranking for one order.

    Where the county's last plan was changed by hand, say whether the new one keeps those changes.

    The last line printed is JSON: run (its number, to be opened as /match-runs/NUMBER), workers, orders,
    value, bound and gap (of a county's run), and digest, which names the input: the same digest, the same
    result.
    """
    county = resolve_county(db.session, county_code) or _give_up(f"no county has the code {county_code}")
    actor = _officer_of(county)
    order = db.session.get(Order, order_id) if order_id else None
    if order_id and order is None:
        _give_up(f"there is no order {order_id}")
    kind = RunKind.ORDER if order else RunKind.COUNTY
    keep = [] if order else _changes_to_keep(actor, county.code, keeps)
    run = operations.freeze(db.session, actor, kind, today(), order=order, keep=keep)
    number = run.id
    db.session.commit()
    try:
        operations.carry_out(db.session, actor, number, Silence(), read_only)
    except JobProblem as problem:
        _give_up(str(problem.sentence))
    _tell(number)


@click.command("rebuild-index")
def rebuild_index() -> None:
    """Build this machine's index of candidates anew and put it in the place of the old one.

    The last line printed is JSON: workers in it, seconds, bytes.
    """
    click.echo(json.dumps(operations.rebuild_index(db.session, today(), read_only)))


def _changes_to_keep(actor: Actor, county_code: str, keeps: bool | None) -> list[MatchAdjustment]:
    last = hand_changes.latest_plan(db.session, actor, county_code)
    asked = hand_changes.to_ask_about(db.session, actor, last, today()) if last else []
    if asked and keeps is None:
        _give_up(
            f"{len(asked)} people of the last plan were moved by hand: say --keep-changes or --drop-changes"
        )
    kept = [change.row for change in asked if keeps and change.refusal is None]
    if asked:
        click.echo(f"{len(kept)} of {len(asked)} changes by hand are kept")
    return kept


def _officer_of(county: Area) -> Actor:
    return Actor(None, "system", (Right(Role.COUNTY, county.code, county.level),))


def _tell(number: int) -> None:
    run = db.session.get_one(MatchRun, number)
    figures = {
        "run": run.id,
        "workers": run.worker_count,
        "orders": run.order_count,
        "value": run.value,
        "bound": run.bound,
        "gap": run.gap,
        "digest": run.input_digest,
    }
    click.echo(json.dumps(figures))


def _give_up(message: str) -> NoReturn:
    raise click.ClickException(message)
