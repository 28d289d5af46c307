"""Threat 17: what an attack did where a second person was asked for. Each of these went through once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.hukou.cases.operations import papers, steps
from app.hukou.rules.operations import versions
from app.orders.operations import advance as advance_order
from app.training.agreements import operations as agreements
from app.training.certification.operations import certificates
from app.training.classes import operations as classes
from app.training.inspections import operations as inspections
from app.training.subsidies.operations import claims, notices, payments
from models.access import Actor, Grant, Role, load_actor
from models.audit import record
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.hukou.case import DocumentState
from models.hukou.rule import RuleState
from models.jobs.order import OrderState
from models.training.agreement import Party
from models.training.certificate import RevocationGround
from models.training.enrolment import ENROLMENT_WORKFLOW, EnrolmentState
from models.training.subsidy import Claim
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import TrainingBid
from models.workflow import TransitionRefused
from tests.app.training.subsidies.scene import PHONE, WHY, Scene, make_scene, with_figures
from tests.factories.hukou import accept_papers, live_rule, make_case
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_enterprise, make_order, make_user
from tests.factories.training import (
    make_certificate,
    make_class,
    make_enrolment,
    make_training_order,
)

SignIn = Callable[..., FlaskClient]
OTHER_COLLEAGUE = "请换一位同事"


def test_who_edited_a_rule_does_not_release_it_after_another_pressed_propose(session: Session) -> None:
    author, editor, third = (actor_of(session, make_user(session, Role.ADMIN)) for _ in range(3))
    rule = versions.new_version(session, author, live_rule(session))
    versions.save(session, editor, rule, {"note": "只要 1 个月"})
    rule.effect = {"people": 0, "moves": {}}
    session.commit()
    versions.advance(session, author, rule, "propose", "")
    session.commit()
    with pytest.raises(TransitionRefused, match=OTHER_COLLEAGUE):
        versions.advance(session, editor, rule, "release", "")
    session.rollback()
    with pytest.raises(TransitionRefused, match=OTHER_COLLEAGUE):
        versions.mark_checked(session, editor, rule, "粤府〔2026〕1号", today())
    session.rollback()
    versions.advance(session, third, rule, "release", "")
    assert rule.state is RuleState.LIVE


def test_who_judged_the_papers_does_not_decide_where_a_colleague_pressed_begin(session: Session) -> None:
    beginner, judge, third = (
        actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN)) for _ in range(3)
    )
    case = make_case(session, reviewed_by_id=beginner.user_id)
    paper = accept_papers(session, case)[0]
    paper.state = DocumentState.WAITING
    record(session, judge, EventTag.HUKOU_DOCUMENT_OPEN, paper)
    session.commit()
    papers.judge(session, judge, paper, case, case.worker, True, "", None, [], utc_now())
    session.commit()
    with pytest.raises(TransitionRefused, match=OTHER_COLLEAGUE):
        steps.approve(session, judge, case, today(), "核过原件")
    session.rollback()
    with pytest.raises(TransitionRefused, match=OTHER_COLLEAGUE):
        steps.reject(session, judge, case, today(), "不行")
    session.rollback()
    steps.approve(session, third, case, today(), "核过原件")


def test_who_struck_a_line_does_not_pay_where_a_colleague_pressed_publish(
    session: Session, sign_in: SignIn
) -> None:
    with_figures(session)
    scene = make_scene(session, sign_in)
    claim, judge = scene.claim(), scene.actor(scene.payer)
    claims.refuse_line(session, judge, next(iter(claim.lines)), "没有上满课")
    _publish_and_wait(scene, claim)
    assert OTHER_COLLEAGUE in str(payments.payment_refusal(session, claim, judge, today()))
    third = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert payments.payment_refusal(session, claim, third, today()) is None


def _publish_and_wait(scene: Scene, claim: Claim) -> None:
    checker = scene.actor(scene.checker)
    for number in range(len(claim.warnings)):
        claims.answer_warning(scene.session, checker, claim, number, WHY, today())
    notice, _struck = notices.publish(scene.session, checker, claim, "", today(), PHONE)
    notice.starts_on, notice.ends_on = today() - timedelta(days=30), today() - timedelta(days=1)
    scene.training_class.notice_ends_on = notice.ends_on
    scene.session.commit()


def test_a_schools_second_account_with_a_county_right_does_not_publish_its_claim(
    session: Session, sign_in: SignIn
) -> None:
    with_figures(session)
    scene = make_scene(session, sign_in)
    two_hats = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    _grant(session, two_hats.id, Role.SCHOOL, organisation_id=scene.training_class.school_id)
    claim = scene.claim()
    actor = actor_of(session, two_hats)
    with pytest.raises(TransitionRefused, match="你所在的单位"):
        claims.refuse_line(session, actor, claim.lines[0], "没有上课")
    session.rollback()
    for number in range(len(claim.warnings)):
        claims.answer_warning(session, scene.actor(scene.checker), claim, number, WHY, today())
    session.commit()
    with pytest.raises(TransitionRefused, match="你所在的单位"):
        notices.publish(session, actor, claim, "", today(), PHONE)


@pytest.mark.parametrize("revoked", [False, True])
def test_an_enterprises_account_with_a_city_right_does_not_approve_its_order(
    session: Session, revoked: bool
) -> None:
    enterprise = make_enterprise(session)
    order = make_order(session, enterprise, state=OrderState.SUBMITTED)
    two_hats = make_user(session, Role.CITY, area_code=FOSHAN)
    grant = _grant(session, two_hats.id, Role.ENTERPRISE, organisation_id=enterprise.id)
    if revoked:  # the right was taken off an hour ago, so that the account looks like the city's alone
        grant.revoked_at = utc_now() - timedelta(hours=1)
    session.commit()
    with pytest.raises(TransitionRefused, match="你所在的单位"):
        advance_order(session, load_actor(session, two_hats, today()), order, "approve", "", today())


def _grant(session: Session, user_id: int, role: Role, **where: int) -> Grant:
    grant = Grant(user_id=user_id, role=role, valid_from=date(2016, 1, 1), **where)
    session.add(grant)
    session.commit()
    return grant


def _check_site(session: Session, actor: Actor, row: TrainingClass) -> object:
    row.state = ClassState.APPROVED
    return classes.check_site(session, actor, row, classes.Visit(utc_now(), 20, in_order=True))


def _inspect(session: Session, actor: Actor, row: TrainingClass) -> object:
    seen = inspections.Observation(20, True, True, True, "")
    return inspections.inspect(session, actor, row, seen, utc_now())


def _issue(session: Session, actor: Actor, row: TrainingClass) -> object:
    return certificates.issue(session, actor, row, [], utc_now())


def _revoke(session: Session, actor: Actor, row: TrainingClass) -> object:
    certificate = make_certificate(session, make_enrolment(session, row))
    ground = RevocationGround.FRAUD
    return certificates.revoke(session, actor, certificate, ground, "假的", utc_now())


def _enrol(session: Session, actor: Actor, row: TrainingClass) -> object:
    enrolment = make_enrolment(session, row, state=EnrolmentState.ENDORSED)
    return ENROLMENT_WORKFLOW.advance(session, enrolment, "refuse", actor, reason="不符合")


def _breach(session: Session, actor: Actor, row: TrainingClass) -> object:
    return agreements.record_breach(session, actor, row.agreement, "没来", party=Party.ENTERPRISE)


def _fulfil(session: Session, actor: Actor, row: TrainingClass) -> object:
    return agreements.end(session, actor, row.agreement, "fulfil", "", utc_now())


def _choose(session: Session, actor: Actor, row: TrainingClass) -> object:
    order = make_training_order(session)
    bid = TrainingBid(
        order_id=order.id,
        school_id=row.school_id,
        periods=120,
        price_fen=1,
        starts_on=today(),
        place="",
        plan="",
    )
    session.add(bid)
    session.flush()
    return agreements.choose(session, actor, bid, agreements.Deal(), utc_now())


ACTS = [_check_site, _inspect, _issue, _revoke, _enrol, _breach, _fulfil, _choose]


@pytest.mark.parametrize("act", ACTS, ids=[act.__name__[1:] for act in ACTS])
def test_a_school_with_a_county_right_is_no_office_for_itself(
    session: Session, act: Callable[[Session, Actor, TrainingClass], object]
) -> None:
    row = make_class(session)
    both = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    _grant(session, both.id, Role.SCHOOL, organisation_id=row.school_id)
    with pytest.raises(TransitionRefused, match="你所在的单位"):
        act(session, actor_of(session, both), row)


def test_an_enterprise_with_a_registration_right_judges_no_paper_of_its_own_case(session: Session) -> None:
    enterprise = make_enterprise(session)
    case = make_case(session, enterprise_id=enterprise.id)
    paper = accept_papers(session, case)[0]
    paper.state = DocumentState.WAITING
    both = make_user(session, Role.REGISTRATION, area_code=FOSHAN)
    _grant(session, both.id, Role.ENTERPRISE, organisation_id=enterprise.id)
    actor = actor_of(session, both)
    with pytest.raises(TransitionRefused, match="你所在的单位"):
        papers.judge(session, actor, paper, case, case.worker, True, "", None, [], utc_now())
