"""Which database a test runs on: its module's share, what is forced, or what it names itself."""

from pathlib import Path
from types import ModuleType

import pytest

import config
from tests.databases import POSTGRESQL, SQLITE, database_of, elsewhere, own_database
from tests.whole import story_databases

ROOM, MONEY = (
    config.ROOT / "tests" / name for name in ("app/orders/test_a.py", "app/training/subsidies/test_b.py")
)


@pytest.mark.parametrize(
    ("module", "own", "forced", "expected"),
    [
        (ROOM, "", "", SQLITE),
        (MONEY, "", "", POSTGRESQL),
        (ROOM, "", POSTGRESQL, POSTGRESQL),
        (MONEY, "", SQLITE, SQLITE),
        (ROOM, SQLITE, POSTGRESQL, SQLITE),
        (MONEY, SQLITE, "", SQLITE),
        (ROOM, POSTGRESQL, SQLITE, POSTGRESQL),
        (ROOM, "", "both", SQLITE),
    ],
)
def test_a_module_that_names_its_database_is_forced_onto_no_other(
    module: Path, own: str, forced: str, expected: str
) -> None:
    assert database_of(module, own, forced) == expected


def test_a_test_that_names_a_database_says_why_it_does_not_run_on_the_other() -> None:
    assert elsewhere(SQLITE, SQLITE) == elsewhere("", POSTGRESQL) == ""
    assert elsewhere(SQLITE, POSTGRESQL) == "it is about sqlite"


def test_a_name_of_no_database_is_no_name() -> None:
    module = ModuleType("a_test")
    assert own_database(module) == ""
    module.DATABASE = "mysql"  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="mysql"):
        own_database(module)


def test_a_long_story_is_told_on_both_databases_where_all_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUITE", "STORIES"):
        monkeypatch.delenv(name, raising=False)
    assert story_databases() == (SQLITE,)
    for name, value in (("SUITE", "whole"), ("STORIES", "both")):
        with monkeypatch.context() as asked:
            asked.setenv(name, value)
            assert story_databases() == (SQLITE, POSTGRESQL)
