"""The columns of a month's sheet, by who tells it; what each cell may say."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from flask_babel import gettext as _

from app.kit.files.bulk_upload.layout import Heading, Layout, in_each_language
from app.kit.files.bulk_upload.reading import Readers
from app.kit.files.cells.amounts import Misread, exact_number
from app.kit.files.cells.cell import BLANK, Parsed, plain, tidy
from app.kit.files.cells.dates import parse_day
from app.kit.files.cells.measures import DAYS
from app.kit.files.cells.people import parse_id_or_tail, parse_name
from app.kit.files.cells.wages import parse_paid
from app.kit.files.cells.yes_no import NO_WORDS, YES_WORDS, parse_yes
from app.kit.files.spreadsheet import Cell
from models.employment.roster import Presence, RosterSource
from models.i18n import N_, Sentence
from models.placement.leaving import CHANNEL_LABELS, LEAVE_REASON_LABELS, LeaveReason

MOST_ROWS = 5000
MOST_DAYS = 31
NUMBER = Heading("number", N_("编号"), ("人员序号",), 10, N_("系统的编号，请不要改；新来的人空着"))
NAME = Heading("name", N_("姓名"), ("员工姓名",), 16)
ID = Heading(
    "id_tail",
    N_("身份证号"),
    ("证件号码", "身份证号码", "公民身份号码", "身份证"),
    22,
    N_("表里只露后四位，不用改；新来的人填完整的 18 位"),
)
MONTH = Heading("month", N_("月份"), ("所属月份", "费款所属期", "缴费月份"), 10, N_("请不要改"))
EMPLOYER = Heading(
    "employer", N_("单位"), ("企业", "单位名称", "企业名称", "参保单位", "用人单位"), 24, N_("请不要改")
)
HOME = Heading("home", N_("乡镇和村"), (), 20)
TELEPHONES = Heading("telephones", N_("电话清单"), (), 22)
PRESENCE = Heading("presence", N_("还在岗吗"), ("在岗", "是否在岗", "在职", "是否在职", "状态"), 10)
LAST_WAGE = Heading("last_wage", N_("上月实发工资（元）"), (), 12, N_("给你对照，不用改"))
WAGE = Heading(
    "wage",
    N_("本月实发工资（元）"),
    ("实发工资", "工资", "应发工资", "月工资", "本月工资"),
    12,
    N_("这个月一共发了多少元"),
)
BASE = Heading("base", N_("缴费基数（元）"), ("缴费基数", "缴费工资"), 12)
INSURED = Heading(
    "insured", N_("本月缴了社保吗"), ("是否缴社保", "社保", "是否参保", "参保状态", "缴费状态"), 10
)
DAYS_WORKED = Heading("days", N_("出勤天数"), ("出勤", "上班天数", "工作天数"), 10)
LEFT = Heading("left_on", N_("离开日期"), ("离职日期", "离开时间", "离职时间"), 12, N_("例如 2017-05-03"))
REASON = Heading("reason", N_("离开原因"), ("离职原因",), 16)
NOTE = Heading("note", N_("备注"), (), 20)
COUNTY = Heading("home_county", N_("户籍县"), ("户籍所在县", "籍贯"), 12, N_("新来的人才填，例如 昭觉县"))
CONSENT = Heading("consent", N_("本人怎么同意登记的"), (), 16, N_("新来的人才填"))

_TELLS = frozenset({"presence", "wage", "insured", "days", "left_on", "reason", "base"})
_WHO = frozenset({"name", "id_tail"})
LAYOUTS = {
    RosterSource.ENTERPRISE: Layout(
        (
            NUMBER,
            NAME,
            ID,
            MONTH,
            EMPLOYER,
            PRESENCE,
            LAST_WAGE,
            WAGE,
            INSURED,
            DAYS_WORKED,
            LEFT,
            REASON,
            NOTE,
            COUNTY,
            CONSENT,
        ),
        must=_WHO,
        most_rows=MOST_ROWS,
        filled=_TELLS,
    ),
    RosterSource.COUNTY: Layout(
        (NUMBER, NAME, ID, MONTH, HOME, TELEPHONES, EMPLOYER, PRESENCE, WAGE, INSURED, LEFT, REASON, NOTE),
        must=_WHO,
        most_rows=MOST_ROWS,
        filled=_TELLS,
    ),
    RosterSource.INSURANCE: Layout(
        (NUMBER, NAME, ID, MONTH, EMPLOYER, INSURED, BASE, NOTE),
        must=_WHO | {"employer"},
        most_rows=MOST_ROWS * 4,
        filled=_TELLS,
    ),
}

WORKING_WORDS = YES_WORDS | {"在岗", "在职", "还在", "在厂", "上班", "在上班", "正常", "仍在岗"}
LEFT_WORDS = NO_WORDS | {"离职", "已离职", "离开", "已离开", "不在", "不在岗", "辞职", "走了", "自离", "回家"}
UNKNOWN_WORDS = frozenset({"联系不上", "未知", "不清楚", "不知道", "打不通", "没打通", "失联"})


def readers_of(source: RosterSource, today: date) -> Readers:
    """How each cell is read."""
    return {
        "name": parse_name,
        "id_tail": partial(parse_id_or_tail, today=today),
        "month": parse_month,
        "presence": parse_presence,
        "wage": parse_paid,
        "base": parse_paid,
        "insured": parse_yes,
        "days": parse_days,
        "left_on": partial(_day, today=today),
    }


def parse_month(cell: Cell) -> Parsed:
    """2026-10, 2026年10月, 202610, or any day of the month."""
    text = plain(cell)
    if not text:
        return BLANK
    if isinstance(cell, date):
        return Parsed(f"{cell:%Y-%m}")
    digits = [part for part in "".join(c if c.isdigit() else " " for c in text).split() if part]
    if len(digits) == 1 and len(digits[0]) == 6:
        digits = [digits[0][:4], digits[0][4:]]
    if len(digits) >= 2 and len(digits[0]) == 4 and 1 <= int(digits[1]) <= 12:
        return Parsed(f"{digits[0]}-{int(digits[1]):02d}")
    return Parsed(error=Sentence("看不懂月份“%(text)s”，请写成 2017-05 的样子。", {"text": text[:20]}))


def parse_presence(cell: Cell) -> Parsed:
    """Working, left or unknown, as the value of Presence."""
    text = plain(cell)
    for value, known in (
        (Presence.WORKING, WORKING_WORDS),
        (Presence.LEFT, LEFT_WORDS),
        (Presence.UNKNOWN, UNKNOWN_WORDS),
    ):
        if text in known:
            return Parsed(value.value)
    if not text or text in ("/", "-"):
        return BLANK
    said = {"text": text[:20]}
    return Parsed(error=Sentence("“%(text)s”看不懂，请填“是”“否”或“联系不上”。", said))


def parse_days(cell: Cell) -> Parsed:
    """Whole or half days of a month."""
    try:
        days = exact_number(cell, DAYS, ("", "month"))
    except Misread as problem:
        return Parsed(error=problem.sentence)
    if days is None:
        return BLANK
    if not 0 <= days <= MOST_DAYS:
        return Parsed(error=Sentence("一个月不会出勤 %(n)s 天，请核对。", {"n": str(days)}))
    return Parsed(days)


def _day(cell: Cell, today: date) -> Parsed:
    parsed = parse_day(cell)
    if parsed.value is not None and parsed.value > today:
        return Parsed(error=Sentence("离开的日子还没有到，请核对年份。"))
    if parsed.value is None and parsed.warning:
        return Parsed(error=parsed.warning)
    return parsed


def reason_of(text: str) -> LeaveReason | None:
    """The reason that words mean, in every language; None for words of their own."""
    wanted = tidy(text)
    for labels in in_each_language(lambda: {_(word): reason for reason, word in LEAVE_REASON_LABELS.items()}):
        if wanted in labels:
            return labels[wanted]
    return next((one for one, words in _LIKE.items() if any(word in wanted for word in words)), None)


# What payrolls write. The first that fits counts.
_LIKE: dict[LeaveReason, Sequence[str]] = {
    LeaveReason.DISMISSED: ("辞退", "开除", "解除"),
    LeaveReason.FACTORY_CLOSED: ("停工", "关停", "倒闭", "裁员", "停产"),
    LeaveReason.OTHER_JOB: ("另找", "跳槽", "换厂", "换工作", "别的厂"),
    LeaveReason.FARMING: ("农忙", "收割", "插秧"),
    LeaveReason.HEALTH: ("病", "伤", "身体"),
    LeaveReason.FAMILY: ("家里", "照料", "照顾", "孩子", "老人", "家庭"),
    LeaveReason.LONELY: ("想家",),
    LeaveReason.LANGUAGE: ("语言",),
    LeaveReason.HOURS: ("工时", "夜班", "太累", "加班"),
    LeaveReason.PAY: ("工资", "欠薪", "薪"),
    LeaveReason.CLIMATE_FOOD: ("气候", "饮食", "太热", "吃不惯"),
}


def choices_of(name: str) -> Sequence[str]:
    """The words a cell of a column is chosen from, in the reader's language."""
    if name == "consent":
        return [_(word) for word in CHANNEL_LABELS.values()]
    if name == "presence":
        return _("是"), _("否"), _("联系不上")
    if name == "insured":
        return _("是"), _("否")
    return [_(word) for word in LEAVE_REASON_LABELS.values()] if name == "reason" else ()
