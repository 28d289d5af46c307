"""Schooling (粤办发〔2016〕32号 9): courses for cadres and village leaders, schools and hospitals in pairs,
and registered pupils whom vocational schools of Guangdong take."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cooperation.queries.people import lists_all, people_of
from app.cooperation.queries.persons import Told
from app.cooperation.register import NOTE, Column, Figure, Form, Register
from models.access import Actor, Permission, visible_to
from models.cooperation.entry import EntryState, RegisterEntry
from models.i18n import N_, Sentence

MORE_PEOPLE = Sentence("“其中贫困村的”比“人数”多，请核对两个数。")
_OWNER = Column("owner", N_("责任人"), must=True, also=("负责人", "联系人"))


def course(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """Whoever comes from a poor village is one of those who took part."""
    if entry.target is not None and entry.people is not None and entry.target > entry.people:
        yield MORE_PEOPLE


def _posted(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """Teachers and doctors who are posted to this school or hospital today, or were."""
    E = RegisterEntry
    here = E.register == "postings", E.partner == entry.title, E.place_code == entry.place_code
    started = E.held_on <= today, E.state != EntryState.CANCELLED
    lasting = E.due_on >= today
    rows = select(func.count(), func.count().filter(lasting)).where(*here, *started)
    ever, now = session.execute(visible_to(actor, rows, E, Permission.COOPERATION_READ)).one()
    yield Figure(N_("现在派来的人"), now)
    yield Figure(N_("先后派来的人"), ever)


COURSES = Register(
    "courses",
    N_("干部和带头人培训"),
    9,
    (
        Column("title", N_("培训班名称"), must=True, most=120, also=("名称", "培训班", "班次")),
        Column(
            "kind",
            N_("培训谁"),
            Form.CHOICE,
            must=True,
            choices=(
                ("cadres", N_("党政干部")),
                ("village", N_("村干部和驻村干部")),
                ("leaders", N_("贫困村致富带头人")),
                ("specialists", N_("教师、医生、农技人员")),
            ),
        ),
        Column("partner", N_("在哪里办、谁承办"), must=True, most=120, also=("承办单位", "培训地点")),
        Column("people", N_("人数"), Form.COUNT, must=True, also=("培训人数", "参训人数")),
        Column("target", N_("其中贫困村的"), Form.COUNT, also=("贫困村人数",)),
        Column("amount_fen", N_("花了多少（元）"), Form.YUAN, also=("经费（元）",)),
        Column("held_on", N_("开班日期"), Form.DAY, must=True, also=("开始日期",)),
        Column("due_on", N_("结业日期"), Form.DAY, must=True, after="held_on", also=("结束日期",)),
        _OWNER,
        NOTE,
    ),
    expects=N_("培训干部和带头人的班，一班一行；签到册传在附件里。培训务工的人，在“订单培训”里办。"),
    rules=course,
)
PAIRED_UNITS = Register(
    "paired_units",
    N_("学校和医院结对"),
    9,
    (
        Column("title", N_("被帮扶的学校或医院"), must=True, most=120, also=("受援单位", "被帮扶单位")),
        Column(
            "kind",
            N_("是什么单位"),
            Form.CHOICE,
            must=True,
            choices=(
                ("school", N_("中小学、幼儿园")),
                ("vocational", N_("职业院校")),
                ("hospital", N_("县以上医院")),
                ("clinic", N_("乡镇卫生院")),
            ),
        ),
        Column("partner", N_("帮扶的学校或医院"), must=True, most=120, also=("支援单位", "帮扶单位")),
        Column("held_on", N_("签约日期"), Form.PAST, must=True, also=("结对日期",)),
        Column("due_on", N_("约定到哪天"), Form.DAY, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("一对一行；派来的教师、医生登记在“互派干部人才”里，单位名称写得一样，就数得到。"),
    figures=_posted,
)


def _pupils(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """Who is at the school today, of whom the line has taken in; the rows stand below on the same page."""
    told, exact = people_of(session, entry, today), lists_all(session, actor, entry)
    yield Figure(N_("先后入学的"), Told(told.ever, exact).value)
    yield Figure(N_("现在在读的"), Told(told.now, exact).value)


def intake(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """No more than planned can be taken; the plan is what the school promised."""
    told = people_of(session, entry, today)
    if entry.target is not None and told.now > entry.target:
        numbers = {"n": told.now, "most": entry.target}
        yield Sentence("名单里在读 %(n)s 人，“计划名额”不能少于这个数（现在写的是 %(most)s）。", numbers)


PUPILS = Register(
    "pupils",
    N_("职业院校定向招生"),
    9,
    (
        Column("title", N_("学校"), must=True, most=120, also=("学校名称", "招生学校")),
        Column("partner", N_("专业"), must=True, most=120, also=("专业名称",)),
        Column("target", N_("计划名额"), Form.COUNT, must=True, also=("招生计划",)),
        Column("held_on", N_("入学日期"), Form.DAY, must=True, also=("入学时间",)),
        Column("due_on", N_("毕业日期"), Form.DAY, must=True, after="held_on", also=("毕业时间",)),
        _OWNER,
        NOTE,
    ),
    expects=N_("一所学校一个专业一年一行；学生按身份证号从台账里选，只有县里看得到姓名。"),
    rules=intake,
    figures=_pupils,
    people=N_("学生"),
)
REGISTERS = (COURSES, PAIRED_UNITS, PUPILS)
