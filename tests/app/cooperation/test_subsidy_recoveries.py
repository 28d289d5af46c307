"""Travel and retention subsidies that come back: asked for, noted, left by a second person, in the books."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cooperation.funds import subsidies
from app.workers.intake.merging import merge, unmerge
from models.access import Role
from models.clock import today, utc_now
from models.cooperation.fund import FundAccount, FundItemKind, FundPosting, FundStage, FundStep
from models.cooperation.fund_ledger import drift
from models.cooperation.subsidy_recovery import (
    SubsidyRecovery,
    SubsidyRecoveryGround,
    SubsidyRecoveryState,
)
from models.cooperation.work_subsidy import SubsidyLine, SubsidyList
from models.employment.spell import EmploymentSpell
from models.people.category import CategoryEvidence, PersonCategory
from models.people.worker import Worker
from models.user import User
from models.workflow import TransitionRefused
from tests.app.cooperation import test_subsidies
from tests.app.cooperation.test_subsidies import rule_of, works
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_user

money = test_subsidies.money
pytestmark = pytest.mark.usefixtures("money")


def listed(session: Session, people: int = 1) -> tuple[SubsidyList, list[Worker]]:
    """A list of people who set out this year, by a rule that was compared."""
    clerk, other = (actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE)) for _n in range(2))
    workers = []
    for _n in range(people):
        workers.append(works(session, began=today().replace(month=1, day=1)))
        noted = {"evidence": CategoryEvidence.DOCUMENT, "seen_on": date(2021, 1, 1)}
        session.add(PersonCategory(worker_id=workers[-1].id, category="脱贫户", **noted))
    rule = rule_of()
    rule.entered_by_id = clerk.user_id or 0
    session.add(rule)
    session.flush()
    subsidies.advance_rule(session, other, rule, "compare", utc_now())
    session.commit()
    paper = subsidies.propose(session, clerk, rule, today())
    session.commit()
    return paper, workers


def paid(session: Session, people: int = 1) -> tuple[SubsidyList, list[Worker]]:
    """The same list, paid today by another."""
    paper, workers = listed(session, people)
    payer = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    subsidies.pay(session, payer, paper, subsidies.Paid(today(), "昭财支-1"), today(), utc_now())
    session.commit()
    return paper, workers


def lying(session: Session, stage: FundStage) -> int:
    rows = select(func.sum(FundAccount.balance_fen)).where(FundAccount.stage == stage)
    return int(session.scalar(rows) or 0)


def test_money_comes_back_to_where_it_was_taken_from_and_the_year_is_free_again(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    paper, (person,) = paid(session)
    line = session.scalars(select(SubsidyLine)).one()
    assert (lying(session, FundStage.ITEM), lying(session, FundStage.ACCEPTED)) == (600_00, 400_00)
    client, other = (sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)) for _n in range(2))
    here = f"/cooperation/funds/subsidies/lists/{paper.id}"
    told = {"line": str(line.id), "ground": "not_there", "reason": "村里说没有去"}
    unsaid = client.post(f"{here}/recover", data=told | {"reason": ""})
    assert (unsaid.status_code, session.scalars(select(SubsidyRecovery)).all()) == (200, [])
    assert client.post(f"{here}/recover", data=told | {"line": "999999"}).status_code == 404
    stranger = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert stranger.post(f"{here}/recover", data=told).status_code == 404
    assert client.post(f"{here}/recover", data=told).status_code == 303
    assert "已经在追回了" in client.post(f"{here}/recover", data=told).text
    recovery = session.scalars(select(SubsidyRecovery)).one()
    back = f"/cooperation/funds/subsidies/recoveries/{recovery.id}"
    page = client.get("/cooperation/funds/subsidies/recoveries").text
    assert person.name in page
    assert "要求追回的人不能自己决定不追回" in page
    assert "笔交通、稳岗补贴要追回" in other.get("/").text
    early = {"returned_on": (today() - timedelta(days=1)).isoformat(), "voucher": "回-1"}
    assert "收回的日期不能在它以前" in other.post(f"{back}/return", data=early).text
    day = early | {"returned_on": today().isoformat()}
    assert other.post(f"{back}/return", data=day).status_code == 303
    session.expire_all()
    steps = session.scalars(select(FundPosting.step).order_by(FundPosting.id)).all()
    assert steps[-2:] == [FundStep.SUBSIDY, FundStep.SUBSIDY_BACK]
    assert (lying(session, FundStage.ITEM), lying(session, FundStage.ACCEPTED)) == (1000_00, 0)
    assert drift(session) == []
    assert (recovery.state, recovery.voucher) == (SubsidyRecoveryState.RETURNED, "回-1")
    assert other.post(f"{back}/return", data=day).status_code in (400, 409)
    again = client.post(f"/cooperation/funds/subsidies/rules/{paper.rule_id}/list")
    assert again.status_code == 303, "who gave it back may be listed again"


def test_who_asked_the_money_back_leaves_it_to_another_to_let_it_go(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    paper, _workers = paid(session)
    line = session.scalars(select(SubsidyLine)).one()
    client, other = (sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)) for _n in range(2))
    told = {"line": str(line.id), "ground": "left_early", "reason": "只干了一周"}
    client.post(f"/cooperation/funds/subsidies/lists/{paper.id}/recover", data=told)
    recovery = session.scalars(select(SubsidyRecovery)).one()
    step = f"/cooperation/funds/subsidies/recoveries/{recovery.id}/step"
    waived = {"event": "waive", "reason": "本人已去世"}
    assert "请换一位同事" in client.post(step, data=waived).text
    assert other.post(step, data=waived | {"reason": " "}).status_code == 409
    assert other.post(step, data=waived).status_code == 303
    session.expire_all()
    assert recovery.state is SubsidyRecoveryState.WAIVED
    assert lying(session, FundStage.ACCEPTED) == 400_00
    assert "本人" not in other.get("/cooperation/funds/subsidies/recoveries").text


def test_a_list_says_of_whom_the_ground_fell_away_after_the_payment(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    paper, (stays, moved) = paid(session, 2)
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    here = f"/cooperation/funds/subsidies/lists/{paper.id}"
    assert "依据变了" not in client.get(here).text
    spell = session.scalars(select(EmploymentSpell).where(EmploymentSpell.worker_id == moved.id)).one()
    spell.place_code = ZHAOJUE  # he was at home all the time
    session.commit()
    assert "有 1 人的依据变了" in client.get(here).text
    page = client.get(f"{here}?fallen=1").text
    assert moved.name in page
    assert stays.name not in page


def test_what_one_person_was_paid_under_two_records_is_asked_back_once(session: Session) -> None:
    _paper, (kept, gone) = paid(session, 2)
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    undo = merge(session, actor, gone, kept, utc_now())
    session.commit()
    recovery = session.scalars(select(SubsidyRecovery)).one()
    assert (recovery.ground, recovery.amount_fen) == (SubsidyRecoveryGround.SAME_PERSON, 400_00)
    keys = session.scalars(select(SubsidyLine.payment_key)).all()
    assert sorted(key is None for key in keys) == [False, True]
    unmerge(session, actor, undo, utc_now())
    session.commit()
    assert recovery.state is SubsidyRecoveryState.CANCELLED
    assert None not in session.scalars(select(SubsidyLine.payment_key)).all()


def test_a_list_that_names_one_person_twice_is_not_paid(session: Session) -> None:
    paper, (kept, gone) = listed(session, 2)
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    merge(session, actor, gone, kept, utc_now())
    session.commit()
    with pytest.raises(TransitionRefused, match=r"有 1 人后来查明.*重新列名单"):
        subsidies.pay(session, actor, paper, subsidies.Paid(today(), "1"), today(), utc_now())
    assert session.scalars(select(SubsidyRecovery)).all() == []


def test_rules_lists_and_money_wait_on_the_first_page_of_who_may_act_on_them(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    paper, _workers = listed(session)
    second = rule_of(3)
    second.kind, second.entered_by_id = FundItemKind.RETENTION, paper.rule.entered_by_id
    session.add(second)
    session.commit()
    lister = session.get_one(User, paper.proposed_by_id)
    for user, waits in ((make_user(session, Role.COUNTY, area_code=ZHAOJUE), True), (lister, False)):
        page = sign_in(user).get("/").text
        assert ("份补贴名单等你支付" in page) is waits
        assert ("条补贴标准等你和文件核对" in page) is waits
