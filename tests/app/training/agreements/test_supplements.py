"""A postponement is signed again by every party; nothing moves before the last of them has signed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.training.agreements import supplements
from app.training.agreements.queries import history
from app.training.agreements.supplements import Postponement
from models.access import Actor, Role
from models.clock import today, utc_now
from models.training.agreement import Agreement
from models.training.supplement import Supplement, SupplementState
from models.training.training_class import ClassState, TrainingClass
from models.user import User
from models.workflow import IllegalTransition, TransitionRefused
from tests.factories.people import ZHAOJUE, actor_of, make_user
from tests.factories.training import make_agreement, make_class, make_lesson

DAY = timedelta(days=1)


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    """A class that is approved and begins in ten days."""
    start = today() + 10 * DAY
    return make_class(
        session, make_agreement(session), state=ClassState.APPROVED, starts_on=start, ends_on=start + 20 * DAY
    )


def users(session: Session, agreement: Agreement) -> dict[Role, User]:
    """An account of each party."""
    return {
        Role.COUNTY: make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        Role.SCHOOL: make_user(session, Role.SCHOOL, organisation_id=agreement.school_id),
        Role.ENTERPRISE: make_user(session, Role.ENTERPRISE, organisation_id=agreement.enterprise_id),
    }


def later(training_class: TrainingClass, days: int = 15) -> Postponement:
    """Everything ``days`` later."""
    shift = days * DAY
    ready_by = training_class.agreement.order.ready_by + shift
    return Postponement(
        "学校修路", ready_by, training_class, training_class.starts_on + shift, training_class.ends_on + shift
    )


def sign(session: Session, supplement: Supplement, *actors: Actor) -> None:
    for actor in actors:
        supplements.sign(session, actor, supplement, actor.name, utc_now(), today())
        session.commit()


def test_the_days_move_with_the_last_signature_and_the_agreement_stays(
    session: Session, training_class: TrainingClass
) -> None:
    agreement = training_class.agreement
    before: tuple[date, date] = (training_class.starts_on, agreement.order.ready_by)
    county, school, firm = (actor_of(session, user) for user in users(session, agreement).values())
    supplement = supplements.propose(session, school, agreement, later(training_class), today())
    sign(session, supplement, county, school)
    assert (training_class.starts_on, agreement.order.ready_by) == before
    with pytest.raises(IllegalTransition):
        supplements.sign(session, school, supplement, "又签一次", utc_now(), today())
    session.rollback()
    sign(session, supplement, firm)
    assert supplement.state is SupplementState.IN_FORCE
    assert training_class.starts_on == before[0] + 15 * DAY
    assert agreement.order.ready_by == before[1] + 15 * DAY
    assert agreement.terms.ready_by == before[1]
    told = [str(entry.what) for entry in history(session, agreement)]
    assert "拟好补充协议" in told


def test_a_supplement_that_is_given_up_moves_nothing(session: Session, training_class: TrainingClass) -> None:
    agreement, before = training_class.agreement, training_class.starts_on
    county, school, firm = (actor_of(session, user) for user in users(session, agreement).values())
    supplement = supplements.propose(session, county, agreement, later(training_class), today())
    with pytest.raises(TransitionRefused, match="没有签完"):
        supplements.propose(session, school, agreement, later(training_class, 20), today())
    with pytest.raises(TransitionRefused, match="理由"):
        supplements.cancel(session, firm, supplement, "")
    supplements.cancel(session, firm, supplement, "车间等不了")
    session.commit()
    assert (supplement.state, training_class.starts_on) == (SupplementState.CANCELLED, before)
    assert supplements.propose(session, school, agreement, later(training_class, 5), today()).number.endswith(
        "B2"
    )


def test_a_class_under_way_keeps_its_first_day(session: Session) -> None:
    training_class = make_class(session)
    make_lesson(session, training_class, today() - DAY)
    plan = later(training_class)
    wrong = supplements.problems(session, training_class.agreement, plan, today())
    assert [problem.field_name for problem in wrong] == ["starts_on"]
    ready_by, ends_on = plan.ready_by, plan.ends_on
    kept = Postponement("停电", ready_by, training_class, training_class.starts_on, ends_on)
    assert supplements.problems(session, training_class.agreement, kept, today()) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ready_by": -5}, "ready_by"),
        ({"ends_on": 400}, "ends_on"),
        ({"ends_on": -300}, "ends_on"),
        ({"starts_on": -300}, "starts_on"),
    ],
)
def test_days_that_contradict_one_another_are_refused(
    session: Session, training_class: TrainingClass, changed: dict[str, int], field: str
) -> None:
    good = later(training_class)
    days = {"ready_by": good.ready_by, "starts_on": good.starts_on, "ends_on": good.ends_on}
    for name, shift in changed.items():
        base = training_class.agreement.order.ready_by if name == "ready_by" else days[name]
        assert base
        days[name] = base + shift * DAY
    plan = Postponement("修路", days["ready_by"], training_class, days["starts_on"], days["ends_on"])  # type: ignore[arg-type]
    wrong = supplements.problems(session, training_class.agreement, plan, today())
    assert field in {problem.field_name for problem in wrong}


def test_the_parties_sign_on_the_page(
    session: Session, training_class: TrainingClass, sign_in: Callable[..., FlaskClient]
) -> None:
    agreement, plan = training_class.agreement, later(training_class)
    parties = [sign_in(user) for user in users(session, agreement).values()]
    page = f"/training/orders/agreements/{agreement.id}"
    typed = {
        "reason": "学校修路",
        "ready_by": plan.ready_by.isoformat(),
        "class_id": training_class.id,
        "starts_on": str(plan.starts_on),
        "ends_on": str(plan.ends_on),
    }
    assert (
        "学完期限不能比" in parties[1].post(f"{page}/postpone", data=typed | {"ready_by": "2020-01-01"}).text
    )
    assert parties[1].post(f"{page}/postpone", data=typed).status_code == 303
    assert "等你这一方签字" in parties[2].get("/").text
    for client in parties:
        assert "学校修路" in client.get(page).text
        assert client.post(f"{page}/supplement/sign", data={"name": "本人"}).status_code == 303
    session.expire_all()
    assert training_class.starts_on == plan.starts_on
    assert "原协议写的是" in parties[0].get(page).text
