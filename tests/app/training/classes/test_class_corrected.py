"""What was written down wrongly of a class, a visit or a breach has a road back with reason and history."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.agreements import operations as agreements
from app.training.classes import planning
from app.training.classes.planning import ClassWords
from app.training.inspections import operations as inspections
from models.access import Role
from models.messages.message import Message
from models.training.agreement import Breach, Party
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import ClassState
from models.workflow import IllegalTransition, TransitionRefused
from tests.factories.people import ZHAOJUE, actor_of, make_user
from tests.factories.training import make_class, make_enrolment

Enter = Callable[..., FlaskClient]


def test_place_and_teacher_of_an_agreed_class_are_corrected_with_a_reason(
    session: Session, sign_in: Enter
) -> None:
    training_class = make_class(session)
    learner = make_enrolment(session, training_class)
    school = make_user(session, Role.SCHOOL, organisation_id=training_class.school_id)
    address = f"/training/classes/{training_class.id}/correct"
    typed = {
        "name": training_class.name,
        "place": "镇中心校三楼",
        "head_teacher": "阿都老师",
        "meals": "中午包一顿",
        "reason": "楼名写错了",
    }
    assert sign_in(school).post(address, data=typed | {"reason": ""}).status_code == 200
    assert sign_in(school).post(address, data=typed).status_code == 303
    session.expire_all()
    assert (training_class.place, training_class.head_teacher) == ("镇中心校三楼", "阿都老师")
    phone = sign_in(make_user(session, Role.WORKER, worker_id=learner.worker_id))
    assert "中午包一顿" in phone.get(f"/my/classes/{learner.id}").text
    told = session.scalars(select(Message.text).where(Message.worker_id == learner.worker_id)).all()
    assert any("镇中心校三楼" in text for text in told)
    page = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)).get(
        f"/training/classes/{training_class.id}"
    )
    assert "楼名写错了" in page.text


def test_a_class_that_was_examined_is_not_rewritten(session: Session) -> None:
    training_class = make_class(session, state=ClassState.EXAMINED)
    school = actor_of(session, make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))
    with pytest.raises(IllegalTransition):
        planning.correct_class(session, school, training_class, ClassWords("甲班", "乙楼", "丙"), "写错了")


def test_a_visit_is_corrected_and_what_stood_there_stays_to_be_read(session: Session, sign_in: Enter) -> None:
    training_class, county = make_class(session), make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    visit = Inspection(
        class_id=training_class.id,
        kind=InspectionKind.RANDOM,
        visited_at=datetime.now(UTC),
        counted=2,
        in_order=True,
        finding="有人在外面实操",
        inspector_id=county.id,
        inspector_name=county.name,
    )
    session.add(visit)
    session.commit()
    client, typed = sign_in(county), {"counted": "20", "finding": "外面的也数了", "reason": "少写一个零"}
    assert client.post(f"/training/visits/{visit.id}/correct", data=typed).status_code == 303
    session.expire_all()
    page = client.get(f"/training/classes/{training_class.id}/visits").text
    assert visit.counted == 20
    assert "原来数到 2 人" in page
    assert "少写一个零" in page
    training_class.state = ClassState.CLAIMED
    with pytest.raises(TransitionRefused, match="已经申报"):
        inspections.correct(session, actor_of(session, county), visit, 19, "", "又错了")


def test_a_breach_recorded_wrongly_is_taken_back(session: Session, sign_in: Enter) -> None:
    training_class = make_class(session)
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    agreement = training_class.agreement
    breach = agreements.record_breach(
        session, actor_of(session, county), agreement, "没有来接人", party=Party.ENTERPRISE
    )
    session.commit()
    client = sign_in(county)
    address = f"/training/orders/agreements/{agreement.id}"
    assert "登记错了，撤回" in client.get(address).text
    typed = {"breach": breach.id, "reason": "记到了别家企业"}
    answer = client.post(f"{address}/breach/withdraw", data=typed)
    assert answer.status_code == 303
    assert session.scalars(select(Breach.id)).all() == []
    page = client.get(address).text
    assert "撤回违约登记" in page
    assert "记到了别家企业" in page
