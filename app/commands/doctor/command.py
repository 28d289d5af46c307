"""The command, and the list of its checks for the manual."""

import json
import os
from dataclasses import asdict

import click

from app.commands.doctor import database, machine, service
from app.commands.doctor.case import Case, Finding, State, examine, in_order

MARKS = {State.GOOD: "  ok  ", State.WARNING: " look ", State.PROBLEM: " MEND ", State.UNKNOWN: "  ?   "}
LOOKED_AT = (machine, database, service)  # importing them is what registers their checks


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object instead of lines")
@click.option("--list", "only_list", is_flag=True, help="print what is looked at, as Markdown")
def doctor(as_json: bool, only_list: bool) -> None:
    """Say what is wrong with this installation and how to mend it. Changes nothing.

    Exit status 1 when something must be mended, or could not be looked at.
    """
    if only_list:
        click.echo(as_markdown())
        return
    case = Case(os.environ)
    try:
        findings = examine(case)
    finally:
        case.close()
    healthy = not any(one.state in (State.PROBLEM, State.UNKNOWN) for one in findings)
    if as_json:
        told = {"healthy": healthy, "findings": [asdict(one) for one in findings]}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        for line in (line for one in findings for line in _lines(one)):
            click.echo(line)
        click.echo("healthy" if healthy else "not healthy: see MEND and ? above")
    raise SystemExit(0 if healthy else 1)


def _lines(one: Finding) -> list[str]:
    mend = [f"{'':22}-> {one.mend}"] if one.mend else []
    return [f"[{MARKS[one.state]}] {one.check:<12} {one.told}", *mend]


def as_markdown() -> str:
    """The table of docs/operations.md."""
    rows = [f"| {one.name} | {one.right} |" for one in in_order()]
    return "\n".join(["| looked at | right when |", "|---|---|", *rows])
