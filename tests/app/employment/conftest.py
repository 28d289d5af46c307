"""The scene on which most tests of this area play."""

import pytest
from sqlalchemy.orm import Session

from tests.app.placements.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)
