"""Travel and retention subsidies: the county's rule, the list of who is entitled, the payment by another."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cooperation.funds import operations as funds
from app.cooperation.funds import subsidies
from models.access import SYSTEM, Role
from models.clock import today, utc_now
from models.cooperation.fund import FundItemKind, FundPosting, FundPurpose, FundStep
from models.cooperation.fund_ledger import Movement, drift, post
from models.cooperation.work_subsidy import SubsidyLine, SubsidyList, SubsidyListState, SubsidyRule
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.people.category import CategoryEvidence, PersonCategory
from models.people.worker import Worker
from models.workflow import TransitionRefused
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, actor_of, make_user, make_worker

ON = date(2019, 10, 8)
MAY = date(2019, 5, 1)


def works(
    session: Session,
    place: str = FOSHAN,
    began: date = MAY,
    ended: date | None = None,
    county: str = ZHAOJUE,
    registered: bool = True,
    level: int = 2,
    worker: Worker | None = None,
) -> Worker:
    """Somebody of a county with a spell of work, shown half a year later."""
    worker = worker or make_worker(session, county_code=county, registered_poor=registered)
    if registered:
        noted = {"evidence": CategoryEvidence.DOCUMENT, "seen_on": date(2016, 1, 1)}
        session.add(PersonCategory(worker_id=worker.id, category="建档立卡贫困户", **noted))
    spell = EmploymentSpell(
        worker_id=worker.id,
        county_code=county,
        employer_name="某厂",
        place_code=place,
        kind=SpellKind.ENTERPRISE,
        ended_on=ended,
        evidence_level=level,
        teller=Teller.HOME,
    )
    spell.set_began(began)
    shown = {"shown_on": spell.stays_three_on, "teller": Teller.HOME}
    session.add(SpellEvidence(spell=spell, kind=EvidenceKind.ROSTER, level=level, **shown))
    session.commit()
    return worker


def rule_of(months: int = 0, kind: FundItemKind = FundItemKind.TRAVEL, level: int = 0) -> SubsidyRule:
    return SubsidyRule(
        county_code=ZHAOJUE,
        kind=kind,
        amount_fen=400_00,
        months=months,
        least_evidence=level,
        valid_from=date(2019, 1, 1),
        source="昭就〔2019〕3号",
        entered_by_id=1,
    )


def names_entitled(session: Session, rule: SubsidyRule) -> set[int]:
    return {spell.worker_id for spell in session.scalars(subsidies.entitled(rule, ON))}


def test_who_set_out_this_year_for_work_outside_the_province_is_entitled_to_travel(session: Session) -> None:
    went = works(session)
    works(session, place="513401")  # at home in the province
    works(session, place="")  # nobody knows where
    works(session, began=date(2018, 5, 1))  # last year
    works(session, county=BUTUO)
    works(session, registered=False)
    assert names_entitled(session, rule_of()) == {went.id}
    assert names_entitled(session, rule_of(level=3)) == set()


def test_who_stayed_three_months_and_is_shown_to_have_is_entitled_to_retention(session: Session) -> None:
    stayed = works(session)
    works(session, ended=date(2019, 7, 1))  # left before three months
    works(session, began=date(2019, 8, 1))  # not yet full
    works(session, level=1)  # by word alone
    rule = rule_of(3, FundItemKind.RETENTION, level=2)
    assert names_entitled(session, rule) == {stayed.id}


@pytest.fixture
def money(session: Session) -> None:
    """1,000 yuan of this year lie with the county's travel subsidy."""
    clerk = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    named = {"kind": FundItemKind.TRAVEL, "purpose": FundPurpose.LABOUR, "name": "交通补贴"}
    item = funds.create_item(session, clerk, {"year": today().year, "households": None, **named})
    day = today()
    for step in (FundStep.APPROPRIATE, FundStep.ALLOCATE):
        source = item if step is FundStep.ALLOCATE else None
        post(session, SYSTEM, Movement(step, ZHAOJUE, day.year, 1000_00, day, source, payer_code=FOSHAN))
    session.commit()


