"""Search keys on the command line."""

import json

import click

from app.kit.web.extensions import db
from models.people.name_index import have_everybody_wait, key_waiting


def tell_progress(done: int, total: int) -> None:
    """One line a chunk on the terminal."""
    click.echo(f"search keys: {done:,} of {total:,} people", err=True)


@click.command("key-names")
@click.option("--everybody", is_flag=True, help="make all keys anew (the table of readings was changed)")
def key_names(everybody: bool) -> None:
    """Write the keys by which people are found for those who have none yet, while others go on working."""
    if everybody:
        have_everybody_wait(db.session)
        db.session.commit()
    click.echo(json.dumps({"keyed": key_waiting(db.session, tell_progress)}))
