"""The demo's classes have behind them what their state says."""

from datetime import timedelta

import pytest

from app.commands.demo.training_certification import results_for
from app.training.certification import queries
from models.clock import today
from models.training.enrolment import EnrolmentState
from models.training.training_class import ClassState
from tests.app.training.certification.scene import Scene, make_scene
from tests.factories.people import make_user

S = ClassState


@pytest.mark.parametrize(
    ("state", "open_steps"),
    [
        (S.TEACHING, None),
        (S.EXAMINED, "uncertified"),
        (S.CERTIFIED, "unplaced"),
        (S.PLACED, "unfollowed"),
        (S.PAID, ""),
    ],
)
def test_a_class_of_the_demo_waits_for_what_its_state_says(
    scene: Scene, state: ClassState, open_steps: str | None
) -> None:
    days = 15 if state in (S.EXAMINED, S.CERTIFIED) else 100 if state is S.PLACED else 260
    over = today() - timedelta(days=days)
    dates = {"starts_on": over - timedelta(days=30), "ends_on": over}
    told = make_scene(scene.session, scene.enter, learners=9, state=state, **dates)
    ended = today() - timedelta(days=days)
    spell = {"starts_on": ended - timedelta(days=30), "ends_on": ended}
    told = make_scene(scene.session, scene.enter, learners=9, state=state, **spell)
    clerk = make_user(scene.session)
    clerk.username = "county"
    results_for(scene.session, told.training_class, today())
    scene.session.commit()
    training_class = told.training_class
    counters = ("ungraded", "uncertified", "unplaced", "unfollowed")
    waiting = [name for name in counters if getattr(training_class, name)]
    if open_steps is None:
        assert {one.state for one in told.learners} == {EnrolmentState.ENROLLED}
    else:
        assert waiting[:1] == ([open_steps] if open_steps else [])
        assert queries.outcomes(scene.session, training_class, today()).finished >= 5
