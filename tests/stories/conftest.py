"""What the stories in a browser share: one served platform, for starting one takes longer than a story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.platform import running


@pytest.fixture(scope="session")
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
