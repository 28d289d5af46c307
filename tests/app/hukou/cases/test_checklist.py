"""Papers count: no approval without them, and what was accepted serves again while it is valid."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.hukou.cases.operations import steps
from app.hukou.rules.operations import versions
from models.access import Actor, Role
from models.clock import today, utc_now
from models.hukou.case import CaseState, DocumentState, HukouCase, HukouDocument
from models.hukou.rule import HukouRule, RuleState
from models.workflow import TransitionRefused
from tests.factories.hukou import MET, accept_papers, live_rule, make_case, worker_with_facts
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


@pytest.fixture
def second(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": DocumentState.WAITING}, "参保证明（社保清单）还没有认定。"),
        ({"state": DocumentState.REFUSED}, "参保证明（社保清单）不认可，要重新交。"),
        ({"state": DocumentState.REPLACED}, "参保证明（社保清单）还没有交。"),
        ({"valid_until": today() - timedelta(days=1)}, "已过期，要交新的。"),
    ],
)
def test_no_approval_while_a_paper_is_missing_unjudged_refused_or_lapsed(
    session: Session, second: Actor, sign_in: SignIn, values: dict[str, object], said: str
) -> None:
    case = make_case(session)
    papers = {paper.kind: paper for paper in accept_papers(session, case)}
    steps.evaluate_again(session, case, today())
    for name, value in values.items():
        setattr(papers["insurance_list"], name, value)
    session.commit()
    with pytest.raises(TransitionRefused) as refusal:
        steps.approve(session, second, case, today(), "")
    assert said in str(refusal.value)
    session.rollback()
    page = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN)).get(f"/hukou/cases/{case.id}")
    assert said in page.text
    assert 'value="approve"' not in page.text
    assert 'href="#paper-insurance_list"' in page.text


def test_one_of_the_papers_that_prove_a_condition_is_enough(session: Session, second: Actor) -> None:
    rule = live_rule(session)
    rule.conditions = {"all": [{"fact": "reside_months", "op": ">=", "value": 60}], "any": []}
    case = make_case(session, worker_with_facts(session, {"reside_months": 70}))
    for paper in accept_papers(session, case):
        if paper.kind == "lease":
            paper.kind = "residence_permit"
    session.commit()
    session.expire_all()
    steps.approve(session, second, case, today(), "")
    assert case.state is CaseState.APPROVED


def test_accepted_papers_serve_again_after_rejection_while_they_are_valid(
    session: Session, county: Actor, second: Actor, sign_in: SignIn
) -> None:
    case = make_case(session)
    papers = {paper.kind: paper for paper in accept_papers(session, case)}
    papers["insurance_list"].valid_until = today() - timedelta(days=1)
    papers["residence_permit"].state = DocumentState.REFUSED
    session.commit()
    steps.reject(session, second, case, today(), "社保不满")
    session.commit()
    again = steps.prescreen(session, county, case.worker, live_rule(session), FOSHAN, today())
    session.commit()
    kinds = {paper.kind: paper.reused_from_id for paper in again.documents}
    assert kinds == {kind: papers[kind].id for kind in ("id_card", "household_book")}
    assert len(case.documents) == 4, "what was decided keeps its papers"
    officer = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    copy = again.documents[0].id
    assert (
        officer.post(f"/hukou/papers/{copy}/open", data={"purpose": "service", "purpose_word": "核对"}).data
        == b"%PDF"
    )
    assert "接着用" in officer.get(f"/hukou/cases/{again.id}").text
    # Withdrawn once more, it serves a third time, still from the first sheet.
    steps.withdraw(session, county, again, "withdraw", today(), "再等等")
    third = steps.prescreen(session, county, case.worker, live_rule(session), FOSHAN, today())
    assert {paper.reused_from_id for paper in third.documents} == set(kinds.values())


def test_a_paper_handed_in_before_there_was_a_case_belongs_to_the_case_that_begins(
    session: Session, county: Actor
) -> None:
    worker = worker_with_facts(session, MET)
    early = HukouDocument(
        worker_id=worker.id,
        county_code=worker.county_code,
        city_code=FOSHAN,
        kind="contract",
        media_type="application/pdf",
        size=4,
        digest="c" * 64,
        content=b"%PDF",
    )
    session.add(early)
    session.commit()
    case = steps.prescreen(session, county, worker, live_rule(session), FOSHAN, today())
    session.commit()
    session.refresh(early)
    assert early.case_id == case.id


# --- a rule that was replaced ---------------------------------------------------------------------------


def replace_rule(session: Session, rule: HukouRule) -> HukouRule:
    """Another version with a harder condition takes the rule's place."""
    author, other = (actor_of(session, make_user(session, Role.ADMIN)) for _n in range(2))
    fresh = versions.new_version(session, author, rule)
    harder = {"all": [{"fact": "sb_months", "op": ">=", "value": 120}], "any": []}
    versions.save(session, author, fresh, {"conditions": harder})
    fresh.effect = {"people": 0}
    versions.advance(session, author, fresh, "propose", "")
    versions.advance(session, other, fresh, "release", "")
    session.commit()
    return fresh


def test_a_case_says_that_its_rule_was_replaced_and_which_one_counts(
    session: Session, sign_in: SignIn
) -> None:
    case = make_case(session)
    page = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert "规则换了" not in page.get(f"/hukou/cases/{case.id}").text
    fresh = replace_rule(session, live_rule(session))
    text = page.get(f"/hukou/cases/{case.id}").text
    assert f"换成了第 {fresh.version_number} 版" in text
    assert "仍按申请时的第 1 版办" in text
    assert "<del>在该市累计缴社保月数不少于 60 个月</del>" in text
    assert "<ins>在该市累计缴社保月数不少于 120 个月</ins>" in text


def test_who_has_not_applied_yet_goes_on_by_the_new_rule(
    session: Session, county: Actor, sign_in: SignIn
) -> None:
    case = steps.prescreen(
        session, county, worker_with_facts(session, MET), live_rule(session), FOSHAN, today()
    )
    steps.confirm_notice(session, county, case, utc_now())
    session.commit()
    fresh = replace_rule(session, live_rule(session))
    with pytest.raises(TransitionRefused, match="不能再按它申请"):
        steps.move(session, county, case, "apply", today())
    session.rollback()
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert "改按新规则预审" in client.get(f"/hukou/cases/{case.id}").text
    assert client.post(f"/hukou/cases/{case.id}/rule").status_code == 303
    session.expire_all()
    row = session.get_one(HukouCase, case.id)
    assert (row.rule_id, row.evaluation["verdict"]) == (fresh.id, "fails")


def test_a_rule_that_ended_without_another_is_told_too(session: Session, sign_in: SignIn) -> None:
    case = make_case(session)
    case.rule.state, case.rule.state_since = RuleState.RETIRED, utc_now()
    session.commit()
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert "停用了，没有新的版本" in client.get(f"/hukou/cases/{case.id}").text
    assert client.post(f"/hukou/cases/{case.id}/rule").status_code == 404
