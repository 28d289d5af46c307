"""What the night tells people, each once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import reminders
from app.training.jobs import remind_of_classes
from models.access import CLOCK
from models.clock import today
from models.messages.kind import MessageKind
from models.messages.message import Message
from models.messages.reach import Reach
from models.training.enrolment import EnrolmentState
from models.training.training_class import ClassState
from tests.app.placements.scene import Scene, make_scene
from tests.factories.training import make_class, make_enrolment


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def told(scene: Scene, kind: MessageKind) -> list[Message]:
    return list(scene.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_an_offer_about_to_lapse_is_told_once_and_again_for_another_last_day(scene: Scene) -> None:
    placement = scene.offer()
    assert reminders.warn_of_lapse(scene.session, CLOCK, today()) == 0
    placement.respond_by = today() + timedelta(days=1)
    scene.session.commit()
    assert [reminders.warn_of_lapse(scene.session, CLOCK, today()) for _n in range(2)] == [1, 0]
    (message,) = told(scene, MessageKind.OFFER_LAPSES)
    assert "去不去" in message.text
    assert told(scene, MessageKind.OFFER)[0].reach is Reach.OVER  # one text, not two
    placement.respond_by = today() + timedelta(days=2)
    scene.session.commit()
    assert reminders.warn_of_lapse(scene.session, CLOCK, today() + timedelta(days=1)) == 1


def test_a_follow_up_that_comes_is_told_once_and_only_to_who_is_at_work(scene: Scene) -> None:
    placement = scene.on_site(today() - timedelta(days=29))
    visit = scene.visit(placement, 1)
    visit.due_on = today() + timedelta(days=2)
    scene.session.commit()
    assert [reminders.announce_follow_ups(scene.session, CLOCK, today()) for _n in range(2)] == [1, 0]
    (message,) = told(scene, MessageKind.FOLLOW_UP)
    assert "快 1 个月了" in message.text


def test_a_learner_is_told_the_day_before_the_class_begins_and_once(scene: Scene) -> None:
    session, tomorrow = scene.session, today() + timedelta(days=1)
    begins = make_class(session, starts_on=tomorrow, state=ClassState.OPENED)
    for training_class, state in (
        (begins, EnrolmentState.ENROLLED),
        (begins, EnrolmentState.DROPPED),
        (make_class(session, starts_on=tomorrow, state=ClassState.APPLIED), EnrolmentState.ENROLLED),
        (make_class(session, starts_on=tomorrow + timedelta(days=1)), EnrolmentState.ENROLLED),
    ):
        make_enrolment(session, training_class, state=state)
    assert [remind_of_classes(session, today()) for _n in range(2)] == [1, 0]
    (message,) = told(scene, MessageKind.CLASS_TOMORROW)
    assert message.until_on == tomorrow
    assert begins.place in message.text
