"""The city verifies by exception: what agrees at once, by a second person; the rest one by one."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.rosters import checks
from models.access import Grant, Role
from models.clock import utc_now
from models.employment.duty import Duty, DutyState
from models.employment.roster import MonthlyRoster, RosterLine, RosterSource, last_day
from models.employment.spell import EvidenceKind, SpellEvidence
from models.placement.placement import Evidence, FollowUp, Outcome
from models.workflow import TransitionRefused
from tests.app.employment.office import (
    LAST,
    Answer,
    Office,
    download,
    make_office,
    place_at_work,
    send,
    told,
)
from tests.factories.people import actor_of, make_worker


def tell(session: Session, sign_in: Answer, office: Office) -> MonthlyRoster:
    client = sign_in(office.clerk)
    client.post(f"{send(client, told(download(client)))}/confirm")
    return session.scalars(select(MonthlyRoster).where(MonthlyRoster.source == RosterSource.ENTERPRISE)).one()


def insure(sign_in: Answer, office: Office, persons: int) -> None:
    rows = [
        {"姓名": worker.name, "身份证号": worker.id_number, "单位": office.firm.name, "缴费基数（元）": 4588}
        for worker in office.people[:persons]
    ]
    client = sign_in(office.city)
    client.post(f"{send(client, rows)}/confirm")


def test_what_agrees_is_listed_and_verified_in_one_confirm(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    roster = tell(session, sign_in, office)
    client = sign_in(office.city)
    page = client.get(f"/employment/checks/{roster.id}").text
    assert all(worker.name in page for worker in office.people)
    seen = checks.weigh(session, roster).fingerprint
    assert client.post(f"/employment/checks/{roster.id}", data={"seen": seen}).status_code == 303
    session.expire_all()
    assert all(line.verified_at for line in session.scalars(select(RosterLine)))
    shown = session.scalars(select(SpellEvidence).where(SpellEvidence.kind == EvidenceKind.ROSTER)).all()
    assert all(one.verified_by_id == office.city.id for one in shown)
    assert {duty.state for duty in session.scalars(select(Duty))} == {DutyState.EMPLOYED}
    assert roster.waiting == 0


def test_nothing_is_verified_that_the_reader_did_not_see(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    roster = tell(session, sign_in, office)
    seen = checks.weigh(session, roster).fingerprint
    session.scalars(select(RosterLine)).first().wage_fen = 999  # type: ignore[union-attr]
    session.commit()
    with pytest.raises(TransitionRefused, match="再看一遍"):
        checks.confirm_agreeing(session, actor_of(session, office.city), roster, seen, utc_now())


def test_who_told_the_month_cannot_verify_it(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    roster = tell(session, sign_in, office)
    session.add(
        Grant(user_id=office.clerk.id, role=Role.CITY, area_code="440600", valid_from=LAST.replace(year=2016))
    )
    session.commit()
    seen = checks.weigh(session, roster).fingerprint
    with pytest.raises(TransitionRefused):
        checks.confirm_agreeing(session, actor_of(session, office.clerk), roster, seen, utc_now())


def test_who_is_not_on_the_insurance_list_is_an_exception(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    roster = tell(session, sign_in, office)
    insure(sign_in, office, 2)
    session.expire_all()
    weighed = checks.weigh(session, roster)
    assert [line.worker_id for line in weighed.agree] == [worker.id for worker in office.people[:2]]
    ((line, reasons),) = weighed.exceptions
    assert line.worker_id == office.people[2].id
    assert reasons == [checks.SAID_INSURED]
    client = sign_in(office.city)
    answer = client.post(f"/employment/checks/lines/{line.id}", data={"verdict": "confirm", "reason": ""})
    assert answer.status_code == 409 or line.verified_at is None
    client.post(f"/employment/checks/lines/{line.id}", data={"verdict": "refuse", "reason": "没找到人"})
    session.expire_all()
    duty = session.scalars(select(Duty).where(Duty.worker_id == line.worker_id)).one()
    assert (duty.state, duty.reason) == (DutyState.COUNTY_TO_VERIFY, "没找到人")


def test_a_roster_answers_the_follow_ups_that_fell_due_and_the_city_verifies_them_along(
    session: Session, sign_in: Answer
) -> None:
    office = make_office(session, persons=0)
    worker = make_worker(session, name="阿妞妞")
    county = actor_of(session, office.county)
    arrived = last_day(LAST) - timedelta(days=100)
    placement = place_at_work(session, county, worker, office.firm, arrived)
    roster = tell(session, sign_in, office)
    session.expire_all()
    rows = {row.months: row for row in session.scalars(select(FollowUp))}
    assert [(rows[n].outcome, rows[n].evidence) for n in (1, 3)] == [(Outcome.EMPLOYED, Evidence.ROSTER)] * 2
    assert rows[6].outcome is None
    assert rows[1].wage_fen == 500_000
    seen = checks.weigh(session, roster).fingerprint
    done = checks.confirm_agreeing(session, actor_of(session, office.city), roster, seen, utc_now())
    assert (done.lines, done.findings, done.kept) == (1, 2, 0)
    assert placement.id
