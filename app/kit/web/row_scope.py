"""Whose rows PostgreSQL shows in this request, job or command: the one place that says so (decision 0013)."""

import click
from flask import g, has_app_context, has_request_context
from sqlalchemy.orm import Session

from models.row_security import RowScope, look_as, whole


def show(session: Session, scope: RowScope) -> None:
    """Open the rows of ``scope`` from now on, in this transaction and all that follow in this context."""
    g.row_scope = scope
    if session.in_transaction():
        look_as(session, scope)


def settings() -> dict[str, str]:
    """What a transaction that begins now is told. Before anybody is known, and outside of a context, nothing
    is opened; a command is run by those who own the machine."""
    if not has_app_context():
        return {}
    scope: RowScope | None = g.get("row_scope")
    if scope is None and not has_request_context() and (command := click.get_current_context(silent=True)):
        scope = whole(f"command {command.info_name}")
    return scope.settings() if scope else {}
