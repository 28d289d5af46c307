"""Kinds of wording that once slipped through or stopped a lawful posting (rows: phrasings_kinds.csv)."""

from datetime import date

import pytest

from models.posting_law import Posting, check_posting
from tests.models.posting_law.test_phrasings import verdicts

MARKERS = [
    "1.",
    "1、",
    "1)",
    "1）",
    "(1)",
    "（1）",
    "[1]",
    "【1】",
    "①",
    "⑴",
    "⒈",
    "一、",
    "一.",
    "（一）",
    "A.",
    "a、",
    "-",
    "·",
    "●",
    "★",
    "第一、",
]


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("demand", ["女", "女性，细心", "男，能吃苦"])
@pytest.mark.parametrize("heading", ["", "要求：", "包吃住。\n"])
def test_the_number_of_an_item_hides_no_demand(heading: str, marker: str, demand: str) -> None:
    if heading != "要求：" or marker not in "-·":
        assert verdicts(f"{heading}{marker}{demand}") == {"sex:block"}


@pytest.mark.parametrize("text", ["要求1.高中以上2.男3.能倒班", "①会电脑②女③住厂", "1.会电脑\n2.女\n3.住厂"])
def test_the_items_of_a_glued_list_are_read_one_by_one(text: str) -> None:
    assert verdicts(text) == {"sex:block"}


@pytest.mark.parametrize(
    "text",
    [
        "月薪3.5-5K",
        "1.75米以上",
        "2.5倍加班费",
        "三、四人间",
        "周一、周二休息",
        "8、9月高温补贴",
        "8:00-17:00",
    ],
)
def test_a_number_that_counts_something_is_no_item(text: str) -> None:
    assert verdicts(text) == set()


@pytest.mark.parametrize("prefix", ["5", "51", "52", "53", "45", "513431"])
@pytest.mark.parametrize(
    "shape", ["身份证{}开头的不要", "{}开头身份证不收", "不要身份证{}开头的", "身份证号{}打头勿扰"]
)
def test_shutting_out_a_card_number_shuts_out_a_province(shape: str, prefix: str) -> None:
    assert verdicts(shape.format(prefix)) == {"origin:block"}


@pytest.mark.parametrize("text", ["拨打400开头的电话不收费", "身份证不满16周岁的不要", "工号53开头"])
def test_other_numbers_are_no_province(text: str) -> None:
    assert "origin:block" not in verdicts(text)


@pytest.mark.parametrize("leaving", ["自离", "急辞", "提前离职", "中途不干", "不打招呼走人的", "七天内离职"])
@pytest.mark.parametrize("kept", ["不发工资", "工资不结", "没有工资", "，一分钱没有", "的，工资不给结"])
def test_whoever_leaves_is_paid(leaving: str, kept: str) -> None:
    assert "wage:block" in verdicts(leaving + kept)


@pytest.mark.parametrize(
    "fault", ["迟到一次", "打架", "跑了", "旷工一天", "上班玩手机", "产量不达标", "不服从安排"]
)
@pytest.mark.parametrize("fine", ["罚款", "罚款500", "罚50元", "扣200元"])
def test_an_employer_fines_nobody(fault: str, fine: str) -> None:
    assert verdicts(fault + fine) == {"contract:block"}


@pytest.mark.parametrize(
    "text",
    [
        "旷工一天不计当天工资",
        "迟到扣全勤奖",
        "违章罚款由司机承担",
        "本厂没有罚款",
        "打架斗殴者开除",
        "旷工一天扣一天工资",
    ],
)
def test_absence_unpaid_and_bonuses_not_earned_are_no_fine(text: str) -> None:
    assert "contract:block" not in verdicts(text)


@pytest.mark.parametrize("skill", ["口头表达能力", "口头沟通能力", "口头表达清楚", "口头翻译水平"])
def test_a_skill_of_speaking_is_no_oral_contract(skill: str) -> None:
    assert verdicts(f"书面和{skill}较好") == set()


@pytest.mark.parametrize(
    "hours",
    [
        "8:00-12:00,1:30-5:30",
        "8:30-12:00、2:00-6:00",
        "9:00-6:00",
        "12:00-1:30午休",
        "8:00-12:00 14:00-18:00",
    ],
)
def test_a_lawful_day_is_lawful_without_morning_and_afternoon(hours: str) -> None:
    assert verdicts(hours) == verdicts(f"上班时间：{hours}") == set()


def test_the_hours_quoted_are_the_hours_found() -> None:
    for text in ("8:00-20:00", "12:00-0:00,1:00-3:00", "上8:00-8:00两班倒"):
        posting = Posting(text, "", None, None, date(2026, 10, 1))
        [finding] = check_posting(posting, lambda city, day: None)
        assert finding.passage == text[finding.start : finding.end] != ""


@pytest.mark.parametrize(
    "text",
    [
        "男女宿舍分开",
        "女生宿舍在三楼",
        "男生住一楼，女生住二楼",
        "男：5楼 女：6楼",
        "男的住A栋",
        "车间女工多",
        "女生4人间",
    ],
)
def test_where_men_and_women_live_is_no_demand(text: str) -> None:
    assert verdicts(text) == set()


@pytest.mark.parametrize("text", ["招女工，住宿舍", "女，包住", "女性，安排住宿", "限男，住三楼"])
def test_a_demand_beside_lodging_stays_a_demand(text: str) -> None:
    assert verdicts(text) == {"sex:block"}


def test_of_two_offences_in_a_sentence_each_quotes_its_own_words() -> None:
    text = "自离无工资，打架罚款500"
    findings = check_posting(Posting("", text, None, None, date(2026, 10, 1)), lambda city, day: None)
    assert [finding.passage for finding in findings] == ["自离无工资", "打架罚款500"]


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("酒吧服务生，满17就行", True),
        ("喷漆学徒，17岁左右", True),
        ("采石爆破，未成年也能做", True),
        ("网吧收银，刚满16就可以", True),
        ("酒吧服务生，满18就行", False),
        ("喷漆学徒，未满18岁的不要", False),
        ("喷漆岗位，17岁的不收", False),
        ("17岁员工不得安排喷漆", False),
        ("未成年不能做喷漆", False),
        ("组装岗位，17岁左右也可以", False),
        ("喷漆岗位满16小时就可以调休", False),
    ],
)
def test_the_young_are_admitted_also_without_the_word_year(text: str, blocked: bool) -> None:
    assert ("forbidden:block" in verdicts(text)) is blocked


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("收银员，负责收取顾客会员费", False),
        ("收银员，收取客户押金、会员费", False),
        ("物业管理员，收取业主管理费", False),
        ("中介费由厂家付，工人不用掏", False),
        ("介绍费厂家出", False),
        ("中介费由工人付", True),
        ("每人收取会员费100元", True),
        ("收取会员费100元，客户评价好", True),
    ],
)
def test_money_of_customers_and_fees_of_the_employer_are_none_taken_from_workers(
    text: str, blocked: bool
) -> None:
    assert ("fee:block" in verdicts(text)) is blocked
