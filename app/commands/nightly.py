"""The night's work by hand: `flask --app wsgi nightly [STEP...]`."""

import sys

import click

from app.kit.web import nightly
from app.kit.web.extensions import db


@click.command("nightly")
@click.argument("names", nargs=-1)
def run_nightly(names: tuple[str, ...]) -> None:
    """Do the steps named (default: all, in the order of the night); exit status 1 when one failed."""
    steps = {step.name: step for step in nightly.steps()}
    if unknown := set(names) - steps.keys():
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: say {', '.join(steps)}")
    outcomes = {name: nightly.carry_out(db.session, steps[name]) for name in names or steps}
    for name, is_done in outcomes.items():
        click.echo(f"{name}: {'done' if is_done else 'failed, see the log'}")
    sys.exit(0 if all(outcomes.values()) else 1)
