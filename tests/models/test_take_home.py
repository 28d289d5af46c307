"""The take-home line adds up what is known and names what is not."""

from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.jobs.order import Order, Provision
from models.jobs.take_home import Line, figure_book, figures_for, take_home
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
        "养老保险个人部分": 0,
        "医疗保险个人部分": 0,
        "失业保险个人部分": 0,
    }
    assert {f.name for f in figures_for(session, FOSHAN, None, DAY)} == set(sums) - {"稳岗补贴"}


def share(name: str, percent: str) -> MoneyFigure:
    row = figure("insurance", name, 0, owner="440000")
    row.percent = Decimal(percent)
    return row


SHARES = [share("养老保险个人部分", "8"), share("医疗保险个人部分", "2")]


def test_the_workers_own_share_of_the_insurance_is_the_first_deduction() -> None:
    order = told(base_wage_fen=230_000, insurance=["养老", "医疗", "工伤"])
    result = take_home(order, [*COSTS, *SHARES])
    assert str(result.lines[1].sentence) == "社保个人部分（约 10%）"
    assert result.lines[1].fen == -23_000
    assert result.low_fen == 480_000 - 23_000 - 35_000 - 5_000 - 10_000
    assert result.unknown == []


@pytest.mark.parametrize(
    ("insurance", "fen", "unknown"),
    [
        (["工伤"], None, []),
        (["养老"], -38_400, []),
        (["养老", "医疗", "失业"], -48_000, ["失业个人要缴的部分"]),
        (["失业", "公积金"], None, ["社保个人要缴的部分"]),
        (None, None, ["社保个人要缴的部分"]),
    ],
)
def test_only_the_kinds_promised_are_counted_and_the_rest_is_named(
    insurance: list[str] | None, fen: int | None, unknown: list[str]
) -> None:
    result = take_home(told(insurance=insurance), [*COSTS, *SHARES])
    shares = [line.fen for line in result.lines if "社保" in line.sentence.text]
    assert shares == ([] if fen is None else [fen])
    assert [str(one) for one in result.unknown] == unknown


def test_the_allowance_for_heat_is_named_and_not_counted() -> None:
    heat = figure("heat", "高温津贴", 300, owner="440000")
    result = take_home(told(), [*COSTS, heat])
    assert [str(one) for one in result.unknown] == ["高温津贴（6至10月高温岗位每月 300 元）"]
    assert result.low_fen == take_home(told(), COSTS).low_fen


def test_the_shipped_shares_are_unchecked_and_hold_in_every_city(session: Session) -> None:
    rows = [
        row for row in figures_for(session, SHUNDE, ZHAOJUE, date(2026, 11, 29)) if row.owner_code == "440000"
    ]
    known = {row.name: (row.percent, row.monthly_fen, row.verified) for row in rows}
    assert known == {
        "养老保险个人部分": (Decimal(8), 0, False),
        "医疗保险个人部分": (Decimal(2), 0, False),
        "失业保险个人部分": (Decimal("0.2"), 0, False),
        "高温津贴": (None, 30_000, False),
    }


def test_a_figure_holds_only_in_its_time(session: Session) -> None:
    book = figure_book(session, {FOSHAN, "440100"}, ZHAOJUE, date(2015, 1, 1))
    assert book == {FOSHAN: [], "440100": []}


@pytest.mark.parametrize(
    ("sums", "of", "said"),
    [
        ({}, 230_000, "按底薪估算，当地缴费基数的上下限未知，比例待核"),
        ({"缴费基数下限": 3_100}, 310_000, "按当地缴费基数算，数字待核"),
        ({"缴费基数下限": 1_000, "缴费基数上限": 2_000}, 200_000, "按当地缴费基数算，数字待核"),
        ({"缴费基数下限": 1_000, "缴费基数上限": 9_000}, 230_000, "按当地缴费基数算，数字待核"),
    ],
)
def test_contributions_are_counted_between_the_citys_floor_and_ceiling(
    sums: dict[str, int], of: int, said: str
) -> None:
    bounds = [figure("insured_sum", name, yuan) for name, yuan in sums.items()]
    order = told(base_wage_fen=230_000, insurance=["养老", "医疗", "失业"])
    line = take_home(order, [*COSTS, *SHARES, share("失业保险个人部分", "0.2"), *bounds]).lines[1]
    assert line.fen == -int(of * Decimal("10.2") / 100)
    assert line.note == Sentence(said)


