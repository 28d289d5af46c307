"""Single cells as people fill them: what is understood, what is doubted, and nothing guessed."""

from datetime import UTC, date, datetime

import pytest

from app.kit.files.cells.dates import parse_available, parse_date, parse_day
from app.kit.files.cells.durations import parse_months
from app.kit.files.cells.people import parse_id, parse_list, parse_name, parse_phone
from app.kit.files.cells.wages import parse_wage
from app.kit.files.spreadsheet import Cell
from app.workers.roster.choices import EDUCATION, ETHNICITY, HEALTH, RELATION, parse_choice, parse_yes
from app.workers.roster.fields import BY_NAME, TEMPLATE_FIELDS
from app.workers.roster.places import parse_cities
from models.people.household import Household
from models.people.worker import Worker

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("5千", 5000),
        ("四千五", 4500),
        ("5千5", 5500),
        ("3k", 3000),
        ("4.5K", 4500),
        ("0.5万", 5000),
        (5000.0, 5000),
        ("5,000元/月", 5000),
        ("４５００元以上", 4500),
        ("一万零五百", 10500),
        ("两千", 2000),
    ],
)
def test_sums_are_understood_without_a_warning(cell: Cell, yuan: int) -> None:
    assert parse_wage(cell) == (yuan, None, None)


@pytest.mark.parametrize(("cell", "yuan"), [("3500-4500", 3500), ("4-5千", 4000), ("3千到4千", 3000)])
def test_range_is_its_lower_end_and_a_warning(cell: Cell, yuan: int) -> None:
    parsed = parse_wage(cell)
    assert (parsed.value, bool(parsed.warning)) == (yuan, True)


@pytest.mark.parametrize("cell", ["5", 4.5, "四五千", "200元/天", "5万/年", "45oo", "十五", "900000"])
def test_unclear_sum_is_only_a_warning(cell: Cell) -> None:
    parsed = parse_wage(cell)
    assert (parsed.value, parsed.error, bool(parsed.warning)) == (None, None, True)


@pytest.mark.parametrize("cell", ["", "面议", "不限", "随便"])
def test_no_sum_is_no_warning(cell: Cell) -> None:
    assert parse_wage(cell) == (None, None, None)


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        ("3个月", 3),
        ("6月", 6),
        (3.0, 3),
        ("半年", 6),
        ("一年", 12),
        ("十二个月", 12),
        ("10个月以上", 10),
        ("13", None),
    ],
)
def test_months_away(cell: Cell, months: int | None) -> None:
    assert parse_months(cell).value == months


@pytest.mark.parametrize(
    "cell",
    [
        "2017.5.3",
        "20170503",
        "2017年5月3日",
        "42858",
        42858.0,
        20170503.0,
        "2017/5/3",
        "二〇一七年五月三日",
        date(2017, 5, 3),
    ],
)
def test_every_form_of_a_date(cell: Cell) -> None:
    assert parse_date(cell).value == date(2017, 5, 3)


@pytest.mark.parametrize("cell", ["2017年5月", "201705", "2017.5", "2017-05"])
def test_month_alone_is_its_first_day(cell: Cell) -> None:
    assert parse_date(cell).value == date(2017, 5, 1)


@pytest.mark.parametrize("cell", [2017.1, "17.5.3", "2017.13.3", "春节后", "20170230"])
def test_unclear_date_is_only_a_warning(cell: Cell) -> None:
    parsed = parse_date(cell)
    assert (parsed.value, bool(parsed.warning)) == (None, True)


def test_at_once_is_today() -> None:
    assert parse_available("随时", TODAY).value == TODAY


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("壮", "壮族"),
        ("壮族", "壮族"),
        ("彝族（诺苏）", "彝族"),
        ("布依", "布依族"),
        ("穿青人", "穿青人"),
        ("穿青人族", "穿青人"),
        ("未识别民族", "其他"),
        ("08", None),
        (8.0, None),
    ],
)
def test_ethnicity_goes_by_name_and_never_by_another_systems_code(cell: Cell, name: str | None) -> None:
    parsed = parse_choice(ETHNICITY, cell)
    assert (parsed.value, bool(parsed.warning)) == (name, name is None)


