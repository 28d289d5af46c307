"""The year of the scene with rows of every kind that a figure counts, and rows just beside each of them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.clock import utc_now
from models.cooperation.entry import EntryState, RegisterEntry
from models.cooperation.entry_person import EntryPerson
from models.cooperation.fund import FundItem, FundItemKind, FundPosting, FundPurpose, FundStep
from models.employment.spell import SpellKind
from models.people.category import FILED, LIFTED, CategoryEvidence, PersonCategory
from models.people.worker import Worker
from models.placement.acknowledgement import Acknowledgement
from models.placement.leaving import Channel
from models.placement.placement import PlacementState
from models.reference.dated_fact import Pairing
from models.training.enrolment import EnrolmentState
from models.training.subsidy import Claim, LedgerEntry, Scheme
from models.training.training_class import ClassState
from tests.app.reports.scene import Year
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_order, make_placement, make_worker
from tests.factories.training import make_agreement, make_certificate, make_class, make_enrolment

SHENZHEN, LIANGSHAN = "440300", "513400"
JUNE = date(2017, 6, 1)
BEFORE, AFTER = date(2016, 12, 31), date(2017, 9, 1)


def whole_year(session: Session) -> Year:
    """Rows of every kind, committed."""
    year = Year(session)
    _money(session)
    _lines(session)
    _pairings(session)
    _home(session, year)
    _poverty(session)
    _training(session, year)
    _card(session, year)
    session.commit()
    return year


def posted(step: FundStep, fen: int, day: date, county: str = ZHAOJUE, **more: object) -> FundPosting:
    share = fen * 3 // 10
    return FundPosting(
        step=step,
        year=day.year,
        county_code=county,
        amount_fen=fen,
        province_fen=share,
        city_fen=fen - share,
        posted_on=day,
        **more,
    )


def _money(session: Session) -> None:
    kind = {"kind": FundItemKind.PROJECT, "purpose": FundPurpose.PROJECT, "name": "危房改造"}
    item = FundItem(county_code=ZHAOJUE, year=2017, **kind)
    session.add(item)
    session.flush()
    step = FundStep
    session.add_all(
        [
            posted(step.APPROPRIATE, 1000_00, JUNE, payer_code=FOSHAN, document="粤财1号"),
            posted(step.APPROPRIATE, 50_00, JUNE, BUTUO, payer_code=FOSHAN, document="粤财2号"),
            posted(step.APPROPRIATE, 7_00, JUNE, payer_code=SHENZHEN, document="粤财3号"),
            posted(step.APPROPRIATE, 9_00, BEFORE, payer_code=FOSHAN, document="粤财4号"),
            posted(step.APPROPRIATE, 8_00, AFTER, payer_code=FOSHAN, document="粤财5号"),
            posted(step.ALLOCATE, 600_00, JUNE, item_id=item.id),
            posted(step.TAKE_BACK, 100_00, JUNE, item_id=item.id),
            posted(step.PAY, 300_00, JUNE, item_id=item.id),
            posted(step.REVERSE, 20_00, JUNE, item_id=item.id),
            posted(step.SUBSIDY, 11_00, JUNE, item_id=item.id),
            posted(step.SUBSIDY_BACK, 1_00, JUNE, item_id=item.id),
        ]
    )


def line(register: str, day: date, state: EntryState = EntryState.ACCEPTED, **more: Any) -> RegisterEntry:
    values = {"place_code": ZHAOJUE, "city_code": FOSHAN, "title": "第一", "held_on": day} | more
    return RegisterEntry(register=register, state=state, **values)


def _lines(session: Session) -> None:
    S = EntryState
    due, term = {"due_on": date(2017, 8, 1)}, {"due_on": date(2018, 6, 1)}
    in_time, late = datetime(2017, 7, 1, tzinfo=UTC), datetime(2017, 8, 31, 17, tzinfo=UTC)
    pupils = line("pupils", JUNE, **term)
    session.add_all(
        [
            line("meetings", JUNE, S.DONE),
            line("visits", JUNE, place_code=LIANGSHAN),
            line("meetings", JUNE, S.PLANNED),
            line("meetings", JUNE, S.CANCELLED),
            line("meetings", date(2016, 6, 1), S.DONE),
            line("meetings", JUNE, S.DONE, city_code=SHENZHEN),
            line("inspections", JUNE, S.DONE),
            line("projects", JUNE, state_since=in_time, **due),
            line("projects", JUNE, state_since=late, **due),
            line("projects", JUNE, S.DONE, **due),
            line("enterprises", JUNE, S.PLANNED, title="甲厂", amount_fen=900_00),
            line("enterprises", JUNE, S.DONE, title="甲厂", place_code=BUTUO, amount_fen=100_00),
            line("enterprises", JUNE, S.DONE, title="乙厂"),
            line("enterprises", JUNE, S.CANCELLED, title="丙厂", amount_fen=1),
            line("enterprises", BEFORE, S.DONE, title="丁厂", amount_fen=1),
            line("postings", BEFORE, kind="official", due_on=date(2017, 1, 1)),
            line("postings", date(2016, 1, 1), kind="official", due_on=BEFORE),
            line("postings", JUNE, kind="teacher", **term),
            line("postings", JUNE, kind="doctor", **term),
            line("postings", JUNE, kind="received", **term),
            line("postings", AFTER, kind="technician", **term),
            line("courses", JUNE, people=40, **due),
            line("courses", JUNE, S.PLANNED, people=30, **due),
            line("courses", date(2016, 6, 1), people=30, due_on=BEFORE),
            line("paired_units", JUNE),
            line("paired_units", BEFORE, due_on=JUNE),
            pupils,
        ]
    )
    session.flush()
    for day, number in ((JUNE, 2), (AFTER, 1)):
        worker = make_worker(session, county_code=ZHAOJUE)
        for _n in range(number):
            ends = {"worker_id": worker.id, "county_code": ZHAOJUE, "joined_on": day}
            session.add(EntryPerson(entry_id=pupils.id, **ends))


def _pairings(session: Session) -> None:
    for recipient, relation, first, last in (
        (ZHAOJUE, "携手奔小康", date(2017, 1, 1), None),
        (f"{BUTUO}100", "乡镇结对", date(2017, 1, 1), date(2017, 8, 31)),
        (BUTUO, "学校结对", date(2017, 1, 1), None),
        (BUTUO, "携手奔小康", date(2016, 1, 1), date(2017, 8, 30)),
    ):
        names = {"recipient_name": "县", "helper_name": "区", "kind": "东西部扶贫协作"}
        ends = {"helper_code": "440605", "valid_from": first, "valid_to": last}
        session.add(Pairing(recipient_code=recipient, relation=relation, **names, **ends))


def _card(session: Session, year: Year) -> None:
    """The one who stayed had gone through the whole job card; somebody who left had still to ask."""
    order = make_order(session, year.firm)
    for spell, is_clear in ((year.spells[0], True), (year.spells[2], False)):
        worker = session.get_one(Worker, spell.worker_id)
        spell.placement_id = make_placement(session, order, worker, state=PlacementState.ON_SITE).id
        card = {"terms": {}, "points": {}, "channel": Channel.VISIT, "acknowledged_at": utc_now()}
        key = {"placement_id": spell.placement_id, "worker_id": worker.id}
        session.add(Acknowledgement(**key, **card, is_clear=is_clear))


def _home(session: Session, year: Year) -> None:
    """A workshop and a public-welfare post at home; who left one of them counts no more."""
    for kind, name, ended in (
        (SpellKind.WORKSHOP, "三河村车间", None),
        (SpellKind.WORKSHOP, "三河村车间", None),
        (SpellKind.WORKSHOP, "旧车间", date(2017, 5, 1)),
        (SpellKind.PUBLIC_WELFARE, "护林员", None),
    ):
        spell = year.works(make_worker(session, county_code=ZHAOJUE), ZHAOJUE, date(2017, 3, 1), ended)
        spell.kind, spell.employer_name = kind, name


def _poverty(session: Session) -> None:
    """Lifted in the year, the year before, on a day nobody told, and only registered."""
    noted = {"evidence": CategoryEvidence.DOCUMENT, "seen_on": JUNE}
    for lifted in (JUNE, BEFORE, None, AFTER):
        worker = make_worker(session, county_code=BUTUO)
        session.add(PersonCategory(worker_id=worker.id, category=FILED, held_from=date(2014, 1, 1), **noted))
        session.add(PersonCategory(worker_id=worker.id, category=LIFTED, held_from=lifted, **noted))


def _training(session: Session, year: Year) -> None:
    agreement = make_agreement(session)
    teaching, held = (
        make_class(session, agreement, state=state, starts_on=JUNE, ends_on=date(2017, 7, 1))
        for state in (ClassState.TEACHING, ClassState.PAID)
    )
    make_class(session, agreement, state=ClassState.APPROVED, starts_on=JUNE, ends_on=AFTER)
    make_class(session, agreement, state=ClassState.PAID, starts_on=date(2016, 6, 1), ends_on=BEFORE)
    twice, once = year.workers[:2]
    first = make_enrolment(session, held, twice, state=EnrolmentState.FINISHED)
    make_enrolment(session, held, once, state=EnrolmentState.FAILED)
    make_enrolment(session, teaching, twice)
    make_enrolment(session, teaching, once, state=EnrolmentState.REFUSED)
    make_certificate(session, first, issued_on=date(2017, 7, 3))
    claim = Claim(
        class_id=held.id,
        school_id=held.school_id,
        county_code=ZHAOJUE,
        city_code=FOSHAN,
        number="B1",
        made_at=datetime(2017, 7, 5, tzinfo=UTC),
        made_by_id=year.city.id,
    )
    session.add(claim)
    session.flush()
    for fen, day in ((1200_00, date(2017, 8, 1)), (5_00, BEFORE), (6_00, AFTER)):
        ends = {"county_code": ZHAOJUE, "city_code": FOSHAN, "scheme": Scheme.TRAINING, "payee": "某校"}
        paid = {"paid_on": day, "voucher": "1", "paid_by_id": year.city.id}
        session.add(LedgerEntry(claim_id=claim.id, amount_fen=fen, **ends, **paid))
