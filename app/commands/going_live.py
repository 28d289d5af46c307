"""What a trial may do and production may not: demo accounts."""

import logging

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

import config
from app.accounts import operations as accounts
from app.commands.demo.accounts import DEMO_PASSWORD, close_accounts, working_accounts
from app.commands.output import print_json
from app.kit.web.extensions import db
from models.clock import utc_now

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """In production the demo password opens no account, whatever the account is called."""
    if app.config["MODE"] == "production":
        accounts.refused_passwords.add(DEMO_PASSWORD)
    app.cli.add_command(close_demo_accounts)


def refuse_demo_accounts(app: Flask) -> None:
    """Raise SettingsError where production would serve accounts whose password everybody knows.

    A database that is away cannot be asked: then the start goes on, and the password opens nothing anyway.
    """
    if app.config["MODE"] != "production":
        return
    with app.app_context():
        try:
            names = [user.username for user in working_accounts(db.session)]
        except (OperationalError, ProgrammingError) as problem:
            log.warning("demo accounts were not looked for: %s", problem.orig)
            names = []
        finally:
            db.session.rollback()
            db.engine.dispose()  # the processes that part from this one must not share its connection
    if names:
        raise config.SettingsError(
            f"{', '.join(names)} still open with the demo password: flask --app wsgi close-demo-accounts"
        )


def stop_at_demo_accounts(app: Flask) -> None:
    """The same for a command. Raises ClickException: a line instead of a story."""
    try:
        refuse_demo_accounts(app)
    except config.SettingsError as problem:
        raise click.ClickException(str(problem)) from None


def refuse_demo_data(app: Flask) -> None:
    """Raise ClickException where invented people would get into a register of real ones."""
    if app.config["MODE"] == "production":
        raise click.ClickException(
            "invented people do not go into production: use an installation of its own for a demo"
        )


@click.command("close-demo-accounts")
def close_demo_accounts() -> None:
    """Close every account that opens with the demo password, and end its sign-ins."""
    closed = close_accounts(db.session, utc_now())
    db.session.commit()
    print_json(closed=closed)
