"""What a command prints: one JSON line last, for scripts."""

import json
from typing import Any

import click


def print_json(**values: Any) -> None:
    """Print the command's JSON line."""
    click.echo(json.dumps(values, ensure_ascii=False, default=str))
