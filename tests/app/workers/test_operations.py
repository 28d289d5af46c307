"""What follows from what is entered, and who may not be entered."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.operations import (
    County,
    NumberTaken,
    apply,
    county_of,
    new_worker,
    register_worker,
    update_worker,
)
from models.access import Role
from models.clock import utc_now
from models.people.identity import IdNumber, InvalidIdNumber
from models.people.worker import (
    Education,
    Health,
    Worker,
    WorkerState,
    candidate_condition,
    candidate_refusal,
    education_level,
    health_level,
)
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, id_number, make_user, make_worker

TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("words", "capacity", "level"),
    [
        ("健康", "普通劳动力", Health.HEALTHY),
        ("长期慢性病,残疾", "", Health.LIGHT),
        ("健康", "丧失劳动力", Health.UNABLE),
        ("", "弱劳动力或半劳动力", Health.LIGHT),
        ("", "普通劳动力", None),
        ("", "", None),
    ],
)
def test_only_the_labour_capacity_says_that_somebody_cannot_work(
    words: str, capacity: str, level: Health | None
) -> None:
    assert health_level(words, capacity) is level


def test_education_of_both_registers_is_on_one_scale() -> None:
    assert education_level("高中") is education_level("职业高中") is Education.SENIOR
    assert education_level("自学成才") is None


def test_a_number_gives_birth_sex_and_a_disability_card_its_tail() -> None:
    number = id_number(born=date(1985, 2, 1), order=7)
    worker = new_worker(County(ZHAOJUE), {"name": "阿木", "id_number": IdNumber.parse(number + "43", TODAY)})
    assert (worker.birth_date, worker.sex, worker.disability) == (date(1985, 2, 1), "M", "43")
    assert worker.id_number == number


def test_a_township_is_found_under_its_old_ending() -> None:
    county = County(ZHAOJUE, {"新城镇": "513431100", "新城": "513431100"})
    assert county.town_code("新城乡") == "513431100"
    assert county.town_code("没有的乡") is None


def test_the_same_data_again_change_nothing(session: Session) -> None:
    data = {
        "name": "阿木",
        "id_number": IdNumber.parse(id_number(), TODAY),
        "phone": "13812345678",
        "wishes": ["普工"],
        "willing": True,
        "household_code": "1",
        "poverty_cause": "因病",
        "township": "新城镇",
        "note": "",
    }
    county = county_of(session, ZHAOJUE)
    worker = new_worker(county, data)
    session.add(worker)
    session.commit()
    assert apply(worker, data, county_of(session, ZHAOJUE, ["1"])) == []
    assert apply(worker, {"wishes": [], "poverty_cause": "因残"}, county) == ["wishes", "poverty_cause"]


def test_a_wrong_number_is_refused_and_never_mended(session: Session) -> None:
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    with pytest.raises(InvalidIdNumber):
        register_worker(session, actor, ZHAOJUE, {"name": "阿木", "id_number": "513431199005031234"}, TODAY)


def test_somebody_of_another_county_is_refused_without_a_word_about_him(session: Session) -> None:
    other = make_worker(session, county_code=BUTUO, name="沙马秘密")
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    with pytest.raises(NumberTaken) as refusal:
        register_worker(session, actor, ZHAOJUE, {"name": "阿木", "id_number": other.id_number}, TODAY)
    assert "不在你管的范围" in str(refusal.value)
    assert "布拖" not in str(refusal.value)


def test_a_number_of_another_person_cannot_be_put_on_this_one(session: Session) -> None:
    one, other = make_worker(session), make_worker(session)
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    with pytest.raises(NumberTaken, match="已经在本县台账里"):
        update_worker(session, actor, one, {"id_number": other.id_number}, utc_now())


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("", {}),
        ("", {"willing": None}),
        ("", {"health": None}),
        ("", {"birth_date": date(2008, 6, 1)}),
        ("未满16周岁", {"birth_date": date(2008, 6, 2)}),
        ("还在上学", {"school_status": "高中一年级"}),
        ("", {"school_status": "非在校生"}),
        ("没有劳动能力", {"health": 0}),
        ("没有劳动能力", {"labour_capacity": "无劳动力"}),
        ("本人不想外出务工", {"willing": False}),
        ("已有岗位在谈或在岗，或不再服务", {"state": WorkerState.OFFERED}),
    ],
)
def test_who_may_be_matched_is_the_same_in_python_and_in_the_database(
    session: Session, why: str, values: dict[str, object]
) -> None:
    worker = make_worker(session, **values)
    refusal = candidate_refusal(worker, TODAY)
    assert str(refusal or "") == why
    found = session.scalar(select(Worker.id).where(candidate_condition(TODAY)))
    assert (found is not None) is (not why)
