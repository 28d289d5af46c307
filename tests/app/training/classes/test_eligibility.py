"""Who may be trained: each no names its rule and where the rule stands."""

import itertools
from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.clock import today
from models.i18n import Sentence
from models.people.category import settle_people
from models.people.household import Household
from models.people.worker import Worker, WorkerState
from models.placement.placement import PlacementState
from models.training.class_rules import Finding, Plan, Problem, bars, findings
from models.training.enrolment import EnrolmentState, trained_key
from models.training.standard import StandardName, TrainingStandard
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import SkillLevel
from tests.factories.people import ZHAOJUE, make_order, make_placement, make_worker
from tests.factories.training import make_class, make_enrolment

_codes = itertools.count(1)


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    return make_class(session, state=ClassState.DRAFT, starts_on=today() + timedelta(days=20))


def person(session: Session, attribute: str = "一般脱贫户", lifted: str = "", **values: Any) -> Worker:
    home = Household(county_code=ZHAOJUE, code=f"E{next(_codes)}", poverty_attribute=attribute, lifted=lifted)
    session.add(home)
    session.commit()
    worker = make_worker(session, **({"household_id": home.id} | values))
    settle_people(session, [worker], today())
    session.commit()
    return worker


def said(session: Session, training_class: TrainingClass, worker: Worker) -> list[Finding]:
    return findings(session, training_class, [worker], today())[worker.id]


def test_somebody_of_a_household_that_counts_in_this_year_may_come(
    session: Session, training_class: TrainingClass
) -> None:
    assert said(session, training_class, person(session)) == []
    assert said(session, training_class, person(session, monitored_type="边缘易致贫户")) == []


def test_the_registered_poor_of_2016_are_asked_for_in_the_years_in_which_they_count(
    session: Session, training_class: TrainingClass
) -> None:
    worker = person(session, attribute="一般贫困户")
    worker.household.identified_on = date(2014, 6, 1)
    settle_people(session, [worker], today())
    (finding,) = said(session, training_class, worker)
    assert not finding.bars
    assert "建档立卡贫困户" in str(finding.sentence)
    training_class.starts_on = date(2018, 3, 1)
    assert [one for one in said(session, training_class, worker) if "登记" in str(one.sentence)] == []


@pytest.mark.parametrize(
    ("values", "word", "source"),
    [
        ({"attribute": "一般农户"}, "一般农户", "粤办发〔2016〕32号"),
        ({"birth_date": today() - timedelta(days=15 * 365)}, "16 周岁", "劳动法第15条"),
        ({"labour_capacity": "丧失劳动力"}, "不能劳动", "台账"),
        ({"school_status": "高中一年级"}, "高中一年级", "台账"),
        ({"state": WorkerState.CLOSED}, "不再服务", "台账"),
    ],
)
def test_a_rule_of_the_register_or_the_law_bars(
    session: Session, training_class: TrainingClass, values: dict, word: str, source: str
) -> None:
    (finding,) = said(session, training_class, person(session, **values))
    assert finding.bars
    assert word in str(finding.with_source)
    assert source in str(finding.with_source)


def test_a_household_whose_status_is_unknown_is_a_doubt(
    session: Session, training_class: TrainingClass
) -> None:
    for worker in (person(session, attribute=""), person(session, household_id=None)):
        (finding,) = said(session, training_class, worker)
        assert not finding.bars


def test_who_is_sixteen_on_the_first_day_may_come(session: Session, training_class: TrainingClass) -> None:
    born = training_class.starts_on.replace(year=training_class.starts_on.year - 16)
    assert said(session, training_class, person(session, birth_date=born)) == []


@pytest.mark.parametrize("state", [PlacementState.HIRED, PlacementState.ON_SITE])
def test_who_has_a_job_is_not_trained_before_work(
    session: Session, training_class: TrainingClass, state: PlacementState
) -> None:
    worker = person(session)
    make_placement(session, make_order(session), worker, state=state)
    assert "在岗" in str(said(session, training_class, worker)[0].with_source)


