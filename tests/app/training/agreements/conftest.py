"""The scene on which most tests of this room play."""

import pytest
from sqlalchemy.orm import Session

from tests.app.training.orders.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)