def test_relations_schooling_and_health_in_other_words() -> None:
    assert parse_choice(RELATION, "长子").value == "之子"
    assert parse_choice(RELATION, "户主 ").value == "户主"
    assert parse_choice(EDUCATION, "中专").value == "高中"
    assert parse_choice(HEALTH, "残疾、慢性病").value == "长期慢性病,残疾"
    assert parse_choice(HEALTH, "残疾、倒霉").value is None


@pytest.mark.parametrize(
    ("cell", "answer"), [("√", True), ("是", True), ("不会", False), (True, True), ("×", False), ("1", None)]
)
def test_yes_and_no(cell: Cell, answer: bool | None) -> None:
    assert parse_yes(cell).value is answer


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　三", "张三"),
        ("吉克•阿牛", "吉克·阿牛"),
        ("吉克. 阿牛", "吉克·阿牛"),
        ("俄木木加", "俄木木加"),
        ("阿木（户主）", "阿木"),
        ("𬍛木", "𬍛木"),
        ("", None),
        ("阿\ufffd", None),
    ],
)
def test_names_are_tidied_and_never_invented(cell: Cell, name: str | None) -> None:
    parsed = parse_name(cell)
    assert (parsed.value, bool(parsed.error)) == (name, name is None)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13812345678.0, "13812345678"),
        ("138 1234-5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("13812345678/13912345678", "13812345678、13912345678"),
        ("0857-1234567", "0857-1234567"),
        ("1381234567", None),
    ],
)
def test_telephones_are_kept_or_the_cell_stays_blank(cell: Cell, phone: str | None) -> None:
    parsed = parse_phone(cell)
    assert (parsed.value, parsed.error) == (phone, None)


def test_places_become_prefectures() -> None:
    assert parse_cities("佛山南海、深圳").value == ["440600", "440300"]
    assert parse_cities("不限").value == []
    assert parse_cities("月亮上").warning
    assert len(parse_cities("广东").value) == 21


def test_list_read_from_one_cell_is_never_the_list_of_another() -> None:
    first = parse_cities("佛山").value
    first.append("x")
    assert parse_cities("佛山").value == ["440600"]
    assert parse_list("电焊,叉车、 电焊").value == ["电焊", "叉车"]


def test_nothing_is_longer_than_the_register_keeps() -> None:
    for field in TEMPLATE_FIELDS:
        for table in (Worker.__table__, Household.__table__):
            length = getattr(getattr(table.columns.get(field.name), "type", None), "length", None)
            assert length is None or max([field.longest, *map(len, field.choices)]) <= length or field.choices
    cut = BY_NAME["note"].read("好" * 5000, TODAY)
    assert (len(cut.value), bool(cut.warning)) == (300, True)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [(513431199001010121.0, "存成了数值"), (513431900101012.0, "15位的旧身份证"), (5134.0, "这里是4位")],
)
def test_a_number_cell_is_refused_for_its_own_reason(cell: Cell, reason: str) -> None:
    assert reason in str(parse_id(cell, TODAY).error)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-29T23:30:00Z", date(2026, 11, 30)),
        ("2026-11-29 23:30:00+00:00", date(2026, 11, 30)),
        (datetime(2026, 11, 29, 23, 30, tzinfo=UTC), date(2026, 11, 30)),
        ("2026-5-3 08:30", date(2026, 5, 3)),
        (46360.35, date(2026, 12, 4)),
        ("2026年12月2日（周三）", date(2026, 12, 2)),
    ],
)
def test_a_day_is_chinas_day_whatever_stands_behind_it(cell: Cell, day: date) -> None:
    assert parse_day(cell).value == day


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("12月2日", "没有写是哪一年"),
        ("2026年12月", "没有写是哪一天"),
        ("2026年12月2日（周四）", "日期和星期对不上"),
        ("2026-12-05以后", "看不懂日期"),
    ],
)
def test_half_a_day_is_no_day(cell: Cell, reason: str) -> None:
    assert reason in str(parse_day(cell).warning)


def test_a_day_without_its_year_lies_within_the_class() -> None:
    assert parse_day("1月2日", (date(2026, 12, 20), date(2027, 1, 10))).value == date(2027, 1, 2)
    assert parse_day("12.25", (date(2026, 12, 20), date(2027, 1, 10))).value == date(2026, 12, 25)
    assert parse_day("5月3日", (date(2026, 1, 1), date(2027, 12, 31))).value is None