@pytest.mark.parametrize("kind", ["heat", "aaa", "living_cost", "subsidy", "insured_sum", "zzz"])
def test_a_figure_counts_as_what_it_is_and_as_nothing_else(kind: str) -> None:
    order = told(base_wage_fen=230_000, insurance=["养老", "医疗", "工伤"])
    before = take_home(order, [*COSTS, *SHARES])
    row = figure(kind, "养老保险个人部分下限", 70, owner="440000")
    row.percent = Decimal(50)
    after = take_home(order, [*COSTS, *SHARES, row])
    changed = {"living_cost": -7_000, "subsidy": 7_000}.get(kind, 0)
    assert (after.low_fen, after.high_fen) == (before.low_fen + changed, before.high_fen + changed)
    assert len(after.unknown) == len(before.unknown) + (kind == "heat")
    own = [line for line in after.lines if "社保" in line.sentence.text]
    assert [str(line.sentence) for line in own] == ["社保个人部分（约 10%）"]
    assert ("缴费基数算" in str(own[0].note)) is (kind == "insured_sum")


@pytest.mark.parametrize(
    ("fen", "high", "shown"),
    [
        (None, None, "未知"),
        (None, 500, "未知"),
        (-35_000, None, "− 350"),
        (25_000, None, "+ 250"),
        (0, None, "0"),
        (-1, None, "− 0.01"),
        (480_000, 520_000, "4,800–5,200"),
        (480_000, 480_000, "4,800"),
        (480_001, 480_099, "4,800.01–4,800.99"),
    ],
)
def test_a_sum_is_told_in_yuan_with_its_sign_or_as_a_range(
    fen: int | None, high: int | None, shown: str
) -> None:
    assert str(Line(Sentence("底薪"), fen, high).amount) == shown


@pytest.mark.parametrize("note", [None, Sentence("企业包吃")])
def test_a_line_is_kept_and_read_as_it_was(note: Sentence | None) -> None:
    line = Line(Sentence("底薪（%(n)s）", {"n": 60}), -7, 9, note)
    assert Line.from_json(line.as_json()) == line
    with pytest.raises(FrozenInstanceError):
        line.fen = 1  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        take_home(told(), COSTS).low_fen = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "wage"),
    [
        ({"wage_low_fen": 480_000, "wage_high_fen": None}, (480_000, 480_000)),
        ({"wage_low_fen": None, "wage_high_fen": 520_000}, (520_000, 520_000)),
        ({}, (480_000, 520_000)),
        ({"overtime_hours_month": None}, (480_000, 520_000)),
        ({"wage_low_fen": None, "wage_high_fen": None, "base_wage_fen": 230_000}, (230_000, 230_000)),
        ({"wage_low_fen": None, "wage_high_fen": None, "base_wage_fen": None}, (None, None)),
    ],
)
def test_the_first_line_is_the_wage_as_far_as_it_was_told(
    values: dict[str, object], wage: tuple[int | None, int | None]
) -> None:
    first = take_home(told(**values), COSTS).lines[0]
    assert (first.fen, first.high_fen) == wage
    assert ("60 小时" in str(first.sentence)) is (
        values.get("overtime_hours_month", 60) == 60 and "底薪和" in str(first.sentence)
    )


BOARD, LODGING = ["伙食自付 -35000 None"], ["住宿 0 企业包住", "水电 -5000 None"]
SELF, PART = Provision.SELF, Provision.PART


@pytest.mark.parametrize(
    ("values", "board", "lodging"),
    [
        ({"board": None}, ["伙食 None 企业没有说包不包吃"], LODGING),
        ({"board": Provision.FREE}, ["伙食 0 企业包吃"], LODGING),
        ({"board": PART}, ["伙食自付 -35000 None"], LODGING),
        (
            {"board": PART, "board_cost_fen": None},
            ["伙食自付 -55000 有餐补，按当地全额伙食算，实际会少些"],
            LODGING,
        ),
        ({"board_cost_fen": None}, ["伙食自付 -55000 按当地一般伙食算"], LODGING),
        ({"lodging": None}, BOARD, ["住宿 None 企业没有说包不包住"]),
        ({"utilities_cost_fen": None}, BOARD, ["住宿 0 企业包住", "水电 None None"]),
        ({"lodging": SELF}, BOARD, ["房租水电自付 -50000 按当地一般房租算"]),
        ({"lodging": SELF, "lodging_cost_fen": 1}, BOARD, ["房费自付 -1 None", "水电 -5000 None"]),
        ({"lodging": PART, "lodging_cost_fen": 9}, BOARD, ["房费自付 -9 None", "水电 -5000 None"]),
        ({"lodging": PART}, BOARD, ["房费自付 None None", "水电 -5000 None"]),
    ],
)
def test_board_and_lodging_are_told_as_the_enterprise_told_them(
    values: dict[str, object], board: list[str], lodging: list[str]
) -> None:
    lines = [f"{line.sentence} {line.fen} {line.note}" for line in take_home(told(**values), COSTS).lines]
    assert lines[1:] == [*board, *lodging, "通讯交通 -10000 None"]
