"""On which database a test runs (decision 0012): each module on one of both, the same one every time.

``DATABASE=sqlite``, ``postgresql`` or ``both`` forces it.
"""

import os
from pathlib import Path

import pytest

import config

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = "both"
CHOICE = os.environ.get("DATABASE", "")
# Where rules live in the database: the last place, money, quotas, rights, the audit.
ON_POSTGRESQL = (
    "tests/app/accounts",
    "tests/app/hukou",
    "tests/app/placements",
    "tests/app/reference/facts",
    "tests/app/reference/organisations",
    "tests/app/training",
    "tests/models/test_audit.py",
    "tests/trust/test_second_wall.py",
)


def database_of(module: Path) -> str:
    """The database of a module of tests."""
    if CHOICE in (SQLITE, POSTGRESQL):
        return CHOICE
    name = module.relative_to(config.ROOT).as_posix()
    return POSTGRESQL if name.startswith(ON_POSTGRESQL) else SQLITE


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With DATABASE=both, every test that uses a database runs on one after the other."""
    if CHOICE == BOTH and "shelf" in metafunc.fixturenames:
        metafunc.parametrize("database", (SQLITE, POSTGRESQL), indirect=True, scope="module")
