"""Where people live is read from whatever says it: columns, addresses, titles, names of sheet and file."""

from collections.abc import Mapping
from datetime import date

import pytest

from app.workers.roster.county_places import places_of
from app.workers.roster.home import Origin
from app.workers.roster.reader import RosterReading, read_roster
from app.workers.roster.rows import RosterRow
from tests.factories.ugly_rosters import HEAD, Row, delimited, person, sheet_of, xlsx

TODAY = date(2026, 6, 1)
ZHAOJUE, DAFANG, TIANYANG = "513431", "520521", "451021"


def rows_of(data: bytes, filename: str = "") -> list[RosterRow]:
    with read_roster(data, county_code=ZHAOJUE, today=TODAY, filename=filename) as reading:
        return list(reading.rows())


def home(row: RosterRow) -> tuple[str, ...]:
    return tuple(row.values.get(name) or "" for name in ("township", "village", "hamlet"))


def with_columns(cells: Mapping[str, str]) -> RosterRow:
    (row,) = rows_of(delimited([[*HEAD, *cells], [*person(1), *cells.values()]]))
    return row


@pytest.mark.parametrize(
    ("county", "text", "township", "village", "hamlet"),
    [
        (ZHAOJUE, "四川省凉山州昭觉县日哈乡觉呷村1组", "日哈乡", "觉呷村", "1组"),
        (ZHAOJUE, "四川省凉山彝族自治州昭觉县洒拉地坡乡姐把哪打村", "洒拉地坡乡", "姐把哪打村", ""),
        (ZHAOJUE, "四开镇好谷村1组,门牌0号", "四开镇", "好谷村", "1组"),
        (ZHAOJUE, "昭觉县 城北镇 城北社区", "城北镇", "城北社区", ""),
        (ZHAOJUE, "昭觉四开镇好谷村民委员会第三村民小组", "四开镇", "好谷村", "第三村民小组"),
        (ZHAOJUE, "昭觉县城新城镇解放路3号", "新城镇", "", ""),
        (ZHAOJUE, "日哈觉呷村", "日哈乡", "觉呷村", ""),
        (ZHAOJUE, "四开乡政府", "四开乡", "", ""),
        (ZHAOJUE, "四川昭觉", "", "", ""),
        (DAFANG, "贵州省毕节市大方县核桃彝族白族乡新寨村上寨组", "核桃彝族白族乡", "新寨村", "上寨组"),
        (DAFANG, "大方县红旗街道双井社区", "红旗街道", "双井社区", ""),
        (TIANYANG, "广西百色市田阳区田州镇兴城社区", "田州镇", "兴城社区", ""),
        (TIANYANG, "广西壮族自治区百色市田阳县那坡镇尚兴村那音屯", "那坡镇", "尚兴村", "那音屯"),
    ],
)
def test_an_address_tells_township_village_and_hamlet(
    county: str, text: str, township: str, village: str, hamlet: str
) -> None:
    said = places_of(county).read(text)
    assert (said.township, said.village, said.hamlet, said.elsewhere) == (township, village, hamlet, "")


@pytest.mark.parametrize("text", ["四川省凉山州布拖县拖觉镇", "布拖县特木里镇", "浙江省宁波市", "西昌市"])
def test_an_address_of_another_county_tells_nothing_and_is_warned_of(text: str) -> None:
    row = with_columns({"户籍地址": text})
    assert home(row) == ("", "", "")
    assert [warning.header for warning in row.warnings] == ["户籍地址"]


def test_where_somebody_lives_now_may_be_elsewhere_without_a_warning() -> None:
    row = with_columns({"户籍地址": "昭觉县日哈乡觉呷村", "现住址": "广东省佛山市南海区桂城街道"})
    assert (home(row), row.warnings) == (("日哈乡", "觉呷村", ""), [])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"乡镇": "四开镇好谷村1组"}, ("四开镇", "好谷村", "1组")),
        ({"乡镇": "昭觉县四开镇"}, ("四开镇", "", "")),
        ({"村": "四开镇好谷村"}, ("四开镇", "好谷村", "")),
        ({"乡镇": "四开镇", "村": "好谷村1组"}, ("四开镇", "好谷村", "1组")),
        ({"村组": "好谷村1组"}, ("", "好谷村", "1组")),
        ({"乡镇": "四开镇", "住址": "四开镇好谷村2组"}, ("四开镇", "好谷村", "2组")),
        ({"乡镇": "竹核镇", "住址": "四开镇好谷村2组"}, ("竹核镇", "", "")),
        ({"乡镇": "竹核", "村": "木渣洛村"}, ("竹核", "木渣洛村", "")),
        ({"乡镇": "四开镇", "村": "日哈乡觉呷村"}, ("四开镇", "日哈乡觉呷村", "")),
    ],
)
def test_a_cell_that_holds_more_than_its_name_is_taken_apart(
    cells: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert home(with_columns(cells)) == expected


def test_the_origin_of_a_township_is_known() -> None:
    assert with_columns({"住址": "四开镇好谷村"}).origins["township"] is Origin.ADDRESS
    assert with_columns({"村": "四开镇好谷村"}).origins["township"] is Origin.COLUMN
    assert with_columns({"乡镇": "四开镇"}).origins == {}


@pytest.mark.parametrize(
    ("sheet", "title", "filename", "township", "origin"),
    [
        ("四开镇", "", "", "四开镇", Origin.SHEET),
        ("Sheet1", "四开镇好谷村花名册", "", "四开镇", Origin.TITLE),
        ("Sheet1", "2026年昭觉县四开镇劳动力", "", "四开镇", Origin.TITLE),
        ("Sheet1", "", "四开镇花名册(新).xlsx", "四开镇", Origin.FILE),
        ("日哈乡", "", "四开镇花名册.xlsx", "日哈乡", Origin.SHEET),
        ("四开镇", "日哈乡花名册", "", "日哈乡", Origin.TITLE),
    ],
)
def test_title_sheet_and_file_tell_the_township(
    sheet: str, title: str, filename: str, township: str, origin: Origin
) -> None:
    table: list[Row] = [[title], HEAD, person(1)] if title else [HEAD, person(1)]
    (row,) = rows_of(xlsx(**{sheet: sheet_of(table)}), filename)
    assert (row.values["township"], row.origins["township"]) == (township, origin)


@pytest.mark.parametrize("title", ["昭觉县乡镇劳动力台账", "2026年各乡镇汇总表", "布拖县拖觉镇花名册"])
def test_a_title_that_names_no_township_of_the_county_tells_none(title: str) -> None:
    (row,) = rows_of(xlsx(Sheet1=sheet_of([[title], HEAD, person(1)])))
    assert "township" not in row.values


def test_a_file_name_counts_only_for_a_township_of_the_county() -> None:
    (row,) = rows_of(delimited([HEAD, person(1)]), "河头乡5月表.csv")
    assert "township" not in row.values


def test_a_guessed_province_is_known_by_its_short_name_as_a_wish() -> None:
    with read_roster(
        delimited([[*HEAD, "意向地区"], [*person(1), "广西"]]), county_code=ZHAOJUE, today=TODAY
    ) as reading:
        assert isinstance(reading, RosterReading)
        assert "450100" in next(iter(reading.rows())).values["cities"]
