"""The scene of this room's tests."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.app.training.certification.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session, sign_in: Callable) -> Scene:
    return make_scene(session, sign_in)
