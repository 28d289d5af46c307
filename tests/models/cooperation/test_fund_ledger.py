"""The money is right to the fen: the year's table, every step, every refusal, and any order of them."""

import csv
import itertools
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import config
from drills.fund_books import Books
from models.access import SYSTEM
from models.cooperation.fund import (
    FundAccount,
    FundItem,
    FundItemKind,
    FundPosting,
    FundPurpose,
    FundStep,
)
from models.cooperation.fund_ledger import (
    Movement,
    drift,
    pairing_refusal,
    post,
    post_subsidy,
    take_subsidy_back,
)
from models.cooperation.fund_rule import FundRule, share, year_plan
from models.workflow import TransitionRefused
from tests.factories.people import FOSHAN, ZHAOJUE

DAY = date(2016, 12, 28)
WAN = 10_000 * 100


def make_item(session: Session, kind: FundItemKind = FundItemKind.PROJECT) -> FundItem:
    item = FundItem(county_code=ZHAOJUE, year=2016, kind=kind, purpose=FundPurpose.LABOUR, name="危房改造")
    session.add(item)
    session.flush()
    return item


def step(
    session: Session, name: FundStep, fen: int, item: FundItem | None = None, **more: object
) -> FundPosting:
    asked = Movement(name, ZHAOJUE, 2016, fen, DAY, item, **more)
    return post(session, SYSTEM, asked)


def test_the_table_of_2016_equals_the_reference_file_to_the_fen(session: Session) -> None:
    path = config.ROOT / "models" / "reference" / "funds_2016.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        told = {row["recipient_code"]: row for row in csv.DictReader(file)}
    plans = year_plan(session, 2016)
    assert len(plans) == 7
    for plan in plans:
        row = told[plan.prefecture_code]
        assert len(plan.counties) == int(row["county_count"])
        assert (plan.total_fen, plan.province_fen, plan.city_fen) == tuple(
            int(row[name]) * WAN for name in ("total_wan", "province_wan", "city_wan")
        )
    whole = told[""]
    assert sum(plan.total_fen for plan in plans) == int(whole["total_wan"]) * WAN == 53_000 * WAN
    assert sum(plan.province_fen for plan in plans) == 10_800 * WAN
    assert sum(plan.city_fen for plan in plans) == 42_200 * WAN


def test_a_later_year_grows_by_a_row_and_history_stays(session: Session) -> None:
    before = year_plan(session, 2016)
    for rule_ in session.scalars(select(FundRule)).all():
        rule_.valid_to = date(2016, 12, 31)
        session.add(
            FundRule(
                helper_code=rule_.helper_code,
                county_yuan=11_000_000,
                province_parts=rule_.province_parts,
                city_parts=rule_.city_parts,
                valid_from=date(2017, 1, 1),
                source="2017 年预算",
            )
        )
    session.flush()
    foshan = next(plan for plan in year_plan(session, 2017) if FOSHAN in plan.helper_codes)
    assert foshan.total_fen == 11 * 1100 * WAN
    assert [plan.total_fen for plan in year_plan(session, 2016)] == [plan.total_fen for plan in before]


def test_money_goes_from_the_treasuries_to_acceptance_and_no_fen_is_lost(session: Session) -> None:
    item = make_item(session)
    came = step(session, FundStep.APPROPRIATE, 1000 * WAN, payer_code=FOSHAN, parts=(300 * WAN, 700 * WAN))
    assert (came.province_fen, came.city_fen) == (300 * WAN, 700 * WAN)
    step(session, FundStep.ALLOCATE, 10_000, item)
    for fen in (3333, 3333, 3334):
        step(session, FundStep.PAY, fen, item)
        step(session, FundStep.ACCEPT, fen, item)
    accepted = select(FundAccount.balance_fen).where(FundAccount.stage == "accepted")
    assert sorted(session.scalars(accepted)) == [3000, 7000]
    assert drift(session) == []


@pytest.mark.parametrize(
    ("parts", "right"),
    [((400 * WAN, 600 * WAN), "3：7"), ((700 * WAN, 300 * WAN), "3,000,000"), ((0, 1000 * WAN), "3：7")],
)
def test_a_split_that_is_not_three_to_seven_is_refused_with_the_right_one(
    session: Session, parts: tuple[int, int], right: str
) -> None:
    with pytest.raises(TransitionRefused) as refused:
        step(session, FundStep.APPROPRIATE, 1000 * WAN, payer_code=FOSHAN, parts=parts)
    assert right in str(refused.value.sentence)
    assert "第10条" in str(refused.value.sentence)
    assert session.scalars(select(FundPosting)).all() == []


