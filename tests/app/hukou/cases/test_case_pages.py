"""The pages of household registration, as county and officer see them."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.cases.operations.family import Relative, add_family_member
from app.hukou.cases.queries import cases
from app.hukou.rules.operations.forecasts import evaluate_all
from models.access import SYSTEM, Role
from models.audit import AuditEvent
from models.clock import today
from models.hukou.case import CaseState, DocumentState, HukouCase, HukouDocument, HukouFollowUp
from models.hukou.catalogue import FACTS
from models.hukou.fact import PersonFact
from models.placement.placement import Placement
from tests.factories.hukou import MET, accept_papers, live_rule, make_case, worker_with_facts
from tests.factories.people import BUTUO, FOSHAN, GUANGZHOU, ZHAOJUE, make_user

SignIn = Callable[..., FlaskClient]
FREE = "承包地、宅基地、集体收益"


def photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def county(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


@pytest.fixture
def officer(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))


def test_county_finds_who_qualifies_and_begins_a_case(session: Session, county: FlaskClient) -> None:
    worker = worker_with_facts(session, MET, name="吉克阿依")
    evaluate_all(session, today())
    page = county.get("/hukou/chances").text
    assert "吉克阿依" in page
    assert FREE in page
    page = county.get(f"/hukou/people/{worker.id}?city={FOSHAN}").text
    assert "预审提示" in page
    assert "按这条路替他预审" in page
    begun = county.post(
        f"/hukou/people/{worker.id}/begin", data={"rule": live_rule(session).id, "city": FOSHAN}
    )
    assert begun.status_code == 303
    page = county.get(begun.location).text
    assert "念过了，本人知道" in page
    assert "在该市累计缴社保月数不少于 60 个月" in page


def test_another_county_sees_neither_person_nor_case(session: Session, sign_in: SignIn) -> None:
    case = make_case(session)
    other = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert other.get(f"/hukou/cases/{case.id}").status_code == 404
    assert other.get(f"/hukou/people/{case.worker_id}").status_code == 404
    elsewhere = sign_in(make_user(session, Role.REGISTRATION, area_code=GUANGZHOU))
    assert elsewhere.get(f"/hukou/cases/{case.id}").status_code == 404


def test_a_missing_fact_is_told_by_the_county_and_counts_as_hearsay(
    session: Session, county: FlaskClient
) -> None:
    worker = worker_with_facts(session)
    form = {
        "city": FOSHAN,
        "name": "sb_months",
        "value": "很多",
        "as_of": today().isoformat(),
        "source": "本人说的",
    }
    page = county.post(f"/hukou/people/{worker.id}/fact", data=form).text
    assert "请填整数" in page
    assert 'value="很多"' in page
    assert county.post(f"/hukou/people/{worker.id}/fact", data=form | {"value": "60"}).status_code == 303
    fact = session.scalars(select(PersonFact)).one()
    assert (fact.value, fact.evidence) == (60, 1)


def test_a_paper_goes_in_sealed_is_opened_for_a_purpose_and_proves_a_fact(
    session: Session, county: FlaskClient, officer: FlaskClient
) -> None:
    case = make_case(session, worker_with_facts(session, {"rp_months": 70}))
    sent = county.post(
        f"/hukou/cases/{case.id}/papers",
        data={"kind": "insurance_list", "file": (io.BytesIO(photograph()), "社保.jpg")},
    )
    assert sent.status_code == 303
    paper = session.scalars(select(HukouDocument)).one()
    assert officer.post(f"/hukou/papers/{paper.id}/open", data={"purpose": ""}).status_code == 400
    opened = officer.post(
        f"/hukou/papers/{paper.id}/open", data={"purpose": "service", "purpose_word": "核对社保月数"}
    )
    assert opened.data.startswith(b"%PDF-")
    assert opened.headers["Cache-Control"] == "no-store"
    note = session.scalars(select(AuditEvent).where(AuditEvent.tag == "settlement:open_document")).one()
    assert note.details["purpose"] == "service:核对社保月数"
    asked = officer.get(f"/hukou/papers/{paper.id}").text
    assert '<td class="first" data-rank="title">在该市累计缴社保月数' in asked
    assert re.search(
        r'<td data-label="写的是"><input aria-label="在该市累计缴社保月数[^"]*" class="form-control"', asked
    )
    judged = officer.post(
        f"/hukou/papers/{paper.id}",
        data={
            "decision": "yes",
            "as_of": today().isoformat(),
            "facts-0-name": "sb_months",
            "facts-0-value": "66",
            "facts-0-growing": "y",
        },
    )
    assert judged.status_code == 303
    session.expire_all()
    assert session.get_one(HukouDocument, paper.id).state is DocumentState.ACCEPTED
    assert session.get_one(HukouCase, case.id).evaluation["verdict"] == "meets"


def test_a_file_that_is_no_paper_is_refused_with_a_sentence(session: Session, county: FlaskClient) -> None:
    case = make_case(session)
    page = county.post(
        f"/hukou/cases/{case.id}/papers",
        data={"kind": "lease", "file": (io.BytesIO(b"<svg onload=alert(1)></svg>"), "租房.jpg")},
    )
    assert page.status_code == 200
    assert "只收照片（JPG、PNG）或 PDF" in page.text
    assert session.scalars(select(HukouDocument)).all() == []


def test_a_paper_is_opened_by_the_judge_before_it_is_judged(
    session: Session, county: FlaskClient, officer: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    case = make_case(session)
    file = {"file": (io.BytesIO(photograph()), "社保.jpg")}
    county.post(f"/hukou/cases/{case.id}/papers", data=PAPER | file)
    document = session.scalars(select(HukouDocument)).one()
    page = officer.get(f"/hukou/papers/{document.id}").text
    assert re.search(r"<button [^>]*disabled data-after-opening[^>]*>保存认定", page)
    assert "先打开看，再认定" in page
    refused = officer.post(f"/hukou/papers/{document.id}", data=JUDGED)
    assert (refused.status_code, "先打开看，再认定" in refused.text) == (409, True)
    colleague = sign_in(make_user(session, Role.REGISTRATION, area_code=case.city_code))
    colleague.post(f"/hukou/papers/{document.id}/open", data={"purpose": "service", "purpose_word": "看看"})
    assert officer.post(f"/hukou/papers/{document.id}", data=JUDGED).status_code == 409
    officer.post(f"/hukou/papers/{document.id}/open", data={"purpose": "service", "purpose_word": "核对"})
    assert "data-after-opening" not in officer.get(f"/hukou/papers/{document.id}").text
    assert officer.post(f"/hukou/papers/{document.id}", data=JUDGED).status_code == 303


def test_a_refused_paper_says_why(session: Session, county: FlaskClient, officer: FlaskClient) -> None:
    case = make_case(session)
    county.post(
        f"/hukou/cases/{case.id}/papers",
        data={"kind": "lease", "file": (io.BytesIO(photograph()), "租房.jpg")},
    )
    paper = session.scalars(select(HukouDocument)).one()
    officer.post(f"/hukou/papers/{paper.id}/open", data={"purpose": "service", "purpose_word": "核对"})
    assert officer.post(f"/hukou/papers/{paper.id}", data={"decision": "no"}).status_code == 409
    officer.post(f"/hukou/papers/{paper.id}", data={"decision": "no", "reason": "没有盖备案章"})
    assert "没有盖备案章" in county.get(f"/hukou/cases/{case.id}").text


def test_officers_work_through_their_desk(session: Session, officer: FlaskClient, sign_in: SignIn) -> None:
    case = make_case(session, state=CaseState.APPLIED, number="LH44062026000001")
    accept_papers(session, case)
    assert "LH44062026000001" in officer.get("/hukou/desk").text
    for event in ("accept", "review"):
        done = officer.post(f"/hukou/cases/{case.id}/advance", data={"event": event})
        assert done.status_code == 303
    refused = officer.post(f"/hukou/cases/{case.id}/decide", data={"event": "approve"})
    assert refused.status_code == 409
    assert "不能自己决定" in refused.text
    second = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    decided = second.post(
        f"/hukou/cases/{case.id}/decide", data={"event": "reject", "reason": "居住证是别人的"}
    )
    assert decided.status_code == 303
    page = second.get(f"/hukou/cases/{case.id}").text
    assert "居住证是别人的" in page
    assert "行政复议" in page


def test_an_enterprise_vouches_for_its_own_people_and_for_nobody_else(
    session: Session, sign_in: SignIn
) -> None:
    worker, stranger = worker_with_facts(session), worker_with_facts(session)
    rows = {row.worker_id: row for row in session.scalars(select(Placement))}
    own, other = rows[worker.id], rows[stranger.id]
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=own.enterprise_id))
    page = client.get("/hukou/proofs").text
    assert worker.name in page
    form = {
        "name": "sb_months",
        "value": "14",
        "as_of": today().isoformat(),
        "growing": "y",
        "source": "缴费表",
    }
    assert client.post(f"/hukou/proofs/{own.id}", data=form).status_code == 303
    assert "在该市累计缴社保月数：14 个月" in client.get(f"/hukou/proofs/{own.id}").text
    assert client.get(f"/hukou/proofs/{other.id}").status_code == 404
    own.consent_withdrawn_at = own.consented_at
    session.commit()
    assert client.get(f"/hukou/proofs/{own.id}").status_code == 404


def test_people_to_vouch_for_stand_page_by_page(
    session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "PEOPLE", 1)
    first = worker_with_facts(session)
    place = session.scalars(select(Placement).where(Placement.worker_id == first.id)).one()
    second = worker_with_facts(session)
    beside = session.scalars(select(Placement).where(Placement.worker_id == second.id)).one()
    beside.enterprise_id = place.enterprise_id
    session.commit()
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=place.enterprise_id))
    page = client.get("/hukou/proofs").text
    assert f"/hukou/proofs/{place.id}" in page
    assert f"/hukou/proofs/{beside.id}" not in page
    assert f"/hukou/proofs?after={place.id}" in page
    page = client.get(f"/hukou/proofs?after={place.id}").text
    assert f"/hukou/proofs/{beside.id}" in page
    assert "下一页" not in page


def test_figures_count_a_person_once_and_the_unknown_as_unknown(
    session: Session, county: FlaskClient
) -> None:
    case = make_case(session, state=CaseState.REGISTERED, active_digest=None)
    session.add(HukouFollowUp(case_id=case.id, days=90, due_on=today()))
    session.commit()
    page = county.get("/hukou/figures").text
    assert "稳定居住就业" in page
    assert "满 90 天" in page


def test_an_enterprise_does_not_enter_the_county_pages(session: Session, sign_in: SignIn) -> None:
    case = make_case(session)
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=None))
    assert client.get(f"/hukou/cases/{case.id}").status_code == 403


CHILD = {"relation": "子女", "name": "吉克小花", "birth_date": "2015-03-02", "needs_school": "1"}


def test_a_family_member_is_added_and_audited_without_the_name(session: Session, county: FlaskClient) -> None:
    case = make_case(session)
    assert county.post(f"/hukou/cases/{case.id}/family", data=CHILD).status_code == 303
    session.expire_all()
    assert [(member.name, member.needs_school) for member in case.family] == [("吉克小花", True)]
    added = session.scalars(select(AuditEvent).where(AuditEvent.tag == "settlement:add_family")).one()
    assert added.subject == f"settlement_case:{case.id}"
    assert added.details == {"worker": case.worker_id}


@pytest.mark.parametrize("state", [CaseState.REGISTERED, CaseState.REJECTED, CaseState.WITHDRAWN])
def test_nobody_joins_a_case_that_is_over(session: Session, county: FlaskClient, state: CaseState) -> None:
    case = make_case(session, state=state, active_digest=None)
    refused = county.post(f"/hukou/cases/{case.id}/family", data=CHILD, follow_redirects=True)
    session.expire_all()
    assert case.family == []
    assert "已经办完或撤回，不能再加家人" in refused.text
    assert "settlement:add_family" not in session.scalars(select(AuditEvent.tag)).all()


def test_a_family_member_does_not_undo_what_is_not_written_yet(session: Session) -> None:
    """The lock reads the case anew: changes of the same transaction were lost by it."""
    case = make_case(session)
    session.commit()
    case.priority_basis = "建档立卡"
    child = Relative("子女", "吉克小花", date(2019, 9, 1), needs_school=True)
    add_family_member(session, SYSTEM, case, child, today())
    session.commit()
    session.expire_all()
    assert case.priority_basis == "建档立卡"


PAPER = {"kind": "lease"}
JUDGED = {"decision": "no", "reason": "没有盖备案章"}
PRIORITY = "建档立卡户"
ENDS = [CaseState.REGISTERED, CaseState.REJECTED, CaseState.WITHDRAWN]


def told(session: Session, case: HukouCase) -> list[str]:
    """What the audit says was done to a case or its papers."""
    session.expire_all()
    return list(
        session.scalars(
            select(AuditEvent.tag).where(AuditEvent.tag.like("settlement%")).order_by(AuditEvent.id)
        )
    )


@pytest.mark.parametrize("state", ENDS)
def test_a_case_that_is_over_is_not_served_earlier(
    session: Session, county: FlaskClient, state: CaseState
) -> None:
    case = make_case(session, state=state, active_digest=None)
    refused = county.post(f"/hukou/cases/{case.id}/priority", data={"basis": PRIORITY}, follow_redirects=True)
    assert "已经办完或撤回，不用再标优先" in refused.text
    assert (told(session, case), case.priority_basis) == ([], "")


@pytest.mark.parametrize("state", ENDS)
def test_the_notice_is_not_read_for_a_case_that_is_over(
    session: Session, county: FlaskClient, state: CaseState
) -> None:
    case = make_case(session, state=state, active_digest=None, notice_read_at=None)
    refused = county.post(f"/hukou/cases/{case.id}/notice", follow_redirects=True)
    assert "已经办完或撤回，不用再确认" in refused.text
    assert (told(session, case), case.notice_read_at) == ([], None)


@pytest.mark.parametrize("state", ENDS)
def test_no_paper_is_handed_in_for_a_case_that_is_over(
    session: Session, county: FlaskClient, state: CaseState
) -> None:
    case = make_case(session, state=state, active_digest=None)
    file = {"file": (io.BytesIO(photograph()), "社保.jpg")}
    refused = county.post(f"/hukou/cases/{case.id}/papers", data=PAPER | file, follow_redirects=True)
    assert "已经办完或撤回，不能再交材料" in refused.text
    assert (told(session, case), session.scalar(select(HukouDocument))) == ([], None)


@pytest.mark.parametrize("state", ENDS)
def test_a_paper_of_a_case_that_is_over_is_not_judged_and_the_answer_stays(
    session: Session, county: FlaskClient, officer: FlaskClient, state: CaseState
) -> None:
    case = make_case(session)
    file = {"file": (io.BytesIO(photograph()), "社保.jpg")}
    county.post(f"/hukou/cases/{case.id}/papers", data=PAPER | file)
    case.state, case.active_digest, before = state, None, case.evaluation
    session.commit()
    document = session.scalars(select(HukouDocument)).one()
    page = officer.get(f"/hukou/papers/{document.id}")
    assert "这件落户申请已经办完或撤回，材料不用再认定" in page.text
    assert 'name="decision"' not in page.text
    refused = officer.post(f"/hukou/papers/{document.id}", data=JUDGED, follow_redirects=True)
    assert "已经办完或撤回，材料不用再认定" in refused.text
    assert told(session, case) == ["settlement:add_document"]
    assert (document.state, case.evaluation) == (DocumentState.WAITING, before)


def test_a_waiting_paper_is_judged_for_the_case_that_came_after(
    session: Session, county: FlaskClient, officer: FlaskClient
) -> None:
    first = make_case(session)
    file = {"file": (io.BytesIO(photograph()), "社保.jpg")}
    county.post(f"/hukou/cases/{first.id}/papers", data=PAPER | file)
    first.state, first.active_digest, before = CaseState.WITHDRAWN, None, first.evaluation
    session.commit()
    second = make_case(session, first.worker, evaluation={})
    document = session.scalars(select(HukouDocument)).one()
    officer.post(f"/hukou/papers/{document.id}/open", data={"purpose": "service", "purpose_word": "核对"})
    assert officer.post(f"/hukou/papers/{document.id}", data=JUDGED).status_code == 303
    session.expire_all()
    assert document.state is DocumentState.REFUSED
    assert (first.evaluation, bool(second.evaluation)) == (before, True)


@pytest.mark.parametrize("state", ENDS)
def test_the_page_of_a_case_that_is_over_says_why_nothing_can_be_added(
    session: Session, county: FlaskClient, state: CaseState
) -> None:
    case = make_case(session, state=state, active_digest=None, notice_read_at=None)
    page = county.get(f"/hukou/cases/{case.id}").text
    assert page.count("这件落户申请已经办完或撤回") == 4
    assert len(re.findall(r'<button class="btn btn-quiet" disabled', page)) == 4
    assert f"/hukou/cases/{case.id}/notice" not in page


@pytest.mark.parametrize(
    ("days_ago", "said"), [(10, "有效（待核，以证上写的为准）"), (40, "有效（待核"), (41, "已过期，请重新办")]
)
def test_a_permit_to_move_in_waits_forty_days(
    session: Session, county: FlaskClient, days_ago: int, said: str
) -> None:
    issued = today() - timedelta(days=days_ago)
    case = make_case(session, state=CaseState.PERMITTED, permit_number="准迁1", permitted_on=issued)
    assert said in county.get(f"/hukou/cases/{case.id}").text


@pytest.mark.parametrize(("days_ago", "told"), [(25, False), (26, True), (60, True)])
def test_the_county_is_told_of_permits_about_to_lapse(
    session: Session, county: FlaskClient, days_ago: int, told: bool
) -> None:
    issued = today() - timedelta(days=days_ago)
    make_case(session, state=CaseState.PERMITTED, permit_number="准迁1", permitted_on=issued)
    assert ("张准迁证快要过期" in county.get("/").text) is told


def test_a_permit_that_was_used_lapses_no_more(session: Session) -> None:
    case = make_case(session, state=CaseState.MOVED_OUT, permitted_on=today() - timedelta(days=90))
    assert case.permit_ends_on is None


def test_leases_are_filed_with_the_housing_authority() -> None:
    step = FACTS["housing"].step
    assert "居委会" not in step
    assert "房产管理部门" in step
    assert "待核" in step
