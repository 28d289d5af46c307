"""The engine's one door: every name is there, and the slow ones wait until somebody asks."""

import subprocess
import sys

import pytest

import matching

SLOW = ("numba", "scipy", "sklearn", "pyarrow", "rapidfuzz")


@pytest.mark.parametrize("name", matching.__all__)
def test_every_name_of_the_door_opens(name: str) -> None:
    assert getattr(matching, name) is not None


def test_a_name_that_is_not_there_is_refused_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match="nowhere"):
        matching.nowhere


def test_importing_the_engine_does_not_import_what_is_slow() -> None:
    said = _python(f"import sys, matching; print([name for name in {SLOW} if name in sys.modules])")
    assert said == "[]"


def test_functions_are_not_hidden_by_folders_of_the_same_name() -> None:
    said = _python(
        "import matching.assign.demand, matching.learn.outcomes, matching\n"
        "print([name for name in matching.__all__ if type(getattr(matching, name)).__name__ == 'module'])"
    )
    assert said == "[]"


def _python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
