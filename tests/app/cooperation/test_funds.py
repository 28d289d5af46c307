"""A year of money on its pages: the city grants, the county allocates, two pay, a third accepts, the auditor
looks, the treasury agrees, and everybody may see it without seeing a person."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation.funds import public
from app.kit.files.spreadsheet import Column, Page, write_workbook
from models.access import SYSTEM, Role
from models.cooperation.fund import FundItem, FundItemKind, FundPosting, FundPurpose, FundStep
from models.cooperation.fund_finding import FindingState, FundFinding
from models.cooperation.fund_ledger import Movement, drift, post, post_subsidy
from models.cooperation.fund_payment import FundPayment, PaymentState
from models.cooperation.treasury import TreasuryLine
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_user

URL = "/cooperation/funds"
GRANT = {
    "county": ZHAOJUE,
    "year": "2016",
    "total": "10000000",
    "province": "3000000",
    "city": "7000000",
    "posted_on": "2016-12-28",
    "document": "佛财社〔2016〕88号",
}
PROJECT = {"year": "2016", "kind": "project", "purpose": "project", "name": "危房改造", "households": "120"}
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def people(session: Session, sign_in: SignIn) -> dict[str, FlaskClient]:
    users = {
        "city": make_user(session, Role.CITY, area_code=FOSHAN),
        "first": make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        "second": make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        "third": make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        "neighbour": make_user(session, Role.COUNTY, area_code=BUTUO),
        "auditor": make_user(session, Role.AUDITOR, area_code="513400"),
    }
    return {name: sign_in(user) for name, user in users.items()}


def sheet(*rows: list[str]) -> io.BytesIO:
    target = io.BytesIO()
    write_workbook(
        target, [Page("流水", [Column("支付日期"), Column("凭证号"), Column("金额"), Column("收款人")], rows)]
    )
    target.seek(0)
    return target


def test_a_year_of_money_from_the_grant_to_the_public_page(
    session: Session, people: dict[str, FlaskClient], app: object
) -> None:
    city, first, second, third = (people[name] for name in ("city", "first", "second", "third"))
    page = city.get(f"{URL}?year=2016").text
    assert ">110,000,000</td>" in page
    assert ">33,000,000</td>" in page
    assert ">77,000,000</td>" in page
    assert city.post(f"{URL}/appropriations/new?year=2016", data=GRANT).status_code == 303
    again = city.post(f"{URL}/appropriations/new?year=2016", data=GRANT, follow_redirects=True)
    assert "已经登记过了" in again.text
    assert first.post(f"{URL}/items/new", data=PROJECT).status_code == 303
    item = session.scalars(select(FundItem)).one()
    where = f"{URL}/items/{item.id}"
    first.post(f"{where}/allocate", data={"amount": "1000000", "posted_on": "2016-12-29"})
    ask = {"amount": "300000.01", "payee": "昭觉县建筑公司", "what_for": "头一笔工程款"}
    assert first.post(f"{where}/payments", data=ask).status_code == 303
    payment = session.scalars(select(FundPayment)).one()
    paid = {"paid_on": "2016-12-30", "voucher": "Z-1"}
    to_pay, onward = f"{URL}/payments/{payment.id}/pay", f"{URL}/payments/{payment.id}/advance"
    assert "提出支付的人不能自己支付" in first.post(to_pay, data=paid, follow_redirects=True).text
    assert second.post(to_pay, data=paid).status_code == 303
    assert "不能自己验收" in second.post(onward, data={"event": "accept"}, follow_redirects=True).text
    assert third.post(onward, data={"event": "accept"}).status_code == 303
    session.expire_all()
    assert payment.state is PaymentState.ACCEPTED
    assert drift(session) == []
    for client, path in ((first, where), (first, f"{URL}/counties/{ZHAOJUE}?year=2016"), (city, URL)):
        assert "300,000.01" in client.get(path + ("?year=2016" if path == URL else "")).text
    nobody = app.test_client()  # type: ignore[attr-defined]
    for path in (f"{URL}/public?year=2016", f"{URL}/public/counties/{ZHAOJUE}?year=2016"):
        assert "300,000.01" in nobody.get(path).text
    shown = nobody.get(f"{URL}/public/items/{item.id}").text
    assert "120 户" in shown
    assert "2016-12" in shown
    assert "建筑公司" not in shown
    assert people["neighbour"].get(where).status_code == 404
    assert nobody.get(f"{URL}/public/items/x").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"province": "4000000", "city": "6000000"}, "不是 3：7"),
        ({"city": "6000000"}, "不是一共的"),
        ({"posted_on": "2016-12-20"}, "结对期"),
        ({"total": "0.01", "province": "0", "city": "0.01"}, "整数倍"),
    ],
)
def test_a_grant_that_breaks_a_rule_names_it_and_writes_nothing(
    session: Session, people: dict[str, FlaskClient], wrong: dict[str, str], said: str
) -> None:
    answer = people["city"].post(
        f"{URL}/appropriations/new?year=2016", data=GRANT | wrong, follow_redirects=True
    )
    assert said in answer.text
    assert "佛财社" in answer.text
    assert session.scalars(select(FundPosting)).all() == []


def test_a_payment_beyond_its_allocation_stays_proposed(
    session: Session, people: dict[str, FlaskClient]
) -> None:
    people["first"].post(f"{URL}/items/new", data=PROJECT)
    item = session.scalars(select(FundItem)).one()
    ask = {"amount": "1", "payee": "昭觉县建筑公司", "what_for": "工程款"}
    people["first"].post(f"{URL}/items/{item.id}/payments", data=ask)
    payment = session.scalars(select(FundPayment)).one()
    paid = {"paid_on": "2016-12-30", "voucher": "Z-1"}
    answer = people["second"].post(f"{URL}/payments/{payment.id}/pay", data=paid, follow_redirects=True)
    assert "支付不能超过安排" in answer.text
    session.expire_all()
    assert payment.state is PaymentState.PROPOSED
    assert session.scalars(select(FundPosting)).all() == []


def test_a_finding_is_rectified_by_the_county_and_closed_by_the_auditor(
    session: Session, people: dict[str, FlaskClient]
) -> None:
    told = {"county": ZHAOJUE, "found_on": "2017-03-01", "said": "没有公示", "due_on": "2030-06-01"}
    assert people["auditor"].post(f"{URL}/findings/new", data=told).status_code == 303
    finding = session.scalars(select(FundFinding)).one()
    assert finding.amount_fen is None
    assert "没有公示" in people["first"].get(f"{URL}/findings").text
    assert "条资金审计发现等你整改" in people["first"].get("/").text
    step = f"{URL}/findings/{finding.id}/advance"
    assert people["neighbour"].post(step, data={"event": "rectify", "reason": "改了"}).status_code == 404
    assert people["first"].post(step, data={"event": "close"}).status_code == 403
    people["first"].post(step, data={"event": "rectify", "reason": "已经补公示七天"})
    people["auditor"].post(step, data={"event": "close"})
    session.expire_all()
    assert finding.state is FindingState.CLOSED
    assert finding.answer == "已经补公示七天"


def test_the_treasury_file_is_compared_voucher_by_voucher(
    session: Session, people: dict[str, FlaskClient]
) -> None:
    item = FundItem(
        county_code=ZHAOJUE,
        year=2016,
        kind=FundItemKind.PROJECT,
        purpose=FundPurpose.PROJECT,
        name="易地搬迁",
    )
    session.add(item)
    session.flush()
    day = date(2016, 12, 28)
    for step, fen, one, voucher in (
        (FundStep.APPROPRIATE, 100_000, None, "文"),
        (FundStep.ALLOCATE, 100_000, item, ""),
        (FundStep.PAY, 10_000, item, "Z-1"),
        (FundStep.PAY, 20_000, item, "Z-2"),
        (FundStep.PAY, 30_000, item, "Z-3"),
    ):
        post(session, SYSTEM, Movement(step, ZHAOJUE, 2016, fen, day, one, voucher, FOSHAN))
    session.commit()
    rows = (
        ["2016-12-28", "Z-1", "100", "沙马阿依"],
        ["2016-12-28", "Z-2", "200.5", "县建筑公司"],
        ["2016-12-29", "Z-9", "1", ""],
        ["2016-12-29", "Z-9", "1", ""],
        ["2016-12-29", "Z-10", "许多钱", ""],
    )
    clerk = people["first"]
    sent = clerk.post(f"{URL}/treasury/upload", data={"file": (sheet(*rows), "国库.xlsx")})
    preview = clerk.get(sent.location).text
    assert "出现了两次" in preview
    assert "许多钱" in preview
    assert "沙马阿依" not in preview
    assert clerk.post(f"{sent.location}/confirm", data={"only_good": "1"}).status_code == 303
    assert len(session.scalars(select(TreasuryLine)).all()) == 3
    compared = clerk.get(f"{URL}/counties/{ZHAOJUE}/treasury?year=2016").text
    assert "两边一致 1，金额不一致 1，只有国库有 1，只有平台有 1" in compared
    twice = clerk.post(f"{sent.location}/confirm", data={"only_good": "1"}, follow_redirects=True)
    assert "已经导入过了" in twice.text


def test_the_public_page_hides_what_fewer_than_ten_people_got(session: Session) -> None:
    day = date(2016, 12, 28)
    for county, few in ((ZHAOJUE, 3), (BUTUO, 30)):
        kinds = (FundItemKind.TRAINING, FundItemKind.TRAVEL)
        for kind, persons in zip(kinds, (few, 40), strict=True):
            item = FundItem(
                county_code=county, year=2016, kind=kind, purpose=FundPurpose.LABOUR, name=f"{county}{kind}"
            )
            session.add(item)
            session.flush()
            for step, one in ((FundStep.APPROPRIATE, None), (FundStep.ALLOCATE, item)):
                post(session, SYSTEM, Movement(step, county, 2016, 1_000_000, day, one, payer_code=FOSHAN))
            post_subsidy(session, SYSTEM, kind, county, 60_000, day, f"claim:{county}", "", persons)
    rows = {row.code: row for row in public.counties(session, 2016)}
    assert rows[ZHAOJUE].paid[FundItemKind.TRAINING] is None
    # nor does subtraction tell it: something else of the county, of the column, and so on, is hidden too
    assert rows[ZHAOJUE].whole is None or rows[ZHAOJUE].paid[FundItemKind.TRAVEL] is None
    hidden = session.scalars(select(FundItem).where(FundItem.county_code == ZHAOJUE)).first()
    assert hidden is not None
    told = public.item(session, hidden.id)
    assert told is not None
    assert told.sums is None
    assert told.persons is None


def test_what_a_reader_does_not_see_is_not_told_as_money_that_did_not_come(
    people: dict[str, FlaskClient],
) -> None:
    page = people["city"].get(f"{URL}?year=2016").text
    rows = {cells.split("<small>")[0].split("<span>")[-1]: cells for cells in page.split("<tr>")}
    assert "未到位" in rows["凉山彝族自治州"]
    assert "看不到" in rows["百色市"]
    assert "未到位" not in rows["百色市"]
    # a county of eleven: what the other ten got is not known to it
    assert "未到位" not in people["first"].get(f"{URL}?year=2016").text
