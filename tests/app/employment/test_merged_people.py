"""Two records that are one person, both with work: one job is one spell, and nothing of it is lost."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake.merging import merge, unmerge
from models.access import Actor, Role
from models.clock import today, utc_now
from models.employment.duty import OPEN_DUTIES, Duty
from models.employment.recording import add_evidence, end_spell
from models.employment.roster import RosterLine
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence
from models.people.worker import Worker
from models.placement.leaving import LeaveReason
from tests.app.employment.office import (
    Answer,
    Office,
    began,
    download,
    make_office,
    place_at_work,
    put_to_work,
    send,
    told,
)
from tests.factories.people import ZHAOJUE, actor_of, make_enterprise, make_user, make_worker


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def confirmed(client: FlaskClient) -> None:
    """The month's sheet out and in, everybody at work."""
    answer = client.post(f"{send(client, told(download(client)))}/confirm")
    assert answer.status_code == 303, answer.text


def spells_of(session: Session, worker: Worker) -> list[EmploymentSpell]:
    session.expire_all()
    rows = select(EmploymentSpell).where(EmploymentSpell.worker_id == worker.id)
    return list(session.scalars(rows.order_by(EmploymentSpell.id)))


def said(session: Session, worker: Worker) -> list[tuple[object, ...]]:
    """All that the register says of somebody's work, with what shows it."""
    return [
        (
            *(one.id, one.began_on, one.ended_on, one.told_wage_fen, one.placement_id, one.evidence_level),
            sorted((row.id, row.kind.value, row.shown_on) for row in one.evidence),
        )
        for one in spells_of(session, worker)
    ]


def test_two_records_with_an_open_spell_at_one_employer_become_one_spell_with_the_evidence_of_both(
    session: Session, county: Actor
) -> None:
    kept, gone = make_worker(session, name="吉克阿牛"), make_worker(session, name="吉克阿牛")
    firm = make_enterprise(session)
    later = put_to_work(session, county, kept, firm, on=began() + timedelta(days=20))
    earlier = put_to_work(session, county, gone, firm, 450_000)
    add_evidence(
        session, earlier, EvidenceKind.WAGE, shown_on=began() + timedelta(days=9), actor=county, today=today()
    )
    session.commit()
    before = said(session, kept), said(session, gone)
    shown = {one.id for one in session.scalars(select(SpellEvidence))}

    undo = merge(session, county, gone, kept, utc_now())
    session.commit()
    (one,) = spells_of(session, kept)
    assert (one.began_on, one.ended_on, one.told_wage_fen) == (began(), None, 450_000)
    assert {row.id for row in one.evidence} == shown
    assert one.evidence_level == EvidenceKind.WAGE.level
    assert spells_of(session, gone) == []
    duties = session.scalars(select(Duty).where(Duty.state.in_(OPEN_DUTIES))).all()
    assert [(duty.worker_id, duty.spell_id) for duty in duties] == [(kept.id, one.id)]

    unmerge(session, county, undo, utc_now())
    session.commit()
    assert (said(session, kept), said(session, gone)) == before
    assert later.id != earlier.id
    waiting = session.scalars(select(Duty.worker_id).where(Duty.state.in_(OPEN_DUTIES))).all()
    assert sorted(waiting) == [kept.id, gone.id]


def test_the_spell_that_an_arrival_began_is_the_one_that_stays(session: Session, county: Actor) -> None:
    kept, gone = make_worker(session, name="吉克阿牛"), make_worker(session, name="吉克阿牛")
    firm = make_enterprise(session)
    put_to_work(session, county, kept, firm)
    placement = place_at_work(session, county, gone, firm, began() + timedelta(days=5))
    merge(session, county, gone, kept, utc_now())
    session.commit()
    (one,) = spells_of(session, kept)
    assert (one.placement_id, one.began_on) == (placement.id, began())


def test_of_two_records_one_at_work_and_one_gone_from_there_both_stay_to_be_settled(
    session: Session, county: Actor
) -> None:
    kept, gone = make_worker(session, name="吉克阿牛"), make_worker(session, name="吉克阿牛")
    firm, other = make_enterprise(session), make_enterprise(session)
    put_to_work(session, county, kept, firm)
    ended = put_to_work(session, county, gone, firm)
    end_spell(session, ended, began() + timedelta(days=30), LeaveReason.FAMILY, actor=county, today=today())
    put_to_work(session, county, gone, other, on=began() + timedelta(days=40))
    merge(session, county, gone, kept, utc_now())
    session.commit()
    assert len(spells_of(session, kept)) == 3


def test_two_records_that_stand_on_one_roster_keep_both_lines_and_count_as_one_spell(
    session: Session, sign_in: Answer
) -> None:
    office: Office = make_office(session, persons=2)
    client = sign_in(office.clerk)
    confirmed(client)
    kept, gone = office.people
    county = office.actor(session, office.county)
    undo = merge(session, county, gone, kept, utc_now())
    session.commit()
    (one,) = spells_of(session, kept)
    rows = session.execute(select(RosterLine.worker_id, RosterLine.spell_id).order_by(RosterLine.id)).all()
    # One person stands once on a roster: the second line stays with the record that went.
    assert sorted(rows) == sorted([(kept.id, one.id), (gone.id, one.id)])
    assert sum(row.kind is EvidenceKind.ROSTER for row in one.evidence) == 2
    # The next sheet of the month names the person once and nothing breaks.
    client = sign_in(office.clerk)
    assert [row["姓名"] for row in download(client)] == [kept.name]
    confirmed(client)
    unmerge(session, county, undo, utc_now())
    session.commit()
    assert [len(spells_of(session, one)) for one in (kept, gone)] == [1, 1]
