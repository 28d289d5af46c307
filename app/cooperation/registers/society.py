"""Society (粤办发〔2016〕32号 11): who helps which village, what was asked for, promised and delivered."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cooperation.queries.jobs import jobs_of
from app.cooperation.register import NOTE, Column, Figure, Form, Register
from models.access import Actor
from models.cooperation.entry import EntryState, RegisterEntry
from models.i18n import N_, Sentence

MORE_THAN_PROMISED = Sentence(
    "“已到位”比“认捐”多：请核对单位是元不是万元；确实多给了，先把“认捐”改成现在的数。"
)
PROMISED_BEFORE = Sentence("这笔捐赠认捐的日子早于求助发布的日子，请核对是回应哪一条求助。")
_OWNER = Column("owner", N_("责任人"), must=True, also=("负责人", "联系人"))
_VILLAGE = Column("village", N_("村"), must=True, also=("所在村", "结对村"))


def donation(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """No more is delivered than was promised; no answer comes before what it answers."""
    if entry.planned_fen is not None and (entry.amount_fen or 0) > entry.planned_fen:
        yield MORE_THAN_PROMISED
    asked = session.get(RegisterEntry, entry.parent_id) if entry.parent_id else None
    if asked is not None and asked.held_on and entry.held_on and entry.held_on < asked.held_on:
        yield PROMISED_BEFORE


def _answers(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """What came for what was asked: how many donations, promised and delivered, in yuan."""
    told = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(RegisterEntry.planned_fen), 0),
            func.coalesce(func.sum(RegisterEntry.amount_fen), 0),
        ).where(RegisterEntry.parent_id == entry.id, RegisterEntry.state != EntryState.CANCELLED)
    ).one()
    yield Figure(N_("回应的捐赠（笔）"), int(told[0]))
    yield Figure(N_("认捐合计（元）"), int(told[1] or 0) // 100)
    yield Figure(N_("到位合计（元）"), int(told[2] or 0) // 100)


VILLAGE_PAIRS = Register(
    "village_pairs",
    N_("万企帮万户"),
    11,
    (
        Column("title", N_("企业名称"), must=True, most=120, also=("企业", "结对企业")),
        Column("organisation_id", N_("平台上的单位"), Form.ORGANISATION, listed=False),
        _VILLAGE,
        Column("households", N_("结对户数"), Form.COUNT, must=True, also=("帮扶户数",)),
        Column("planned_fen", N_("承诺投入（元）"), Form.YUAN),
        Column("amount_fen", N_("已投入（元）"), Form.YUAN),
        Column("held_on", N_("签约日期"), Form.PAST, must=True, also=("结对日期",)),
        Column("due_on", N_("约定到哪天"), Form.DAY, listed=False, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("企业和村结对，帮了多少户、投入多少；用了多少人从用工经历里数，不用填。"),
    figures=jobs_of,
)
NEEDS = Register(
    "needs",
    N_("求助需求"),
    11,
    (
        Column("title", N_("需要什么"), must=True, most=120, also=("求助内容", "需求")),
        Column(
            "kind",
            N_("哪一类"),
            Form.CHOICE,
            must=True,
            choices=(
                ("schooling", N_("上学")),
                ("illness", N_("看病")),
                ("housing", N_("住房")),
                ("farming", N_("生产")),
                ("works", N_("村里的设施")),
                ("other", N_("其他")),
            ),
        ),
        _VILLAGE,
        Column("households", N_("受益户数"), Form.COUNT, also=("涉及户数",)),
        Column("planned_fen", N_("需要金额（元）"), Form.YUAN),
        Column("held_on", N_("发布日期"), Form.PAST, must=True),
        Column("due_on", N_("最晚哪天要"), Form.DAY, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("村里要什么写在这里，不写求助人的姓名和病情；谁来帮，记在捐赠里。"),
    figures=_answers,
    children=("donations",),
)
DONATIONS = Register(
    "donations",
    N_("社会捐赠"),
    11,
    (
        Column("title", N_("捐赠单位或个人"), must=True, most=120, also=("捐赠人", "捐赠方", "援助人")),
        Column(
            "kind",
            N_("款还是物"),
            Form.CHOICE,
            must=True,
            choices=(("money", N_("款")), ("goods", N_("物")), ("service", N_("服务"))),
        ),
        Column("parent_id", N_("回应哪条求助"), Form.PARENT, listed=False, of="needs", also=("求助需求",)),
        Column("partner", N_("给谁"), listed=False, most=120, also=("受赠单位",)),
        Column("planned_fen", N_("认捐（元）"), Form.YUAN, must=True, also=("认捐金额（元）", "折价（元）")),
        Column("amount_fen", N_("已到位（元）"), Form.YUAN, also=("到位金额（元）",)),
        Column("held_on", N_("认捐日期"), Form.PAST, must=True),
        Column("due_on", N_("约定到位日期"), Form.DAY, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("从认捐到到位：物按折价写；到位了由另一个人验收，收据传在附件里。"),
    rules=donation,
)
VOLUNTEERS = Register(
    "volunteers",
    N_("志愿服务"),
    11,
    (
        Column("title", N_("志愿者或队伍"), must=True, most=120, also=("志愿者", "队伍名称")),
        Column(
            "kind",
            N_("做什么"),
            Form.CHOICE,
            must=True,
            choices=(
                ("teaching", N_("支教")),
                ("medicine", N_("支医")),
                ("farming", N_("支农")),
                ("care", N_("关爱老人和孩子")),
                ("other", N_("其他")),
            ),
        ),
        Column("partner", N_("在哪个单位"), must=True, most=120, also=("服务单位",)),
        Column("people", N_("去了几个人"), Form.COUNT, must=True, also=("人数",)),
        Column("held_on", N_("开始日期"), Form.DAY, must=True),
        Column("due_on", N_("结束日期"), Form.DAY, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("去了哪里、做什么、几个人、从哪天到哪天。"),
)
RELIEF_DAYS = Register(
    "relief_days",
    N_("扶贫日活动"),
    11,
    (
        Column("title", N_("活动名称"), must=True, most=120),
        Column("held_on", N_("活动日期"), Form.DAY, must=True),
        Column("people", N_("参加人数"), Form.COUNT),
        Column("amount_fen", N_("募集金额（元）"), Form.YUAN),
        _OWNER,
        NOTE,
    ),
    expects=N_("每年 10 月 17 日扶贫日前后的活动，募集的款到了以后记在社会捐赠里。"),
)
REGISTERS = (VILLAGE_PAIRS, NEEDS, DONATIONS, VOLUNTEERS, RELIEF_DAYS)
