"""The rights of the role that serves pages."""

import json

import click
from flask import current_app

from app.kit.web.extensions import db
from models.row_security import enforce, lift
from models.runtime_role import GrantProblem, grant_runtime


@click.command("grant-runtime")
@click.argument("role")
def grant_to_runtime(role: str) -> None:
    """Give the PostgreSQL role ROLE what serving needs: rows, not tables; of the audit to read and add.

    Row-level security (decision 0013) is put into force as well; only NO_SECOND_WALL in the settings, which
    says why, takes it away. Run it as the owner of the tables, after every upgrade; pages and jobs then
    connect as ROLE.
    """
    reason = current_app.config["NO_SECOND_WALL"]
    with db.engine.begin() as connection:
        try:
            kept = grant_runtime(connection, role)
            (lift if reason else enforce)(connection)
        except GrantProblem as problem:
            raise click.ClickException(str(problem)) from None
    click.echo(json.dumps({"role": role, "append_only": kept, "second_wall": not reason, "reason": reason}))
