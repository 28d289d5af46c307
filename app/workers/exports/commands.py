"""The register on the command line."""

import json
from pathlib import Path

import click

from app.kit.web.extensions import db
from app.workers.exports import operations, queries
from app.workers.exports.workbook import write_roster
from app.workers.queries import Search
from models.access import Actor, Permission, Right, Role
from models.clock import today
from models.people.purpose import Purpose, obstacle, stated
from models.reference.area import resolve_county


@click.command("export-workers")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--county", required=True, help="code of the county, old or new")
@click.option("--purpose", required=True, type=click.Choice([one.value for one in Purpose]), help="what for")
@click.option("--word", default="", help="what exactly; it stands in the audit and the people read it")
def export_workers(file: Path, county: str, purpose: str, word: str) -> None:
    """Write a county's register to FILE (.xlsx), in the columns of the template."""
    if problem := obstacle(purpose, word):
        raise click.ClickException(str(problem))
    area = resolve_county(db.session, county)
    if area is None:
        raise click.ClickException(f"no county has the code {county}")
    code, cities = area.code, queries.prefecture_names(db.session)
    actor = Actor(None, "system", (Right(Role.COUNTY, code, "county"),))
    db.session.rollback()
    with file.open("wb") as target:
        workers = queries.all_matching(db.session, actor, Search(), today(), Permission.WORKER_EXPORT)
        rows = write_roster(target, workers, cities)
    operations.note_command_export(db.session, actor, code, rows, stated(Purpose(purpose), word))
    db.session.commit()
    click.echo(json.dumps({"rows": rows, "county": code, "file": file.name}, ensure_ascii=False))
