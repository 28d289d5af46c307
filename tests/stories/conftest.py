"""What the stories in a browser share: one Chromium and one served platform a process, for starting them
takes longer than a story."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.stories.office import FLAGS
from tests.stories.platform import chromium, running


class Chromes:
    """The process's browser: the same one for all, and another where it has died."""

    def __init__(self, playwright: Playwright) -> None:
        self.playwright = playwright
        self.started: list[Browser] = []

    def running(self) -> Browser:
        """Start one where none lives."""
        if not self.started or not self.started[-1].is_connected():
            browser = self.playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            self.started.append(browser)
        return self.started[-1]


@pytest.fixture(scope="package")
def chromes() -> Iterator[Chromes]:
    """Ends, with its browsers, before other tests run: while it lives, asyncio has a loop in this thread."""
    with sync_playwright() as playwright:
        yield Chromes(playwright)


@pytest.fixture
def browser(chromes: Chromes) -> Iterator[Browser]:
    """The browser; a story's windows are closed after it."""
    alive = chromes.running()
    before = set(alive.contexts)
    yield alive
    for context in set(alive.contexts) - before:
        context.close()


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("platform")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEB_PROCESSES", "2")
        with running(folder) as address:
            yield address, folder


@pytest.fixture
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a platform with the story's accounts; a second try of a story begins on
    a fresh one."""
    if getattr(request.node, "execution_count", 1) == 1:  # pytest-rerunfailures counts the tries there
        yield request.getfixturevalue("shared")
    else:
        folder = tmp_path / "platform"
        folder.mkdir()
        with running(folder) as address:
            yield address, folder
