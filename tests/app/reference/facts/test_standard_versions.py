"""A training standard changes by two people, who see before what it would change for which class."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.reference.release import RuleState
from models.training.standard import StandardName, TrainingStandard
from models.training.standard_effect import StandardEffect, Touch
from models.training.standards import figure_on
from models.training.training_class import ClassState
from tests.factories.people import ZHAOJUE, make_user
from tests.factories.training import make_attendance, make_class, make_enrolment, make_lesson

TABLE = "/admin/reference/training-standards"
Enter = Callable[..., FlaskClient]
LIVING = StandardName.LIVING_ALLOWANCE


@pytest.fixture
def living(session: Session) -> TrainingStandard:
    """The living allowance in force for the county: 50 yuan a day."""
    return session.scalars(select(TrainingStandard).where(TrainingStandard.name == LIVING).limit(1)).one()


def typed(row: TrainingStandard, **changed: str) -> dict[str, str]:
    """What the form of ``row`` is sent, with ``changed``."""
    return {
        "name": row.name.value,
        "area_code": row.area_code,
        "level": "",
        "occupation_code": "",
        "value": str(row.value // 100),
        "valid_from": row.valid_from.isoformat(),
        "source": row.source,
    } | changed


def written(client: FlaskClient, session: Session, row: TrainingStandard, **changed: str) -> TrainingStandard:
    """The version that the form makes."""
    answer = client.post(f"{TABLE}/{row.id}", data=typed(row, **changed))
    assert answer.status_code == 303, answer.text
    session.expire_all()
    return session.scalars(select(TrainingStandard).where(TrainingStandard.base_id == row.id)).one()


def step(client: FlaskClient, version: TrainingStandard, event: str, reason: str = "") -> int:
    data = {"event": event, "reason": reason}
    return client.post(f"{TABLE}/versions/{version.id}/advance", data=data).status_code


def test_one_administrator_alone_does_not_change_what_is_paid(
    session: Session, sign_in: Enter, living: TrainingStandard
) -> None:
    first = sign_in(make_user(session, Role.ADMIN))
    version = written(first, session, living, value="60")
    before = figure_on(session, LIVING, ZHAOJUE, today())
    assert before
    assert before.value == 5000
    assert step(first, version, "propose") == 303
    assert step(first, version, "release") == 409
    second = sign_in(make_user(session, Role.ADMIN))
    assert "等第二人批准" in second.get("/").text
    assert step(second, version, "release") == 303
    session.expire_all()
    after = figure_on(session, LIVING, ZHAOJUE, today())
    assert after
    assert (after.value, living.state) == (6000, RuleState.RETIRED)
    assert "training_standard:advance" in session.scalars(select(AuditEvent.tag)).all()


def test_a_version_that_begins_later_leaves_the_days_before_as_they_were(
    session: Session, sign_in: Enter, living: TrainingStandard
) -> None:
    first = sign_in(make_user(session, Role.ADMIN))
    start = today() + timedelta(days=30)
    version = written(first, session, living, value="60", valid_from=start.isoformat())
    step(first, version, "propose")
    assert step(sign_in(make_user(session, Role.ADMIN)), version, "release") == 303
    session.expire_all()
    figures = [figure_on(session, LIVING, ZHAOJUE, start + timedelta(days=n)) for n in (-1, 0)]
    assert [figure.value for figure in figures if figure] == [5000, 6000]
    assert (living.state, living.valid_to) == (RuleState.LIVE, start - timedelta(days=1))


def test_the_weight_names_each_class_with_its_sum_before_and_after(
    session: Session, sign_in: Enter, living: TrainingStandard
) -> None:
    training_class = make_class(session, name="焊工影响班")
    lesson = make_lesson(session, training_class, today() - timedelta(days=2))
    for _ in range(2):
        make_attendance(session, lesson, make_enrolment(session, training_class))
    make_class(session, name="已经归档的班", state=ClassState.ARCHIVED)
    admin = sign_in(make_user(session, Role.ADMIN))
    version = written(admin, session, living, value="60")
    effect = StandardEffect.from_json(version.effect or {})
    assert [(one.name, one.touch, one.people, one.before_fen, one.after_fen) for one in effect.touched] == [
        ("焊工影响班", Touch.OWED, 2, 10_000, 12_000)
    ]
    page = admin.get(f"{TABLE}/versions/{version.id}").text
    assert "焊工影响班" in page
    assert "100 元" in page
    assert "120 元" in page


def test_a_second_change_waits_for_the_first(
    session: Session, sign_in: Enter, living: TrainingStandard
) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    version = written(admin, session, living, value="60")
    answer = admin.post(f"{TABLE}/{living.id}", data=typed(living, value="70"))
    assert answer.status_code == 200
    assert "已经有一个没批准的改动" in answer.text
    assert 'value="70"' in answer.text
    assert step(admin, version, "discard", "写错了") == 303
    assert admin.post(f"{TABLE}/{living.id}", data=typed(living, value="70")).status_code == 303


def test_a_returned_version_is_changed_and_weighed_again(
    session: Session, sign_in: Enter, living: TrainingStandard
) -> None:
    first, second = (sign_in(make_user(session, Role.ADMIN)) for _ in range(2))
    version = written(first, session, living, value="600")
    step(first, version, "propose")
    assert step(second, version, "return", "多了一个零") == 303
    assert "多了一个零" in first.get(f"{TABLE}/versions/{version.id}").text
    assert first.post(f"{TABLE}/{version.id}", data=typed(living, value="60")).status_code == 303
    session.expire_all()
    assert (version.value, version.state) == (6000, RuleState.DRAFT)
    assert version.effect


def test_a_draft_holds_on_no_day(session: Session, living: TrainingStandard) -> None:
    draft = TrainingStandard(
        area_code=ZHAOJUE, name=LIVING, value=1, valid_from=date(2016, 1, 1), state=RuleState.DRAFT
    )
    session.add(draft)
    session.commit()
    figure = figure_on(session, LIVING, ZHAOJUE, today())
    assert figure
    assert figure.value == 5000
