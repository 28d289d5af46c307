"""A second try is told with what the first one broke on."""

from types import SimpleNamespace

from tests.reruns import tell_first_tries


def test_the_summary_says_on_what_the_first_try_broke_and_where() -> None:
    told: list[str] = []
    places = [("tests/stories/test_every_page.py", 172), ("tests/stories/office.py", 104)]
    entries = [SimpleNamespace(reprfileloc=SimpleNamespace(path=path, lineno=line)) for path, line in places]
    broken = SimpleNamespace(
        reprcrash=SimpleNamespace(message="TimeoutError: Page.goto: Timeout 30000ms exceeded.\nCall log:"),
        reprtraceback=SimpleNamespace(reprentries=entries),
    )
    report = SimpleNamespace(nodeid="tests/stories/test_every_page.py::one", longrepr=broken, duration=30.12)
    tell_first_tries(SimpleNamespace(stats={"rerun": [report]}, write_line=told.append))
    assert told == [
        "first try of tests/stories/test_every_page.py::one, 30.1 s: TimeoutError: Page.goto: Timeout "
        "30000ms exceeded. Call log:",
        "  tests/stories/office.py:104 < tests/stories/test_every_page.py:172",
    ]


def test_a_first_try_without_a_place_is_told_too() -> None:
    told: list[str] = []
    report = SimpleNamespace(nodeid="one", longrepr="the browser died", duration=1.0)
    tell_first_tries(SimpleNamespace(stats={"rerun": [report]}, write_line=told.append))
    assert told == ["first try of one, 1.0 s: the browser died"]
