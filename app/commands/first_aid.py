"""Commands that need no running platform: for where it may not start, and for an empty machine."""

import os
from collections.abc import Sequence

import click
from flask import Flask

from app.commands.doctor.command import doctor
from app.commands.key_files import new_keys, open_escrow, seal_escrow

COMMANDS: tuple[click.Command, ...] = (doctor, new_keys, seal_escrow, open_escrow)


def for_arguments(arguments: Sequence[str]) -> Flask | None:
    """An application with nothing but these commands, where the command line names one of them."""
    if not {command.name for command in COMMANDS} & set(arguments):
        return None
    os.umask(0o077)
    app = Flask(__name__)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app
