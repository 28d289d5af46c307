"""The receiving city verifies who is employed, the home county who is not (人社部发〔2016〕119号)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.duties import operations, queries
from models.access import Role
from models.clock import today, utc_now
from models.employment.duty import Duty, DutyState
from models.employment.recording import end_spell, reopen_spell
from models.placement.leaving import LeaveReason
from models.reference.deadline import OWN_DAYS, DeadlineName
from models.workflow import TransitionRefused
from tests.app.employment.office import Answer, make_office, put_to_work
from tests.factories.people import actor_of, make_user, make_worker

DUTY_DAYS = OWN_DAYS[DeadlineName.DUTY]

S = DutyState


def duties(session: Session) -> list[Duty]:
    session.expire_all()
    return list(session.scalars(select(Duty).order_by(Duty.id)))


def test_work_told_by_the_county_waits_for_the_city_with_a_deadline(session: Session) -> None:
    make_office(session, persons=1)
    (duty,) = duties(session)
    assert (duty.state, duty.due_on) == (
        S.CITY_TO_VERIFY,
        today() + timedelta(days=DUTY_DAYS),
    )


def test_work_told_by_the_city_itself_waits_for_nobody(session: Session) -> None:
    office = make_office(session, persons=0)
    put_to_work(session, actor_of(session, office.city), make_worker(session), office.firm)
    assert duties(session) == []


def test_leaving_told_by_the_enterprise_moves_the_duty_to_the_county(session: Session) -> None:
    office = make_office(session, persons=1)
    clerk = actor_of(session, office.clerk)
    end_spell(session, office.spells[0], today(), LeaveReason.PAY, actor=clerk, today=today())
    first, second = duties(session)
    assert (first.state, second.state) == (S.LAPSED, S.COUNTY_TO_VERIFY)
    reopen_spell(session, office.spells[0], "写错了", actor=clerk)
    assert {duty.state for duty in duties(session)} == {S.LAPSED}


def test_a_refusal_takes_a_reason_and_is_the_other_ends_turn(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=1)
    (duty,) = duties(session)
    city, county = actor_of(session, office.city), actor_of(session, office.county)
    with pytest.raises(TransitionRefused):
        operations.advance(session, city, duty, "refuse_employed", " ", utc_now())
    operations.advance(session, city, duty, "refuse_employed", "厂里没有这个人", utc_now())
    assert (duty.state, duty.reason, duty.turns) == (S.COUNTY_TO_VERIFY, "厂里没有这个人", 1)
    with pytest.raises(PermissionError):
        operations.advance(session, city, duty, "verify_not_employed", "", utc_now())
    operations.advance(session, county, duty, "refuse_not_employed", "本人说还在", utc_now())
    operations.advance(session, city, duty, "verify_employed", "", utc_now())
    assert (duty.state, duty.active_worker_id) == (S.EMPLOYED, None)


def test_both_first_pages_name_what_is_due_first(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=2)
    late = duties(session)[1]
    late.due_on = today() - timedelta(days=3)
    session.commit()
    page = sign_in(office.city).get("/").text
    assert "人等你核实在岗" in page
    assert "已超期 3 天" in page
    assert f"最急的一位：{late.worker.name}" in page
    rows, _next = queries.waiting_page(session, actor_of(session, office.city), S.CITY_TO_VERIFY, "")
    assert [row.id for row in rows] == [late.id, duties(session)[0].id]
    assert "人等你核实不在岗" not in sign_in(office.county).get("/").text


def test_the_ticked_are_verified_at_once_and_another_citys_are_not_there(
    session: Session, sign_in: Answer
) -> None:
    office = make_office(session, persons=2)
    other = make_user(session, Role.CITY, area_code="440100")
    ids = [duty.id for duty in duties(session)]
    form = {"event": "verify_employed", "ids": ids}
    sign_in(other).post("/employment/duties", data=form)
    assert {duty.state for duty in duties(session)} == {S.CITY_TO_VERIFY}
    sign_in(office.city).post("/employment/duties", data=form)
    assert {duty.state for duty in duties(session)} == {S.EMPLOYED}
