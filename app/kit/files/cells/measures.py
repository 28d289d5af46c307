"""What the fields of sheets and forms count: wages, people, ages, hours, days, months, scores."""

from decimal import Decimal

from app.kit.files.cells.amounts import Measure

_ONE = Decimal(1)
_MONTHLY = (
    "月薪",
    "月工资",
    "月收入",
    "每月",
    "每个月",
    "/月",
    "/每月",
    "一个月",
    "/个月",
    "个月",
    "月",
    "按月",
)
_HOURLY = (
    "时薪",
    "小时工资",
    "每小时",
    "/小时",
    "/时",
    "/h",
    "一小时",
    "一个小时",
    "小时",
    "每个小时",
    "/hour",
)
_DAILY = ("日薪", "日工资", "每天", "每日", "/天", "/日", "一天", "天", "日")
_WEEKLY = ("周薪", "每周", "/周", "一周", "周")
_YEARLY = ("年薪", "每年", "/年", "一年", "年", "年收入")
_PIECE = ("每件", "/件", "一件", "件", "/个", "/只", "/双", "/套", "/条", "/打", "/箱", "/吨", "/米", "/方")
_PERIODS = (
    dict.fromkeys(_MONTHLY, "month")
    | dict.fromkeys(_HOURLY, "hour")
    | dict.fromkeys(_DAILY, "day")
    | dict.fromkeys(_WEEKLY, "week")
    | dict.fromkeys(_YEARLY, "year")
    | dict.fromkeys(_PIECE, "piece")
)

WAGE = Measure(
    plain="yuan",
    units=dict.fromkeys(("元", "块", "块钱", "元钱", "圆", "人民币", "rmb"), ("yuan", _ONE)),
    example="4500-5500",
    periods=_PERIODS,
    labels=(
        "工资",
        "薪资",
        "薪水",
        "收入",
        "待遇",
        "综合",
        "综合工资",
        "综合月薪",
        "¥",
        "/人",
        "合计",
    ),
    kept=(
        "底薪",
        "基本工资",
        "计件",
        "计时",
        "保底",
        "税前",
        "税后",
        "到手",
        "包吃住",
        "包食宿",
        "包吃",
        "包住",
    ),
    is_loose=True,
)
"""Yuan; the period is empty where the words do not name one."""

PEOPLE = Measure(
    plain="person",
    units=dict.fromkeys(("人", "名", "个", "位", "个人"), ("person", _ONE)),
    example="12",
    labels=("招", "需", "招聘", "急招", "需要", "共", "人间", "/间", "人一间", "人/间"),
)
AGE = Measure(
    plain="year_of_age",
    units=dict.fromkeys(("岁", "周岁"), ("year_of_age", _ONE)),
    example="18-45岁",
    labels=("年龄", "年龄要求"),
)
HOURS = Measure(
    plain="hour",
    units=dict.fromkeys(("小时", "个小时", "h", "钟头", "个钟头", "工时"), ("hour", _ONE)),
    example="8",
    periods=dict.fromkeys(("每天", "每日", "/天", "/日", "一天", "日均"), "day")
    | dict.fromkeys(("每周", "/周", "一周"), "week")
    | dict.fromkeys(("每月", "/月", "一个月", "每个月", "月均"), "month"),
    labels=("工作", "上班", "加班", "制"),
)
DAYS = Measure(
    plain="day",
    units=dict.fromkeys(("天", "日"), ("day", _ONE)),
    example="6",
    periods=dict.fromkeys(("每周", "/周", "一周"), "week")
    | dict.fromkeys(("每月", "/月", "一个月"), "month"),
    labels=("工作", "上班", "工作日"),
)
DURATION = Measure(
    plain="month",
    units=dict.fromkeys(("月", "个月", "月份"), ("month", _ONE))
    | dict.fromkeys(("年", "整年", "周年"), ("month", Decimal(12)))
    | dict.fromkeys(("天", "日"), ("day", _ONE))
    | dict.fromkeys(("周", "个星期", "星期"), ("day", Decimal(7))),
    example="3个月",
    labels=("试用期", "试用", "合同", "合同期", "期限", "签", "务工", "为期", "期"),
)
"""Months, or days where the words count days or weeks."""

PAY_DAY = Measure(
    plain="date",
    units=dict.fromkeys(("日", "号"), ("date", _ONE)),
    example="15号",
    labels=("每月", "每个月", "发", "发薪", "发工资", "发放", "当月"),
    kept=("次月", "下月", "下个月", "隔月", "上月", "上个月", "本月"),
)
PERIODS = Measure(
    plain="period",
    units=dict.fromkeys(("课时", "学时", "节", "节课", "个课时", "个"), ("period", _ONE)),
    example="4",
)
SCORE = Measure(plain="point", units={"分": ("point", _ONE)}, example="85")
COUNT = Measure(plain="count", units={}, example="12")
"""A bare number."""
