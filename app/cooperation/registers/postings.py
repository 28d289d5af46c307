"""People (粤办发〔2016〕32号 9、13): who is posted or received for how long, and the days they were there."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.cooperation.register import NOTE, Column, Form, Register
from models.cooperation.entry import RegisterEntry
from models.i18n import N_, Sentence

QUARTERS = (1, 4, 7, 10)
MOST_DAYS = 92
TOO_MANY_DAYS = Sentence("一个季度最多 %(n)s 天，“在岗天数”写多了，请核对。", {"n": MOST_DAYS})
NO_FIRST_DAY = Sentence("“季度”请填这个季度的第一天：1 月 1 日、4 月 1 日、7 月 1 日或 10 月 1 日。")
OUTSIDE_TERM = Sentence("这个季度不在这个人的派出期内，请核对是哪个人、哪个季度。")


def quarter(entry: RegisterEntry) -> Iterable[Sentence]:
    """A quarter is named by its first day, and has at most 92 days."""
    if entry.held_on is not None and (entry.held_on.day, entry.held_on.month in QUARTERS) != (1, True):
        yield NO_FIRST_DAY
    if (entry.target or 0) > MOST_DAYS:
        yield TOO_MANY_DAYS


def _attendance(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    yield from quarter(entry)
    posting = session.get(RegisterEntry, entry.parent_id) if entry.parent_id else None
    if posting is None or entry.held_on is None or posting.held_on is None:
        return
    began = date(posting.held_on.year, 3 * ((posting.held_on.month - 1) // 3) + 1, 1)
    if entry.held_on < began or (posting.due_on is not None and entry.held_on > posting.due_on):
        yield OUTSIDE_TERM


POSTINGS = Register(
    "postings",
    N_("互派干部人才"),
    9,
    (
        Column("title", N_("姓名和职务"), must=True, most=120, also=("姓名",)),
        Column(
            "kind",
            N_("哪一类"),
            Form.CHOICE,
            must=True,
            choices=(
                ("official", N_("党政干部")),
                ("teacher", N_("教师")),
                ("doctor", N_("医生")),
                ("technician", N_("农业科技等技术人员")),
                ("received", N_("来帮扶市跟班学习")),
            ),
        ),
        Column("partner", N_("在哪个单位任职"), must=True, most=120, also=("接收单位", "挂职单位")),
        Column("held_on", N_("派出日期"), Form.DAY, must=True, also=("开始日期",)),
        Column("due_on", N_("轮换日期"), Form.DAY, must=True, after="held_on", also=("结束日期",)),
        Column("planned_fen", N_("每月补助（元）"), Form.YUAN, listed=False, also=("生活补助（元）",)),
        Column("owner", N_("责任人"), also=("联系人",)),
        NOTE,
    ),
    expects=N_(
        "派出和接收的干部、教师、医生、技术人员；住房、探亲等待遇写在说明里，快到轮换日期会提醒派人的一头。"
    ),
    children=("attendance",),
)
ATTENDANCE = Register(
    "attendance",
    N_("按季度的在岗天数"),
    9,
    (
        Column("title", N_("季度名称"), must=True, hint=N_("比如 2019 年第 1 季度")),
        Column("parent_id", N_("哪个人"), Form.PARENT, must=True, of="postings", also=("姓名",)),
        Column("held_on", N_("季度的第一天"), Form.PAST, must=True),
        Column("target", N_("在岗天数"), Form.COUNT, must=True),
        NOTE,
    ),
    expects=N_("每个派出的人每个季度一行；考勤表传在附件里。"),
    rules=_attendance,
)
REGISTERS = (POSTINGS, ATTENDANCE)
