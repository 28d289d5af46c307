"""T11: whatever somebody does who holds the database, or the anchor too, but not the key, is found.

Ten thousand of these are drills/audit_attack.py.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.kit.web.extensions import db
from tests.factories.intruder import ATTACKS, Scene, attempt, build
from tests.factories.racing import racing_app

TIMES = 16


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path_factory.mktemp("audit"), "audit_attacks") as application:
        yield application


@pytest.fixture(scope="module")
def scene(platform: Flask, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return build(db.session, tmp_path_factory.mktemp("anchor") / "audit.anchor", seed=11)


def test_what_nobody_touched_is_whole(scene: Scene) -> None:
    assert not scene.is_noticed()


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_is_found(scene: Scene, name: str) -> None:
    noticed = []
    for _ in range(TIMES):
        with attempt(scene) as attacked:
            ATTACKS[name](attacked)
            noticed.append(attacked.is_noticed())
    assert noticed == [True] * TIMES
    assert not scene.is_noticed()  # and all of it was undone
