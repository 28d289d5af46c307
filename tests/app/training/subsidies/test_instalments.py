"""A training fee in two parts: after the certificate, and after employment; each claimed and paid once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.certification.operations import progress
from app.training.subsidies.operations import claims, notices, payments
from models.clock import today, utc_now
from models.placement.placement import PlacementState
from models.training.standard import StandardName
from models.training.subsidy import Claim, ClaimLine, LedgerEntry, Scheme
from models.training.training_class import ClassState
from models.workflow import TransitionRefused
from tests.app.training.subsidies.scene import (
    ACCOUNT,
    DAY_FEN,
    DAYS,
    FEE_FEN,
    NOVEMBER,
    PHONE,
    STANDARDS,
    TYPED,
    WHY,
    Scene,
    another_class,
    fix,
    make_scene,
    with_figures,
)
from tests.factories.people import make_order, make_placement

C = ClassState
SHARE = {"first_share": {"value": 60, "source": "县里的办法", "verified": False}}
FIRST = FEE_FEN * 60 // 100


@pytest.fixture
def parted(session: Session, sign_in: Callable) -> Scene:
    """A class whose standard pays 60% after the certificates; they are out, nobody has a job."""
    with_figures(session)
    return make_scene(session, sign_in, standards=STANDARDS | SHARE, state=C.CERTIFIED)


def pay(scene: Scene) -> Claim:
    """Claim, pass and pay what is due now; the list's days pass."""
    claim, checker = scene.claim(), scene.actor(scene.checker)
    for number in range(len(claim.warnings)):
        claims.answer_warning(scene.session, checker, claim, number, WHY, today())
    notice, _struck = notices.publish(scene.session, checker, claim, "材料齐全", today(), PHONE)
    notice.starts_on, notice.ends_on = today() - timedelta(days=30), today() - timedelta(days=20)
    scene.session.flush()
    payment = payments.Payment(today(), "ZF1")
    payments.pay(scene.session, scene.actor(scene.payer), claim, payment, today())
    scene.session.commit()
    return claim


def employ(scene: Scene) -> None:
    """The first learner goes to work; the class is followed up."""
    make_placement(
        scene.session,
        make_order(scene.session),
        scene.learners[0].worker,
        state=PlacementState.ON_SITE,
        on_site_on=scene.training_class.ends_on + timedelta(days=10),
    )
    scene.training_class.state = C.FOLLOWED
    scene.session.commit()


def sums(scene: Scene) -> list[tuple[str, int]]:
    """What left the account, by subsidy."""
    rows = scene.session.execute(select(LedgerEntry.scheme, LedgerEntry.amount_fen).order_by(LedgerEntry.id))
    return sorted((scheme.value, fen) for scheme, fen in rows)


def test_the_first_part_is_paid_after_the_certificates_and_the_class_goes_on(parted: Scene) -> None:
    page = parted.page(parted.school, f"/classes/{parted.training_class.id}")
    for part in ("先拨培训补贴的 60%", "待核", f"{FIRST // 100} 元"):
        assert part in page
    pay(parted)
    assert sums(parted) == [("living", DAYS * DAY_FEN)] * 2 + [("training", FIRST)] * 2
    assert (parted.training_class.state, parted.training_class.instalment) == (C.CERTIFIED, 1)
    status, page = parted.post(parted.school, f"/classes/{parted.training_class.id}", **TYPED)
    assert (status, "其余等就业跟踪期满再申报" in page) == (409, True)


def test_the_second_part_is_the_rest_for_who_went_to_work_and_is_paid_once(parted: Scene) -> None:
    first = pay(parted)
    employ(parted)
    second = pay(parted)
    assert second.id == first.id
    lines = parted.session.scalars(select(ClaimLine).where(ClaimLine.scheme == Scheme.SECOND)).all()
    rest = FEE_FEN - FIRST
    told = sorted((line.amount_fen, str(line.refusal or "")[:7]) for line in lines)
    assert told == [(rest, ""), (rest, "没有到岗的记录")]
    assert [one for one in sums(parted) if one[0] == "second"] == [("second", rest)]
    assert len(sums(parted)) == 5  # nothing of the first part is paid again
    assert parted.training_class.state is C.PAID
    page = parted.page(parted.checker, f"/{first.id}")
    assert "减去取证后已拨" in page


def test_graduates_are_offered_jobs_while_the_first_part_is_on_its_way(parted: Scene) -> None:
    parted.claim()
    assert parted.training_class.state is C.CLAIMED
    assert progress.is_offering(parted.training_class)


def test_a_first_claim_sent_back_can_be_made_again_or_left_for_the_whole(parted: Scene) -> None:
    claim = parted.claim()
    assert parted.post(parted.checker, f"/{claim.id}/send-back", reason="账号不对")[0] == 303
    assert (parted.training_class.state, parted.training_class.instalment) == (C.CERTIFIED, 0)
    assert {line.payment_key for line in parted.session.scalars(select(ClaimLine))} == {None}
    parted.training_class.state = C.FOLLOWED
    parted.session.commit()
    parted.claim()
    assert {line.amount_fen for line in parted.session.scalars(select(ClaimLine))} == {
        FEE_FEN,
        DAYS * DAY_FEN,
    }


def test_each_part_is_paid_once_whichever_class_claims_it(parted: Scene) -> None:
    pay(parted)
    worker = parted.learners[0].worker
    training_class, _rows, school = another_class(parted, [worker], ended=NOVEMBER)
    with pytest.raises(TransitionRefused, match="没有一个人符合补贴条件"):
        claims.make(parted.session, parted.actor(school), training_class, ACCOUNT, utc_now())


def test_without_a_standard_that_parts_it_the_fee_is_paid_at_once(scene: Scene) -> None:
    scene.training_class.state = C.CERTIFIED
    scene.session.commit()
    with pytest.raises(TransitionRefused, match="就业跟踪期满以后才能申报"):
        scene.claim()
    fix(scene.session, StandardName.FIRST_SHARE, 60)  # a class keeps the figures of its day
    with pytest.raises(TransitionRefused):
        scene.claim()
