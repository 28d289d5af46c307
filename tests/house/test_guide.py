"""The guide names commands, settings and steps that exist (`make drill-production` runs it)."""

import re

from flask import Flask

import config
from app.commands.first_aid import COMMANDS
from drills.guide import Chapter

PAGE = config.ROOT / "docs" / "operations.md"
NAMED = re.compile(r"(?:flask --app wsgi|\"\$TOP/flask\" (?:web|owner)) ([a-z][a-z-]+)")


def test_every_command_of_the_guide_exists(app: Flask) -> None:
    named = set(NAMED.findall(PAGE.read_text("utf-8")))
    assert len(named) >= 15
    assert named <= {*app.cli.commands, *(command.name for command in COMMANDS)}


def test_the_guides_settings_are_read_by_the_program() -> None:
    source = (config.ROOT / "config.py").read_text("utf-8")
    table = PAGE.read_text("utf-8").partition("### The settings")[2].partition("\n## ")[0]
    settings = re.findall(r"^\| `([A-Z_]+)`", table, flags=re.M)
    assert len(settings) >= 10
    assert [name for name in settings if f'"{name}"' not in source] == []


def test_the_drill_finds_what_it_follows() -> None:
    steps = Chapter.read(PAGE, "Production")
    assert len(steps.shell()) == 7
    assert "export TOP=" in steps.shell()[0]
    assert len(Chapter.read(PAGE, "Upgrade").shell()) == 4
    for heading in ("One machine, no database server", "Every day", "Backup and restore", "New keys"):
        assert len(Chapter.read(PAGE, heading).shell()) == 1, heading