def earlier(
    session: Session, training_class: TrainingClass, worker: Worker, level: SkillLevel, year: int
) -> None:
    """Put somebody into a class of ``year`` that he has finished."""
    before = make_class(
        session, training_class.agreement, level=level, starts_on=date(year, 3, 1), ends_on=date(year, 4, 1)
    )
    key = trained_key(worker.id_digest, before.occupation_code, level)
    make_enrolment(session, before, worker, state=EnrolmentState.FINISHED, trained_key=key)


def test_nobody_is_trained_twice_for_one_occupation_and_level(
    session: Session, training_class: TrainingClass
) -> None:
    same, other = person(session), person(session)
    earlier(session, training_class, same, SkillLevel.FIVE, training_class.starts_on.year - 2)
    earlier(session, training_class, other, SkillLevel.SPECIAL, training_class.starts_on.year - 2)
    assert "同工种同等级" in str(said(session, training_class, same)[0].with_source)
    assert said(session, training_class, other) == []


def test_twice_a_year_bars_only_where_the_figure_was_checked(
    session: Session, training_class: TrainingClass
) -> None:
    worker = person(session)
    earlier(session, training_class, worker, SkillLevel.SPECIAL, training_class.starts_on.year)
    (doubt,) = said(session, training_class, worker)
    assert not doubt.bars  # the seeded figure is 待核
    session.add(
        TrainingStandard(
            area_code="510000",
            name=StandardName.PER_YEAR,
            value=1,
            verified=True,
            valid_from=date(2016, 1, 1),
            source="川人社发〔2019〕1号",
        )
    )
    session.commit()
    (bar,) = bars(said(session, training_class, worker))
    assert "川人社发〔2019〕1号" in str(bar.with_source)


def test_nobody_sits_in_two_classes(session: Session, training_class: TrainingClass) -> None:
    worker = person(session)
    other = make_class(
        session, training_class.agreement, starts_on=date(training_class.starts_on.year - 1, 12, 1)
    )
    make_enrolment(session, other, worker)
    assert other.name in str(said(session, training_class, worker)[0].with_source)


@pytest.mark.parametrize("planned", ["earlier", "later", "the same"])
@pytest.mark.parametrize(
    ("state", "level", "year", "finding"),
    [
        (EnrolmentState.ENROLLED, SkillLevel.SPECIAL, -1, "一个人同一时间只能在一个班"),
        (EnrolmentState.FINISHED, SkillLevel.SPECIAL, 0, "已经参加过 1 次培训"),
        (EnrolmentState.FINISHED, SkillLevel.FIVE, -2, "同工种同等级"),
    ],
)
def test_another_class_counts_whichever_was_planned_first_and_ones_own_never(
    session: Session, planned: str, state: EnrolmentState, level: SkillLevel, year: int, finding: str
) -> None:
    worker, day = person(session), today() + timedelta(days=20)
    first = make_class(session, state=ClassState.DRAFT, starts_on=day)
    second = make_class(session, first.agreement, state=ClassState.DRAFT, starts_on=day)
    other, judged = (first, second) if planned == "earlier" else (second, first)
    if planned == "the same":
        other = judged
    else:
        other.level = level
        other.starts_on = other.ends_on = date(judged.starts_on.year + year, 3, 1)
    key = trained_key(worker.id_digest, other.occupation_code, other.level)
    kept = key if state is EnrolmentState.FINISHED else None
    make_enrolment(session, other, worker, state=state, trained_key=kept)
    told = [str(one.with_source) for one in said(session, judged, worker)]
    assert len(told) == (planned != "the same")
    assert all(finding in one for one in told)


def test_what_was_planned_and_found_is_not_rewritten() -> None:
    plan = Plan("钳工班", 30, today(), today(), "县职校")
    problem = Problem("capacity", Sentence("人数太多。"))
    for value, field in ((plan, "capacity"), (problem, "field_name")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field, "别的")