RULE = {
    "kind": "travel",
    "amount": "400",
    "months": "0",
    "least_evidence": "0",
    "valid_from": "2019-01-01",
    "source": "昭就〔2019〕3号",
}


@pytest.mark.usefixtures("money")
def test_a_list_is_paid_by_a_second_person_once_a_person_and_year_into_the_ledger(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    began = today() - timedelta(days=today().timetuple().tm_yday - 1)
    person = works(session, began=began)
    noted = {"evidence": CategoryEvidence.DOCUMENT, "seen_on": date(2021, 1, 1)}
    session.add(PersonCategory(worker_id=person.id, category="脱贫户", **noted))
    session.commit()
    works(session, began=began, worker=person)  # a second job of the year is no second journey paid
    client, other = (sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)) for _n in range(2))
    for amount in ("0", "40000000"):  # nothing; and fen typed as yuan, more than a line of the database holds
        assert client.post("/cooperation/funds/subsidies", data=RULE | {"amount": amount}).status_code == 200
    assert client.post("/cooperation/funds/subsidies", data=RULE).status_code == 303
    assert "已经有一条标准了" in client.post("/cooperation/funds/subsidies", data=RULE).text
    rule = session.scalars(select(SubsidyRule)).one()
    made = client.post(f"/cooperation/funds/subsidies/rules/{rule.id}/list")
    assert made.status_code == 303
    assert "没有领过" in client.post(f"/cooperation/funds/subsidies/rules/{rule.id}/list").text
    page = client.get(made.location).text
    assert person.name in page
    assert person.id_number not in page
    told = {"paid_on": today().isoformat(), "voucher": "昭财支-1"}
    assert "还是待核的" in other.post(f"{made.location}/pay", data=told).text
    step = f"/cooperation/funds/subsidies/rules/{rule.id}/step"
    assert "请换一位同事" in client.post(step, data={"event": "compare"}).text
    assert other.post(step, data={"event": "compare"}).status_code == 303
    assert "请换一位同事" in client.post(f"{made.location}/pay", data=told).text
    assert other.post(f"{made.location}/pay", data=told).status_code == 303
    session.expire_all()
    paid = select(FundPosting).where(FundPosting.step == FundStep.SUBSIDY)
    (posting,) = session.scalars(paid).all()
    line = session.scalars(select(SubsidyLine)).one()
    assert (posting.amount_fen, posting.subject) == (400_00, f"work_subsidy_line:{line.id}")
    assert drift(session) == []
    assert "已支付" in other.get(made.location).text
    assert other.post(f"{made.location}/pay", data=told).status_code in (400, 409)
    assert session.scalar(select(func.count()).select_from(paid.subquery())) == 1


@pytest.mark.usefixtures("money")
def test_a_list_beyond_what_is_allocated_pays_nobody_and_a_refused_one_frees_its_people(
    session: Session,
) -> None:
    for _n in range(3):
        person = works(session, began=today().replace(month=1, day=1))
        noted = {"evidence": CategoryEvidence.DOCUMENT, "seen_on": date(2021, 1, 1)}
        session.add(PersonCategory(worker_id=person.id, category="脱贫户", **noted))
    one, two = (actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE)) for _n in range(2))
    rule = rule_of()
    rule.entered_by_id = one.user_id or 0
    session.add(rule)
    session.commit()
    subsidies.advance_rule(session, two, rule, "compare", utc_now())
    session.commit()
    paper = subsidies.propose(session, one, rule, today())
    session.commit()
    with pytest.raises(TransitionRefused, match="支付不能超过安排"):
        subsidies.pay(session, two, paper, subsidies.Paid(today(), "1"), today(), utc_now())
    session.rollback()
    assert session.get_one(SubsidyList, paper.id).state is SubsidyListState.PROPOSED
    assert session.scalars(select(FundPosting).where(FundPosting.step == FundStep.SUBSIDY)).all() == []
    with pytest.raises(TransitionRefused, match="没有领过"):
        subsidies.propose(session, one, rule, today())
    subsidies.refuse(session, two, paper, "重列", utc_now())
    assert subsidies.propose(session, one, rule, today()).people == 3
