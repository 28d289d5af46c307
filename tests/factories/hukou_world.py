"""One tenant's hukou rows: an open case with a paper that waits, and a visit that is due."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from models.clock import today
from models.hukou.case import FamilyMember, HukouCase, HukouDocument, HukouFollowUp
from models.hukou.points_list import PointsList, PointsListRow
from models.people.masks import masked_name
from models.people.worker import Worker
from tests.factories.hukou import live_rule


def make_hukou_rows(session: Session, city: str, worker: Worker) -> dict[str, int]:
    """Build the rows of one tenant for ``worker`` in ``city``; returns the ids by kind."""
    rule = live_rule(session, "夫妻/父母子女投靠(随迁)", "")
    case = HukouCase(
        worker_id=worker.id,
        rule_id=rule.id,
        kind=rule.kind,
        county_code=worker.county_code,
        city_code=city,
        active_digest=worker.id_digest,
    )
    session.add(case)
    session.flush()
    paper = HukouDocument(
        worker_id=worker.id,
        case_id=case.id,
        county_code=worker.county_code,
        city_code=city,
        kind="lease",
        media_type="application/pdf",
        size=4,
        digest="d" * 64,
        content=b"%PDF",
    )
    visit = HukouFollowUp(case_id=case.id, days=90, due_on=today() - timedelta(days=1))
    member = FamilyMember(case_id=case.id, relation="子女", name="阿果", birth_date=date(2015, 3, 2))
    published = PointsList(
        rule_id=live_rule(session, "新市民积分入户").id,
        city_code=city,
        published_on=today() - timedelta(days=9),
        ends_on=today() - timedelta(days=1),
    )
    session.add_all([paper, visit, member, published])
    session.flush()
    line = PointsListRow(
        list_id=published.id, rank=1, case_id=case.id, number="LH1", name=masked_name(worker.name), points=60
    )
    session.add(line)
    session.commit()
    return {
        "settlement_case": case.id,
        "settlement_document": paper.id,
        "settlement_follow_up": visit.id,
        "family_member": member.id,
        "points_list": published.id,
    }
