"""Slips of household registration have a road back: marks, visits, judgements, facts; told twice is once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.cases.operations import corrections, papers, steps
from app.hukou.cases.operations.papers import Proven
from models.access import Actor, Role
from models.audit import AuditEvent, events_of
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.hukou.case import CaseState, DocumentState, HukouFollowUp
from models.hukou.fact import PersonFact
from models.placement.placement import Evidence
from models.workflow import TransitionRefused
from tests.app.placements.scene import make_scene
from tests.factories.hukou import accept_papers, make_case
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user

HERE = steps.Visit(still_there=True, school_places=None, insurance_moved=True)


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def visits(session: Session) -> list[dict[str, object]]:
    events = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.HUKOU_FOLLOW_UP))
    return [event.details for event in events]


def test_a_visit_recorded_twice_is_one(session: Session, county: Actor) -> None:
    case = make_case(session, state=CaseState.REGISTERED)
    visit = HukouFollowUp(case_id=case.id, days=90, due_on=today())
    session.add(visit)
    session.flush()
    for _again in range(2):
        steps.record_follow_up(session, county, visit, HERE, utc_now())
        session.commit()
    assert len(visits(session)) == 1
    gone = steps.Visit(still_there=False, school_places=None, insurance_moved=True)
    with pytest.raises(TransitionRefused):
        steps.record_follow_up(session, county, visit, gone, utc_now())
    session.rollback()
    steps.record_follow_up(session, county, visit, gone, utc_now(), "上次记成了邻居")
    session.commit()
    last = visits(session)[-1]
    assert (last["from"]["still_there"], last["to"]["still_there"]) == (True, False)
    assert last["reason"] == "上次记成了邻居"


def test_a_mark_of_priority_is_changed_or_taken_away_with_a_reason(session: Session, county: Actor) -> None:
    case = make_case(session)
    for _again in range(2):
        steps.set_priority(session, county, case, "建档立卡")
    session.commit()
    assert len(events_of(session, case, [EventTag.HUKOU_PRIORITY])) == 1
    with pytest.raises(TransitionRefused):
        steps.set_priority(session, county, case, "")
    steps.set_priority(session, county, case, "", "标错了人")
    session.commit()
    last = events_of(session, case, [EventTag.HUKOU_PRIORITY])[0].details
    assert (last["from"], last["basis"], last["reason"]) == ("建档立卡", "", "标错了人")


def test_a_judgement_that_was_a_slip_is_taken_back_with_its_facts(session: Session) -> None:
    officer = actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    case = make_case(session)
    document = accept_papers(session, case)[0]
    document.judged_at = utc_now()
    before = learn(session, case, 30, document.judged_at - timedelta(days=1))
    proven = learn(session, case, 60, document.judged_at)
    proven.document_id = document.id
    session.commit()
    assert before.superseded_at == document.judged_at
    with pytest.raises(TransitionRefused):
        corrections.withdraw_judgement(session, officer, document, case, " ", utc_now())
    session.rollback()
    corrections.withdraw_judgement(session, officer, document, case, "看错了一行", utc_now())
    session.commit()
    session.expire_all()
    assert document.state is DocumentState.WAITING
    assert before.superseded_at is None
    assert proven.superseded_at is not None
    last = events_of(session, document, [EventTag.HUKOU_DOCUMENT_JUDGE])[0].details
    assert (last["from"], last["to"], last["reason"]) == ("accepted", "waiting", "看错了一行")


def learn(session: Session, case: object, months: int, now: datetime) -> PersonFact:
    officer = actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    worker = case.worker  # type: ignore[attr-defined]
    fact = Proven("sb_months", months, today() - timedelta(days=2))
    return papers.learn(session, officer, worker, FOSHAN, fact, Evidence.INSURANCE, "社保清单", now)


def test_a_fact_told_by_a_slip_is_withdrawn_with_a_reason_and_a_proven_one_is_not(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    case = make_case(session)
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    told = papers.learn(
        session,
        actor_of(session, clerk),
        case.worker,
        FOSHAN,
        Proven("sb_months", 12, today()),
        Evidence.SELF_REPORT,
        "本人说的",
        utc_now(),
    )
    proven = learn(session, case, 60, utc_now())
    session.commit()
    client, address = sign_in(clerk), f"/hukou/people/{case.worker_id}/fact/withdraw"
    told.superseded_at = None
    session.commit()
    assert "县里登记的情况" in client.get(f"/hukou/people/{case.worker_id}?city={FOSHAN}").text
    given = {"fact": told.id, "city": FOSHAN}
    client.post(address, data=given | {"reason": ""})
    session.expire_all()
    assert told.superseded_at is None
    client.post(address, data=given | {"reason": "听成了别人"})
    client.post(address, data={"fact": proven.id, "city": FOSHAN, "reason": "不要了"})
    session.expire_all()
    assert told.superseded_at is not None
    assert proven.superseded_at is None


def test_an_enterprise_takes_back_only_what_it_vouched_for(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    scene = make_scene(session)
    placement = scene.on_site(today() - timedelta(days=30))
    own, other = (
        papers.learn(
            session,
            scene.actor(user),
            placement.worker,
            FOSHAN,
            Proven(name, 12, today()),
            evidence,
            "厂里",
            utc_now(),
        )
        for user, name, evidence in (
            (scene.enterprise, "sb_months", Evidence.ROSTER),
            (scene.county, "work_months", Evidence.SELF_REPORT),
        )
    )
    session.commit()
    client, address = sign_in(scene.enterprise), f"/hukou/proofs/{placement.id}/withdraw"
    assert "撤回" in client.get(f"/hukou/proofs/{placement.id}").text
    assert client.post(address, data={"fact": other.id, "reason": "x"}).status_code == 404
    assert client.post(address, data={"fact": own.id, "reason": "看错表"}).status_code == 303
    session.expire_all()
    assert own.superseded_at is not None
    assert other.superseded_at is None
