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
from models.reference.area import resolve_county


@click.command("export-workers")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--county", required=True, help="code of the county, old or new")
def export_workers(file: Path, county: str) -> None:
    """Write a county's register to FILE (.xlsx), in the columns of the template."""
    area = resolve_county(db.session, county)
    if area is None:
        raise click.ClickException(f"no county has the code {county}")
    code, cities = area.code, queries.prefecture_names(db.session)
    actor = Actor(None, "system", (Right(Role.COUNTY, code, "county"),))
    db.session.rollback()
    with file.open("wb") as target:
        workers = queries.all_matching(db.session, actor, Search(), today(), Permission.WORKER_EXPORT)
        rows = write_roster(target, workers, cities)
    operations.note_command_export(db.session, actor, code, rows)
    db.session.commit()
    click.echo(json.dumps({"rows": rows, "county": code, "file": file.name}, ensure_ascii=False))
