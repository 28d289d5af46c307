"""What the stories in a browser share: one served platform, for starting one takes longer than a story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.platform import running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a platform with the story's accounts."""
    folder = tmp_path_factory.mktemp("platform")
    with running(folder) as address:
        yield address, folder
