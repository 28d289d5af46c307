"""What the suite leaves to drills: named once, still there, reached by a make target that the docs name."""

import pytest

import config
from tests.drills import DRILLS, MORE, drill_of, is_asked
from tests.whole import some

STORY = "tests/stories/test_hukou_browser.py::test_five_people[sqlite]"
RULE = "tests/app/orders/test_order_pages.py::test_a_page"


@pytest.mark.parametrize("drill", DRILLS)
def test_each_drill_has_a_target_that_contributing_names(drill: str) -> None:
    recipe = (config.ROOT / "Makefile").read_text("utf-8").partition(f"\ntest-{drill}:")[2]
    assert f"DRILL={drill} " in recipe.partition("\n\n")[0]
    assert f"make test-{drill}" in (config.ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_a_test_is_of_the_suite_or_of_one_drill_and_runs_when_it_is_named() -> None:
    assert drill_of(STORY) == "browser"
    assert drill_of(RULE) == ""
    assert [is_asked(STORY, drill, ()) for drill in ("", "browser", "attacks")] == [False, True, False]
    assert [is_asked(RULE, drill, ()) for drill in ("", "browser", "attacks")] == [True, False, False]
    assert is_asked(STORY, "", ("tests/stories/test_hukou_browser.py",))
    starts = [start for all_starts in DRILLS.values() for start in all_starts]
    assert [one for one in starts if sum(one.startswith(other) for other in starts) != 1] == []
    assert set(MORE) <= set(DRILLS)


@pytest.mark.parametrize("drill", DRILLS)
def test_what_a_drill_names_is_there(drill: str) -> None:
    """A file that moved, a test that was renamed, would leave its drill in silence."""
    for start in DRILLS[drill]:
        path, _colons, name = start.partition("::")
        file = config.ROOT / path
        assert file.exists(), start
        assert not name or f"def {name.partition('[')[0]}" in file.read_text("utf-8"), start


def test_some_of_a_list_are_the_same_every_time_and_all_where_all_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SUITE", raising=False)
    assert some("abcdefg", 3) == ["a", "d", "g"]
    monkeypatch.setenv("SUITE", "whole")
    assert some("abcdefg", 3) == list("abcdefg")
