"""The command line: ``python -m matching rank|assign|explain|normalise|generate``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from matching import commands
from matching.types import InputError


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(prog="python -m matching", description=commands.__doc__)
    actions = parser.add_subparsers(dest="command", required=True)
    for name, (run, options) in COMMANDS.items():
        action = actions.add_parser(name, help=run.__doc__, description=run.__doc__)
        action.set_defaults(run=run)
        for option, settings in options.items():
            action.add_argument(f"--{option}", **settings)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 2 for input that cannot be used (one line per bad cell)."""
    options = build_parser().parse_args(arguments)
    try:
        options.run(options)
    except InputError as refused:
        for error in refused.errors:
            print(error, file=sys.stderr)
        return 2
    return 0


FILE = {"required": True, "metavar": "FILE"}
PEOPLE = {"workers": FILE, "orders": FILE}
JOBS = {"jobs": {"type": int, "default": 0, "metavar": "N", "help": "threads, 0 for one per core"}}
CLUSTER = {"dask": {"metavar": "ADDRESS", "help": "do it on the dask.distributed cluster of this scheduler"}}
DAY = {"today": {"metavar": "DAY", "help": "day on which ages are counted while an order's start is unknown"}}
COUNT = {"required": True, "type": int, "metavar": "N"}
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], None], dict[str, Any]]] = {
    "rank": (
        commands.rank,
        {**PEOPLE, "top": COUNT, "by": {"required": True, "choices": ("order", "worker")}, "out": FILE}
        | DAY
        | JOBS
        | CLUSTER,
    ),
    "assign": (
        commands.assign,
        {**PEOPLE, "out": FILE, "unplaced": {"metavar": "FILE"}, "policy": {"metavar": "FILE"}}
        | DAY
        | JOBS
        | CLUSTER,
    ),
    "explain": (
        commands.explain,
        {**PEOPLE, "worker": FILE | {"metavar": "ID"}, "order": FILE | {"metavar": "ID"}} | DAY,
    ),
    "normalise": (commands.normalise, {"titles": FILE, "out": FILE}),
    "generate": (commands.generate, {"workers": COUNT, "orders": COUNT, "seed": COUNT, "out": FILE}),
}


if __name__ == "__main__":
    sys.exit(main())
