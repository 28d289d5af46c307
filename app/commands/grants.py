"""The rights of the role that serves pages."""

import json

import click

from app.kit.web.extensions import db
from models.row_security import enforce, lift
from models.runtime_role import GrantProblem, grant_runtime


@click.command("grant-runtime")
@click.argument("role")
@click.option(
    "--second-wall/--no-second-wall", "wall", default=None, help="row-level security (default: as it is)"
)
def grant_to_runtime(role: str, wall: bool | None) -> None:
    """Give the PostgreSQL role ROLE what serving needs: rows, not tables; of the audit to read and add.

    Run it as the owner of the tables, after every upgrade; pages and jobs then connect as ROLE.
    """
    with db.engine.begin() as connection:
        try:
            kept = grant_runtime(connection, role)
            if wall is not None:
                (enforce if wall else lift)(connection)
        except GrantProblem as problem:
            raise click.ClickException(str(problem)) from None
    click.echo(json.dumps({"role": role, "append_only": kept, "second_wall": wall}))
