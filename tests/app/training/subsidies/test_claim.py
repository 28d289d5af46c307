"""A claim on its way: made once, checked by another, up for its days, paid by a third, and never twice."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.training.subsidies.operations import claims, notices, payments
from models.access import Actor, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.messages.message import Message
from models.people.masks import masked_name
from models.reference.area import Area
from models.reference.calendar import work_calendar
from models.training.subsidy import Claim, ClaimLine, LedgerEntry, Objection, PublicNotice, Scheme
from models.training.training_class import ClassState
from models.workflow import TransitionRefused
from tests.app.training.subsidies.scene import (
    ACCOUNT,
    DAY_FEN,
    DAYS,
    FEE_FEN,
    NOVEMBER,
    PHONE,
    TYPED,
    WHY,
    Scene,
    another_class,
    followed_class,
    make_scene,
    with_figures,
)
from tests.factories.people import ZHAOJUE, make_user, make_worker

PEOPLE, C = 2, ClassState
ONE = FEE_FEN + DAYS * DAY_FEN


def test_a_school_sees_the_sums_and_claims(scene: Scene) -> None:
    path = f"/classes/{scene.training_class.id}"
    page = scene.page(scene.school, path)
    assert "2 天 × 50 元" in page
    assert f"{PEOPLE * ONE // 100:,} 元" in page
    page = scene.post(scene.school, path, **TYPED | {"account_number": "12"})[1]
    assert "账号应是 8 到 30 位数字" in page
    assert scene.post(scene.school, path, **TYPED)[0] == 303
    claim = scene.session.scalars(select(Claim)).one()
    assert (claim.account_number, len(claim.lines), scene.training_class.state) == (
        ACCOUNT.number,
        4,
        C.CLAIMED,
    )
    assert claim.number in scene.page(scene.checker, "")


@pytest.mark.parametrize(
    ("state", "sentence"), [(C.PLACED, "就业跟踪期满以后才能申报"), (C.CLAIMED, "一个班只申报一次")]
)
def test_a_claim_too_early_or_a_second_one_says_the_rule(scene: Scene, state: C, sentence: str) -> None:
    if state is C.CLAIMED:
        scene.claim()
    scene.training_class.state = state
    scene.session.commit()
    status, page = scene.post(scene.school, f"/classes/{scene.training_class.id}", **TYPED)
    assert (status, sentence in page) == (409, True)


def test_another_school_in_the_same_year_gets_the_line_refused_and_no_error(scene: Scene) -> None:
    scene.claim()
    shared, fresh = scene.learners[0].worker, make_worker(scene.session)
    training_class, rows, school = another_class(scene, [shared, fresh])
    other = claims.make(scene.session, scene.actor(school), training_class, ACCOUNT, utc_now())
    scene.session.commit()
    lines = scene.lines(rows[0])
    assert all("每人每年只能领一次" in line.refused for line in lines.values())
    assert [line.payment_key for line in lines.values()] == [None, None]
    assert [line.is_payable for line in other.lines].count(True) == 2
    assert f"{training_class.starts_on.year} 年已经在另一个班" in scene.page(school, f"/{other.id}")


def test_a_claim_of_which_nothing_is_left_is_not_made(scene: Scene) -> None:
    scene.claim()
    training_class, _rows, school = another_class(scene, [scene.learners[0].worker])
    assert "没有一个人符合补贴条件" in scene.page(school, f"/classes/{training_class.id}")
    with pytest.raises(TransitionRefused, match="没有一个人符合"):
        claims.make(scene.session, scene.actor(school), training_class, ACCOUNT, utc_now())


def test_the_index_decides_when_the_look_before_missed_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.claim()
    training_class, rows, school = another_class(scene, [one.worker for one in scene.learners])
    monkeypatch.setattr("app.training.subsidies.facts._taken", lambda *_given: set())
    claims.make(scene.session, scene.actor(school), training_class, ACCOUNT, utc_now())
    scene.session.commit()
    assert all("每人每年只能领一次" in line.refused for line in scene.lines(rows[0]).values())
    keys = scene.session.scalars(
        select(ClaimLine.payment_key).where(ClaimLine.payment_key.is_not(None))
    ).all()
    assert len(keys) == len(set(keys)) == 2 * PEOPLE


def test_questions_are_answered_before_the_list_goes_up(scene: Scene) -> None:
    claim = scene.claim()
    assert [one.rule for one in claim.warnings] == ["employment"]
    page = scene.page(scene.checker, f"/{claim.id}")
    assert "要求 80%" in page
    assert "要问一问的地方" not in scene.page(scene.school, f"/{claim.id}")
    status, page = scene.post(scene.checker, f"/{claim.id}/publish", report="齐全", phone=PHONE)
    assert (status, "还有疑点没有写核实情况" in page) == (409, True)
    assert scene.post(scene.checker, f"/{claim.id}/doubts", number="0", answer=WHY)[0] == 303
    assert scene.post(scene.checker, f"/{claim.id}/doubts", number="x", answer=WHY)[0] == 400
    assert WHY in scene.page(scene.checker, f"/{claim.id}")
    assert scene.post(scene.checker, f"/{claim.id}/publish", report="齐全", phone=PHONE)[0] == 303
    assert scene.training_class.state is C.PUBLISHED


def test_no_name_is_kept_with_the_questions(session: Session, sign_in: Callable) -> None:
    with_figures(session)
    scene = make_scene(session, sign_in, learners=3)
    for one in scene.learners:
        one.worker.phone_digest = "d" * 64
    claim = scene.claim()
    phone = next(one for one in claim.warnings if one.rule == "phone")
    assert (phone.sentence.params, len(phone.enrolment_ids)) == ({"n": 3}, 3)
    names = "、".join(one.worker.name for one in scene.learners)
    assert names in scene.page(scene.checker, f"/{claim.id}")


def test_who_may_not_read_the_learners_sees_masks_and_no_account(scene: Scene) -> None:
    claim, name = scene.claim(), scene.learners[0].worker.name
    page = scene.page(make_user(scene.session, Role.CITY, area_code=claim.city_code), f"/{claim.id}")
    assert masked_name(name) in page
    assert name not in page
    assert ACCOUNT.number[:4] not in page


def test_the_maker_does_not_check_and_the_checker_does_not_pay(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    scene.training_class.claimed_by_id = scene.payer.id
    scene.session.commit()
    form = {"paid_on": str(today()), "voucher": "ZF1"}
    for user in (scene.checker, scene.payer):
        status, page = scene.post(user, f"/{notice.claim_id}/pay", **form)
        assert (status, "请换一位同事" in page) == (409, True)
    scene.training_class.state = C.CLAIMED
    scene.session.commit()
    line = scene.lines()[Scheme.LIVING]
    status, page = scene.post(scene.payer, f"/lines/{line.id}/refuse", reason="不对")
    assert (status, "申报的人不能审核" in page) == (409, True)
    assert scene.post(scene.school, f"/lines/{line.id}/refuse", reason="不对")[0] == 403


def test_a_line_taken_out_frees_the_person_and_comes_back_only_while_free(scene: Scene) -> None:
    claim, line = scene.claim(), scene.lines()[Scheme.TRAINING]
    path = f"/lines/{line.id}"
    assert "请填写" in scene.post(scene.checker, f"{path}/refuse", reason=" ")[1]
    assert scene.post(scene.checker, f"{path}/refuse", reason="照片不是 100% 本人")[0] == 303
    assert "照片不是 100% 本人" in scene.page(scene.school, f"/{claim.id}")
    assert scene.lines()[Scheme.TRAINING].payment_key is None
    assert scene.post(scene.checker, f"{path}/restore")[0] == 303
    assert scene.lines()[Scheme.TRAINING].payment_key
    scene.post(scene.checker, f"{path}/refuse", reason="再查")
    training_class, _rows, school = another_class(scene, [scene.learners[0].worker])
    claims.make(scene.session, scene.actor(school), training_class, ACCOUNT, utc_now())
    scene.session.commit()
    status, page = scene.post(scene.checker, f"{path}/restore")
    assert (status, "由另一个班申报" in page) == (409, True)


def test_what_is_sent_back_is_free_and_keeps_its_number(scene: Scene) -> None:
    claim = scene.claim()
    number = claim.number
    assert scene.post(scene.checker, f"/{claim.id}/send-back", reason="账号不对")[0] == 303
    assert {line.payment_key for line in scene.session.scalars(select(ClaimLine))} == {None}
    assert "上次申报被退回：账号不对" in scene.page(scene.school, f"/classes/{scene.training_class.id}")
    again = scene.claim()
    assert (again.id, again.number, len(again.lines)) == (claim.id, number, 4)
    assert scene.training_class.checked_by_id is None


def test_the_public_list_names_people_township_trade_level_sums_and_a_telephone(scene: Scene) -> None:
    worker = scene.learners[0].worker
    town = scene.session.scalars(select(Area).where(Area.code.like("513431___"))).first()
    worker.name, worker.township_code = "阿布都热合曼·买买提", town.code
    scene.session.commit()
    notice = scene.publish()
    answer = public(scene, notice)
    page = answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert re.fullmatch(r"\d{4}\*{12}[\dX]{2}", notice.rows[0]["id"])
    total = f"{(FEE_FEN + DAYS * DAY_FEN) // 100:,} 元"
    for part in (worker.name, notice.rows[0]["id"], town.name, "焊工", "五级", total, PHONE):
        assert part in page
    assert worker.id_number not in page
    assert worker.id_last4 not in page


def test_what_is_kept_of_a_public_list_is_masked_and_a_person_who_is_forgotten_is_not_named(
    scene: Scene,
) -> None:
    notice = scene.publish()
    worker = scene.learners[0].worker
    assert worker.name not in str(notice.rows)
    assert notice.rows[0]["name"] == masked_name(worker.name)
    worker.erased_at = utc_now()
    scene.session.commit()
    page = public(scene, notice).get_data(as_text=True)
    assert (worker.name in page, masked_name(worker.name) in page) == (False, True)


def public(scene: Scene, notice: PublicNotice) -> Any:
    """The list as anybody sees it."""
    return scene.enter(scene.school).application.test_client().get(f"/training/claims/notice/{notice.token}")


def test_a_list_goes_up_with_a_telephone_and_the_next_one_proposes_it(scene: Scene) -> None:
    claim = scene.claim()
    for number in range(len(claim.warnings)):
        scene.post(scene.checker, f"/{claim.id}/doubts", number=str(number), answer=WHY)
    for phone in ("", "8321"):
        page = scene.post(scene.checker, f"/{claim.id}/publish", report="齐全", phone=phone)[1]
        assert "请填写这一项" in page or "座机带区号" in page
    assert scene.training_class.state is C.CLAIMED
    scene.post(scene.checker, f"/{claim.id}/publish", report="齐全", phone=PHONE)
    training_class, _rows, school = another_class(scene, [make_worker(scene.session, county_code=ZHAOJUE)])
    other = claims.make(scene.session, scene.actor(school), training_class, ACCOUNT, utc_now())
    other.warnings = []
    scene.session.commit()
    assert f'value="{PHONE}"' in scene.page(scene.checker, f"/{other.id}")


def test_the_account_of_a_school_is_remembered_sealed_and_proposed(scene: Scene) -> None:
    scene.claim()
    agreement = scene.training_class.agreement
    people = [make_worker(scene.session, county_code=ZHAOJUE)]
    training_class, _rows = followed_class(scene.session, people, agreement, NOVEMBER)
    page = scene.page(scene.school, f"/classes/{training_class.id}")
    for known in (ACCOUNT.name, ACCOUNT.number, ACCOUNT.bank):
        assert f'value="{known}"' in page
    stranger, _rows, other = another_class(scene, [make_worker(scene.session, county_code=ZHAOJUE)])
    assert ACCOUNT.number not in scene.page(other, f"/classes/{stranger.id}")
    raw = scene.session.execute(text("select account_number from claim")).scalar_one()
    assert ACCOUNT.number.encode() not in raw


def test_the_list_is_up_for_its_working_days_and_then_gone(scene: Scene) -> None:
    notice = scene.publish()
    assert notice.ends_on == work_calendar(scene.session).working_days_after(today(), 5)
    client = scene.enter(scene.checker)
    notice.starts_on, notice.ends_on = today() - timedelta(days=9), today() - timedelta(days=1)
    scene.session.commit()
    page = client.get(f"/training/claims/notice/{notice.token}").get_data(as_text=True)
    assert "公示期已满" in page
    assert notice.rows[0]["id"] not in page
    assert client.get("/training/claims/notice/guessed").status_code == 404


def test_nothing_is_paid_before_the_list_was_up(scene: Scene) -> None:
    notice = scene.publish()
    scene.training_class.notice_over = True  # whatever the row says: the dates decide
    scene.session.commit()
    assert "公示期还没有结束，不能拨付" in scene.page(scene.payer, f"/{notice.claim_id}")
    form = {"paid_on": str(today()), "voucher": "ZF1"}
    status, page = scene.post(scene.payer, f"/{notice.claim_id}/pay", **form)
    assert (status, "公示期还没有结束" in page) == (409, True)
    notice = scene.session.get_one(PublicNotice, notice.id)
    notice.ends_on = today()  # the last day belongs to it
    scene.session.commit()
    assert scene.post(scene.payer, f"/{notice.claim_id}/pay", **form)[0] == 409


def test_an_objection_holds_the_payment_and_an_upheld_one_pulls_the_list(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    path, form = f"/notices/{notice.id}", {"paid_on": str(today()), "voucher": "ZF1"}
    assert scene.post(scene.checker, f"{path}/objections", said="他没来上过课", by_whom="匿名")[0] == 303
    status, page = scene.post(scene.payer, f"/{notice.claim_id}/pay", **form)
    assert (status, "还有异议没有答复" in page) == (409, True)
    objection = scene.session.scalars(select(Objection)).one()
    answer = {"objection": objection.id, "upheld": "1", "answer": "核实属实"}
    assert scene.post(scene.checker, f"{path}/answer", **answer)[0] == 303
    assert (scene.training_class.state, notice.withdrawn_at is not None) == (C.CLAIMED, True)
    assert scene.post(scene.checker, f"{path}/answer", **answer)[0] == 400
    page = scene.enter(scene.checker).get(f"/training/claims/notice/{notice.token}").get_data(as_text=True)
    assert "已经撤下" in page


def test_a_dismissed_objection_leaves_the_list_up(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    objection = notices.record_objection(scene.session, scene.actor(scene.checker), notice, "没来", "")
    notices.answer_objection(scene.session, scene.actor(scene.checker), objection, False, "有考勤", utc_now())
    scene.session.commit()
    form = {"paid_on": str(today()), "voucher": "ZF1"}
    assert scene.post(scene.payer, f"/{notice.claim_id}/pay", **form)[0] == 303


def test_a_page_that_asks_who_may_pay_writes_nothing(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    claim, payer = notice.claim, scene.actor(scene.payer)

    def refusal(actor: Actor, day: date) -> str:
        return str(payments.payment_refusal(scene.session, claim, actor, day) or "")

    assert "公示期还没有结束" in refusal(payer, notice.ends_on)
    assert "请换一位同事" in refusal(scene.actor(scene.checker), today())
    assert refusal(payer, today()) == ""
    notices.record_objection(scene.session, scene.actor(scene.checker), notice, "没来", "")
    scene.session.commit()
    assert "还有异议没有答复" in refusal(payer, today())
    assert not scene.session.dirty
    assert scene.training_class.notice_over is False


def test_a_third_person_pays_and_the_ledger_keeps_it(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    path, form = f"/{notice.claim_id}", {"paid_on": str(notice.ends_on), "voucher": "ZF2026-1"}
    assert "公示到" in scene.post(scene.payer, f"{path}/pay", **form)[1]
    assert scene.post(scene.payer, f"{path}/pay", **form | {"paid_on": str(today())})[0] == 303
    entries = scene.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert (sum(one.amount_fen for one in entries), len(entries)) == (PEOPLE * ONE, 2 * PEOPLE)
    assert {one.payee for one in entries if one.scheme is Scheme.TRAINING} == {ACCOUNT.name}
    assert scene.learners[0].worker.name not in {one.payee for one in entries}
    told = scene.session.scalars(select(Message)).first()
    assert "100 元已经拨付" in told.text
    assert scene.post(scene.payer, f"{path}/pay", **form | {"paid_on": str(today())})[0] == 409
    page = scene.page(scene.checker, "/ledger")
    assert "ZF2026-1" in page
    assert "每月拨付" in page
    assert scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.SUBSIDY_PAY)).one()


def test_the_ledger_cannot_be_changed_even_by_hand(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    payment = payments.Payment(today(), "ZF1")
    payments.pay(scene.session, scene.actor(scene.payer), notice.claim, payment, today())
    scene.session.commit()
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        scene.session.execute(update(LedgerEntry).values(amount_fen=1))
    scene.session.rollback()
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        scene.session.execute(text("DELETE FROM ledger_entry"))
    scene.session.rollback()


def test_the_class_is_archived_after_the_payment(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    payment = payments.Payment(today(), "ZF1")
    payments.pay(scene.session, scene.actor(scene.payer), notice.claim, payment, today())
    scene.session.commit()
    assert "归档" in scene.page(scene.checker, f"/{notice.claim_id}")
    answer = scene.enter(scene.checker).post(
        f"/training/classes/{scene.training_class.id}/advance", data={"event": "archive"}
    )
    scene.session.expire_all()
    assert (answer.status_code, scene.training_class.state) == (303, C.ARCHIVED)
