"""On which database a test runs (decision 0012): each module on one of both, the same one every time.

``DATABASE=sqlite``, ``postgresql`` or ``both`` forces it, but for tests that name their own: a module by
``DATABASE = "sqlite"``, a test by ``@pytest.mark.only_on("sqlite")``. What is claimed there is true of that
database alone (its plan of a statement, its one writer, its file).
"""

import os
from pathlib import Path
from types import ModuleType

import pytest

import config

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = "both"
CHOICE = os.environ.get("DATABASE", "")
# Where rules live in the database: the last place, money, quotas, rights, the audit. The other modules of
# these rooms run there with ``make test-postgresql``.
ON_POSTGRESQL = (
    "tests/app/accounts/test_account_races.py",
    "tests/app/accounts/test_attempts.py",
    "tests/app/accounts/test_rights.py",
    "tests/app/accounts/test_role_places.py",
    "tests/app/accounts/test_sign_in.py",
    "tests/app/accounts/test_two_administrators.py",
    "tests/app/cooperation",
    "tests/app/hukou/cases/test_quota",
    "tests/app/hukou/rules",
    "tests/app/placements/test_bulk.py",
    "tests/app/placements/test_consent.py",
    "tests/app/placements/test_hiring.py",
    "tests/app/placements/test_offers.py",
    "tests/app/reference/facts",
    "tests/app/reference/organisations",
    "tests/app/training/agreements",
    "tests/app/training/certification",
    "tests/app/training/subsidies",
    "tests/models/test_audit.py",
    "tests/trust/test_second_wall.py",
)


def database_of(module: Path, own: str = "", choice: str = CHOICE) -> str:
    """The database of a module of tests; ``own`` is the one that it names itself."""
    if own or choice in (SQLITE, POSTGRESQL):
        return own or choice
    name = module.relative_to(config.ROOT).as_posix()
    return POSTGRESQL if name.startswith(ON_POSTGRESQL) else SQLITE


def own_database(module: ModuleType) -> str:
    """The database that a module names, or ""."""
    own: str = getattr(module, "DATABASE", "")
    assert own in ("", SQLITE, POSTGRESQL), f"{module.__name__}: DATABASE = {own!r}"
    return own


def elsewhere(named: str, database: str) -> str:
    """Why a test that names a database does not run on another; "" where it does."""
    assert named in ("", SQLITE, POSTGRESQL), named
    return f"it is about {named}" if named not in ("", database) else ""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With DATABASE=both, every test that uses a database runs on one after the other."""
    if CHOICE == BOTH and "shelf" in metafunc.fixturenames and not own_database(metafunc.module):
        metafunc.parametrize("database", (SQLITE, POSTGRESQL), indirect=True, scope="module")
