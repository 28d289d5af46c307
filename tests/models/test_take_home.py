"""The take-home line adds up what is known and names what is not."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.jobs.order import Order, Provision
from models.jobs.take_home import figure_book, figures_for, take_home
from models.reference.dated_fact import MoneyFigure

DAY = date(2017, 5, 8)
FOSHAN, SHUNDE, ZHAOJUE = "440600", "440606", "513431"


def figure(
    kind: str, name: str, yuan: int, owner: str = FOSHAN, since: date = date(2016, 12, 25)
) -> MoneyFigure:
    return MoneyFigure(
        owner_code=owner,
        kind=kind,
        name=name,
        monthly_fen=yuan * 100,
        valid_from=since,
        source="测试",
        verified=False,
    )


COSTS = [
    figure("living_cost", "伙食（企业不包时）", 550),
    figure("living_cost", "房租水电（企业不包时）", 500),
    figure("living_cost", "通讯交通", 100),
]


def told(**values: object) -> Order:
    given = {
        "wage_low_fen": 480_000,
        "wage_high_fen": 520_000,
        "overtime_hours_month": 60,
        "board": Provision.SELF,
        "board_cost_fen": 35_000,
        "lodging": Provision.FREE,
        "utilities_cost_fen": 5_000,
        "insurance": ["工伤"],
    }
    return Order(**(given | values))


def test_every_known_sum_is_in_the_line() -> None:
    subsidy = figure("subsidy", "稳岗补贴", 250, owner=ZHAOJUE)
    result = take_home(told(), [*COSTS, subsidy])
    assert (result.low_fen, result.high_fen) == (480_000 - 35_000 - 5_000 - 10_000 + 25_000, 505_000 - 10_000)
    assert result.unknown == []
    assert [line.fen for line in result.lines] == [480_000, -35_000, 0, -5_000, -10_000, 25_000]
    assert sum(line.fen or 0 for line in result.lines) == result.low_fen


def test_the_citys_figure_stands_in_for_a_sum_the_enterprise_did_not_tell() -> None:
    result = take_home(told(board_cost_fen=None, lodging=Provision.SELF), COSTS)
    assert [line.fen for line in result.lines[1:]] == [-55_000, -50_000, -10_000]
    assert result.unknown == []


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"board": None}, "伙食"),
        ({"lodging": None}, "住宿"),
        ({"lodging": Provision.PART}, "房费自付"),
        ({"utilities_cost_fen": None}, "水电"),
        ({"wage_low_fen": None, "wage_high_fen": None, "base_wage_fen": 200_000}, "加班费"),
        ({"insurance": None}, "社保个人要缴的部分"),
        ({"insurance": ["养老", "工伤"]}, "社保个人要缴的部分"),
    ],
)
def test_what_nobody_told_is_named_and_not_counted(values: dict[str, object], word: str) -> None:
    assert take_home(told(**values), COSTS).unknown == [Sentence(word)]


def test_without_a_wage_there_is_no_sum() -> None:
    result = take_home(told(wage_low_fen=None, wage_high_fen=None), COSTS)
    assert result.low_fen is None
    assert result.high_fen is None


def test_a_city_without_figures_leaves_its_living_cost_unknown() -> None:
    assert take_home(told(), []).unknown == [Sentence("当地其他开销")]


def test_a_districts_figure_goes_before_its_citys(session: Session) -> None:
    session.add(figure("living_cost", "通讯交通", 130, owner=SHUNDE))
    session.add(figure("subsidy", "稳岗补贴", 250, owner=ZHAOJUE))
    session.flush()
    sums = {f.name: f.monthly_fen for f in figures_for(session, SHUNDE, ZHAOJUE, DAY)}
    assert sums == {
        "伙食（企业不包时）": 55_000,
        "房租水电（企业不包时）": 50_000,
        "通讯交通": 13_000,
        "稳岗补贴": 25_000,
    }
    assert {f.name for f in figures_for(session, FOSHAN, None, DAY)} == set(sums) - {"稳岗补贴"}


def test_a_figure_holds_only_in_its_time(session: Session) -> None:
    book = figure_book(session, {FOSHAN, "440100"}, ZHAOJUE, date(2015, 1, 1))
    assert book == {FOSHAN: [], "440100": []}
