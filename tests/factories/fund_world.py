"""The cooperation's money of the three tenants of tests/factories/world.py."""

from datetime import date

from sqlalchemy.orm import Session

from models.cooperation.fund import FundItem, FundItemKind, FundPurpose
from models.cooperation.fund_finding import FundFinding
from models.cooperation.fund_payment import FundPayment
from models.cooperation.subsidy_recovery import SubsidyRecovery, SubsidyRecoveryGround
from models.cooperation.treasury import TreasuryBatch
from models.cooperation.work_subsidy import SubsidyLine, SubsidyList, SubsidyRule


def make_fund_rows(
    session: Session, county: str, clerk_id: int, worker_id: int = 0, spell_id: int = 0
) -> dict[str, int]:
    """A project with a payment that waits, a finding, a treasury's file before its confirm, and, of a person,
    a subsidy to come back."""
    item = FundItem(
        county_code=county,
        year=2016,
        kind=FundItemKind.PROJECT,
        purpose=FundPurpose.PROJECT,
        name="危房改造",
        households=120,
    )
    session.add(item)
    session.flush()
    payment = FundPayment(
        item_id=item.id,
        county_code=county,
        amount_fen=10_000,
        payee="县建筑公司",
        what_for="工程款",
        proposed_by_id=clerk_id,
    )
    finding = FundFinding(
        county_code=county,
        found_on=date(2017, 3, 1),
        text="没有公示",
        due_on=date(2017, 6, 1),
        found_by_id=clerk_id,
    )
    batch = TreasuryBatch(
        county_code=county,
        user_id=clerk_id,
        filename="国库.xlsx",
        good=0,
        rejected=0,
        rows={"lines": [], "unknown": []},
    )
    rule = SubsidyRule(
        county_code=county,
        kind=FundItemKind.TRAVEL,
        amount_fen=40_000,
        valid_from=date(2016, 1, 1),
        source="县发文",
        entered_by_id=clerk_id,
    )
    session.add_all((payment, finding, batch, rule))
    session.flush()
    paper = SubsidyList(
        rule_id=rule.id,
        county_code=county,
        kind=rule.kind,
        year=2017,
        listed_on=date(2017, 3, 1),
        people=0,
        amount_fen=0,
        proposed_by_id=clerk_id,
    )
    session.add(paper)
    session.flush()
    asked = {} if not spell_id else _asked_back(session, paper, worker_id, spell_id)
    return asked | {
        "fund_item": item.id,
        "fund_payment": payment.id,
        "fund_finding": finding.id,
        "treasury_batch": batch.id,
        "work_subsidy_rule": rule.id,
        "work_subsidy_list": paper.id,
    }


def _asked_back(session: Session, paper: SubsidyList, worker_id: int, spell_id: int) -> dict[str, int]:
    line = SubsidyLine(
        list_id=paper.id,
        worker_id=worker_id,
        spell_id=spell_id,
        county_code=paper.county_code,
        amount_fen=40_000,
        payment_key=f"x:{worker_id}",
    )
    session.add(line)
    session.flush()
    recovery = SubsidyRecovery(
        line_id=line.id,
        county_code=paper.county_code,
        kind=paper.kind,
        amount_fen=line.amount_fen,
        ground=SubsidyRecoveryGround.LEFT_EARLY,
    )
    session.add(recovery)
    session.flush()
    return {"work_subsidy_recovery": recovery.id}
