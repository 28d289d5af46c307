"""A person's settling belongs to him: he gets all of it on request, and it is wiped with him (T20)."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.intake.duplicates import decide
from app.workers.personal_data.operations import erase
from app.workers.personal_data.queries.record import whole_record
from app.workers.personal_data.queries.workbook import as_workbook
from models.access import Role
from models.clock import utc_now
from models.hukou.case import CaseState, FamilyMember, HukouCase, HukouDocument
from models.hukou.fact import EligibilityForecast, PersonFact
from models.people.intake import Duplicate
from models.people.worker import Worker
from models.workflow import TransitionRefused
from tests.factories.hukou import add_fact, live_rule, make_case
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user, make_worker

EXPORTED = ("参保证明", "阿依", "居住证不是本人的", "lease")


def case_of(session: Session, state: CaseState) -> HukouCase:
    """A case with everything in it that speaks of a person, who has no job."""
    worker = make_worker(session, name="吉克木呷")
    digest = worker.id_digest if state is CaseState.REVIEWING else None
    case = make_case(
        session,
        worker,
        state=state,
        decision_reason="居住证不是本人的",
        permit_number="粤佛迁 1",
        active_digest=digest,
        priority_basis="建档立卡户木呷家",
    )
    case.evaluation = {
        "verdict": "meets",
        "on": "2018-03-05",
        "clauses": [{"fact": "sb_months", "known": 70}],
    }
    case.family.append(FamilyMember(relation="配偶", name="阿依", birth_date=date(1990, 1, 1)))
    case.steps[0].reason = "木呷自己来的"
    add_fact(session, worker, "sb_months", 70)
    session.add_all(
        [
            HukouDocument(
                worker_id=worker.id,
                case_id=case.id,
                county_code=ZHAOJUE,
                city_code=FOSHAN,
                kind="lease",
                media_type="application/pdf",
                size=4,
                digest="d",
                content=b"%PDF",
            ),
            EligibilityForecast(
                worker_id=worker.id,
                rule_id=live_rule(session).id,
                county_code=ZHAOJUE,
                city_code=FOSHAN,
                verdict="meets",
                evaluated_on=date(2018, 3, 5),
            ),
        ]
    )
    session.commit()
    return case


def test_the_own_export_has_facts_cases_family_and_papers(session: Session) -> None:
    worker = session.get_one(Worker, case_of(session, CaseState.REJECTED).worker_id)
    whole = whole_record(session, worker, [], [])
    written = json.dumps(whole, ensure_ascii=False, default=str)
    assert all(word in written for word in EXPORTED)
    assert as_workbook(whole).startswith(b"PK")


def test_erasing_wipes_settling_and_leaves_what_is_counted(session: Session) -> None:
    case = case_of(session, CaseState.REJECTED)
    worker = session.get_one(Worker, case.worker_id)
    erase(session, actor_of(session, make_user(session, Role.COUNTY)), worker, "本人要求", utc_now())
    session.commit()
    session.expire_all()
    assert (case.state, case.evaluation) == (CaseState.REJECTED, {"verdict": "meets", "on": "2018-03-05"})
    assert (case.decision_reason, case.permit_number, case.priority_basis, case.family) == ("", "", "", [])
    assert [step.reason for step in case.steps] == [""]
    assert [paper.content for paper in case.documents] == [None]
    for model in (PersonFact, EligibilityForecast):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_nobody_is_erased_in_the_middle_of_an_application_and_a_merge_takes_it_along(
    session: Session,
) -> None:
    case = case_of(session, CaseState.REVIEWING)
    worker = session.get_one(Worker, case.worker_id)
    county = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    with pytest.raises(TransitionRefused, match="落户申请还没办完"):
        erase(session, county, worker, "本人要求", utc_now())
    other = make_worker(session)
    pair = Duplicate(worker_id=worker.id, other_id=other.id, county_code=ZHAOJUE, likelihood=0.9, reasons=[])
    session.add(pair)
    session.commit()
    decide(session, county, pair, True, utc_now(), other.id)
    assert (case.worker_id, case.active_digest) == (other.id, other.id_digest)
    with pytest.raises(TransitionRefused, match="落户申请还没办完"):
        erase(session, county, other, "本人要求", utc_now())


def test_a_record_that_was_merged_away_is_erased_with_its_person(session: Session) -> None:
    kept, gone = make_worker(session), make_worker(session)
    county = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    pair = Duplicate(worker_id=kept.id, other_id=gone.id, county_code=ZHAOJUE, likelihood=0.9, reasons=[])
    session.add(pair)
    session.commit()
    decide(session, county, pair, True, utc_now(), kept.id)
    erase(session, county, kept, "本人要求", utc_now())
    assert (gone.id_number, gone.phone, gone.erased_at is not None) == (None, None, True)
