"""What was true when money was asked for is asked again before it is published, filed and paid; what was paid
and fell away comes back through the ledger."""

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from app.training.certification.operations import certificates
from app.training.subsidies.operations import notices, payments
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.training import recovery
from models.training.certificate import Certificate, RevocationGround
from models.training.lesson import Attendance, Presence
from models.training.recovery import Recovery, RecoveryGround, RecoveryState
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import Claim, LedgerEntry, Scheme
from models.training.training_class import ClassState
from models.workflow import TransitionRefused
from tests.app.training.subsidies.scene import ACCOUNT, FEE_FEN, PHONE, WHY, Scene, another_class
from tests.factories.people import ZHAOJUE, make_worker

T, L = Scheme.TRAINING, Scheme.LIVING


def revoke(scene: Scene, ground: RevocationGround = RevocationGround.ERROR) -> int:
    """Revoke the first learner's certificate; how many sums are asked back."""
    learner = scene.learners[0].id
    row = scene.session.scalars(select(Certificate).where(Certificate.enrolment_id == learner)).one()
    sums = certificates.revoke(scene.session, scene.actor(scene.checker), row, ground, "冒名顶替", utc_now())
    scene.session.commit()
    return sums


def merge_away(scene: Scene) -> None:
    scene.learners[0].worker.merged_into_id = make_worker(scene.session).id
    scene.session.commit()


def erase(scene: Scene) -> None:
    scene.learners[0].worker.erased_at = utc_now()
    scene.session.commit()


def mark_absent(scene: Scene) -> None:
    """A corrected roll: the first learner was there on one day less."""
    mine = select(Attendance).where(Attendance.enrolment_id == scene.learners[0].id)
    scene.session.scalars(mine.order_by(Attendance.id)).first().presence = Presence.ABSENT
    scene.session.commit()


def fee(scene: Scene) -> TrainingStandard:
    fees = select(TrainingStandard).where(
        TrainingStandard.name == StandardName.TRAINING_FEE, TrainingStandard.area_code == ZHAOJUE
    )
    return scene.session.scalars(fees).one()


def lower_fee(scene: Scene) -> None:
    fee(scene).value = FEE_FEN - 10_000
    scene.session.commit()


def end_standard(scene: Scene) -> None:
    fee(scene).valid_to = today() - timedelta(days=700)
    scene.session.commit()


CHANGES: list[tuple[Callable[[Scene], object], Scheme, str]] = [
    (revoke, T, "没有有效的证书"),
    (merge_away, L, "已并入另一条"),
    (erase, L, "资料已经清除"),
    (mark_absent, L, "不到 80%"),
    (lower_fee, T, "按现在的考勤和标准是"),
    (end_standard, T, "没有登记培训补贴标准"),
]
IDS = [change.__name__ for change, _scheme, _sentence in CHANGES]


@pytest.mark.parametrize(("change", "scheme", "sentence"), CHANGES, ids=IDS)
def test_what_changed_after_the_claim_is_not_paid(
    scene: Scene, change: Callable[[Scene], object], scheme: Scheme, sentence: str
) -> None:
    notice = scene.publish(days_ago=40)
    path = f"/{notice.claim_id}"
    change(scene)
    page = scene.page(scene.payer, path)
    assert "已不成立" in page
    assert sentence in page
    paid = {"paid_on": today().isoformat(), "voucher": "V1"}
    assert scene.post(scene.payer, f"{path}/pay", **paid)[0] == 303
    assert scene.training_class.state is ClassState.PUBLISHED
    line = scene.lines()[scheme]
    assert sentence in str(line.refusal)
    assert line.payment_key is None
    scene.post(scene.payer, f"{path}/pay", **paid)
    assert scene.training_class.state is ClassState.PAID
    paid_lines = set(scene.session.scalars(select(LedgerEntry.line_id)))
    assert line.id not in paid_lines
    assert paid_lines
    noted = select(AuditEvent).where(AuditEvent.tag == EventTag.CLAIM_LINE_REFUSE)
    assert any(event.details["event"] == "fallen" for event in scene.session.scalars(noted))


def test_a_certificate_revoked_after_the_claim_is_not_published(scene: Scene) -> None:
    claim = scene.claim()
    for number in range(len(claim.warnings)):
        scene.post(scene.checker, f"/{claim.id}/doubts", number=str(number), answer=WHY)
    revoke(scene)
    assert scene.post(scene.checker, f"/{claim.id}/publish", report="材料齐全", phone=PHONE)[0] == 303
    rows = notices.current_notice(scene.session, claim).rows
    assert [row["training"] for row in rows] == [0, FEE_FEN]
    assert "没有有效的证书" in scene.page(scene.checker, f"/{claim.id}")