def test_a_sum_that_cannot_be_parted_to_the_fen_is_refused_where_it_comes_in(session: Session) -> None:
    with pytest.raises(TransitionRefused, match="10 分的整数倍"):
        step(session, FundStep.APPROPRIATE, 1001, payer_code=FOSHAN)


def test_a_payment_beyond_its_allocation_names_what_is_left(session: Session) -> None:
    item = make_item(session)
    step(session, FundStep.APPROPRIATE, 1000 * WAN, payer_code=FOSHAN)
    step(session, FundStep.ALLOCATE, 10 * WAN, item)
    with pytest.raises(TransitionRefused) as refused:
        step(session, FundStep.PAY, 10 * WAN + 1, item)
    assert "“危房改造”安排的钱还剩 100,000 元" in str(refused.value.sentence)
    with pytest.raises(TransitionRefused, match="到县、未安排"):
        step(session, FundStep.ALLOCATE, 991 * WAN, item)
    assert drift(session) == []


def test_the_database_itself_lets_no_account_fall_below_nothing(session: Session) -> None:
    step(session, FundStep.APPROPRIATE, 1000, payer_code=FOSHAN)
    with pytest.raises(IntegrityError):
        session.execute(update(FundAccount).where(FundAccount.stage == "county").values(balance_fen=-1))


def test_a_balance_changed_past_the_ledger_is_found(session: Session) -> None:
    step(session, FundStep.APPROPRIATE, 1000, payer_code=FOSHAN)
    session.execute(update(FundAccount).where(FundAccount.stage == "county").values(balance_fen=1))
    assert len(drift(session)) == 3  # two accounts, and the whole


def test_a_day_outside_the_pairing_names_the_days_of_the_pairing(session: Session) -> None:
    early = pairing_refusal(session, ZHAOJUE, FOSHAN, date(2016, 12, 24))
    assert early is not None
    assert "2016 年 12 月 25 日" in str(early)
    assert pairing_refusal(session, ZHAOJUE, FOSHAN, DAY) is None
    assert "没有结对" in str(pairing_refusal(session, ZHAOJUE, "440300", DAY))


def test_a_subsidy_posts_only_where_the_county_pays_it_out_of_this_money(session: Session) -> None:
    told = (FundItemKind.TRAINING, ZHAOJUE, 60_000, DAY, "claim:1")
    assert post_subsidy(session, SYSTEM, *told) is None
    item = make_item(session, FundItemKind.TRAINING)
    with pytest.raises(TransitionRefused, match="支付不能超过安排"):
        post_subsidy(session, SYSTEM, *told)
    step(session, FundStep.APPROPRIATE, 1000 * WAN, payer_code=FOSHAN)
    step(session, FundStep.ALLOCATE, 100_000, item)
    assert post_subsidy(session, SYSTEM, *told) is not None
    back = take_subsidy_back(session, SYSTEM, "claim:1", 60_000, DAY)
    assert back is not None
    assert back.persons == 1
    assert take_subsidy_back(session, SYSTEM, "claim:2", 60_000, DAY) is None
    assert drift(session) == []


@pytest.mark.parametrize("parts", [(3, 7), (0, 1), (1, 2)])
def test_shares_of_growing_sums_grow_and_never_leave_half_a_fen_behind(parts: tuple[int, int]) -> None:
    shares = [share(total, parts) for total in range(200)]
    assert all(0 <= after - before <= 1 for before, after in itertools.pairwise(shares))
    whole = sum(parts)
    assert all(abs(one * whole - total * parts[0]) * 2 <= whole for total, one in enumerate(shares))


class AnyOrder(RuleBasedStateMachine):
    """Any steps with any sums in any order; the drill runs a million of them (``make drill-funds``)."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.session.rollback()
        self.books = Books(self.session, ZHAOJUE, FOSHAN)

    @rule(name=st.sampled_from(list(FundStep)), place=st.integers(0, 2), fen=st.integers(-5, 5000))
    def take(self, name: FundStep, place: int, fen: int) -> None:
        self.books.attempt(name, place, fen)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.books.faults() == []

    def teardown(self) -> None:
        self.session.rollback()


def test_no_order_of_steps_loses_a_fen_or_the_proportion(session: Session) -> None:
    how = settings(max_examples=12, stateful_step_count=25)
    machine = type("Machine", (AnyOrder,), {"session": session})
    run_state_machine_as_test(machine, settings=how)
