"""The scene of this room's tests."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.app.training.subsidies.scene import Scene, make_scene, with_figures


@pytest.fixture
def scene(session: Session, sign_in: Callable) -> Scene:
    with_figures(session)
    return make_scene(session, sign_in)