def test_the_payment_file_holds_only_what_still_holds_and_names_the_rest(scene: Scene) -> None:
    notice = scene.publish(days_ago=40)
    revoke(scene)
    answer = scene.enter(scene.payer).post(
        f"{scene.root}/{notice.claim_id}/payment-file", data={"purpose": "service", "purpose_word": "拨付"}
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert [cell.value for cell in book["拨给学校"][2]][3] == FEE_FEN / 100
    struck = [cell.value for cell in book["公示后剔除"][2]]
    assert struck[0] == scene.learners[0].worker.name
    assert "没有有效的证书" in struck[4]
    scene.session.expire_all()
    assert scene.lines()[T].refusal is not None


def test_no_payment_file_leaves_before_the_list_was_up_for_its_days(scene: Scene) -> None:
    notice = scene.publish()
    status, _page = scene.post(scene.payer, f"/{notice.claim_id}/payment-file", purpose="payment")
    assert status == 409


def test_the_operation_itself_pays_no_line_that_does_not_hold(scene: Scene) -> None:
    notice = scene.publish(days_ago=40)
    revoke(scene)
    with pytest.raises(TransitionRefused, match="没有有效的证书"):
        payments.pay(
            scene.session,
            scene.actor(scene.payer),
            notice.claim,
            payments.Payment(today(), "V1"),
            today(),
        )


def test_a_line_taken_out_is_not_put_back_against_a_rule(scene: Scene) -> None:
    scene.claim()
    line = scene.lines()[T]
    assert scene.post(scene.checker, f"/lines/{line.id}/refuse", reason="先查一查")[0] == 303
    revoke(scene)
    status, _page = scene.post(scene.checker, f"/lines/{line.id}/restore")
    assert status == 409
    assert scene.lines()[T].refused_by_id is not None


def test_an_account_that_another_school_gives_later_is_asked_about_before_the_list_and_the_payment(
    scene: Scene,
) -> None:
    claim = scene.claim()
    training_class, _rows, school = another_class(scene, [make_worker(scene.session)])
    typed = {"account_name": "别校", "account_number": ACCOUNT.number, "bank_name": ACCOUNT.bank}
    assert scene.post(school, f"/classes/{training_class.id}", **typed)[0] == 303
    for number in range(len(claim.warnings)):
        scene.post(scene.checker, f"/{claim.id}/doubts", number=str(number), answer=WHY)
    scene.post(scene.checker, f"/{claim.id}/publish", report="材料齐全", phone=PHONE)
    assert scene.training_class.state is ClassState.CLAIMED
    page = scene.page(scene.checker, f"/{claim.id}")
    assert "收款账号和另一家学校申报时填的一样" in page


def test_an_account_that_turns_up_twice_while_the_list_is_up_stops_the_payment(scene: Scene) -> None:
    notice = scene.publish(days_ago=40)
    training_class, _rows, school = another_class(scene, [make_worker(scene.session)])
    typed = {"account_name": "别校", "account_number": ACCOUNT.number, "bank_name": ACCOUNT.bank}
    scene.post(school, f"/classes/{training_class.id}", **typed)
    assert "收款账号后来另一家学校也用来申报了" in scene.page(scene.payer, f"/{notice.claim_id}")
    paid = {"paid_on": today().isoformat(), "voucher": "V1"}
    assert scene.post(scene.payer, f"/{notice.claim_id}/pay", **paid)[0] == 409


# --- recoveries -----------------------------------------------------------------------------------------


@pytest.fixture
def paid(scene: Scene) -> Claim:
    notice = scene.publish(days_ago=40)
    day = today() - timedelta(days=2)
    payments.pay(scene.session, scene.actor(scene.payer), notice.claim, payments.Payment(day, "V1"), today())
    scene.session.commit()
    return notice.claim


@pytest.mark.parametrize(
    ("ground", "schemes"),
    [(RevocationGround.ERROR, [T]), (RevocationGround.REQUEST, [T]), (RevocationGround.FRAUD, [L, T])],
)
def test_a_revocation_after_the_payment_is_a_task_for_whoever_recovers(
    scene: Scene, paid: Claim, ground: RevocationGround, schemes: list[Scheme]
) -> None:
    assert revoke(scene, ground) == len(schemes)
    asked = scene.session.scalars(select(Recovery)).all()
    assert sorted(one.scheme for one in asked) == sorted(schemes)
    assert {one.ground for one in asked} == {RecoveryGround.REVOKED}
    home = scene.enter(scene.payer).get("/").text
    assert "笔补贴要追回" in home
    page = scene.page(scene.payer, "/recoveries")
    assert "冒名顶替" in page
    assert scene.learners[0].worker.name in page
    assert "已经拨付的钱要追回" in scene.page(scene.payer, f"/{paid.id}")


def test_money_that_comes_back_is_a_second_negative_entry_and_frees_the_year(
    scene: Scene, paid: Claim
) -> None:
    revoke(scene)
    one = scene.session.scalars(select(Recovery)).one()
    before = scene.session.scalar(select(func.sum(LedgerEntry.amount_fen)))
    path = f"/recoveries/{one.id}/return"
    ahead = (today() + timedelta(days=1)).isoformat()
    assert scene.post(scene.payer, path, paid_on=ahead, voucher="R1")[0] == 200
    early = (today() - timedelta(days=3)).isoformat()
    assert "收回的日期不能在它以前" in scene.post(scene.payer, path, paid_on=early, voucher="R1")[1]
    assert scene.post(scene.payer, path, paid_on=today().isoformat(), voucher="R1")[0] == 303
    assert one.state is RecoveryState.RETURNED
    entry = scene.session.get_one(LedgerEntry, one.entry_id)
    assert (entry.amount_fen, entry.voucher, entry.paid_on) == (-FEE_FEN, "R1", today())
    assert scene.session.scalar(select(func.sum(LedgerEntry.amount_fen))) == before - FEE_FEN
    assert scene.lines()[T].payment_key is None
    assert "收回" in scene.page(scene.payer, "/ledger")
    assert scene.post(scene.payer, path, paid_on=today().isoformat(), voucher="R2")[0] == 409


def test_money_may_be_left_with_a_reason_and_a_line_is_asked_back_once(scene: Scene, paid: Claim) -> None:
    revoke(scene)
    one = scene.session.scalars(select(Recovery)).one()
    path = f"/recoveries/{one.id}/state"
    assert scene.post(scene.payer, path, event="waive", reason="")[0] == 409
    status, page = scene.post(scene.checker, path, event="waive", reason="本人已去世")
    assert (status, "要求追回的人不能自己决定不追回" in page) == (409, True)
    assert scene.post(scene.payer, path, event="waive", reason="本人已去世")[0] == 303
    assert one.state is RecoveryState.WAIVED
    assert "本人已去世" in scene.page(scene.checker, "/recoveries?state=waived")
    assert "笔补贴要追回" not in scene.enter(scene.payer).get("/").text


def test_nothing_is_asked_back_that_was_not_paid(scene: Scene) -> None:
    scene.publish()
    assert revoke(scene, RevocationGround.FRAUD) == 0
    assert scene.session.scalar(select(func.count()).select_from(Recovery)) == 0


def test_money_comes_back_from_whom_it_was_paid_to_and_within_its_days(scene: Scene, paid: Claim) -> None:
    session, payer = scene.session, scene.actor(scene.payer)
    lines = sorted((line for line in paid.lines if line.paid_on), key=lambda line: line.id)
    payees = {line.id: one.payee for line in lines for one in _entries(scene, line.id)}
    assert len(set(payees.values())) > 1
    for line in reversed(lines):  # the last first: entries of other lines stand before its own
        (one,) = recovery.demand(session, payer, [line], RecoveryGround.REVOKED, "查实")
        for day, reason in (
            (today() + timedelta(days=1), "不能晚于今天"),
            (line.paid_on - timedelta(days=1), "不能在它以前"),
        ):
            with pytest.raises(TransitionRefused, match=reason):
                recovery.come_back(session, payer, one, day, "R", today())
        day = line.paid_on if line is lines[0] else today()  # the first and the last day that hold
        recovery.come_back(session, payer, one, day, "R", today())
        session.flush()
        back = session.get_one(LedgerEntry, one.entry_id)
        assert (back.payee, back.amount_fen, back.paid_on) == (payees[line.id], -line.amount_fen, day)
        assert line.payment_key is None
    session.commit()


def _entries(scene: Scene, line_id: int) -> list[LedgerEntry]:
    own = select(LedgerEntry).where(LedgerEntry.line_id == line_id, LedgerEntry.amount_fen > 0)
    return list(scene.session.scalars(own))


def test_what_is_asked_back_is_listed_page_by_page_without_a_page_of_nothing(
    scene: Scene, paid: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, payer = scene.session, scene.actor(scene.payer)
    lines = [line for line in paid.lines if line.paid_on]
    asked = recovery.demand(session, payer, lines, RecoveryGround.REVOKED, "错" * 301)
    assert recovery.demand(session, payer, lines, RecoveryGround.REVOKED, "再来") == []
    session.commit()
    numbers = sorted(one.id for one in asked)
    assert len(numbers) == len(lines) > 2
    assert {len(one.reason) for one in asked} == {300}
    assert [one.id for one in recovery.recoveries_of(session, paid)] == numbers
    for size in (1, 2, len(numbers) - 1, len(numbers), len(numbers) + 1):
        monkeypatch.setattr(recovery, "PAGE", size)
        seen, after = [], None
        for _ in range(-(-len(numbers) // size)):
            rows, after = recovery.recoveries(session, payer, RecoveryState.OPEN, after)
            assert 0 < len(rows) <= size
            seen += [one.id for one in rows]
        assert (seen, after) == (numbers, None)
    assert recovery.recoveries(session, payer, RecoveryState.WAIVED) == ([], None)
