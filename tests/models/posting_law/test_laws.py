"""A finding cites what was in force on its posting's day, in its city; an unchecked law blocks nothing."""

from datetime import date
from itertools import chain

import pytest

from models.posting_law import Finding, Level, Posting, check_posting, laws
from models.posting_law.case import cited
from models.posting_law.laws import NO_LAW, SOURCES, Citation, Ground, in_force

FOSHAN, SHENZHEN, BIJIE = "440600", "440300", "520500"


def found(text: str, rule: str, day: date, city: str | None = FOSHAN) -> list[Finding]:
    posting = Posting("普工", text, city, None, day)
    return [one for one in check_posting(posting, lambda city, day: None) if one.rule == rule]


@pytest.mark.parametrize(
    ("text", "rule", "day", "named", "not_named"),
    [
        ("不要彝族", "ethnicity", date(2018, 9, 30), "就业促进法", "人力资源市场暂行条例"),
        ("不要彝族", "ethnicity", date(2018, 10, 1), "《人力资源市场暂行条例》", "广东省"),
        ("不要彝族", "ethnicity", date(2022, 1, 1), "《广东省人力资源市场条例》第三十三条", "185"),
        ("不要四川人", "origin", date(2022, 7, 3), "就业促进法", "指导案例185号"),
        ("不要四川人", "origin", date(2022, 7, 4), "指导案例185号", "待核"),
        ("限男性", "sex", date(2019, 2, 17), "（2005年修正）第二十三条", "人社部发〔2019〕17号"),
        ("限男性", "sex", date(2019, 2, 18), "人社部发〔2019〕17号", "第四十三条"),
        ("限男性", "sex", date(2022, 12, 31), "（2005年修正）第二十三条", "第四十三条"),
        ("限男性", "sex", date(2023, 1, 1), "《妇女权益保障法》第四十三条", "2005年"),
        ("16岁以上,KTV服务员", "forbidden", date(2021, 5, 31), "娱乐场所管理条例", "未成年人保护法"),
        ("16岁以上,KTV服务员", "forbidden", date(2021, 6, 1), "《未成年人保护法》第六十一条", "娱乐"),
        ("残疾人勿扰", "health", date(2022, 1, 1), "《广东省人力资源市场条例》第三十三条", "待核"),
    ],
)
def test_a_finding_cites_what_was_in_force_on_the_day_of_the_posting(
    text: str, rule: str, day: date, named: str, not_named: str
) -> None:
    sources = [one.source for one in found(text, rule, day)]
    assert sources
    assert all(named in source and not_named not in source for source in sources)


@pytest.mark.parametrize("city", ["440100", "440300", "440400", "440600", "441900", "442000", "440606"])
def test_the_law_of_guangdong_holds_in_the_six_cities_and_nowhere_else(city: str) -> None:
    day = date(2026, 11, 29)
    assert "广东省人力资源市场条例" in found("不要彝族", "ethnicity", day, city)[0].source
    assert "广东省" not in found("不要彝族", "ethnicity", day, BIJIE)[0].source
    assert "广东省" not in found("不要彝族", "ethnicity", day, None)[0].source


def all_grounds() -> list[Ground]:
    named = [value for value in vars(laws).values() if isinstance(value, tuple) and value]
    return [ground for ground in chain(SOURCES.values(), named) if isinstance(ground[0], Citation)]


def test_every_law_carries_its_dates_and_every_ground_something_in_force_today() -> None:
    grounds = all_grounds()
    assert len(grounds) > 25
    for ground in grounds:
        assert in_force(ground, date(2026, 11, 29), SHENZHEN), ground
        assert all(one.valid_to is None or one.valid_from < one.valid_to for one in ground)


def test_an_unchecked_law_is_shown_as_such_and_never_the_only_ground_of_a_block() -> None:
    unchecked = Citation("《某条例》第一条", date(2010, 1, 1), verified=False)
    checked = Citation("《某法》第二条", date(2020, 1, 1))
    posting = Posting("普工", "", FOSHAN, None, date(2015, 1, 1))
    block = Finding(Level.BLOCK, "fee", "x", None, "", "title", ground=(unchecked, checked))
    before = cited(block, posting)
    assert (before.level, before.source) == (Level.DOUBT, "《某条例》第一条（待核）")
    after = cited(block, Posting("普工", "", FOSHAN, None, date(2020, 1, 1)))
    assert (after.level, after.source) == (Level.BLOCK, "《某条例》第一条（待核）；《某法》第二条")
    none = cited(block, Posting("普工", "", FOSHAN, None, date(2009, 1, 1)))
    assert (none.level, none.source) == (Level.DOUBT, NO_LAW)


def test_night_work_of_sixteen_is_advice_and_cites_no_law() -> None:
    (advice,) = found("16岁以上,要上夜班", "minor", date(2026, 11, 29))
    assert advice.level is Level.DOUBT
    assert not any(law in advice.source for law in ("《", "364"))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("16岁以上,用电锤拆墙", Level.BLOCK),
        ("16岁起招凿岩机手", Level.BLOCK),
        ("17岁以上,操作气镐", Level.BLOCK),
        ("16岁以上,搬货,每件30公斤", Level.BLOCK),
        ("16岁以上,搬运,每包22公斤,每小时8次", Level.BLOCK),
        ("16岁以上,流水线长时间低头,每分钟60次", Level.BLOCK),
        ("16岁以上,流水线每分钟60次", Level.DOUBT),
    ],
)
def test_hard_work_of_minors_is_that_of_the_ministry_s_list(text: str, level: Level) -> None:
    hits = found(text, "forbidden", date(2026, 11, 29))
    assert [one.level for one in hits] == [level]
    assert "劳部发〔1994〕498号）第三条" in hits[0].source


@pytest.mark.parametrize(
    "text",
    [
        "18岁以上,用电锤拆墙",
        "16岁以上,搬货,每件22公斤",
        "16岁以上,搬运,每包22公斤,每小时4次",
        "16岁以上,流水线每分钟40次",
        "16岁以上,搬货,每件20公斤,每小时8次",
    ],
)
def test_lighter_work_and_grown_people_are_no_offence(text: str) -> None:
    assert not found(text, "forbidden", date(2026, 11, 29))
