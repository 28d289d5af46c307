"""What training keeps in JSON columns comes back as the record that went in, and says itself."""

import json
from datetime import date

import pytest

from models.people.worker import Mandarin
from models.training.agreement import AgreementTerms, Party
from models.training.enrolment import Shortfall
from models.training.standard import StandardName
from models.training.standards import BrokenStandard, Figure, broken_standards, in_units
from models.training.training_order import SkillLevel

TERMS = AgreementTerms(
    parties={Party.COUNTY: "昭觉县", Party.SCHOOL: "第1技工学校"},
    job="焊工",
    occupation="焊工",
    skill="二保焊",
    level=SkillLevel.FIVE,
    certificate="",
    headcount=20,
    periods=120,
    price_fen=150_000,
    starts_on=date(2019, 5, 8),
    ready_by=date(2019, 8, 1),
    place="实训楼",
    plan="",
    wage_floor_fen=400_000,
    hire_share_percent=90,
    follow_months=6,
    other="",
    breach=[],
)


def test_the_terms_of_an_agreement_come_back_from_json() -> None:
    stored = json.loads(json.dumps(TERMS.as_json()))
    assert (stored["level"], stored["ready_by"], stored["parties"]["county"]) == ("5", "2019-08-01", "昭觉县")
    assert AgreementTerms.from_json(stored) == TERMS


@pytest.mark.parametrize(
    ("shortfall", "said"),
    [
        (Shortfall(("焊接", "焊工证"), None, 210), "焊接、焊工证"),
        (Shortfall(("焊接",), Mandarin.DAILY, 90), "焊接、普通话达到"),
    ],
)
def test_a_shortfall_comes_back_from_json_and_says_what_is_missing(shortfall: Shortfall, said: str) -> None:
    assert Shortfall.from_json(json.loads(json.dumps(shortfall.as_json()))) == shortfall
    assert str(shortfall.sentence).startswith(said)


def test_a_person_whom_a_list_proposed_has_no_shortfall() -> None:
    assert (Shortfall().as_json(), Shortfall.from_json({}), Shortfall().sentence) == ({}, Shortfall(), None)


def test_a_plan_breaks_the_figures_it_does_not_keep_and_no_unknown_one() -> None:
    size = Figure(50, "省人社厅", True, 1)
    least = Figure(80, "", False, 2)
    figures = {StandardName.CLASS_SIZE: size, StandardName.LEAST_PERIODS: least}
    broken = broken_standards(figures, {"capacity": 51, "periods": 79})
    assert broken == [
        BrokenStandard(StandardName.CLASS_SIZE, 51, size),
        BrokenStandard(StandardName.LEAST_PERIODS, 79, least),
    ]
    assert "依据：省人社厅" in str(broken[0].sentence)
    assert broken_standards(figures, {"capacity": 50, "periods": 80}) == []
    assert broken_standards({}, {"capacity": 999, "periods": 1}) == []


@pytest.mark.parametrize(
    ("value", "name", "said"),
    [
        (50, StandardName.CLASS_SIZE, "50 人"),
        (80, StandardName.ATTENDANCE, "80%"),
        (5_000, StandardName.LIVING_ALLOWANCE, "50 元"),
        (None, StandardName.NOTICE_DAYS, "未知"),
    ],
)
def test_a_figure_is_said_in_its_unit(value: int | None, name: StandardName, said: str) -> None:
    assert str(in_units(value, name)) == said
